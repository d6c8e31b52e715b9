"""A sale as a row of a table of cases."""

import pytest

from hub.plugin import Line, Sale, Tax
from hub.testing.summary import summary_of

AT = "2026-11-20T12:00:00-06:00"
IVA = Tax(rate="0.16", amount="16.00")
ISR = Tax(tax="ISR", rate="0.0125", amount="1.25", withheld=True)


def sale(total, *lines, currency="MXN", **fields):
    return Sale(id="A1", sold_at=AT, currency=currency, total=total, lines=lines, **fields)


def line(total, **fields):
    return Line(description="Taza", unit_price=total, total=total, **fields)


def test_amounts_are_summed_over_the_lines():
    sold = sale(
        "220.5", line("114.75", taxes=(IVA, ISR)), line("105.75", taxes=(IVA,), discount="1.5"), forma_pago="04"
    )
    assert summary_of(sold) == {
        "id": "A1",
        "currency": "MXN",
        "forma_pago": "04",
        "reference": None,
        "seller": None,
        "prices_include_tax": True,
        "live": True,
        "total": "220.50",
        "tax": "30.75",
        "discount": "1.50",
        "lines": 2,
    }


@pytest.mark.parametrize(("taxes", "told"), [(None, None), ((), "0.00"), ((Tax(factor="Exento"),), "0.00")])
def test_a_tax_that_is_not_known_is_not_a_tax_of_zero(taxes, told):
    assert summary_of(sale("10.00", line("10.00", taxes=taxes)))["tax"] == told


def test_amounts_have_the_decimals_of_their_currency():
    assert summary_of(sale("5000", line("5000"), currency="JPY"))["total"] == "5000"
