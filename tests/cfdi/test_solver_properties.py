"""Whatever is sold, the document adds up to the charge and keeps SAT's numeric rules."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.cfdi import TaxRate, Unsolvable, check, solve
from tests.support.cfdi_samples import EXENTO, IVA_0, IVA_8, IVA_16, ieps, invoice, sold

IEPS_RATES = ("0.06", "0.07", "0.08", "0.09", "0.25", "0.265", "0.30", "0.304", "0.50", "0.53")
ISR_RESICO = TaxRate("001", "Tasa", Decimal("0.0125"), retencion=True)
IVA_TWO_THIRDS = TaxRate("002", "Tasa", Decimal("0.106667"), retencion=True)
TAXES = [
    (IVA_16,),
    (IVA_8,),
    (IVA_0,),
    (EXENTO,),
    (),
    (IVA_16, ISR_RESICO, IVA_TWO_THIRDS),
    *[(ieps(rate), IVA_16) for rate in IEPS_RATES],
    *[(ieps(rate), IVA_0) for rate in IEPS_RATES],
]
QUANTITIES = st.one_of(
    st.integers(1, 60).map(Decimal),
    st.integers(1, 10**6).map(Decimal),
    st.integers(1, 5 * 10**6).map(lambda n: Decimal(n) / 10**6),
)


@st.composite
def sold_lines(draw, taxes=st.sampled_from(TAXES), cent=Decimal("0.01")):
    quantity = draw(QUANTITIES)
    # From 50 cents a unit is never below SAT's smallest price, whatever the rate.
    smallest = max(50, int(quantity / 1000) + 1)
    total = draw(st.integers(smallest, 10**8)) * cent
    discount = draw(st.one_of(st.just(0), st.integers(1, 10**5))) * cent
    line_taxes = draw(taxes)
    return sold(
        str(total),
        *line_taxes,
        quantity=str(quantity),
        unit_price=str((total + discount) / quantity),
        discount=discount,
    )


@given(st.lists(sold_lines(), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_any_mix_of_rates_quantities_and_discounts_adds_up_and_keeps_the_rules(lines):
    comprobante = invoice(*lines)

    assert comprobante.total == sum(line.total for line in lines)
    assert check(comprobante) == ()


@given(st.lists(sold_lines(), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_prices_without_tax_fall_back_on_the_charge(lines):
    comprobante = invoice(*lines, prices_include_tax=False)

    assert comprobante.total == sum(line.total for line in lines)
    assert check(comprobante) == ()


@given(st.lists(sold_lines(taxes=st.just((IVA_16,))), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_many_lines_of_one_rate_still_add_up(lines):
    assert invoice(*lines).total == sum(line.total for line in lines)


@pytest.mark.parametrize(("moneda", "cent"), [("JPY", "1"), ("KWD", "0.001"), ("USD", "0.01")])
def test_currencies_keep_their_own_decimals(moneda, cent):
    lines = [
        sold(str(Decimal(1999) * Decimal(cent)), IVA_16, quantity="7"),
        sold(str(Decimal(501) * Decimal(cent)), IVA_0),
    ]

    comprobante = invoice(*lines, currency=moneda, exchange_rate=Decimal("18.5432"))

    assert comprobante.total == Decimal(2500) * Decimal(cent)
    assert comprobante.total.as_tuple().exponent == Decimal(cent).as_tuple().exponent
    assert check(comprobante) == ()


@pytest.mark.parametrize("rate", [IVA_16, IVA_8])
def test_every_single_price_of_a_sweep_is_met_with_six_decimals(rate):
    for cents in range(1, 2_000_000, 997):
        total = Decimal(cents) / 100
        amounts = solve([sold(str(total), rate)], total=total, moneda="MXN", prices_include_tax=True)
        assert amounts.total == total


@pytest.mark.parametrize("rate", IEPS_RATES)
def test_every_price_of_a_sweep_with_ieps_keeps_the_rules_in_cents(rate):
    for cents in range(2, 300_000, 1499):
        total = Decimal(cents) / 100
        comprobante = invoice(sold(str(total), ieps(rate), IVA_16))
        assert comprobante.total == total
        assert check(comprobante) == ()


def test_a_line_keeps_whole_cents_where_they_are_exact():
    concepto = invoice(sold("116.00", IVA_16)).conceptos[0]

    assert (str(concepto.valor_unitario), str(concepto.importe)) == ("100.00", "100.00")
    assert str(concepto.traslados[0].importe) == "16.00"


def test_a_discount_in_prices_with_tax_is_shown_without_its_tax():
    comprobante = invoice(sold("104.40", IVA_16, unit_price="116.00", discount=Decimal("11.60")))

    assert (str(comprobante.sub_total), str(comprobante.descuento)) == ("100.00", "10.00")
    assert comprobante.total == Decimal("104.40")


def test_a_gift_is_left_out():
    comprobante = invoice(sold("116.00", IVA_16), sold("0.00", IVA_16, unit_price="50.00", discount=Decimal("50.00")))

    assert len(comprobante.conceptos) == 1


def test_a_line_that_is_no_object_of_tax_has_no_taxes():
    concepto = invoice(sold("50.00"), sold("116.00", IVA_16)).conceptos[0]

    assert (concepto.objeto_imp, concepto.traslados) == ("01", ())


def test_a_shop_that_rounds_the_tax_of_each_line_is_followed():
    lines = [sold("0.60", IVA_16, unit_price="0.52") for _ in range(4)]

    comprobante = invoice(*lines, prices_include_tax=False)

    assert comprobante.total == Decimal("2.40")
    assert [str(c.importe) for c in comprobante.conceptos] == ["0.52"] * 4
    assert check(comprobante) == ()


def test_a_quantity_is_written_with_the_decimals_it_needs():
    whole = invoice(sold("116.00", IVA_16, quantity="10.000")).conceptos[0]
    part = invoice(sold("116.00", IVA_16, quantity="0.12345678")).conceptos[0]

    assert (str(whole.cantidad), str(part.cantidad)) == ("10", "0.123457")


@pytest.mark.parametrize(
    ("lines", "total", "reason"),
    [
        ([sold("100.00", IVA_16)], "101.00", "the lines add up to 100.00 but the charge is 101.00"),
        ([sold("-1.00", IVA_16), sold("5.00", IVA_16)], "4.00", "line 1: negative"),
        ([sold("0.00", IVA_16, unit_price="9.00")], "0.00", "nothing was charged"),
        ([sold("100.00", IVA_16)], "100.001", "CFDI40107"),
        ([sold("10.005", IVA_16)], "10.00", "line 1"),
        ([sold("1.00", IVA_16, quantity="0", unit_price="1")], "1.00", "line 1: the quantity"),
        ([sold("1.00", IVA_16), sold("1.00", IVA_16, IVA_8)], "2.00", "line 2: CFDI40218"),
        ([sold("1.00", IVA_16, objeto_imp="01")], "1.00", "line 1: CFDI40172"),
        ([sold("1.00", objeto_imp="02")], "1.00", "line 1: CFDI40171"),
        ([sold("1.00", IVA_16, objeto_imp="06")], "1.00", "CFDI140226"),
        ([sold("1.00", IVA_16, objeto_imp="07")], "1.00", "CFDI140227"),
        ([sold("1.00", TaxRate("001", "Tasa", Decimal("0.1")))], "1.00", "CFDI40175"),
        ([sold("1.00", TaxRate("002", "Exento", Decimal("0.1")))], "1.00", "CFDI40177"),
        ([sold("1.00", TaxRate("002", "Exento", None, retencion=True))], "1.00", "CFDI40184"),
        ([sold("0.01", IVA_16, quantity="1000000")], "0.01", "CFDI40166"),
    ],
)
def test_what_cannot_be_invoiced_says_why(lines, total, reason):
    with pytest.raises(Unsolvable, match=reason):
        solve(lines, total=Decimal(total), moneda="MXN", prices_include_tax=True)
