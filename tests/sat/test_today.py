"""The legal day, which is kept until Mexico's midnight."""

from datetime import UTC, date, datetime

import pytest

from hub.sat import today as module
from hub.sat.today import Day, today


@pytest.fixture
def clock(monkeypatch):
    """Sets the time of day; the day kept before is forgotten."""
    monkeypatch.setattr(module, "_day", Day(date.min, "", 0.0, 0.0))

    def at(*moment):
        monkeypatch.setattr(module, "time", datetime(*moment, tzinfo=UTC).timestamp)

    return at


def test_the_day_changes_at_midnight_in_mexico_city_not_in_utc(clock):
    clock(2026, 11, 21, 5, 59, 59)
    assert today().date == date(2026, 11, 20)

    clock(2026, 11, 21, 6)
    assert today() == Day(date(2026, 11, 21), "2026-11-21", *_span(21))


def test_within_a_day_the_same_value_is_given(clock):
    clock(2026, 11, 20, 12)
    first = today()

    clock(2026, 11, 20, 23)
    assert today() is first


def test_a_clock_that_is_put_back_gives_the_day_before(clock):
    clock(2026, 11, 21, 12)
    today()

    clock(2026, 11, 20, 12)
    assert today().iso == "2026-11-20"


def _span(day):
    return [datetime(2026, 11, day + after, 6, tzinfo=UTC).timestamp() for after in (0, 1)]
