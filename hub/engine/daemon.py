"""The daemon: engine, clock and web in one process, which a SIGTERM ends cleanly."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog
import uvicorn
from starlette.types import ASGIApp

from hub.config import Settings, WebSettings
from hub.flow.context import Flow
from hub.flow.instances import Instances
from hub.plugin import ConfigError
from hub.store import Store

from .local import LocalEngine
from .lock import only_daemon, release_leases
from .patience import PatientProtocol
from .scheduler import catch_up, scheduler

log = structlog.get_logger()


class Daemon:
    """`hub run`. `app` makes the web application from the flow and a question whether the engine is up."""

    def __init__(
        self, settings: Settings, store: Store, instances: Instances, app: Callable[[Flow, Callable[[], bool]], ASGIApp]
    ) -> None:
        self._engine = LocalEngine(settings.engine.workers)
        self.flow = Flow(settings, store, instances, kick=self._engine.kick)
        self._app = app

    def run(self) -> None:
        """Work until a signal.

        Raises:
            ConfigError: another daemon runs, or the address is taken.
        """
        settings = self.flow.settings
        with only_daemon(self.flow.store, settings.data_dir), _listening(settings.web) as address:
            release_leases(self.flow)
            worker = threading.Thread(target=self._engine.run, args=[self.flow], name="engine")
            clock = scheduler(self.flow, self._engine)
            # Its own job: a month to reconcile must not keep deliveries and buyers waiting.
            clock.add_job(catch_up, args=[self.flow], id="catch up")
            worker.start()
            try:
                clock.start()
                self._serve(address, worker.is_alive)
            finally:
                if clock.running:
                    clock.shutdown(wait=True)
                self._engine.stop()
                worker.join()
                self.flow.instances.close()
                self.flow.store.close()
        log.info("stopped")

    def _serve(self, address: socket.socket, engine_is_up: Callable[[], bool]) -> None:
        web = self.flow.settings.web
        config = uvicorn.Config(
            self._app(self.flow, engine_is_up),
            http=PatientProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(web.trusted_proxies),
            forwarded_allow_ips=[str(proxy) for proxy in web.trusted_proxies],
            timeout_graceful_shutdown=10,
        )
        log.info("listening", address=f"http://{web.host}:{web.port}", public_url=web.public_url)
        server = _Server(config)
        with _signals(server.stop):
            server.run(sockets=[address])


class _Server(uvicorn.Server):
    """Leaves the signals to the daemon: uvicorn would raise them again after its end and kill the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Take no more requests, finish those under way."""
        self.should_exit = True


@contextmanager
def _listening(web: WebSettings) -> Iterator[socket.socket]:
    """Taken before any work begins, so that a wrong address costs nothing."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        address = socket.create_server((web.host, web.port), family=family)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {web.host} port {web.port}: {error.strerror}",
            hint="stop what listens there, or change web.host and web.port",
        ) from error
    with address:
        yield address


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    def asked(number: int, _frame: FrameType | None) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        stop()

    before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
