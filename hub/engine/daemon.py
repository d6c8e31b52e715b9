"""The daemon: engine, clock and web in one process, which a SIGTERM ends cleanly."""

import threading
from collections.abc import Callable

import structlog
from starlette.types import ASGIApp

from hub.config import Settings
from hub.flow.context import Flow
from hub.flow.instances import Instances
from hub.store import Store

from .local import LocalEngine
from .lock import only_daemon, release_leases
from .places import forget_hung
from .scheduler import catch_up, scheduler
from .serving import listening, serve

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
        with only_daemon(self.flow.store, settings.data_dir), listening(settings.web) as address:
            release_leases(self.flow)
            forget_hung(self.flow)
            worker = threading.Thread(target=self._engine.run, args=[self.flow], name="engine")
            clock = scheduler(self.flow, self._engine.wake)
            # Its own job: a month to reconcile must not keep deliveries and buyers waiting.
            clock.add_job(catch_up, args=[self.flow], id="catch up")
            worker.start()
            try:
                clock.start()
                serve(self._app(self.flow, worker.is_alive), settings.web, address)
            finally:
                if clock.running:
                    clock.shutdown(wait=True)
                self._engine.stop()
                worker.join()
                self.flow.instances.close()
                self.flow.store.close()
        log.info("stopped")
