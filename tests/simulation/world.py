"""One simulated world: everything in it, what may happen next, and the loop that lets the seed choose."""

import heapq
import sys
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NoReturn

import httpx
from sqlalchemy.exc import OperationalError

from hub.engine.advance import MANY, advance, advance_many
from hub.engine.lock import release_leases
from hub.engine.scheduler import poll_now
from hub.flow.arrivals import Arrivals, take_letters
from hub.flow.context import Flow
from hub.flow.tell import tell_events
from hub.flow.work import TABLES
from hub.store import InboxItem
from hub.web.webhooks import _receive
from pac_providers.sandbox.behaviour import Behaviours
from pac_providers.sandbox.ledger import Ledger
from pac_providers.sandbox.service import Service

from .baton import Baton, Crash, Task
from .clock import Clock
from .database import Eye, SimulatedLetterbox, broken
from .faults import Faults
from .pac_wire import PacWire
from .post_office import PostOffice
from .shop import Shop, delivery
from .stage import PACS, Stage

DAEMON, COMMAND = "daemon", "command line"
WORKERS = 6
SHARE_OF_MANY = 0.5
STALL_S = 900.0
"""Longer than a lease."""
MOST_CHOICES = 6000
"""A world that is not at rest by then never will be."""

ALWAYS = datetime.min.replace(tzinfo=UTC)
_DUE = " UNION ALL ".join(
    f"SELECT '{entity}', id, due_at FROM {table.__tablename__} WHERE due_at IS NOT NULL"  # type: ignore[attr-defined]
    for entity, table in TABLES.items()
)


class Broken(BaseException):
    """An invariant does not hold; no step may swallow that."""


