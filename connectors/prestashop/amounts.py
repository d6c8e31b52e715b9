"""Numbers and times as PrestaShop writes them: text with six decimals, and the shop's own time without its zone."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from hub.plugin import Record, exponent_of, number_of, rounded, spread

ZERO = Decimal(0)
FINE = 6
NEVER = "0000"


def number(record: Record, name: str) -> Decimal:
    """A number of a record.

    Raises:
        DataError: it is none.
    """
    return number_of(record.get(name), name)


def cents(amount: Decimal, currency: str) -> Decimal:
    """What was charged: six decimals, of which the currency has two."""
    return rounded(amount, exponent_of(currency))


def finely(amount: Decimal, weights: list[Decimal], currency: str) -> list[Decimal]:
    """`spread` to six decimals, for amounts without tax."""
    finer = FINE - exponent_of(currency)
    return [part.scaleb(-finer) for part in spread(amount.scaleb(finer), weights, currency)]


def moment(written: object, zone: ZoneInfo) -> datetime | None:
    """A time; None for the zeros that stand for never."""
    told = str(written or "")
    return None if not told or told.startswith(NEVER) else datetime.fromisoformat(told).replace(tzinfo=zone)
