"""Durations, schedules, deadlines, product rules: small values that the file writes in words."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from hub.config import Deadline, Every, ProductDefault, ProductRule
from hub.config.durations import duration_words, parse_duration
from hub.plugin import Tax


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("30 s", Every(interval=timedelta(seconds=30))),
        ("15 minutes", Every(interval=timedelta(minutes=15))),
        ("15 min", Every(interval=timedelta(minutes=15))),
        ("1 hour", Every(interval=timedelta(hours=1))),
        ("every 2h", Every(interval=timedelta(hours=2))),
        ("1 week", Every(interval=timedelta(weeks=1))),
        ("day at 06:00", Every(daily_at=time(6))),
        ("Day  at 23:59", Every(daily_at=time(23, 59))),
    ],
)
def test_a_schedule_is_read_from_words(words: str, expected: Every) -> None:
    assert Every.parse(words) == expected
    assert Every.parse(str(expected)) == expected


@pytest.mark.parametrize("words", ["", "often", "5", "0 s", "9 s", "8 days", "day at 24:00", "-5 minutes", "5 parsecs"])
def test_what_is_not_a_schedule_is_refused(words: str) -> None:
    with pytest.raises(PydanticCustomError):
        Every.parse(words)


def test_a_schedule_is_an_interval_or_a_time_of_day_and_never_both() -> None:
    for wrong in ({}, {"interval": timedelta(hours=1), "daily_at": time(6)}):
        with pytest.raises(ValueError, match="either"):
            Every(**wrong)


@given(st.integers(0, 999_999))
def test_the_words_of_a_duration_are_read_back_as_the_same_duration(seconds: int) -> None:
    assert parse_duration(duration_words(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("words", "sold_on", "last_day"),
    [
        ("end_of_month", date(2026, 2, 1), date(2026, 2, 28)),
        ("end_of_month", date(2026, 12, 31), date(2026, 12, 31)),
        ("end_of_next_month", date(2026, 1, 31), date(2026, 2, 28)),
        ("end_of_next_month", date(2026, 11, 5), date(2026, 12, 31)),
        ("end_of_next_month", date(2026, 12, 5), date(2027, 1, 31)),
        ("end_of_next_month", date(2028, 1, 5), date(2028, 2, 29)),
        ("days:30", date(2026, 12, 15), date(2027, 1, 14)),
    ],
)
def test_a_deadline_is_a_day_that_still_counts(words: str, sold_on: date, last_day: date) -> None:
    deadline = Deadline.parse(words)
    assert deadline.last_day(sold_on) == last_day
    assert Deadline.parse(str(deadline)) == deadline


@pytest.mark.parametrize(
    ("pattern", "description", "sku", "expected"),
    [
        ("suscripcion*", "Suscripción  MENSUAL", None, True),
        ("SUSCRIPCIÓN*", "suscripcion anual", None, True),
        ("*café*", "Bolsa de CAFE 1 kg", None, True),
        ("SUB-*", "otra cosa", "sub-001", True),
        ("libro", "libros", None, False),
        ("Camisa [M]", "camisa [m]", None, True),
        ("a?", "ab", None, False),
        ("*", "línea\nnueva", None, True),
        ("x*", "", None, False),
    ],
)
def test_a_rule_matches_whole_texts_whatever_their_capitals_and_accents(
    pattern: str, description: str, sku: str | None, expected: bool
) -> None:
    assert ProductRule(match=pattern, clave_prod_serv="01010101").matches(description, sku) is expected


IVA_16 = Tax(rate=Decimal("0.16"))
ISR_RESICO = Tax(tax="ISR", rate=Decimal("0.0125"), withheld=True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, (IVA_16,)),
        ({"iva": "16 %"}, (IVA_16,)),
        ({"iva": "0.160000"}, (IVA_16,)),
        ({"iva": "0"}, (Tax(rate=Decimal(0)),)),
        ({"iva": "exento"}, (Tax(factor="Exento"),)),
        ({"iva": "no_objeto"}, ()),
        ({"ieps": "0.08"}, (IVA_16, Tax(tax="IEPS", rate=Decimal("0.08")))),
        ({"taxes": [{"tax": "ISR", "rate": "0.0125", "withheld": True}]}, (ISR_RESICO,)),
        ({"taxes": []}, ()),
    ],
)  # fmt: skip
def test_the_taxes_of_a_product_are_exact_values_of_the_plugin_api(said: dict, expected: tuple[Tax, ...]) -> None:
    assert ProductDefault.model_validate(said).tax_list() == expected


def test_a_rule_that_says_nothing_of_taxes_leaves_them_to_the_sale() -> None:
    assert ProductRule(match="*", clave_prod_serv="01010101").tax_list() is None