class World:
    """Make one with a seed, give it acts with `later`, and `run` it."""

    def __init__(self, stage: Stage, seed: int, always: Callable[["World"], None]) -> None:
        self.random = Random(seed)
        self.clock = Clock()
        self.baton = Baton(self.clock)
        self.faults = Faults(self.random)
        self.trace: list[tuple[float, str]] = []
        self.stage = stage
        self._always = always
        self._agenda: list[tuple[datetime, int, str, Callable[[], object]]] = []
        self._said = self._spawned = 0
        self._due: list[tuple[str, int, datetime]] = []
        self._looked = False
        self._claiming: dict[tuple[str, int], Task] = {}
        self._taking: Task | None = None
        self._crashing = False
        self._up = False
        stage.clear()
        stage.http, stage.smtp, stage.logged = self._http, self._smtp, self._logged
        stage.store.happens = self._database
        self.eye = Eye(stage.database)
        self.in_line = seed % 5 == 0
        self._letterbox = SimulatedLetterbox(stage.database, self._letter) if seed % 4 == 1 else None
        self.settings = stage.one_place if self.in_line else self.random.choice((stage.settings, stage.one_pac))
        self.ledgers = [Ledger(stage.folder / f"ledger of {name}") for name in PACS]
        self._pacs = {name: self._pac(name, ledger) for name, ledger in zip(PACS, self.ledgers, strict=True)}
        self.shop = Shop(self.clock.true_now, self._deliver, dated=self.random.random() < 0.7)
        self.complete_deliveries = self.shop.dated and self.random.random() < 0.5
        self.post_office = PostOffice(self._mail)
        self._start()

    def _pac(self, name: str, ledger: Ledger) -> PacWire:
        options, behaviours = self.stage.instances.pacs[name].plugin.config, Behaviours(ledger, self.clock.true_now)
        return PacWire(self, name, Service(ledger, self.stage.pac_keys, options, behaviours))

    # ---- for actors

    def later(self, after: timedelta, name: str, act: Callable[[], object]) -> None:
        """Something outside the hub happens then, in no time."""
        heapq.heappush(self._agenda, (self.clock.true + after, self._said, name, act))
        self._said += 1

    def spawn(self, name: str, work: Callable[[], object], process: str = DAEMON) -> None:
        """Work inside the hub, unless its process is down."""
        self._spawned += 1
        name = f"[{self._spawned}] {name}"
        if process == DAEMON and not self._up:
            return self.say(f"  {name}: the hub is down")
        self.baton.spawn(name, work, process)
        return None

    def say(self, text: str) -> None:
        """A line of the trace."""
        self.trace.append((self.clock.elapsed_s, text))

    def first(self, *kinds: str) -> str | None:
        """Which of these faults strikes now, if any."""
        struck = self.faults.first(*kinds)
        if struck is not None:
            self.say(f"    ! {struck}")
        return struck

    def seconds(self, longest: float) -> float:
        """Some time, as the seed wants it."""
        return self.random.uniform(0, longest)

    def broken(self, what: str) -> NoReturn:
        """End the run here."""
        raise Broken(what)

    def pause(self, where: str, seconds: float = 0.0) -> None:
        """An I/O of a task: others may go on meanwhile, and its process may end here."""
        task = self.baton.running
        if task is None:
            return
        if not task.doomed:
            self.say(f"  {task.name}: {where}")
            if self.first("crash at a remote call"):
                self._crash(task)
        self.baton.pause(seconds)

    # ---- the run

    def run(self, horizon: timedelta) -> None:
        """All that was planned, with faults; then without faults until nothing is left to do."""
        end = self.clock.true + horizon
        self._choose_until(lambda: self.clock.true >= end)
        self.say("---- from here on nothing goes wrong any more")
        self.faults.stop()
        self.clock.wrong_by = timedelta(0)
        if not self._up:
            self._start()

    def rest(self) -> None:
        """Until nothing is due, on its way or planned."""
        self._choose_until(lambda: False)

    def resting_pacs(self) -> bool:
        """Whether the hub still spares a PAC: nothing can show that it works again before there is another sale."""
        return bool(self.eye.rows("SELECT 1 FROM pac_health WHERE open_until IS NOT NULL"))

    def let_pass(self, time: timedelta) -> None:
        """Of a world at rest: nothing happens for so long."""
        self.clock.pass_to(self.clock.true + time)

    def close(self) -> None:
        """Whatever is still under way ends."""
        for task in list(self.baton.tasks):
            self.baton.kill(task)
        if self._letterbox is not None:
            self._letterbox.close()
        self.eye.close()
        for ledger in self.ledgers:
            ledger.close()

    def _choose_until(self, enough: Callable[[], bool]) -> None:
        for _ in range(MOST_CHOICES):
            if enough():
                return
            if not self._one():
                return
        raise Broken(f"not at rest after {MOST_CHOICES} choices: {self._waiting()}")

    def _one(self) -> bool:
        now = self.clock.true
        able = [task for task in self.baton.tasks if task.wakes_at <= now]
        due = self._due_now() if len(self.baton.tasks) < WORKERS else []
        happening = bool(self._agenda) and self._agenda[0][0] <= now
        count = len(able) + len(due) + happening
        if not count:
            return self._let_time_pass()
        pick = self.random.randrange(count)
        if pick < len(able):
            self._go_on(able[pick])
        elif pick < len(able) + len(due):
            self._work(*due[pick - len(able)])
        else:
            _, _, name, act = heapq.heappop(self._agenda)
            self.say(name)
            act()
        return True

    def _work(self, entity: str, row: int) -> None:
        flow = self.flow
        if entity == "letters":
            self.spawn("take letters", lambda: take_letters(flow))
            self._taking = self.baton.tasks[-1]
            return
        for _ in range(2 if self.first("step delivered twice") else 1):
            if entity in MANY and self.random.random() < SHARE_OF_MANY:
                rows = [each for kind, each in self._due_now() if kind == entity]
                self.spawn(f"{entity} {row} and all due", lambda rows=rows: advance_many(flow, entity, rows))
            else:
                self.spawn(f"{entity} {row}", lambda: advance(flow, entity, row))
        self._claiming[entity, row] = self.baton.tasks[-1]

    def _due_now(self) -> list[tuple[str, int]]:
        if not self._up:
            return []
        hub_now = self.clock.hub_now()
        due = [(entity, row) for entity, row, at in self._all_due() if at <= hub_now]
        taken = {("letters", 0): self._taking}  # by the engine's loop, one lot after the other
        return [one for one in due if (self._claiming | taken).get(one) not in self.baton.tasks]

    def _all_due(self) -> list[tuple[str, int, datetime]]:
        if not self._looked:
            rows = self.eye.rows(_DUE)
            self._due = [(entity, row, datetime.fromisoformat(f"{at}+00:00")) for entity, row, at in rows]
            self._due += [("letters", 0, ALWAYS) for _ in self._letters(1)]
            self._looked = True
        return self._due

    def _letters(self, most: int) -> list[InboxItem]:
        return [] if self._letterbox is None else list(self._letterbox.oldest(most).values())

    def _let_time_pass(self) -> bool:
        moments = [task.wakes_at for task in self.baton.tasks]
        moments += [at for at, *_ in self._agenda[:1]]
        if self._up and len(self.baton.tasks) < WORKERS:
            moments += [at - self.clock.wrong_by for entity, _, at in self._all_due() if entity != "letters"]
        if not moments:
            return False
        self.clock.pass_to(min(moments) + timedelta(seconds=self.seconds(0.5)))
        if self.first("clock jumps"):
            self.clock.wrong_by = timedelta(seconds=self.random.choice((-1, 1)) * self.seconds(7200))
            self.say(f"    the hub's clock is wrong by {self.clock.wrong_by}")
        return True

    def _go_on(self, task: Task) -> None:
        self.baton.go_on(task)
        if self._crashing:
            self._crashing = False
            self._stop()
            self.later(timedelta(seconds=self.seconds(120)), "the hub starts again", self._start)
        elif task.ended and task.error is not None and not isinstance(task.error, OperationalError | Crash):
            raise task.error

    # ---- the hub's process

    def _start(self) -> None:
        if self._up:
            return
        self._up = True
        store = self.stage.store
        self.flow = Flow(
            self.settings,
            store,
            self.stage.instances,
            now=self.clock.hub_now,
            sleep=self._sleep,
            seconds=lambda: self.clock.elapsed_s,
            goes_on=self._goes_on,
            letterbox=self._letterbox,
        )
        release_leases(self.flow)
        self.spawn("poll at start", lambda: poll_now(self.flow, "shop"))

    def _goes_on(self, entity: str, row: int) -> bool:
        if self.in_line:
            self.say(f"    {entity} {row} comes along")
        return self.in_line

    def _sleep(self, seconds: float) -> None:
        if seconds:
            self.pause("sleeps", seconds)

    def _stop(self) -> None:
        self.say("    the hub's process is gone")
        self._up = False
        for task in [task for task in self.baton.tasks if task.process == DAEMON]:
            self.baton.kill(task)
        self.stage.store.engine.dispose()

    def _crash(self, task: Task) -> None:
        task.doomed = True
        self._crashing = task.process == DAEMON
        raise Crash

    # ---- what the hub's surroundings do to it

    def _database(self, moment: str) -> None:
        task = self.baton.running
        if moment == "committed":
            self._looked = False
            self._always(self)
            self._claiming = {row: one for row, one in self._claiming.items() if one is not task}
        if task is None:
            return
        if task.doomed:
            raise Crash
        if moment == "begin" and self.first("database locked"):
            raise broken("database is locked")
        if moment == "commit":
            if self.first("crash before commit"):
                self._crash(task)
            if self.first("disk full"):
                raise broken("database or disk is full")
            return  # it holds SQLite's write lock: nobody else may come to a write now
        if moment == "committed":
            self.say(f"  {task.name}: committed")
            if self.first("crash after commit"):
                self._crash(task)
            if self.first("worker lost"):
                task.doomed = True
                raise Crash
            if self.first("commit without an answer"):
                raise broken("the connection was closed while the commit was under way")
        stalls = moment == "committed" and self.first("worker stalls beyond its lease")
        self.baton.pause(STALL_S if stalls else 0.0)

    def _letter(self, moment: str) -> None:
        """A delivery goes into the letterbox, which is there already once it is put, or leaves it."""
        task = self.baton.running
        self._looked = False
        if task is None:
            return
        if moment == "letter" and self.first("disk full"):
            raise broken("database or disk is full")
        if moment != "letter":
            self.say(f"  {task.name}: {moment}")
            if self.first("crash after commit"):
                self._crash(task)
        self.baton.pause(0.0)

    def _http(self, request: httpx.Request) -> httpx.Response:
        pac = self._pacs.get(request.url.host.removesuffix(".simulated"))
        return self._shop_answers(request) if pac is None else pac.handle(request)

    def _shop_answers(self, request: httpx.Request) -> httpx.Response:
        if self.first("shop refuses connections"):
            raise httpx.ConnectError("connection refused", request=request)
        self.pause("asks the shop")
        if fault := self.first("shop 500", "shop 429", "shop 401", "shop garbage"):
            if fault == "shop garbage":
                return httpx.Response(200, content=b"<html>")
            return httpx.Response(int(fault[-3:]), headers={"retry-after": "60"} if fault == "shop 429" else {})
        answer = self.shop.answer(request)
        self.pause("the shop answers", self.seconds(20) if self.first("shop slow") else 0.0)
        return answer

    def _smtp(self) -> Any:
        return self.post_office.connect()

    def _mail(self, moment: str) -> str | None:
        self.pause(f"mail: {moment}", self.seconds(20) if self.first("mail slow") else 0.0)
        match moment:
            case "connect":
                return self.first("mail refuses connections")
            case "recipient":
                return self.first("mail 4xx", "mail 5xx")
        return self.first("mail dropped after DATA")

    def _logged(self, event: MutableMapping[str, Any]) -> None:
        """What a step did not foresee is a bug, unless the database was made to fail under it."""
        error = event.get("exc_info")
        if error is True:
            error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, OperationalError):
            raise Broken(f"{event['event']}: {type(error).__name__}: {error}") from error

    def _deliver(self, event: dict[str, Any]) -> None:
        """The shop changed something: its webhook tells, until it is heard."""
        self.say(f"    the shop: {event['id']} about {event['thing']}")
        if self.first("delivery never sent"):
            return
        headers, body = delivery(event, complete=self.complete_deliveries)
        for _ in range(2 if self.first("delivery doubled") else 1):
            after = self.seconds(1200) if self.first("delivery late") else self.seconds(5)
            self._send(timedelta(seconds=after), event["id"], headers, body)

    def _send(self, after: timedelta, event: str, headers: dict[str, str], body: bytes) -> None:
        def arrives() -> None:
            heard = False
            try:
                heard = _receive(self.flow, "shop", headers, body, Arrivals(self.flow)).status_code == 200
            finally:
                self.say(f"    the shop: {event} {'is taken' if heard else 'must be sent again'}")
                if not heard:
                    again()
            # First the letterbox: what leaves it is in the inbox before.
            kept = heard and event in {letter.delivery_key for letter in self._letters(10_000)}
            if heard and not kept and not self.eye.rows("SELECT 1 FROM inbox WHERE delivery_key = ?", event):
                raise Broken(f"{event} was acknowledged and is not in the inbox")

        def again() -> None:
            self._send(timedelta(seconds=30 + self.seconds(300)), event, headers, body)

        def sent() -> None:
            self.spawn(f"delivery {event}", arrives) if self._up else again()

        self.later(after, f"    the shop sends {event}", sent)

    def _waiting(self) -> str:
        return f"due {self._all_due()}, tasks {[task.name for task in self.baton.tasks]}, agenda {self._agenda[:3]}"

    def poll(self) -> None:
        """The clock of the hub says that the shop is to be read."""
        self.spawn("poll", lambda: poll_now(self.flow, "shop"))

    def tell(self) -> None:
        """The clock of the hub says that plugins are to hear of events."""
        self.spawn("tell events", lambda: tell_events(self.flow))
