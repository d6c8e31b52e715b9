"""Until when a buyer may invoice a sale alone: a custom of the trade that the merchant chooses, not a law."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from .section import refused

_DAYS = re.compile(r"days:\s*([0-9]{1,3})")
_HINT = "write end_of_month, end_of_next_month or days:30 (1 to 365)"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The term of a sale; `days` counts only with `kind="days"`."""

    kind: Literal["end_of_month", "end_of_next_month", "days"] = "end_of_month"
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the words of the file.

        Raises:
            PydanticCustomError: not one of the three forms.
        """
        words = text.strip()
        if words == "end_of_month":
            return cls("end_of_month")
        if words == "end_of_next_month":
            return cls("end_of_next_month")
        found = _DAYS.fullmatch(words)
        if not found or not 1 <= int(found[1]) <= 365:
            raise refused("is not a deadline", _HINT)
        return cls("days", int(found[1]))

    def last_day(self, sold_on: date) -> date:
        """The last day on which a sale of that local day may be invoiced, itself included."""
        if self.kind == "days":
            return sold_on + timedelta(days=self.days)
        months = 1 if self.kind == "end_of_month" else 2
        years, month = divmod(sold_on.month - 1 + months, 12)
        return date(sold_on.year + years, month + 1, 1) - timedelta(days=1)

    def __str__(self) -> str:
        """The words that `parse` reads back."""
        return f"days:{self.days}" if self.kind == "days" else self.kind


def _read(value: object) -> object:
    return Deadline.parse(value) if isinstance(value, str) else value


DeadlineWords = Annotated[
    Deadline,
    BeforeValidator(_read),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^(end_of_month|end_of_next_month|days:\s*[0-9]{1,3})$"}),
]
"""A `Deadline`; in the file it is written in words."""
