"""A sale that does not add up, or is not exact, cannot be made."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.plugin import Buyer, Line, Page, Payment, Refund, Sale, Tax

WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def line(**changes):
    return Line(**{"description": "Taza", "unit_price": "100.00", "total": "100.00"} | changes)


def sale(**changes):
    return Sale(**{"id": "A1", "sold_at": WHEN, "currency": "MXN", "total": "100.00", "lines": (line(),)} | changes)


def refund(**changes):
    return Refund(**{"id": "R1", "sale_id": "A1", "refunded_at": WHEN, "currency": "MXN", "amount": "5"} | changes)


def payment(**changes):
    return Payment(**{"id": "P1", "sale_id": "A1", "paid_at": WHEN, "currency": "MXN", "amount": "5"} | changes)


@pytest.mark.parametrize("field", ["unit_price", "total", "quantity", "discount"])
def test_a_float_in_a_line_is_refused(field):
    with pytest.raises(ValidationError, match="float has already lost cents"):
        line(**{field: 1.5})


@pytest.mark.parametrize(
    ("make", "field"), [(sale, "total"), (sale, "exchange_rate"), (refund, "amount"), (payment, "amount")]
)
def test_a_float_in_a_movement_is_refused(make, field):
    with pytest.raises(ValidationError, match="float has already lost cents"):
        make(**{field: 100.0})


@pytest.mark.parametrize(
    ("make", "field"),
    [(sale, "sold_at"), (sale, "updated_at"), (refund, "refunded_at"), (payment, "paid_at")],
)
@pytest.mark.parametrize("value", [datetime(2026, 3, 1), "2026-03-01T10:00:00"])
def test_a_time_without_offset_is_refused(make, field, value):
    with pytest.raises(ValidationError, match="timezone"):
        make(**{field: value})


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8), st.integers(-3, 3))
def test_the_lines_add_up_to_the_cent_or_there_is_no_sale(centavos, off):
    lines = tuple(line(unit_price=Decimal(c).scaleb(-2), total=Decimal(c).scaleb(-2)) for c in centavos)
    total = Decimal(sum(centavos) + off).scaleb(-2)
    if off == 0:
        assert sale(lines=lines, total=total).total == total
    else:
        with pytest.raises(ValidationError):
            sale(lines=lines, total=total)


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": ()},
        {"id": ""},
        {"currency": "mxn"},
        {"currency": "PESOS"},
        {"total": "-100.00"},
        {"forma_pago": "1"},
        {"exchange_rate": "0"},
        {"unknown_field": 1},
    ],
    ids=str,
)
def test_a_sale_out_of_shape_is_refused(changes):
    with pytest.raises(ValidationError):
        sale(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"description": ""},
        {"description": "  "},
        {"quantity": "0"},
        {"discount": "-1"},
        {"clave_prod_serv": "123"},
        {"clave_unidad": "e48"},
        {"objeto_imp": "09"},
        {"kind": "gift"},
    ],
    ids=str,
)
def test_a_line_out_of_shape_is_refused(changes):
    with pytest.raises(ValidationError):
        line(**changes)


@pytest.mark.parametrize("changes", [{"amount": "0"}, {"amount": "-5"}, {"sale_id": ""}], ids=str)
def test_a_refund_or_payment_of_nothing_is_refused(changes):
    for make in (refund, payment):
        with pytest.raises(ValidationError):
            make(**changes)


def test_a_tax_has_a_rate_unless_it_is_exempt():
    assert Tax(rate="0.16").rate == Decimal("0.16")
    assert Tax(factor="Exento").rate is None
    for wrong in ({}, {"factor": "Exento", "rate": "0.16"}, {"factor": "Cuota"}):
        with pytest.raises(ValidationError, match="CFDI40177"):
            Tax(**wrong)


def test_values_are_frozen_and_survive_json():
    one = sale(buyer=Buyer(email="ana@cliente.example"), lines=(line(taxes=(Tax(rate="0.16"),)),))
    with pytest.raises(ValidationError):
        one.total = Decimal(1)
    assert Sale.model_validate_json(one.model_dump_json()) == one


def test_a_page_sorted_by_time_promises_up_to_its_last_record():
    records = [{"at": "2026-03-01T10:00:00-06:00"}, {"at": "2026-03-02T10:00:00-06:00"}]
    page = Page.oldest_first(records, by="at")
    assert page.records == records
    assert page.complete_until == datetime.fromisoformat("2026-03-02T10:00:00-06:00")
    assert Page.oldest_first([], by="at").complete_until is None
