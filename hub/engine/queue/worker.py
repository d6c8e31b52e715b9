"""A process that does what jobs tell it: Procrastinate fetches, `advance` works."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import procrastinate
import structlog
from procrastinate.app import WorkerOptions
from procrastinate.exceptions import ConnectorException

from hub.engine.advance import STEPS, put_off
from hub.engine.places import STOP_S, Places
from hub.flow.context import Flow
from hub.store import Store

from .jobs import TASK

log = structlog.get_logger()

RECONNECT_S = 3.0
LOOK_S = 5.0


class QueueWorker:
    """Works on some queues, or on all."""

    def __init__(self, concurrency: int, queues: Sequence[str] = ()) -> None:
        self._concurrency = concurrency
        self._queues = list(queues)
        self._places = Places(concurrency, put_off, gives_rows_back=True)

    def run(self, flow: Flow) -> None:
        """Work until SIGTERM or SIGINT; a step that hangs is not waited for, any other one for `STOP_S`."""
        asyncio.run(self._work(flow, wait=True))
        self._places.stop()
        self._places.name_left()

    def run_waiting(self, flow: Flow) -> None:
        """Work off the jobs that wait now."""
        asyncio.run(self._work(flow, wait=False))

    async def _work(self, flow: Flow, *, wait: bool) -> None:
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
        app.task(name=TASK)(_step(flow, self._places))
        options: WorkerOptions = {
            "concurrency": self._concurrency,
            "wait": wait,
            "delete_jobs": "successful",
            "install_signal_handlers": wait,
            "fetch_job_polling_interval": flow.settings.engine.poll_idle_s,
        }
        if wait:
            options["shutdown_graceful_timeout"] = STOP_S
        if self._queues:
            options["queues"] = self._queues
        async with app.open_async():
            await app.run_worker_async(**options)


def connector(store: Store) -> procrastinate.PsycopgConnector:
    """Procrastinate's own connections: few, since its work is short."""
    conninfo = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4)


def _step(flow: Flow, places: Places) -> Callable[[str, int], Awaitable[None]]:
    async def step(entity: str, entity_id: int) -> None:
        if entity not in STEPS:
            log.warning("a newer version made this job; the sweep brings it back", entity=entity)
            return
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        under_way = places.put(flow, entity, [entity_id], lambda: _say(loop, over))
        # A step that hangs is left behind with its thread: the job ends, and the worker takes another.
        while under_way is not None and under_way.hung is None and not over.is_set():
            try:
                await asyncio.wait_for(over.wait(), LOOK_S)
            except TimeoutError:
                await _look(places)
            except asyncio.CancelledError:
                return  # the worker ends and leaves the step behind: its row needs no job before its lease is over

    return step


def _say(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    # A step that hung may end when the worker has ended.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(over.set)


async def _look(places: Places) -> None:
    try:
        await asyncio.to_thread(places.look)
    except Exception:
        log.exception("cannot look whether a plugin hangs, will look again")
