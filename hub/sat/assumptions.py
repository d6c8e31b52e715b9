"""What SAT's rules leave open, or was not read in the rule itself: careful answers that an operator can replace.

An answer that rests on one of them says `confirmed=False`; what the operator has set counts as confirmed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Vacation:
    """A general vacation period of SAT, first to last day, with the rule that names it.

    `confirmed`: whether the days were read in the rule itself, or set by the operator.
    """

    first: date
    last: date
    rule: str
    confirmed: bool


VACATIONS: tuple[Vacation, ...] = (
    Vacation(date(2024, 12, 19), date(2025, 1, 3), "RMF 2.1.6", confirmed=False),
    Vacation(date(2025, 12, 22), date(2026, 1, 6), "RMF 2.1.6", confirmed=False),
    Vacation(date(2026, 12, 21), date(2027, 1, 5), "RMF 2.1.6", confirmed=False),
)
"""SAT's general vacations (CFF 12, 2nd paragraph): no business days. The days of each year are not confirmed."""

ResicoCancels = Literal["own_year", "following_april"]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the hub goes by.

    `vacations`: SAT's, in which no term runs. `border_incentive_until`: last day for which the decrees of the border
    region (IVA 8 %) are known to be in force. `resico_cancels`: until when a persona física in RESICO cancels, the end
    of the year of issue or April of the next one; `None`: not set, so the earlier one, unconfirmed.
    """

    vacations: tuple[Vacation, ...] = VACATIONS
    border_incentive_until: date = date(2025, 12, 31)
    resico_cancels: ResicoCancels | None = None


_current = Assumptions()


def use(assumptions: Assumptions) -> None:
    """Go by these from now on. Once, at start."""
    global _current  # noqa: PLW0603 - the rules are one fact for the whole process
    _current = assumptions


def current() -> Assumptions:
    """What the hub goes by now."""
    return _current
