"""A process that does what jobs tell it: Procrastinate fetches, `advance` works."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import procrastinate
import structlog
from procrastinate.app import WorkerOptions
from procrastinate.exceptions import ConnectorException

from hub.engine.advance import STEPS, advance
from hub.flow.context import Flow
from hub.store import Store

from .jobs import TASK

log = structlog.get_logger()

RECONNECT_S = 3.0


class QueueWorker:
    """Works on some queues, or on all."""

    def __init__(self, concurrency: int, queues: Sequence[str] = ()) -> None:
        self._concurrency = concurrency
        self._queues = list(queues)

    def run(self, flow: Flow) -> None:
        """Work until SIGTERM or SIGINT; steps under way come to their end."""
        asyncio.run(self._work(flow, wait=True))

    def run_waiting(self, flow: Flow) -> None:
        """Work off the jobs that wait now."""
        asyncio.run(self._work(flow, wait=False))

    async def _work(self, flow: Flow, *, wait: bool) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(self._concurrency, thread_name_prefix="step") as pool:
            loop.set_default_executor(pool)
            while True:
                try:
                    return await self._serve(flow, wait=wait)
                except (ConnectorException, OSError):
                    if not wait:
                        raise
                    log.exception("the queue does not answer, will ask again", pause_s=RECONNECT_S)
                    await asyncio.sleep(RECONNECT_S)

    async def _serve(self, flow: Flow, *, wait: bool) -> None:
        app = procrastinate.App(connector=connector(flow.store))
        app.task(name=TASK)(_step(flow))
        options: WorkerOptions = {
            "concurrency": self._concurrency,
            "wait": wait,
            "delete_jobs": "successful",
            "install_signal_handlers": wait,
            "fetch_job_polling_interval": flow.settings.engine.poll_idle_s,
        }
        if self._queues:
            options["queues"] = self._queues
        async with app.open_async():
            await app.run_worker_async(**options)


def connector(store: Store) -> procrastinate.PsycopgConnector:
    """Procrastinate's own connections: few, since its work is short."""
    conninfo = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4)


def _step(flow: Flow) -> Callable[[str, int], None]:
    def step(entity: str, entity_id: int) -> None:
        if entity in STEPS:
            advance(flow, entity, entity_id)
        else:
            log.warning("a newer version made this job; the sweep brings it back", entity=entity)

    return step
