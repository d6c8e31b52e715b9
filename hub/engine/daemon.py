"""The daemon: engine and clock in one process, the web side in another beside it; a SIGTERM ends both cleanly."""

import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace

import structlog
from starlette.types import ASGIApp

from hub.config import Settings
from hub.flow.context import Flow
from hub.flow.instances import Instances
from hub.plugin import TransientError
from hub.store import Letterbox, Store

from .local import LocalEngine
from .lock import only_daemon, release_leases
from .places import forget_hung
from .scheduler import catch_up, scheduler
from .serving import listening, serve, signals
from .web_process import WebLine, WebProcess

WATCH_S = 1.0
SWITCH_S = 0.001
"""How long a thread may keep Python to itself: one that holds the database must not wait long for its turn."""

log = structlog.get_logger()


class Daemon:
    """`hub run`. `app` makes the web application from the flow and a question whether the engine is up."""

    def __init__(
        self, settings: Settings, store: Store, instances: Instances, app: Callable[[Flow, Callable[[], bool]], ASGIApp]
    ) -> None:
        self._engine = LocalEngine(settings.engine.workers)
        self.flow = Flow(settings, store, instances, kick=self._engine.kick, letterbox=Letterbox.beside(store))
        self._app = app

    def run(self) -> None:
        """Work until a signal.

        Raises:
            ConfigError: another daemon runs, or the address is taken.
            TransientError: the web side ended by itself.
        """
        settings, store = self.flow.settings, self.flow.store
        stopping = threading.Event()
        sys.setswitchinterval(SWITCH_S)
        store.close()  # no connection may be in two processes
        web = WebProcess(self._serve)
        try:
            with only_daemon(store, settings.data_dir), listening(settings.web) as address, signals(stopping.set):
                self._work(web, address, stopping)
        finally:
            web.stop()
            self.flow.instances.close()
            if self.flow.letterbox is not None:
                self.flow.letterbox.close()
            store.close()
        log.info("stopped")

    def _serve(self, address: socket.socket, line: WebLine) -> None:
        """In the web side's process."""
        settings = self.flow.settings
        store = Store(settings.database_url())
        letterbox = Letterbox.beside(store, line.say_ready)
        flow = replace(self.flow, store=store, kick=line.kick, letterbox=letterbox)
        serve(self._app(flow, line.engine_is_up), settings.web, address)

    def _work(self, web: WebProcess, address: socket.socket, stopping: threading.Event) -> None:
        release_leases(self.flow)
        forget_hung(self.flow)
        self.flow.instances.log_broken()
        worker = threading.Thread(target=self._engine.run, args=[self.flow], name="engine")
        clock = scheduler(self.flow, self._engine.wake)
        # Its own job: a month to reconcile must not keep deliveries and buyers waiting.
        clock.add_job(catch_up, args=[self.flow], id="catch up")
        worker.start()
        try:
            clock.start()
            web.begin(address, self._engine.wake)
            address.close()
            _watch(web, worker, stopping)
        finally:
            web.stop()
            self._engine.stop()  # before the clock: both come to their end at the same time
            if clock.running:
                clock.shutdown(wait=True)
            worker.join()


def _watch(web: WebProcess, worker: threading.Thread, stopping: threading.Event) -> None:
    told = False
    while not stopping.wait(WATCH_S):
        if web.wait(0):
            raise TransientError("the web side ended by itself", hint="what it logged says why; start the hub again")
        if not worker.is_alive() and not told:
            told = True
            log.error("the engine ended by itself: start the hub again")
            web.engine_ended()
