"""Money never passes through a float, and rounds as SAT rounds."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from hub.plugin import Exact, exponent_of, from_minor, rounded

exact = TypeAdapter(Exact)
amounts = st.decimals(-(10**12), 10**12, places=6, allow_nan=False, allow_infinity=False)


@given(st.floats())
def test_no_float_is_ever_money(value):
    with pytest.raises(ValidationError):
        exact.validate_python(value)


@given(amounts)
def test_decimals_and_their_text_stay_what_they_are(value):
    assert exact.validate_python(value) == exact.validate_python(str(value)) == value
    assert exact.validate_json(exact.dump_json(value)) == value


@given(st.integers(-(10**20), 10**20))
def test_integers_are_exact(value):
    assert exact.validate_python(value) == value


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1.2.3", "", "$5", "1,000.00", None, Decimal(1) / 3])
def test_what_is_not_a_finite_plain_number_is_refused(value):
    with pytest.raises(ValidationError):
        exact.validate_python(value)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["MXN", "USD", "JPY", "CLP", "KWD"]))
def test_minor_units_lose_nothing(minor, currency):
    amount = from_minor(minor, currency)
    assert amount * 10 ** exponent_of(currency) == minor
    assert -amount.as_tuple().exponent == exponent_of(currency)


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (116000, "MXN", "1160.00"),
        (1, "MXN", "0.01"),
        (5000, "JPY", "5000"),
        (1234, "KWD", "1.234"),
        (-99, "USD", "-0.99"),
    ],
)
def test_minor_units_by_currency(minor, currency, amount):
    assert str(from_minor(minor, currency)) == amount


@pytest.mark.parametrize(
    ("amount", "decimals", "result"),
    [
        ("0.005", 2, "0.01"),
        ("0.015", 2, "0.02"),
        ("2.5", 0, "3"),
        ("-0.005", 2, "-0.01"),
        ("1.0049999", 2, "1.00"),
        ("172.4137931", 6, "172.413793"),
    ],
)
def test_rounding_is_half_up_and_never_bankers(amount, decimals, result):
    assert str(rounded(Decimal(amount), decimals)) == result


@given(amounts, st.integers(0, 6))
def test_rounding_moves_by_half_a_unit_at_most_and_once_only(amount, decimals):
    result = rounded(amount, decimals)
    assert abs(result - amount) <= Decimal(5).scaleb(-decimals - 1)
    assert rounded(result, decimals) == result
    assert result == amount.quantize(Decimal(10) ** -decimals, ROUND_HALF_UP)
