"""Where steps run: as many at once as there are places. A step that does not end gives its place back."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, TypeVar

import structlog
from sqlmodel import col, select

from hub.flow.conditions import begin, end
from hub.flow.context import Flow
from hub.flow.turns import give_back_badly
from hub.flow.work import TABLES
from hub.plugin import TransientError
from hub.store import Condition
from hub.store.tables import Work

from .advance import advance, advance_many

log = structlog.get_logger()

Row = TypeVar("Row", bound=tuple[Any, ...])

MOST_HUNG = 128
"""So many threads are left behind at most; those that hang then keep their places."""
STOP_S = 20.0
"""So long an end waits for the steps under way: with what the web side and the clock take, less than the 90 s after
which systemd kills. A step that is left behind is as one of a process that was killed: its row is taken up again."""
HUNG = "hung "
ASK = "Report it to the plugin's author; a restart of the hub ends the calls"

WHOSE = {
    "inbox": ("source", "source"),
    "source": ("source", "name"),
    "write_back": ("source", "name"),
    "cfdi": ("pac", "pac"),
    "restoration": ("pac", "pac"),
    "delivery": ("notifier", "notifier"),
    "ticket": ("hooks for sales of", "source"),
}
"""What the step of a row calls: a kind of plugin, and the column that says which configured one."""


class Whose(NamedTuple):
    """The configured plugin that a step calls."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(slots=True, eq=False)
class Step:
    """A step that waits for a place, runs, or hangs."""

    flow: Flow
    entity: str
    ids: tuple[int, ...]
    """One row, or many that go together and call no plugin."""
    over: Callable[[], None]
    since: float | None = None
    token: str | None = None
    """Of the claim that it works under, as it was seen in time."""
    hung: Whose | None = None
    left: bool = False
    """Its place went to another; its thread ends with it."""

    @property
    def entity_id(self) -> int:
        """The row, or the first of them."""
        return self.ids[0]

    @property
    def rows(self) -> set[tuple[str, int]]:
        """What it advances."""
        return {(self.entity, row) for row in self.ids}


