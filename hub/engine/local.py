"""The small engine: one process, a loop that puts due rows where steps run (`places`)."""

import threading
import time
from collections.abc import Sequence

import structlog
from sqlalchemy import event
from sqlmodel import Session

from hub.flow.arrivals import take_letters
from hub.flow.context import Flow

from .advance import MANY, MOST_AT_ONCE, STEPS, may_go_together
from .due import DueRow, due_rows
from .places import STOP_S, Places

log = structlog.get_logger()

BATCH = 64
LOOK_S = 1.0


class LocalEngine:
    """`kick` wakes the loop once the transaction that made the work is committed."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._places = Places(workers, go_on=True)

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
        """Work until `stop`; a step that hangs is not waited for, any other one for `STOP_S`."""
        idle_s = flow.settings.engine.poll_idle_s
        while not self._stopping.is_set():
            self._wake.clear()
            self._wake.wait(0.05 if self._started_any(flow) else idle_s)
        self._finish()

    def run_until_idle(self, flow: Flow) -> None:
        """Work until nothing is due; for commands and tests."""
        while True:
            # Asked before the look for work: a step that ends meanwhile may have left new work behind it.
            self._wake.clear()
            busy = bool(self._places.busy)
            if not self._start_due(flow) and not busy:
                return
            self._wake.wait(0.05)

    def _started_any(self, flow: Flow) -> bool:
        try:
            return self._start_due(flow) > 0
        except Exception:
            # A database that is away for a minute must not end the engine: it looks again until it is back.
            log.exception("cannot look for work, will look again")
            return False

    def _finish(self) -> None:
        until = time.monotonic() + STOP_S
        if busy := self._places.busy:
            log.info("waiting for the steps under way", steps=busy, at_most_s=STOP_S)
        while self._places.busy and (left_s := until - time.monotonic()) > 0:
            self._wake.clear()
            self._look()
            self._wake.wait(min(LOOK_S, left_s))
        self._places.name_left()

    def _look(self) -> None:
        try:
            self._places.look()
        except Exception:
            log.exception("cannot look whether a plugin hangs, will look again")

    def _start_due(self, flow: Flow) -> int:
        self._places.look()
        if self._places.waiting >= self._workers:
            return 0  # the end of a step calls again, and looking costs as much as a step
        take_letters(flow)
        return sum(bool(self._places.put(flow, entity, ids, self._wake.set)) for entity, ids in self._due(flow))

    def _due(self, flow: Flow) -> list[tuple[str, list[int]]]:
        """What is due, without what is with a step that hangs, or would be called in vain."""
        room = max(0, BATCH + self._workers - self._places.busy)
        together = may_go_together(flow)
        # The rows of a lot under way are due until its end.
        most = {entity: room + 2 * MOST_AT_ONCE * (together and entity in MANY) for entity in STEPS}
        hung = {entity: rows for entity in STEPS if (rows := self._places.hung_rows(entity))}
        stopped = {entity: names for entity in STEPS if (names := self._places.stopped_for(entity))}
        with flow.store.read() as session:
            found_rows = due_rows(session, flow.now(), most, not_rows=hung, not_of=stopped)
        found: list[tuple[str, list[int]]] = []
        for entity, wanting in found_rows.items():
            if together and entity in MANY:
                found += self._lots(entity, wanting, room)
            else:
                found += [(entity, [row.id]) for row in wanting]
        return found[:room]

    def _lots(self, entity: str, due: Sequence[DueRow], room: int) -> list[tuple[str, list[int]]]:
        """Each row by itself, but those together that may; one lot of them at a time, and behind the others."""
        rows = self._places.free(entity, due)
        apart = [(entity, [row.id]) for row in rows if row.state != MANY[entity].state][:room]
        lot = [row.id for row in rows if row.state == MANY[entity].state][:MOST_AT_ONCE]
        return apart if not lot or self._places.has_lot(entity) else [*apart, (entity, lot)]
