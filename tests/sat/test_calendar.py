"""Business days as SAT counts them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.sat.calendar import Vacation, add_business_days, holidays, is_business_day

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2024, ["01-01", "02-05", "03-18", "05-01", "05-05", "09-16", "10-01", "11-18", "12-25"]),
        (2026, ["01-01", "02-02", "03-16", "05-01", "05-05", "09-16", "11-16", "12-25"]),
        (2018, ["01-01", "02-05", "03-19", "05-01", "05-05", "09-16", "11-19", "12-01", "12-25"]),
        (2005, ["01-01", "02-05", "03-21", "05-01", "05-05", "09-16", "11-20", "12-25"]),
    ],
)
def test_the_holidays_of_a_year(year, expected):
    assert sorted(f"{day:%m-%d}" for day in holidays(year)) == expected


def test_the_next_change_of_president_is_in_2030():
    assert date(2030, 10, 1) in holidays(2030)
    assert date(2030, 12, 1) not in holidays(2030)
    assert date(2027, 10, 1) not in holidays(2027)


def test_weekends_and_vacations_do_not_count():
    assert not is_business_day(date(2026, 11, 21))
    assert not is_business_day(date(2026, 12, 22))
    assert is_business_day(date(2026, 12, 22), vacations=())
    assert is_business_day(date(2026, 11, 20))


def test_what_was_counted_over_unconfirmed_days_is_unconfirmed():
    assert add_business_days(date(2026, 11, 13), 1).on == date(2026, 11, 17)
    assert add_business_days(date(2026, 11, 13), 1).confirmed
    assert not add_business_days(date(2026, 12, 18), 1).confirmed
    mine = (Vacation(date(2026, 12, 21), date(2027, 1, 4), "RMF 2.1.6", confirmed=True),)
    assert add_business_days(date(2026, 12, 18), 1, mine).on == date(2027, 1, 5)
    assert add_business_days(date(2026, 12, 18), 1, mine).confirmed


@given(DAYS, st.integers(0, 40))
def test_as_many_business_days_lie_between_as_were_counted(day, count):
    end = add_business_days(day, count).on

    assert is_business_day(end)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    counted = sum(map(is_business_day, between))
    assert counted == (count or int(not is_business_day(day)))


@given(DAYS, st.integers(0, 20), st.integers(1, 20))
def test_counting_in_two_steps_is_counting_at_once(day, first, second):
    assert add_business_days(add_business_days(day, first).on, second).on == add_business_days(
        day, first + second
    ).on or not (first or is_business_day(day))


def test_terms_do_not_run_backwards():
    with pytest.raises(ValueError, match="-1"):
        add_business_days(date(2026, 1, 1), -1)
