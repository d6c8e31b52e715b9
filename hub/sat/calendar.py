"""The days on which SAT counts: business days (CFF 12) and the holidays that interrupt them.

Holidays are dated tables: what a rule named before it was in force, or names no longer, is no holiday on that day.
`vacations` are those of `hub.sat.assumptions` if not given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from hub.sat.assumptions import Vacation, current

_MONDAY = 0
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """A day that was counted to, and whether every row of the tables on the way is confirmed."""

    on: date
    confirmed: bool


@cache
def holidays(year: int) -> frozenset[date]:
    """The days that CFF 12 names for a year: fixed ones, Mondays of reform (since 2006), change of president."""
    return frozenset(_fixed(year)) | frozenset(_moved(year)) | frozenset(_change_of_president(year))


def is_business_day(day: date, vacations: tuple[Vacation, ...] | None = None) -> bool:
    """Whether terms in days run on it: not Saturday, Sunday, a holiday of CFF 12 nor SAT's general vacations."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year) and _vacation(day, vacations) is None


def add_business_days(day: date, count: int, vacations: tuple[Vacation, ...] | None = None) -> BusinessDay:
    """The `count`-th business day after `day`, which itself does not count; 0: `day`, or the next business day.

    Raises:
        ValueError: `count` is negative.
    """
    if count < 0:
        raise ValueError(f"terms run forward; {count} business days do not")
    confirmed, left = True, count
    while True:
        vacation = _vacation(day, vacations)
        confirmed = confirmed and (vacation is None or vacation.confirmed)
        if is_business_day(day, vacations) and left <= 0:
            return BusinessDay(day, confirmed)
        day += timedelta(days=1)
        left -= is_business_day(day, vacations)


def _vacation(day: date, vacations: tuple[Vacation, ...] | None) -> Vacation | None:
    known = current().vacations if vacations is None else vacations
    return next((one for one in known if one.first <= day <= one.last), None)


def _fixed(year: int) -> Iterator[date]:
    for month, day in ((1, 1), (5, 1), (5, 5), (9, 16), (12, 25)):
        yield date(year, month, day)


def _moved(year: int) -> Iterator[date]:
    """5 February, 21 March and 20 November, which since 2006 are kept on a Monday."""
    if year < 2006:
        yield from (date(year, 2, 5), date(year, 3, 21), date(year, 11, 20))
    else:
        yield from (_monday(year, 2, 1), _monday(year, 3, 3), _monday(year, 11, 3))


def _change_of_president(year: int) -> Iterator[date]:
    """1 December every six years until 2018; the constitution moved it to 1 October from 2024 on."""
    if year >= 2024 and (year - 2024) % 6 == 0:
        yield date(year, 10, 1)
    elif year <= 2018 and (2018 - year) % 6 == 0:
        yield date(year, 12, 1)


def _monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_MONDAY - first.weekday()) % 7 + 7 * (nth - 1))
