"""The day by Mexico's legal time. It is asked for with every key and rate, so it is kept until midnight."""

from datetime import date, datetime, timedelta
from time import time
from typing import NamedTuple
from zoneinfo import ZoneInfo

_LEGAL_TIME = ZoneInfo("America/Mexico_City")


class Day(NamedTuple):
    """A day, also as `YYYY-MM-DD`, with the POSIX times at which it begins and ends."""

    date: date
    iso: str
    begins: float
    ends: float


_day = Day(date.min, "", 0.0, 0.0)


def today() -> Day:
    """The day it is in Mexico City."""
    global _day  # noqa: PLW0603 - one small value that any thread may replace by an equal one
    day, now = _day, time()
    if not day.begins <= now < day.ends:
        day = _day = _day_of(now)
    return day


def _day_of(now: float) -> Day:
    midnight = datetime.fromtimestamp(now, _LEGAL_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight.date()
    return Day(day, day.isoformat(), midnight.timestamp(), (midnight + timedelta(days=1)).timestamp())
