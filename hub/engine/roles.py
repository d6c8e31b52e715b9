"""The daemon's parts as processes of their own, for PostgreSQL and any number of machines."""

import threading
from collections.abc import Callable, Sequence

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp

from hub.config import Settings
from hub.flow.context import Flow
from hub.flow.instances import Instances
from hub.store import Store

from .lock import among_others
from .places import forget_hung
from .queue.jobs import Jobs, remove_stalled
from .queue.leader import TERM_S, Leadership
from .queue.schema import must_be_prepared
from .queue.worker import QueueWorker
from .scheduler import catch_up, scheduler
from .serving import listening, serve, signals

log = structlog.get_logger()

RENEW_S = TERM_S / 3


class Roles:
    """`hub worker`, `hub web` and `hub scheduler`: each runs until a signal.

    Raises:
        ConfigError: the database is SQLite, has no queue, or a `hub run` works on it alone.
    """

    def __init__(self, settings: Settings, store: Store, instances: Instances) -> None:
        must_be_prepared(store)
        self._jobs = Jobs()
        self.flow = Flow(settings, store, instances, kick=self._jobs.kick)

    def work(self, concurrency: int, queues: Sequence[str] = ()) -> None:
        """Do the work of these queues, or of all."""
        with among_others(self.flow.store):
            forget_hung(self.flow)
            self.flow.instances.log_broken()
            log.info("working", steps=concurrency, queues=list(queues) or "all")
            QueueWorker(concurrency, queues).run(self.flow)
        log.info("stopped")

    def serve(self, app: Callable[[Flow, Callable[[], bool]], ASGIApp]) -> None:
        """Take webhooks and serve the portal; what they make ready, workers do."""
        web = self.flow.settings.web
        with among_others(self.flow.store), listening(web) as address:
            serve(app(self.flow, lambda: True), web, address)
        log.info("stopped")

    def schedule(self) -> None:
        """Run the clock whenever no other scheduler does."""
        stopping = threading.Event()
        with among_others(self.flow.store), signals(stopping.set):
            _Clock(self.flow, self._jobs).run(stopping)
        log.info("stopped")


class _Clock:
    """A candidate for the clock, and the clock while it leads."""

    def __init__(self, flow: Flow, jobs: Jobs) -> None:
        self._flow = flow
        self._jobs = jobs
        self._leadership = Leadership(flow.store)
        self._running: BackgroundScheduler | None = None

    def run(self, stopping: threading.Event) -> None:
        """Lead while we hold the lease, until asked to stop."""
        try:
            while not stopping.is_set():
                self._follow(self._leads())
                stopping.wait(RENEW_S)
        finally:
            self._follow(False)
            self._leadership.resign()

    def _leads(self) -> bool:
        try:
            return self._leadership.held()
        except SQLAlchemyError:
            log.exception("the database does not answer: somebody else may lead")
            return False

    def _follow(self, leads: bool) -> None:
        if leads and self._running is None:
            log.info("leading", holder=self._leadership.holder)
            self._running = scheduler(self._flow, self._sweep)
            self._running.add_job(catch_up, args=[self._flow], id="catch up")
            self._running.start()
        elif not leads and self._running is not None:
            log.info("not leading any more", holder=self._leadership.holder)
            self._running.shutdown(wait=False)
            self._running = None

    def _sweep(self) -> None:
        self._jobs.sweep(self._flow)
        remove_stalled(self._flow.store)
