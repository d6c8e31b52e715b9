"""What SAT's rules leave open is the operator's to settle."""

from datetime import date

import pytest

from hub.cli.state import State
from hub.config.sat import SatSettings
from hub.sat import assumptions
from hub.sat.calendar import add_business_days
from hub.sat.deadlines import cancellation_limit
from hub.sat.tasas import estimulo_fronterizo

TIJUANA = "22000"


@pytest.fixture
def settle():
    """Goes by some settings for one test."""
    yield lambda **settings: assumptions.use(SatSettings(**settings).assumptions())
    assumptions.use(assumptions.Assumptions())


def test_nothing_set_is_the_careful_answer_and_not_confirmed():
    assert SatSettings().assumptions() == assumptions.Assumptions() == assumptions.current()
    assert not add_business_days(date(2026, 12, 18), 1).confirmed
    assert not estimulo_fronterizo(TIJUANA, date(2026, 1, 1)).confirmed
    limit = cancellation_limit(date(2026, 3, 1), "fisica", "626")
    assert (limit.on, limit.confirmed) == (date(2026, 12, 31), False)


def test_vacations_replace_those_of_the_year_in_which_they_begin(settle):
    settle(vacations=[{"first": "2026-12-21", "last": "2027-01-04"}])

    counted = add_business_days(date(2026, 12, 18), 1)
    assert (counted.on, counted.confirmed) == (date(2027, 1, 5), True)
    assert add_business_days(date(2025, 12, 19), 1).on == date(2026, 1, 7)


def test_the_border_incentive_is_known_as_long_as_the_operator_says(settle):
    settle(border_incentive_until="2026-12-31")

    assert estimulo_fronterizo(TIJUANA, date(2026, 12, 31)).confirmed
    assert not estimulo_fronterizo(TIJUANA, date(2027, 1, 1)).confirmed


@pytest.mark.parametrize(("answer", "last"), [("own_year", date(2026, 12, 31)), ("following_april", date(2027, 4, 30))])
def test_the_operator_knows_until_when_resico_cancels(answer, last, settle):
    settle(resico_cancels=answer)

    limit = cancellation_limit(date(2026, 3, 1), "fisica", "626")
    assert (limit.on, limit.confirmed) == (last, True)


def test_every_command_goes_by_the_configuration(tmp_path, settle, use, monkeypatch):
    monkeypatch.setattr("hub.cli.state.configure", lambda *_: None)  # the log stays that of the tests
    (tmp_path / "config.yaml").write_text("version: 1\nsat: {border_incentive_until: 2026-06-30}\n", encoding="utf-8")

    assert State(tmp_path / "config.yaml").settings.sat.border_incentive_until == date(2026, 6, 30)
    assert assumptions.current().border_incentive_until == date(2026, 6, 30)


def test_a_vacation_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        SatSettings(vacations=[{"first": "2027-01-05", "last": "2026-12-21"}])
