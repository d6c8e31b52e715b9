"""How an author says what a movement is: `199.90 MXN`, `refund of A1 on 2026-03-04: 99.95 MXN`."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Self

from hub.plugin import Payment, Refund, Sale

MEXICO_CITY = timezone(timedelta(hours=-6))
_SPELLED = re.compile(
    r"(?:(?P<kind>sale|refund|reversed refund|payment)(?: of (?P<sale_id>.+?))?(?: on (?P<day>\d{4}-\d\d-\d\d))?: )?"
    r"(?P<amount>[\d.]+) (?P<currency>[A-Z]{3})"
)


@dataclass(frozen=True, slots=True)
class Expected:
    """A movement in the words of its author.

    Attributes:
        kind: `sale`, also where the text names none; `refund`, `reversed refund`, `payment`.
        sale_id: the sale that a refund or payment is of; empty for a sale.
        day: when the money moved, by the calendar of Mexico City; None if the text does not say.
        amount: how much, and in which `currency`.
    """

    kind: str
    sale_id: str
    day: date | None
    amount: Decimal
    currency: str

    @classmethod
    def read(cls, text: str) -> Self:
        """The text of `movements`.

        Raises:
            ValueError: it has another form.
        """
        found = _SPELLED.fullmatch(text)
        try:
            amount = Decimal(found["amount"]) if found else Decimal("NaN")
            day = date.fromisoformat(found["day"]) if found and found["day"] else None
        except (InvalidOperation, ValueError):
            found = None
        if found is None:
            raise ValueError(
                f"`movements` says {text!r}; write `199.90 MXN`, or `refund of A1 on 2026-03-04: 99.95 MXN`"
            )
        return cls(found["kind"] or "sale", found["sale_id"] or "", day, amount, found["currency"])

    @classmethod
    def told_by(cls, movement: Sale | Refund | Payment) -> Self:
        """What a plugin made of a record."""
        if isinstance(movement, Sale):
            return cls("sale", "", _day(movement.sold_at), movement.total, movement.currency)
        if isinstance(movement, Payment):
            kind, at = "payment", movement.paid_at
        else:
            kind, at = "refund" if movement.status == "succeeded" else "reversed refund", movement.refunded_at
        return cls(kind, movement.sale_id, _day(at), movement.amount, movement.currency)

    def __str__(self) -> str:
        of = f" of {self.sale_id}" if self.sale_id else ""
        on = f" on {self.day}" if self.day else ""
        money = f"{self.amount.normalize():f} {self.currency}"
        return money if self.kind == "sale" and not on else f"{self.kind}{of}{on}: {money}"


def _day(moment: datetime) -> date:
    return moment.astimezone(MEXICO_CITY).date()