class Places:
    """Runs steps in threads that end when there is nothing to do.

    A step whose lease ran out and that is still under way hangs: a plugin does not come back. A thread cannot be ended
    from outside, so it is left behind and another one takes its place. Of a plugin of which `count` calls hang, no
    further step is begun until one of them ends.

    Args:
        count: steps that may run at the same time, besides those that hang.
        put_off: told of a step that was not begun because the plugin hangs.
        gives_rows_back: whether a row may be begun again while its step hangs, as other processes do.
        go_on: whether a step for which nobody waits may take the next row along, which saves looking for it.
    """

    def __init__(
        self,
        count: int,
        put_off: Callable[[Flow, str, int], None] = lambda *_: None,
        *,
        gives_rows_back: bool = False,
        go_on: bool = False,
    ) -> None:
        self._count = count
        self._put_off = put_off
        self._gives_rows_back = gives_rows_back
        self._go_on = go_on
        self._waiting: deque[Step] = deque()
        self._steps: set[Step] = set()
        self._rows: set[tuple[str, int]] = set()
        self._hung: Counter[Whose] = Counter()
        self._threads = 0
        self._stopping = False
        self._lock = threading.Lock()
        self._telling = threading.Lock()

    def put(self, flow: Flow, entity: str, ids: Sequence[int], over: Callable[[], None]) -> Step | None:
        """Advance rows together as soon as there is a place, and call `over`; None if all are under way already."""
        with self._lock:
            free = tuple(row for row in ids if (entity, row) not in self._rows)
            if not free:
                return None
            step = Step(flow, entity, free, over)
            self._rows |= step.rows
            self._steps.add(step)
            self._waiting.append(step)
            self._fill()
            return step

    def look(self) -> None:
        """Name what does not end, and give its place to another."""
        hung = []
        for step, age_s in self._running():
            lease_s = step.flow.settings.engine.lease_s
            if age_s > lease_s:
                row, whose = _row(step)
                if not _keeps_lease(step, row):
                    hung.append((step, whose))
            elif age_s > lease_s / 2 and step.token is None and (row := _row(step)[0]):
                step.token = row.token
        for step, whose in self._left(hung):
            log.error("a step does not end: does a plugin hang?", entity=step.entity, id=step.entity_id, of=whose.name)
            self._tell(step, whose)

    @property
    def busy(self) -> int:
        """How many steps run or wait for a place, without those that hang."""
        with self._lock:
            return sum(step.hung is None for step in self._steps)

    @property
    def waiting(self) -> int:
        """How many steps wait for a place."""
        return len(self._waiting)

    def free(self, entity: str, rows: Iterable[Row]) -> list[Row]:
        """Those of some rows, whose first value is their id, that are not under way."""
        with self._lock:
            return [row for row in rows if (entity, row[0]) not in self._rows]

    def has_lot(self, entity: str) -> bool:
        """Whether many rows of a kind are under way together."""
        with self._lock:
            return any(len(step.ids) > 1 for step in self._steps if step.entity == entity)

    def hung_rows(self, entity: str) -> list[int]:
        """The rows whose steps hang."""
        with self._lock:
            return [row for step in self._steps if step.hung and step.entity == entity for row in step.ids]

    def stopped_for(self, entity: str) -> list[str]:
        """The configured plugins whose rows of this kind wait because too many calls hang."""
        with self._lock:
            return [w.name for w, calls in self._hung.items() if w.kind == WHOSE[entity][0] and calls >= self._count]

    def stop(self) -> None:
        """Begin no more steps."""
        self._stopping = True

    def name_left(self) -> None:
        """Say which steps end with the process, besides those that hang."""
        for step, _ in self._running():
            try:
                of = str(_row(step)[1])
            except Exception:  # the database may be what the step waits for
                of = "unknown"
            left = {"entity": step.entity, "id": step.entity_id, "of": of}
            log.warning("a step is left behind, the next start does it again", **left)

    def _fill(self) -> None:
        if self._waiting and self._threads < self._count:
            self._threads += 1
            # A daemon: a plugin that hangs must not keep the process from its end.
            threading.Thread(target=self._work, name="step", daemon=True).start()

    def _work(self) -> None:
        step = self._next()
        while step is not None:
            self._run(step)
            step = None if step.left else self._next()

    def _next(self) -> Step | None:
        with self._lock:
            if not self._waiting:
                self._threads -= 1
                return None
            step = self._waiting.popleft()
            step.since = step.flow.seconds()
            return step

    def _run(self, step: Step) -> None:
        try:
            if self._stopping:
                pass
            elif len(step.ids) > 1:
                advance_many(step.flow, step.entity, step.ids)
            elif not self._is_put_off(step):
                advance(replace(step.flow, goes_on=partial(self._goes_on, step)), step.entity, step.entity_id)
        except Exception:  # not even the pause could be written; the lease brings the row back
            log.exception("step ended badly", entity=step.entity, id=step.entity_id)
        self._end(step)
        step.over()

    def _goes_on(self, step: Step, entity: str, entity_id: int) -> bool:
        """Whether a step may take this row along; from then on it is the row's step."""
        with self._lock:
            if not self._go_on or self._waiting or self._stopping or step.hung:
                return False
            self._rows -= step.rows
            step.entity, step.ids, step.since, step.token = entity, (entity_id,), step.flow.seconds(), None
            self._rows |= step.rows
        return True

    def _is_put_off(self, step: Step) -> bool:
        if not self._hung or _row(step)[1].name not in self.stopped_for(step.entity):
            return False
        self._put_off(step.flow, step.entity, step.entity_id)
        return True

    def _running(self) -> list[tuple[Step, float]]:
        with self._lock:
            running = [step for step in self._steps if step.hung is None]
        return [(step, step.flow.seconds() - step.since) for step in running if step.since is not None]

    def _left(self, hung: list[tuple[Step, Whose]]) -> list[tuple[Step, Whose]]:
        with self._lock:
            # Between the look and now it may have ended, or another look have found it.
            hung = [(step, whose) for step, whose in hung if step in self._steps and step.hung is None]
            for step, whose in hung:
                step.hung = whose
                self._hung[whose] += 1
                step.left = self._hung.total() <= MOST_HUNG
                self._threads -= step.left
                if self._gives_rows_back:
                    self._rows -= step.rows
            for _ in hung:  # only now: all are counted before the next of the same plugin begins
                self._fill()
        return hung

    def _end(self, step: Step) -> None:
        with self._lock:
            whose = step.hung
            self._steps.discard(step)
            if whose is None or not self._gives_rows_back:
                self._rows -= step.rows
            if whose is not None:
                self._hung[whose] -= 1
                self._hung = +self._hung
        if whose is not None:
            self._tell(step, whose)

    def _tell(self, step: Step, whose: Whose) -> None:
        says = f"a call does not end ({step.entity} {step.entity_id}): the plugin hangs"
        hint = (
            f"everything else goes on; when {self._count} of its calls hang, no more are begun until one ends. " + ASK
        )
        try:
            # One at a time, and by what is so now: an end that comes meanwhile is not overwritten by its beginning.
            with self._telling, step.flow.store.write() as session:
                if self._hung[whose]:
                    hangs = TransientError(says, hint=hint)
                    if whose.kind == "pac" and step in self._steps:  # so that another PAC stands in for what waits
                        give_back_badly(step.flow, session, whose.name, hangs, token=step.token or "")
                    begin(step.flow, session, f"{HUNG}{whose}", hangs)
                else:
                    end(step.flow, session, f"{HUNG}{whose}")
        except Exception:
            log.exception("cannot note whether a plugin hangs", of=str(whose))


def forget_hung(flow: Flow) -> None:
    """At start: what hung in the process before ended with it."""
    with flow.store.write() as session:
        for subject in session.exec(select(Condition.subject).where(col(Condition.subject).startswith(HUNG))).all():
            end(flow, session, subject)


def _row(step: Step) -> tuple[Work | None, Whose]:
    kind, column = WHOSE[step.entity]
    with step.flow.store.read() as session:
        row = session.get(TABLES[step.entity], step.entity_id)
    return row, Whose(kind, getattr(row, column, ""))


def _keeps_lease(step: Step, row: Work | None) -> bool:
    """Reading many pages renews the lease and takes what it takes."""
    if row is None or row.token is None or row.due_at is None:
        return False
    return row.due_at > step.flow.now() and step.token in {None, row.token}
