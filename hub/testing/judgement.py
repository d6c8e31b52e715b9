"""How the contract of a source judges one value: its money, its times, its shape."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from hub.plugin import Line, Movement, Payment, Refund, Sale

from .expect import fail
from .wire import Wire, from_the_second

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
CENT = Decimal("0.01")


def at_once_and_later(good: Wire, bad: Wire, pages: int) -> Iterator[tuple[str, Wire]]:
    """The trouble on the first request, and on the second if there are several pages; with words for when."""
    yield "at once", bad
    if pages > 1:
        yield "on the second request", from_the_second(good, bad)


def changed_at(movement: Movement) -> datetime:
    """The latest time that a movement tells of itself; reading since then must give it."""
    if isinstance(movement, Sale):
        return movement.updated_at or movement.sold_at
    if isinstance(movement, Refund):
        return movement.refunded_at
    if isinstance(movement, Payment):
        return movement.paid_at
    return BEGINNING


def require_aware(value: object, where: str) -> None:
    """Fail for a time without its offset; None is no time."""
    if value is not None and not (isinstance(value, datetime) and value.utcoffset() is not None):
        fail(f"{where} is {value!r}; times carry their offset, or the day and the tax month are a guess")


def oddity_in(value: object) -> str:
    """What is not plain data in a value; empty if all is."""
    if isinstance(value, dict):
        keys = next((f"the key {key!r}" for key in value if type(key) is not str), "")
        return keys or next(filter(None, map(oddity_in, value.values())), "")
    if isinstance(value, list):
        return next(filter(None, map(oddity_in, value)), "")
    if isinstance(value, (float, Decimal)) and not math.isfinite(value):
        return repr(value)
    is_plain = type(value) in {str, int, float, bool, Decimal, type(None)}
    return "" if is_plain else f"a {type(value).__name__}"


def require_exact_line(sale_id: str, line: Line) -> None:
    """Fail for a value of a line that is no Decimal, or is finer than a CFDI takes (6 decimals)."""
    for name in ("quantity", "unit_price", "discount", "total"):
        value = getattr(line, name)
        assert isinstance(value, Decimal), f"{sale_id}: {name} is a {type(value).__name__}, not a Decimal"
        assert decimals_of(value) <= 6, (
            f"{sale_id}: {name} is {value}, more than the 6 decimals of a CFDI: did it pass a float? Round half up"
        )


def require_line_adds_up(sale: Sale, line: Line) -> None:
    """Fail if quantity, price and discount do not make the total, to a cent for each unit.

    Where prices are without tax, the total may be more than they make but never less.
    """
    computed = line.quantity * line.unit_price - line.discount
    slack = CENT * max(Decimal(1), line.quantity)
    off = computed - line.total if sale.prices_include_tax else max(computed - line.total, Decimal(0))
    assert abs(off) <= slack, (
        f"{sale.id}: {line.quantity} x {line.unit_price} - {line.discount} is {computed}, the line says {line.total}; "
        "discount is of the whole line, total is what was paid with tax, prices_include_tax says what unit_price is"
    )


def decimals_of(amount: Decimal) -> int:
    """Decimals that count: 1 for `1.50`."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 99


def plain(amount: Decimal) -> str:
    """An amount in its shortest spelling, without exponent: `340.00` -> `340`."""
    return f"{amount.normalize():f}"
