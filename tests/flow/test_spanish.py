"""Amounts, dates and places as a Mexican buyer reads them."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from hub.flow import spanish

TIJUANA = ZoneInfo("America/Tijuana")
SOLD = datetime(2026, 11, 20, 14, 35, tzinfo=TIJUANA)


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        ("1160", "MXN", "$1,160.00 MXN"),
        ("1160", "", "$1,160.00"),
        ("0.005", "", "$0.01"),
        ("-12.5", "", "−$12.50"),
        ("1234567.8", "USD", "$1,234,567.80 USD"),
        ("5000", "JPY", "$5,000 JPY"),
    ],
)
def test_amounts(value: str, currency: str, written: str) -> None:
    assert spanish.amount(Decimal(value), currency) == written


def test_a_moment_has_its_city() -> None:
    assert spanish.moment(SOLD) == "20 de noviembre de 2026, 14:35 (hora de Tijuana)"


def test_a_zone_without_a_city_is_left_out() -> None:
    assert spanish.moment(SOLD.astimezone(timezone(timedelta(hours=-8)))) == "20 de noviembre de 2026, 14:35"


def test_a_day_has_a_year_only_beside_another_year() -> None:
    assert spanish.day(date(2026, 11, 30), beside=SOLD) == "30 de noviembre"
    assert spanish.day(date(2027, 1, 5), beside=SOLD) == "5 de enero de 2027"
    assert spanish.day(date(2026, 11, 30)) == "30 de noviembre de 2026"


def test_an_hour_says_its_day_when_it_was_not_today() -> None:
    later = SOLD.astimezone(UTC)
    assert spanish.at(SOLD, later) == "a las 14:35"
    assert spanish.at(SOLD, later + timedelta(days=1)) == "el 20 de noviembre a las 14:35"
    assert spanish.at(SOLD.replace(hour=1, minute=5), later) == "a la 01:05"


@pytest.mark.parametrize(("value", "written"), [("2.000", "2"), ("0.50", "0.5"), ("100", "100")])
def test_quantities(value: str, written: str) -> None:
    assert spanish.quantity(Decimal(value)) == written


def test_a_masked_rfc_is_known_to_its_owner_alone() -> None:
    assert spanish.masked_rfc("ABC010203AB1") == "ABC…AB1"
