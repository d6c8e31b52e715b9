"""What every source of sales promises: nothing lost, nothing twice, nothing invented, to the cent."""

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from hub.plugin import Http, Ignored, Page, Payment, Record, Refund, Sale, Source, exponent_of

from .expect import fail, outcome
from .expected import MEXICO_CITY, Expected
from .judgement import (
    BEGINNING,
    changed_at,
    decimals_of,
    oddity_in,
    plain,
    require_aware,
    require_exact_line,
    require_line_adds_up,
)
from .plugin_contract import PluginContract
from .pure import no_way_out
from .read_from import STAND_INS, replaced, stands_in
from .wire import Wire

Money = Sale | Refund | Payment


class SalesContract(PluginContract):
    """What `SourceContract` (a remote side by HTTP) and `LocalSourceContract` (a place on this machine) share.

    Attributes:
        movements: what the other side holds, by movement key. A sale is its amount and currency,
            `{"A1": "199.90 MXN"}`, if you like with its day: `sale on 2026-03-01: 199.90 MXN`. All else says what it
            is, of which sale and when: `refund of A1 on 2026-03-04: 99.95 MXN`, `reversed refund of ...`,
            `payment of ...`. Days are those of Mexico City. Work it out by hand, not with the plugin.
        live: whether the sales of the other side are real money; False if it plays an account for tests.
        least_pages: how many pages there are at least; 1 for a remote side that tells all at once.
    """

    plugin: type[Source[Any]]
    movements: ClassVar[dict[str, str]]
    least_pages: ClassVar[int] = 2
    live: ClassVar[bool] = True

    # ---- what the author writes

    def broken(self, record: Record) -> Record:
        """Spoil a good record in the way that is likeliest at this remote side, such as taking its lines away."""
        raise NotImplementedError(f"write broken(self, record) in {type(self).__name__}: return it spoilt")

    # ---- what the checks use

    def make(self) -> Source[Any]:
        """A new source."""
        return self.plugin(self.config)

    def pages(self, since: datetime = BEGINNING, wire: Wire | None = None) -> list[Page]:
        """Read to the end."""
        return list(self.make().pages(self.http(wire), since))

    def records(self) -> list[Record]:
        """Every record of a whole read."""
        return [record for page in self.pages() for record in page.records]

    def read(self, since: datetime = BEGINNING, wire: Wire | None = None) -> list[Money]:
        """Every movement of a whole read."""
        return self.movements_of([record for page in self.pages(since, wire) for record in page.records])

    def movements_of(self, records: list[Record]) -> list[Money]:
        """Map records; those that ask for nothing are left out."""
        source = self.make()
        found = [source.to_sale(record) for record in records]
        return [movement for movement in found if not isinstance(movement, Ignored)]

    def expected(self, key: str) -> Expected | None:
        """What `movements` says of a key; None if nothing."""
        try:
            return Expected.read(self.movements[key]) if key in self.movements else None
        except ValueError as error:
            fail(f"{key}: {error}")

    def operations(self) -> Iterator[tuple[str, Callable[[Http], Any]]]:
        """Check, and a whole read."""
        yield from super().operations()
        yield "pages", lambda http: list(self.make().pages(http, BEGINNING))

    # ---- reading

    def test_reads_every_page_once(self) -> None:
        pages = self.pages()
        assert len(pages) >= self.least_pages, (
            f"only {len(pages)} page: let `answer` serve two or more, or set least_pages = 1 if it tells all at once"
        )
        found = [movement.id for movement in self.movements_of([r for page in pages for r in page.records])]
        missing, extra = set(self.movements) - set(found), set(found) - set(self.movements)
        assert not missing, f"never read: {sorted(missing)}; follow the remote side's cursor to its end"
        assert not extra, f"read but not in `movements`: {sorted(extra)}; the movement key must be stable and expected"
        assert len(found) == len(set(found)), f"read twice: {sorted({i for i in found if found.count(i) > 1})}"

    def test_two_reads_are_equal(self) -> None:
        assert self.read() == self.read(), "two reads of the same remote side differ; keep no state between calls"

    def test_records_are_plain_data(self) -> None:
        for record in self.records():
            assert type(record) is dict, f"a record is a {type(record).__name__}; hand over plain dicts"
            odd = oddity_in(record)
            assert not odd, f"a record holds {odd}; hand over text, int, Decimal, bool, None, lists and dicts only"

    def test_since_is_inclusive(self) -> None:
        for movement in self.read():
            when = changed_at(movement)
            again = {one.id for one in self.read(since=when)}
            assert movement.id in again, (
                f"{movement.id} is lost when reading since its own time {when.isoformat()}; "
                "`since` is inclusive: ask with >=, and never round it up"
            )

    def test_nothing_is_lost_when_interrupted_after_any_page(self) -> None:
        pages = self.pages()
        for stop in range(1, len(pages) + 1):
            marks = [page.complete_until for page in pages[:stop] if page.complete_until]
            seen = {m.id for m in self.movements_of([r for page in pages[:stop] for r in page.records])}
            resumed = {m.id for m in self.read(since=max(marks, default=BEGINNING))}
            lost = sorted(set(self.movements) - seen - resumed)
            assert not lost, (
                f"a stop after page {stop} loses {lost}: complete_until promises more than was handed over; "
                "set it only if the remote side sorts oldest first, to the last record's time"
            )

    # ---- money

    def test_money_is_exact(self) -> None:
        for movement in self.read():
            amount = movement.total if isinstance(movement, Sale) else movement.amount
            expected = self.expected(movement.id)
            places = exponent_of(movement.currency)
            assert decimals_of(amount) <= places, (
                f"{movement.id} charged {amount}, finer than {movement.currency}'s {places} decimals: a float?"
            )
            assert expected is not None and (amount, movement.currency) == (expected.amount, expected.currency), (
                f"{movement.id} is {plain(amount)} {movement.currency}, but `movements` says {expected or 'nothing'}"
            )
            for line in movement.lines if isinstance(movement, Sale) else ():
                require_exact_line(movement.id, line)

    def test_lines_add_up(self) -> None:
        for sale in self.read():
            if not isinstance(sale, Sale):
                continue
            lines = sum((line.total for line in sale.lines), Decimal(0))
            assert lines == sale.total, (
                f"{sale.id}: the lines add up to {lines}, the sale charged {sale.total}; "
                "spread discounts over the lines and add lines for shipping, fees and tips"
            )
            for line in sale.lines:
                require_line_adds_up(sale, line)

    def test_refunds_and_payments_name_a_sale(self) -> None:
        found = self.read()
        sales = {key: one for one in found if isinstance(one, Sale) for key in (one.id, *one.aliases)}
        for movement in found:
            if isinstance(movement, Sale):
                continue
            sale = sales.get(movement.sale_id)
            assert sale is not None, (
                f"{movement.id} is of the sale {movement.sale_id}, which `pages` does not hand over; sale_id is the "
                "movement key, the `id` of a Sale, and not an order number (let `answer` serve the sale, too)"
            )
            assert movement.currency == sale.currency, (
                f"{movement.id} is in {movement.currency}, its sale in {sale.currency}; tell both as they were charged"
            )
            assert movement.amount <= sale.total, (
                f"{movement.id} is {movement.amount}, more than the {sale.total} of its sale: minor units, or a sign?"
            )

    def test_each_movement_is_what_it_is(self) -> None:
        for movement in self.read():
            told, expected = Expected.told_by(movement), self.expected(movement.id)
            if expected is None:
                continue
            assert (told.kind, told.sale_id) == (expected.kind, expected.sale_id), (
                f"{movement.id} is a `{told}`, but `movements` says `{expected}`; money that goes back is a Refund, "
                "money that comes later is a Payment, and `movements` names kind and sale of both"
            )
            assert told.day == (expected.day or (told.day if expected.kind == "sale" else None)), (
                f"{movement.id} is a `{told}`, but `movements` says `{expected}`; take the day on which this money "
                "moved, for it decides the tax month, and let `movements` say it"
            )

    def test_real_money_is_told_from_tests(self) -> None:
        for sale in self.read():
            assert not isinstance(sale, Sale) or sale.live == self.live, (
                f"{sale.id} has live={sale.live}, where live={self.live} is what the other side holds; a test that "
                "counts as real becomes an invoice (set live = False on the contract if `answer` plays a test account)"
            )

    # ---- mapping

    def test_the_buyer_is_read_from_the_record(self) -> None:
        for record in self.records():
            sale = self.make().to_sale(copy.deepcopy(record))
            if not isinstance(sale, Sale):
                continue
            for field, other in STAND_INS.items():
                said = getattr(sale.buyer, field)
                if said and said != other:
                    self._is_read(record, sale, field, said, other)

    def _is_read(self, record: Record, sale: Sale, field: str, said: str, other: str) -> None:
        changed = replaced(record, said, other)
        assert changed != record or stands_in(said, record), (
            f"{sale.id}: the buyer's {field} is {said}, which its record does not hold; what nobody said stays None, "
            "or an invoice is made out to somebody else"
        )
        again = outcome(partial(self.make().to_sale, changed))
        assert changed == record or not isinstance(again, Sale) or getattr(again.buyer, field) != said, (
            f"{sale.id}: the buyer's {field} stays {said} when its record says {other}; read it from each record"
        )

    def test_to_sale_is_pure(self) -> None:
        records = self.records()
        before = copy.deepcopy(records)
        source = self.make()
        with no_way_out() as attempts:
            first = [source.to_sale(record) for record in records]
            backwards = [source.to_sale(record) for record in reversed(copy.deepcopy(before))][::-1]
            fresh = [self.make().to_sale(record) for record in copy.deepcopy(before)]
        assert not attempts, "to_sale used the network; read everything it needs in `pages`"
        assert records == before, "to_sale changed the record that it was given; copy before you change"
        for one, *others in zip(first, backwards, fresh, strict=True):
            assert all(one == other for other in others), (
                f"the same record became {one!r} and {others!r}; to_sale may look at nothing but the record"
            )

    def test_a_broken_record_is_refused_not_repaired(self) -> None:
        source = self.make()
        good = next((r for r in self.records() if not isinstance(source.to_sale(r), Ignored)), None)
        assert good is not None, "let `answer` serve at least one record that becomes a sale"
        movement = outcome(partial(source.to_sale, self.broken(copy.deepcopy(good))))
        assert isinstance(movement, Exception), (
            f"a broken record became {movement!r}; raise DataError: a person repairs it at its source"
        )

    def test_times_are_aware(self) -> None:
        for page in self.pages():
            require_aware(page.complete_until, "complete_until of a page")
        for movement in self.read():
            for name in ("sold_at", "updated_at", "refunded_at", "paid_at"):
                require_aware(getattr(movement, name, None), f"{name} of {movement.id}")
        for when in {changed_at(movement) for movement in self.read()}:
            here, there = ([m.id for m in self.read(since=when.astimezone(zone))] for zone in (UTC, MEXICO_CITY))
            assert here == there, "the same instant as `since` in two zones reads differently; send the offset along"
