"""Rules of values that come again: what is sound is not asked again until the catalogs change or the day ends."""

from functools import partial

import pytest

from hub.cfdi.rules import rule
from hub.cfdi.rules.rule import KeptRules
from hub.sat import catalogs


@pytest.fixture
def asked(monkeypatch):
    """What the rule below was asked so far."""
    monkeypatch.setattr(rule, "KINDS", [])
    catalogs.use(None)
    yield []
    catalogs.use(None)


@pytest.fixture
def even(asked):
    rules: KeptRules[int] = KeptRules("even")

    @rules("CFDI40101", "number")
    def number_is_even(number: int) -> bool:
        """The number is even."""
        asked.append(number)
        return number % 2 == 0

    return rules


def test_a_sound_value_is_asked_once(even, asked):
    assert [list(even.broken(number)) for number in (2, 4, 2, 4)] == [[]] * 4
    assert asked == [2, 4]


def test_an_unsound_value_is_told_every_time_and_where_it_is(even):
    assert [violation.field for _ in range(2) for violation in even.broken(3, "here.")] == ["here.number"] * 2


def test_with_other_catalogs_a_value_is_asked_again(even, asked, tmp_path):
    even.broken(2)
    catalogs.use(tmp_path)
    even.broken(2)

    assert asked == [2, 2]


def test_on_another_day_a_value_is_asked_again(even, asked, monkeypatch):
    even.broken(2)
    tomorrow = catalogs.today()._replace(iso="2999-01-01")
    monkeypatch.setattr(catalogs, "today", lambda: tomorrow)
    monkeypatch.setattr(catalogs, "time", partial(float, tomorrow.ends + 1))
    even.broken(2)

    assert asked == [2, 2]


def test_not_more_values_are_kept_than_memory_should_hold(even, asked, monkeypatch):
    monkeypatch.setattr(rule, "_MOST_KEPT", 2)
    for number in (2, 4, 6, 2):
        even.broken(number)

    assert asked == [2, 4, 6, 2]
    assert len(catalogs.found_sound()["even"]) <= 2
