"""Until when SAT takes what."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.sat import deadlines
from hub.sat.rfc import EXTRANJERO, NACIONAL

DAYS = st.dates(date(2022, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("issued", "person", "regimen", "last", "confirmed"),
    [
        (date(2026, 2, 1), "moral", "601", date(2027, 3, 31), True),
        (date(2026, 12, 31), "fisica", "612", date(2027, 4, 30), True),
        (date(2026, 2, 1), "moral", "626", date(2027, 3, 31), True),
        (date(2026, 2, 1), "fisica", "626", date(2026, 12, 31), False),
        (date(2025, 6, 1), "moral", "601", date(2026, 3, 31), True),
    ],
)
def test_a_cfdi_can_be_cancelled_until_the_annual_return(issued, person, regimen, last, confirmed):
    found = deadlines.cancellation_limit(issued, person, regimen)

    assert (found.on, found.confirmed) == (last, confirmed)
    assert "CFF 29-A" in found.rule


@pytest.mark.parametrize(
    ("paid", "last"),
    [
        (date(2026, 1, 31), date(2026, 2, 5)),
        (date(2026, 12, 1), date(2027, 1, 5)),
        (date(2021, 12, 31), date(2022, 1, 10)),
    ],
)
def test_a_payment_is_documented_by_the_fifth(paid, last):
    assert deadlines.rep_deadline(paid).on == last


@given(DAYS)
def test_the_rep_always_falls_into_the_month_after_the_payment(paid):
    on = deadlines.rep_deadline(paid).on
    assert (on.year * 12 + on.month) - (paid.year * 12 + paid.month) == 1
    assert on.day == 5


@given(DAYS)
def test_a_global_follows_its_period_by_a_day_and_months_end_before_the_next(day):
    assert deadlines.global_deadline(day).on - day == timedelta(days=1)
    assert (deadlines.month_end(day) + timedelta(days=1)).day == 1
    assert deadlines.month_end(day) >= day


@pytest.mark.parametrize("codigo_postal", ["06600", "22000", "77500", "88500"])
@given(moment=st.datetimes(datetime(2023, 1, 1), datetime(2030, 1, 1)))
def test_a_pac_stamps_for_72_hours_that_really_pass(codigo_postal, moment):
    window = deadlines.stamping_window(moment, codigo_postal)

    assert window.last.astimezone(UTC) - window.first.astimezone(UTC) == timedelta(hours=72)
    assert window.first.replace(tzinfo=None) == moment


def test_an_aware_moment_is_told_in_the_zone_of_its_place():
    window = deadlines.stamping_window(datetime(2026, 7, 1, 18, tzinfo=UTC), "22000")

    assert window.first.isoformat() == "2026-07-01T11:00:00-07:00"


def test_files_are_kept_five_years_from_the_annual_return():
    assert deadlines.keep_until(date(2026, 5, 1), "moral").on == date(2032, 3, 31)
    assert deadlines.keep_until(date(2026, 5, 1), "fisica").on == date(2032, 4, 30)


def test_a_receptor_has_three_business_days():
    assert deadlines.acceptance_deadline(date(2026, 11, 13)).on == date(2026, 11, 19)


def test_a_deadline_ends_with_its_last_second_there():
    found = deadlines.end_of(deadlines.rep_deadline(date(2026, 1, 1)), "22000")
    assert found.isoformat() == "2026-02-05T23:59:59-08:00"


LATE = {"issued": date(2026, 3, 2), "requested": date(2026, 6, 1)}
COMPANY = "EKU9003173C9"


@pytest.mark.parametrize(
    ("tipo", "total", "receptor", "days", "expected", "fraction"),
    [
        ("I", "1000.00", COMPANY, LATE, True, "I"),
        ("I", "1000.01", COMPANY, LATE, False, "IX"),
        ("P", "0", COMPANY, LATE, False, "IX"),
        ("P", "0", COMPANY, {"issued": date(2025, 3, 3), "requested": date(2025, 12, 31)}, True, "I"),
        ("E", "5000", COMPANY, LATE, True, "III"),
        ("T", "0", COMPANY, LATE, True, "IV"),
        ("N", "9000", COMPANY, LATE, True, "II"),
        ("I", "99999", NACIONAL, LATE, True, "VII"),
        ("I", "99999", EXTRANJERO, LATE, True, "VIII"),
        ("I", "5000", COMPANY, {"issued": date(2026, 3, 2), "requested": date(2026, 3, 3)}, True, "IX"),
        ("I", "5000", COMPANY, {"issued": date(2026, 3, 2), "requested": date(2026, 3, 4)}, False, "IX"),
        ("I", "5000", COMPANY, {"issued": date(2026, 3, 6), "requested": date(2026, 3, 9)}, True, "IX"),
    ],
)
def test_who_may_cancel_alone(tipo, total, receptor, days, expected, fraction):
    found = deadlines.may_cancel_without_acceptance(tipo=tipo, total=Decimal(total), receptor=receptor, **days)

    assert found.yes is expected
    assert found.rule == f"RMF 2.7.1.35 {fraction}"


def test_fuel_is_an_exception_to_nearly_all_exceptions():
    def fuel(tipo, receptor):
        return deadlines.may_cancel_without_acceptance(
            tipo=tipo, total=Decimal(10), receptor=receptor, hidrocarburos=True, **LATE
        ).yes

    assert not fuel("I", COMPANY)
    assert not fuel("E", COMPANY)
    assert fuel("I", NACIONAL)
