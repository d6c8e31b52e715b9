"""The web side on a socket of ours, until a signal."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog
import uvicorn
from starlette.types import ASGIApp

from hub.config import WebSettings
from hub.plugin import ConfigError

from .patience import PatientProtocol

log = structlog.get_logger()


def serve(app: ASGIApp, web: WebSettings, address: socket.socket) -> None:
    """Answer requests until SIGTERM or SIGINT; those under way are finished."""
    config = uvicorn.Config(
        app,
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
    with signals(server.stop):
        server.run(sockets=[address])


@contextmanager
def listening(web: WebSettings) -> Iterator[socket.socket]:
    """Taken before any work begins, so that a wrong address costs nothing.

    Raises:
        ConfigError: the address is taken or not ours.
    """
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
def signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` for SIGTERM and SIGINT while the block runs."""

    def asked(number: int, _frame: FrameType | None) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        stop()

    before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    """Leaves the signals to us: uvicorn would raise them again after its end and kill the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Take no more requests, finish those under way."""
        self.should_exit = True
