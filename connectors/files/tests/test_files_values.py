from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.files.result import FORMULA_STARTS, neutral
from hub.plugin.rows.values import forma_pago, moment, number

MEXICO = ZoneInfo("America/Mexico_City")
CENTS = st.integers(0, 10**11).map(lambda cents: Decimal(cents).scaleb(-2))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1160", "1160"),
        ("$ 1,160.00", "1160.00"),
        ("1,160", "1160"),
        ("43,2", "43.2"),
        ("1.160,50", "1160.50"),
        ("(522.00)", "-522.00"),
        ("522-", "-522"),
        ("-1,234,567.89 MXN", "-1234567.89"),
        (".5", "0.5"),
        ("0,500", "0.500"),
        ("0.500", "0.500"),
    ],
)
def test_numbers_as_people_write_them(text, value):
    assert number(text, decimal_comma=False) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.500", "0.500"),
        ("012.500", "12.500"),
        ("1.160", "1160"),
        ("43,2", "43.2"),
        ("1,160", "1.160"),
        ("99.90", "99.90"),
    ],
)
def test_numbers_beside_semicolons(text, value):
    assert number(text, decimal_comma=True) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "abc", "1.2.3", "1,2,3", "0,500.00", "--", "#REF!", "NaN", "Infinity", "1e5", "١٢٣x"]
)
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match="is not a number"):
        number(text, decimal_comma=False)


@given(CENTS)
def test_every_amount_survives_both_ways_of_writing_it(amount):
    english = f"{amount:,.2f}"
    spanish = english.translate(str.maketrans(",.", ".,"))

    assert number(english, decimal_comma=False) == amount
    assert number(spanish, decimal_comma=True) == amount
    assert number(f"-{spanish}", decimal_comma=False) == -amount


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20/11/2026 11:52", "2026-11-20T11:52:00-06:00"),
        ("3/4/2026", "2026-04-03T12:00:00-06:00"),
        ("20-nov-2026", "2026-11-20T12:00:00-06:00"),
        ("20/11/2026 01:05:09 p. m.", "2026-11-20T13:05:09-06:00"),
        ("20/11/2026 12:00 a.m.", "2026-11-20T00:00:00-06:00"),
        ("2026-11-20", "2026-11-20T12:00:00-06:00"),
        ("2026-11-20 11:52:01", "2026-11-20T11:52:01-06:00"),
        ("2026-11-20T17:52:00Z", "2026-11-20T17:52:00+00:00"),
    ],
)
def test_dates_are_day_first_or_iso(text, expected):
    assert moment(text, MEXICO, "").isoformat() == expected


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))
def test_every_minute_survives_the_mexican_way_of_writing_it(when):
    minute = when.replace(second=0, microsecond=0, fold=0)

    assert moment(f"{minute:%d/%m/%Y %H:%M}", MEXICO, "") == minute.replace(tzinfo=MEXICO)


@pytest.mark.parametrize(
    ("text", "code"),
    [("04", "04"), ("4", "04"), ("04 - Tarjeta", "04"), ("Tarjeta de Crédito", "04"), ("TD", "28"), ("SPEI", "03")],
)
def test_forms_of_payment(text, code):
    assert forma_pago(text) == code


def test_an_unknown_form_of_payment_says_what_to_write():
    with pytest.raises(ValueError, match="SAT's code"):
        forma_pago("al rato")


@given(st.text())
def test_no_cell_of_a_result_is_a_formula(text):
    assert not neutral(text).startswith(FORMULA_STARTS)


def test_the_operators_words_go_before_the_usual_ones():
    own = {"Terminal": "04", "Mercado Pago": "31", "TC": "29", "3 meses": "04"}

    assert [forma_pago(text, own) for text in ("TERMINAL", "mercado pago", "tc", "3 Meses", "efectivo", "28")] == [
        "04",
        "31",
        "29",
        "04",
        "01",
        "28",
    ]
