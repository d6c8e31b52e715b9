"""What a source promises that writes back: the same twice is once, and no sale is changed by it."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, get_args

import httpx

from hub.plugin import ConfigError, Http, Ignored, InDoubtError, Outcome, Sale, Source, TransientError, WritesBack
from hub.plugin.write_back import State

from .expect import fail, outcome, raised
from .sales_contract import Money, SalesContract
from .wire import Wire, always, failing

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
STATES: tuple[State, ...] = get_args(State)
GONE = "a-sale-that-is-gone"
TROUBLE: tuple[tuple[str, Wire], ...] = (
    ("HTTP 429", always(429)),
    ("HTTP 500", always(500)),
    ("HTTP 503", always(503)),
    ("a timeout", failing(httpx.ReadTimeout)),
    ("a refused connection", failing(httpx.ConnectError)),
)


class WriteBackContract(SalesContract):
    """Add it to the contract of the source: `class TestAcme(WriteBackContract, SourceContract)`.

    Besides what that contract wants write `shown`.
    """

    # ---- what the author writes

    def shown(self) -> Any:
        """All that stands beside the records at the remote side now, as plain data that can be compared."""
        raise NotImplementedError(f"write shown(self) in {type(self).__name__}: return what was written at your fake")

    # ---- what the checks use

    def writer(self) -> WritesBack:
        """A new source, as what writes."""
        made: Source[Any] = self.make()
        if not isinstance(made, WritesBack):
            fail(f"{self.plugin.__name__} does not write back; let it inherit WritesBack, too")
        return made

    def outcomes(self, state: State) -> list[Outcome]:
        """An outcome in that state for every sale of `movements`."""
        sales = [movement for movement in self.read() if isinstance(movement, Sale)]
        assert sales, "let `answer` serve at least one sale"
        return [told(sale, state) for sale in sales]

    def write(self, outcomes: list[Outcome], wire: Wire | None = None) -> Mapping[str, str]:
        """Write them, in batches as the hub does."""
        writer, refused = self.writer(), dict[str, str]()
        for start in range(0, len(outcomes), writer.batch):
            refused |= writer.write_back(self.http(wire), outcomes[start : start + writer.batch])
        return refused

    def written(self, outcomes: list[Outcome]) -> str:
        """What stands there after these are written."""
        self.write(outcomes)
        return json.dumps(self.shown(), default=str, sort_keys=True)

    def operations(self) -> Iterator[tuple[str, Callable[[Http], Any]]]:
        """Those of a source, and writing."""
        yield from super().operations()
        outcomes = self.outcomes("waiting")
        yield "check_write_back", lambda http: self.writer().check_write_back(http)
        yield "write_back", lambda http: self.writer().write_back(http, outcomes)

    # ---- the checks

    def test_the_check_of_writing_proves_something(self) -> None:
        before = json.dumps(self.shown(), default=str, sort_keys=True)
        said = self.writer().check_write_back(self.http())
        assert isinstance(said, str), f"check_write_back answered {said!r}; return what the operator should read"
        assert said.strip(), "check_write_back answered an empty text; return what the operator should read"
        after = json.dumps(self.shown(), default=str, sort_keys=True)
        assert before == after, "check_write_back wrote something; a check must harm nobody"
        for status in (401, 403):
            check = partial(self.writer().check_write_back, self.http(always(status)))
            raised(ConfigError, check, f"check_write_back after HTTP {status}", "Let the errors of Http pass")
        check = partial(self.writer().check_write_back, self.http(failing(httpx.ConnectError)))
        raised(TransientError, check, "check_write_back of a service that is down", "Let the errors of Http pass")

    def test_every_state_can_be_written(self) -> None:
        seen = [json.dumps(self.shown(), default=str, sort_keys=True)]
        for state in STATES:
            refused = self.write(self.outcomes(state))
            assert refused == {}, f"{state}: refused were {dict(refused)!r}, though all these sales are there"
            seen.append(json.dumps(self.shown(), default=str, sort_keys=True))
        assert len(set(seen)) == len(seen), "two states look alike beside the record; write `estado` or `state`"

    def test_written_twice_is_as_once(self) -> None:
        outcomes = self.outcomes("invoiced")
        assert self.written(outcomes) == self.written(outcomes), (
            "writing the same twice left something else than writing it once; the hub may write again, so set, "
            "never add"
        )

    def test_the_last_outcome_is_what_stands_there(self) -> None:
        waiting, invoiced = self.outcomes("waiting"), self.outcomes("invoiced")
        first = self.written(waiting)
        between, last = self.written(invoiced), self.written(waiting)
        assert first == last, (
            f"after waiting, invoiced and waiting again there stands {last}, after waiting at first {first}; "
            "write empty text, too, so that it replaces what was there"
        )
        assert between != last, "an invoiced sale looks like a waiting one"

    def test_writing_changes_no_sale(self) -> None:
        before = _undated(self.read())
        for state in ("waiting", "invoiced"):
            self.write(self.outcomes(state))
            assert _undated(self.read()) == before, (
                f"after {state} was written the sales read otherwise: each would count as changed at the source; "
                "leave out of the record what the hub writes"
            )

    def test_a_sale_that_is_gone_is_refused_alone(self) -> None:
        known = self.outcomes("invoiced")
        gone = known[0].model_copy(update={"id": GONE, "reference": GONE, "aliases": ()})
        refused = outcome(partial(self.write, [gone, *known]))
        assert isinstance(refused, Mapping), (
            f"a sale that is gone led to {refused!r}; answer its id with the reason, and write the others"
        )
        assert set(refused) == {GONE}, f"refused were {sorted(refused)}, and only {GONE} is gone"
        there = json.dumps(self.shown(), default=str, sort_keys=True)
        assert there == self.written(known), "the others were not written because one sale is gone"

    def test_trouble_while_writing_can_be_told_apart(self) -> None:
        outcomes = self.outcomes("invoiced")
        for status in (401, 403):
            refused = partial(self.write, outcomes, always(status))
            raised(ConfigError, refused, f"write_back after HTTP {status}", "A person must give the permission")
        for what, wire in TROUBLE:
            result = outcome(partial(self.write, outcomes, wire))
            assert isinstance(result, (TransientError, InDoubtError)), (
                f"write_back after {what} gave {result!r}; let the errors of Http pass: it is written again later"
            )

    def test_the_id_of_a_broken_record_is_its_own(self) -> None:
        source, writer = self.make(), self.writer()
        for record in self.records():
            movement = source.to_sale(record)
            if isinstance(movement, Ignored):
                continue
            said = writer.id_of(self.broken(json.loads(json.dumps(record, default=str))))
            assert said in {"", movement.id}, (
                f"id_of the broken record of {movement.id} is {said!r}; its error would stand beside another sale"
            )


def told(sale: Sale, state: State) -> Outcome:
    """An outcome that fits the state."""
    covered = state in {"invoiced", "globalized"}
    return Outcome(
        id=sale.id,
        aliases=sale.aliases,
        reference=sale.reference or sale.id,
        state=state,
        reason="" if covered else "Falta que el cliente dé sus datos fiscales.",
        detail="the cell says #REF!" if state == "error" else "",
        serie="A" if covered else "",
        folio="17" if covered else "",
        uuid="0A3C1B6E-0000-4000-8000-000000000017" if covered else "",
        portal_url="https://facturas.example/f/abc" if state == "waiting" else "",
        at=AT,
    )


def _undated(movements: list[Money]) -> dict[str, Money]:
    """By id: a remote side that sorts by change may tell them in another order."""
    return {one.id: one.model_copy(update={"updated_at": None}) if isinstance(one, Sale) else one for one in movements}
