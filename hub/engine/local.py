"""The small engine: one process, a loop that puts due rows where steps run (`places`)."""

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import event, literal
from sqlmodel import Session, select

from hub.flow.context import Flow
from hub.flow.work import TABLES

from .advance import MANY, MOST_AT_ONCE, STEPS, may_go_together
from .places import WHOSE, Places

log = structlog.get_logger()

BATCH = 64
LOOK_S = 1.0


class LocalEngine:
    """`kick` wakes the loop once the transaction that made the work is committed."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._places = Places(workers)

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
        self._places.stop()
        self._wake.set()

    def run(self, flow: Flow) -> None:
        """Work until `stop`; a step that hangs is not waited for."""
        idle_s = flow.settings.engine.poll_idle_s
        while not self._stopping.is_set():
            self._wake.clear()
            self._wake.wait(0.05 if self._started_any(flow) else idle_s)
        while self._places.busy:
            self._wake.clear()
            self._look()
            self._wake.wait(LOOK_S)

    def run_until_idle(self, flow: Flow) -> None:
        """Work until nothing is due; for commands and tests."""
        while True:
            # Asked before the look for work: a step that ends meanwhile may have left new work behind it.
            busy = bool(self._places.busy)
            if not self._start_due(flow) and not busy:
                return
            self._wake.wait(0.02)
            self._wake.clear()

    def _started_any(self, flow: Flow) -> bool:
        try:
            return self._start_due(flow) > 0
        except Exception:
            # A database that is away for a minute must not end the engine: it looks again until it is back.
            log.exception("cannot look for work, will look again")
            return False

    def _look(self) -> None:
        try:
            self._places.look()
        except Exception:
            log.exception("cannot look whether a plugin hangs, will look again")

    def _start_due(self, flow: Flow) -> int:
        self._places.look()
        return sum(bool(self._places.put(flow, entity, ids, self._wake.set)) for entity, ids in self._due(flow))

    def _due(self, flow: Flow) -> list[tuple[str, list[int]]]:
        """What is due, without what is with a step that hangs, or would be called in vain."""
        now = flow.now()
        room = max(0, BATCH + self._workers - self._places.busy)
        found: list[tuple[str, list[int]]] = []
        with flow.store.read() as session:
            for entity in STEPS:
                if entity in MANY and may_go_together(flow):
                    found += self._due_together(session, entity, now, room)
                else:
                    found += [(entity, [row_id]) for row_id, _ in self._first(session, entity, now, room)]
        return found[:room]

    def _due_together(self, session: Session, entity: str, now: datetime, room: int) -> list[tuple[str, list[int]]]:
        """Each row by itself, but those together that may; one lot of them at a time, and behind the others."""
        # The rows of a lot under way are due until its end.
        rows = self._places.free(entity, self._first(session, entity, now, room + 2 * MOST_AT_ONCE))
        apart = [(entity, [row_id]) for row_id, state in rows if state != MANY[entity].state][:room]
        lot = [row_id for row_id, state in rows if state == MANY[entity].state][:MOST_AT_ONCE]
        return apart if not lot or self._places.has_lot(entity) else [*apart, (entity, lot)]

    def _first(self, session: Session, entity: str, now: datetime, most: int) -> Sequence[tuple[int, str]]:
        """The rows that have been due for longest, and the states of those that may go together."""
        columns: Any = TABLES[entity].__table__.c  # type: ignore[attr-defined]
        state = columns.state if entity in MANY else literal("")
        due = select(columns.id, state).where(columns.due_at <= now).order_by(columns.due_at).limit(most)
        if hung := self._places.hung_rows(entity):
            due = due.where(columns.id.not_in(hung))
        if stopped := self._places.stopped_for(entity):
            due = due.where(columns[WHOSE[entity][1]].not_in(stopped))
        return [(row[0], row[1]) for row in session.execute(due)]
