"""Money never passes through a float, and rounds as SAT rounds."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from hub.plugin import (
    DataError,
    Exact,
    Line,
    exact_amount,
    exponent_of,
    from_minor,
    iva_rate,
    number_of,
    rounded,
    spread,
)

exact = TypeAdapter(Exact)
counted = TypeAdapter(Annotated[Decimal, Field(allow_inf_nan=False, max_digits=24)])
amounts = st.decimals(-(10**12), 10**12, places=6, allow_nan=False, allow_infinity=False)


@given(st.floats())
def test_no_float_is_ever_money(value):
    with pytest.raises(ValidationError):
        exact.validate_python(value)


@given(amounts)
def test_decimals_and_their_text_stay_what_they_are(value):
    assert exact.validate_python(value) == exact.validate_python(str(value)) == value
    assert exact.validate_json(exact.dump_json(value)) == value


@given(
    st.decimals()
    | st.builds(Decimal, st.from_regex(r"-?[0-9]{1,30}(\.[0-9]{0,30})?(E[+-]?[0-9]{1,2})?", fullmatch=True))
)
@example(Decimal("1E+30"))
@example(Decimal("0E-30"))
@example(Decimal("9" * 24))
@example(Decimal("9" * 25))
@example(Decimal("sNaN"))
def test_the_quick_look_at_a_decimal_agrees_with_counting_its_digits(value):
    def judged(adapter):
        try:
            return str(adapter.validate_python(value))
        except ValidationError:
            return "refused"

    assert judged(exact) == judged(counted)


@pytest.mark.parametrize("quantity", [Decimal(0), Decimal("-0.5"), "0", -1])
def test_a_field_keeps_its_own_limits_however_a_number_is_given(quantity):
    with pytest.raises(ValidationError, match="greater than 0"):
        Line(description="Blusa", quantity=quantity, unit_price=Decimal(1), total=Decimal(1))


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


@given(st.integers(-(10**12), 10**12), st.sampled_from(["MXN", "JPY", "KWD"]))
def test_an_amount_reads_the_same_as_number_and_as_text(minor, currency):
    amount = from_minor(minor, currency)
    assert exact_amount(amount, currency) == exact_amount(f" {amount} ", currency) == amount


@pytest.mark.parametrize(
    "value", [1.5, True, None, "", "1,000.00", "1_000", "1e3", "NaN", Decimal("NaN"), Decimal("Infinity"), "0.001", [1]]
)
def test_what_is_not_an_exact_amount_is_named(value):
    with pytest.raises(DataError, match="total is ") as caught:
        exact_amount(value, "MXN", "total")
    assert caught.value.field == "total"


weights = st.lists(st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2)), min_size=1, max_size=12)


@given(st.integers(-(10**10), 10**10), weights, st.sampled_from(["MXN", "JPY", "KWD"]))
def test_parts_add_up_and_are_less_than_a_unit_off(minor, shares, currency):
    amount, unit = from_minor(minor, currency), from_minor(1, currency)
    parts = spread(amount, shares, currency)

    assert sum(parts) == amount
    whole = sum(shares)
    for part, share in zip(parts, shares, strict=True):
        assert part == rounded(part, exponent_of(currency))
        if whole:
            assert abs(part - amount * share / whole) < unit


@given(st.integers(0, 10**9), weights)
def test_no_part_of_a_smaller_amount_is_more_than_its_weight(minor, shares):
    amount = min(from_minor(minor, "MXN"), sum(shares))
    assert all(part <= share for part, share in zip(spread(amount, shares, "MXN"), shares, strict=True))


@pytest.mark.parametrize(
    ("base", "amount", "rate"),
    [("100", "16", "0.16"), ("100", "8", "0.08"), ("100", "0", "0"), ("100", "15", None), ("0.03", "0", None)],
)
def test_the_rate_of_iva_is_told_only_if_there_is_just_one(base, amount, rate):
    assert iva_rate(Decimal(base), Decimal(amount)) == (None if rate is None else Decimal(rate))


def test_a_tax_that_was_rounded_line_by_line_still_tells_its_rate():
    assert iva_rate(Decimal("30.15"), Decimal("4.85"), parts=5) == Decimal("0.16")
    assert iva_rate(Decimal("30.15"), Decimal("4.85")) is None


def test_no_rounding_makes_a_tax_of_nothing():
    assert iva_rate(Decimal(100), Decimal("0.01"), parts=5) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("86.206896551", "86.206897"),
        ("-3", "-3"),
        (7, "7"),
        (Decimal("0.0000005"), "0.000001"),
        ("999999999999.000000", "999999999999"),
        (" 5.10 ", "5.10"),
    ],
)
def test_a_number_of_a_shop_is_read_to_six_decimals(written, read):
    assert number_of(written, "price") == Decimal(read)


def test_a_number_of_a_shop_is_read_as_it_stands_if_that_is_wanted():
    assert number_of("0.123456789", "tax", decimals=None) == Decimal("0.123456789")


@pytest.mark.parametrize("written", ["", "NaN", "Infinity", "cien", None, True, 1.5, [], "1000000000000", "9" * 5000])
def test_what_is_no_number_of_a_shop_is_named_with_its_field(written):
    with pytest.raises(DataError, match="price is ") as caught:
        number_of(written, "price")
    assert (caught.value.field, "not a number" in str(caught.value)) == ("price", True)
