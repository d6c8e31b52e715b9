"""The small engine: one process, a loop that claims due rows into a thread pool."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import event, literal
from sqlmodel import Session, select

from hub.flow.context import Flow
from hub.flow.work import TABLES

from .advance import MANY, MOST_AT_ONCE, STEPS, advance, advance_many, may_go_together

log = structlog.get_logger()

BATCH = 64
_WHOSE = ("source", "pac", "notifier", "name")
"""Where a row says which configured plugin its step calls."""


class LocalEngine:
    """`kick` wakes the loop once the transaction that made the work is committed."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._under_way: dict[tuple[str, int], float] = {}
        self._running = 0
        self._many: set[str] = set()
        """Of which entities many rows are under way together."""
        self._late: set[tuple[str, int]] = set()
        self._lock = threading.Lock()

    def kick(self, session: Session, entity: str, entity_id: int) -> None:  # noqa: ARG002
        """Work is ready; said inside the transaction that made it ready."""
        if "hub_kicked" not in session.info:
            session.info["hub_kicked"] = True
            event.listen(session, "after_commit", lambda _: self._wake.set(), once=True)

    def wake(self) -> None:
        """Look for due work now."""
        self._wake.set()

    def stop(self) -> None:
        """Let the steps that run come to their end and start no more."""
        self._stopping.set()
        self._wake.set()

    def run(self, flow: Flow) -> None:
        """Work until `stop`."""
        idle_s = flow.settings.engine.poll_idle_s
        with ThreadPoolExecutor(self._workers, thread_name_prefix="step") as pool:
            while not self._stopping.is_set():
                self._wake.clear()
                self._wake.wait(0.05 if self._started_any(flow, pool) else idle_s)

    def run_until_idle(self, flow: Flow) -> None:
        """Work until nothing is due; for commands and tests."""
        with ThreadPoolExecutor(self._workers, thread_name_prefix="step") as pool:
            while True:
                # Asked before the look for work: a step that ends meanwhile may have left new work behind it.
                busy = bool(self._under_way)
                if not self._start_due(flow, pool) and not busy:
                    return
                self._wake.wait(0.02)
                self._wake.clear()

    def _started_any(self, flow: Flow, pool: ThreadPoolExecutor) -> bool:
        try:
            return self._start_due(flow, pool) > 0
        except Exception:
            # A database that is away for a minute must not end the engine: it looks again until it is back.
            log.exception("cannot look for work, will look again")
            return False

    def _start_due(self, flow: Flow, pool: ThreadPoolExecutor) -> int:
        self._tell_late(flow)
        started = 0
        for entity, ids in self._due(flow):
            with self._lock:
                free = [entity_id for entity_id in ids if (entity, entity_id) not in self._under_way]
                if not free:
                    continue
                self._under_way |= {(entity, entity_id): flow.seconds() for entity_id in free}
                self._running += 1
                many = len(free) > 1
                if many:
                    self._many.add(entity)
            step = pool.submit(advance_many, flow, entity, free) if many else pool.submit(advance, flow, entity, *free)
            step.add_done_callback(partial(self._done, entity, free))
            started += 1
        return started

    def _tell_late(self, flow: Flow) -> None:
        """A step that does not end is named, once. It keeps its worker; the row is left to it, and the others go on."""
        now, patience_s = flow.seconds(), flow.settings.engine.lease_s
        with self._lock:
            late = {key for key, since in self._under_way.items() if now - since > patience_s} - self._late
            self._late |= late
        for entity, entity_id in late:
            with flow.store.read() as session:
                row = session.get(TABLES[entity], entity_id)
            whose = next((name for field in _WHOSE if (name := getattr(row, field, None))), "")
            log.error("a step does not end: does a plugin hang?", entity=entity, id=entity_id, of=whose)

    def _due(self, flow: Flow) -> list[tuple[str, list[int]]]:
        now = flow.now()
        room = max(0, BATCH + self._workers - self._running)
        found: list[tuple[str, list[int]]] = []
        with flow.store.read() as session:
            for entity in STEPS:
                if entity in MANY and may_go_together(flow):
                    found += self._due_together(session, entity, now, room)
                else:
                    found += [(entity, [row_id]) for row_id, _ in _first(session, entity, now, room)]
        return found[:room]

    def _due_together(self, session: Session, entity: str, now: datetime, room: int) -> list[tuple[str, list[int]]]:
        """Each row by itself, but those together that may; one lot of them at a time, and behind the others."""
        # The rows of a lot under way are due until its end.
        rows = _first(session, entity, now, room + 2 * MOST_AT_ONCE)
        with self._lock:
            free = [(row_id, state) for row_id, state in rows if (entity, row_id) not in self._under_way]
        apart = [(entity, [row_id]) for row_id, state in free if state != MANY[entity].state][:room]
        lot = [row_id for row_id, state in free if state == MANY[entity].state][:MOST_AT_ONCE]
        return [*apart, (entity, lot)] if lot and entity not in self._many else apart

    def _done(self, entity: str, ids: list[int], future: "Future[None]") -> None:
        keys = {(entity, entity_id) for entity_id in ids}
        with self._lock:
            for key in keys:
                self._under_way.pop(key, None)
            self._late -= keys
            self._running -= 1
            if len(ids) > 1:
                self._many.discard(entity)
        error = future.exception()
        if error is not None:  # not even the pause could be written; the lease brings the row back
            log.error("step ended badly", entity=entity, ids=ids, exc_info=error)
        self._wake.set()


def _first(session: Session, entity: str, now: datetime, most: int) -> Sequence[tuple[int, str]]:
    """The rows that have been due for longest, and the states of those that may go together."""
    columns: Any = TABLES[entity].__table__.c  # type: ignore[attr-defined]
    state = columns.state if entity in MANY else literal("")
    due = select(columns.id, state).where(columns.due_at <= now).order_by(columns.due_at).limit(most)
    return [(row[0], row[1]) for row in session.execute(due)]
