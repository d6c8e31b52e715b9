"""Whatever is sold, the document adds up to the charge and keeps SAT's numeric rules."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.cfdi import TaxRate, check, receptor_extranjero, receptor_publico_en_general
from tests.support.cfdi_samples import EXENTO, IVA_0, IVA_8, IVA_16, NOON, ieps, invoice, sold
from tools.sales_to_sweep import IEPS_RATES


def withheld(impuesto, rate, tipo_factor="Tasa"):
    return TaxRate(impuesto, tipo_factor, Decimal(rate), retencion=True)


ISR_RESICO, ISR_10 = withheld("001", "0.0125"), withheld("001", "0.10")
IVA_TWO_THIRDS, FREIGHT = withheld("002", "0.106667"), withheld("002", "0.04")
CUOTA = TaxRate("003", "Cuota", Decimal("3.0818"), cuota_base=Decimal("0.1234567"))
RETENTIONS = [
    (ISR_RESICO,),
    (ISR_RESICO, IVA_TWO_THIRDS),
    (ISR_10, IVA_TWO_THIRDS),
    (FREIGHT,),
    (withheld("001", "0.35"), withheld("002", "0.16")),
]
TAXES = [
    (IVA_16,),
    (IVA_8,),
    (IVA_0,),
    (EXENTO,),
    (),
    (IVA_8, ISR_RESICO, withheld("002", "0.053333")),
    *[(IVA_16, *retentions) for retentions in RETENTIONS],
    *[(ieps(rate), iva) for rate in IEPS_RATES for iva in (IVA_16, IVA_8, IVA_0, EXENTO)],
    *[(ieps(rate),) for rate in IEPS_RATES],
    *[(CUOTA, iva) for iva in (IVA_16, IVA_8, IVA_0, EXENTO)],
    (CUOTA,),
    (ieps("1.60"), IVA_16, ISR_10, IVA_TWO_THIRDS, withheld("003", "0.53")),
    (CUOTA, IVA_16, withheld("003", "0.5", "Cuota"), ISR_10),
    *[(ieps(rate), CUOTA, *iva) for rate in ("0.08", "0.53", "1.60") for iva in ((IVA_16,), (IVA_8,), (IVA_0,), ())],
    (CUOTA, IVA_16, ieps("1.60"), ISR_10, IVA_TWO_THIRDS, withheld("003", "0.53")),
]
QUANTITIES = st.one_of(
    st.integers(1, 60).map(Decimal),
    st.integers(1, 10**6).map(Decimal),
    st.integers(1, 5 * 10**6).map(lambda n: Decimal(n) / 10**6),
)


@st.composite
def sold_lines(draw, taxes=st.sampled_from(TAXES), cent=Decimal("0.01")):
    line_taxes = draw(taxes)
    quantity = draw(QUANTITIES)
    # A unit is not below SAT's smallest price, and the IEPS of the litres not above the charge.
    smallest = max(1, int(quantity / 1000) + 1) + (int(Decimal("0.6") / cent) if CUOTA in line_taxes else 0)
    total = draw(st.integers(smallest, 10**8)) * cent
    discount = draw(st.one_of(st.just(0), st.integers(1, 10**5))) * cent
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


@given(st.sampled_from([("JPY", "1"), ("KWD", "0.001"), ("USD", "0.01")]), st.data())
@settings(max_examples=150, deadline=None)
def test_any_mix_adds_up_in_currencies_of_other_decimals(currency, data):
    moneda, cent = currency
    lines = data.draw(st.lists(sold_lines(cent=Decimal(cent)), min_size=1, max_size=5))

    comprobante = invoice(*lines, currency=moneda, exchange_rate=Decimal("18.5432"))

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


CIGARETTES = TaxRate("003", "Cuota", Decimal("0.6445"), cuota_base=Decimal(20))


def test_tobacco_carries_a_tasa_and_a_cuota_of_ieps():
    """LIEPS 2 I C levies both on one good; IVA is on top of either."""
    comprobante = invoice(sold("85.00", ieps("1.60"), CIGARETTES, IVA_16))

    (concepto,) = comprobante.conceptos
    assert concepto.importe == Decimal("23.23")
    assert [(str(row.base), row.tipo_factor, str(row.importe)) for row in concepto.traslados] == [
        ("23.23", "Tasa", "37.16"),
        ("20", "Cuota", "12.89"),
        ("73.28", "Tasa", "11.72"),
    ]
    assert check(comprobante) == ()


def test_the_cigarettes_of_many_packets_are_one_row_of_the_summary():
    comprobante = invoice(*[sold("85.00", ieps("1.60"), CIGARETTES, IVA_16)] * 3, sold("50.00", ieps("1.60"), IVA_16))

    rows = [(row.impuesto, row.tipo_factor, row.tasa_o_cuota) for row in comprobante.impuestos.traslados]
    assert rows == [
        ("003", "Tasa", Decimal("1.6")),
        ("003", "Cuota", Decimal("0.6445")),
        ("002", "Tasa", Decimal("0.16")),
    ]
    assert comprobante.impuestos.traslados[1].base == 60
    assert (comprobante.total, check(comprobante)) == (Decimal("305.00"), ())


def test_tobacco_at_prices_without_tax_is_taxed_on_them():
    line = sold("85.00", ieps("1.60"), CIGARETTES, IVA_16, unit_price="23.23")

    comprobante = invoice(line, prices_include_tax=False)

    assert comprobante.conceptos[0].importe == Decimal("23.23")
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


@pytest.mark.parametrize(
    ("objeto_imp", "taxes"),
    [
        ("01", ()),
        ("03", ()),
        ("04", ()),
        ("05", ()),
        ("06", ()),
        ("06", (ISR_10,)),
        ("07", (ieps("0.08"),)),
        ("07", (ieps("0.08"), ISR_10, withheld("003", "0.08"))),
        ("08", ()),
        ("08", (ISR_10,)),
    ],
)
def test_every_objeto_imp_carries_the_taxes_it_may(objeto_imp, taxes):
    comprobante = invoice(sold("108.00", *taxes, objeto_imp=objeto_imp))

    assert comprobante.conceptos[0].objeto_imp == objeto_imp
    assert comprobante.total == 108
    assert check(comprobante) == ()


@pytest.mark.parametrize(
    ("iva", "rate", "base", "importe"),
    [
        (IVA_16, "0.106667", "10000.00", "1066.67"),
        (IVA_16, "0.106667", "20000.00", "2133.33"),  # 2133.34 by the rate as written, which SAT allows as well
        (IVA_16, "0.106667", "900000.00", "96000.30"),  # where the law's 96000.00 is outside the limits of the rate
        (IVA_8, "0.053333", "20000.00", "1066.67"),  # 1066.66 by the rate as written
        (IVA_8, "0.053333", "10000.00", "533.33"),
        (IVA_16, "0.106666", "20000.00", "2133.32"),
    ],
)
def test_two_thirds_of_the_iva_are_withheld_as_the_law_says(iva, rate, base, importe):
    total = Decimal(base) * (1 + iva.tasa_o_cuota) - Decimal(importe)
    comprobante = invoice(sold(str(total), iva, withheld("002", rate), unit_price=base), prices_include_tax=False)

    (row,) = comprobante.conceptos[0].retenciones
    assert (row.base, str(row.importe)) == (Decimal(base), importe)
    assert check(comprobante) == ()


@pytest.mark.parametrize(
    ("total", "taxes", "importe"),
    [
        ("37653.73", (IVA_16, ISR_10, IVA_TWO_THIRDS), "39496.93"),  # the base a cent above the nearest
        ("42917.46", (IVA_16, ISR_10, IVA_TWO_THIRDS), "45018.32"),  # a cent below
        ("24685.74", (IVA_16, ISR_10, IVA_TWO_THIRDS), "25894.15"),  # either would do
        ("97262.32", (ieps("1.60"), IVA_16, ISR_10, IVA_TWO_THIRDS, withheld("003", "0.53")), "42671.39"),
    ],
)
def test_taxes_that_pull_apart_move_the_base_or_the_ieps_by_a_cent_or_two(total, taxes, importe):
    comprobante = invoice(sold(total, *taxes), sold("1.00", IVA_8))

    assert str(comprobante.conceptos[0].importe) == importe
    assert comprobante.total == Decimal(total) + 1
    assert check(comprobante) == ()


def test_litres_alone_are_taxed_too():
    concepto = invoice(sold("50.00", CUOTA._replace(cuota_base=Decimal("1.5")))).conceptos[0]

    assert (str(concepto.importe), str(concepto.traslados[0].importe)) == ("45.38", "4.62")


def test_ieps_by_the_litre_may_be_withheld_too():
    litres = Decimal("7.2")
    kept = withheld("003", "2", "Cuota")._replace(cuota_base=litres)
    comprobante = invoice(sold("500.00", CUOTA._replace(cuota_base=litres), IVA_16, kept, ISR_10))

    ieps_kept, isr = comprobante.conceptos[0].retenciones
    assert (ieps_kept.base, ieps_kept.importe) == (litres, Decimal("14.40"))
    assert isr.base == comprobante.conceptos[0].importe
    assert comprobante.total == 500
    assert check(comprobante) == ()


def test_a_line_with_retentions_keeps_six_decimals():
    concepto = invoice(sold("1000.00", IVA_16, ISR_RESICO)).conceptos[0]

    assert str(concepto.importe) == "871.456897"


def test_a_discount_finer_than_its_line_is_written_with_as_many_decimals():
    fine = invoice(
        sold("104.26", IVA_16, unit_price="100.00", discount=Decimal("10.1234")), prices_include_tax=False
    ).conceptos[0]
    coarse = invoice(
        sold("104.40", IVA_16, quantity="3", unit_price="33.333333", discount=Decimal("10.00")),
        prices_include_tax=False,
    ).conceptos[0]

    assert (str(fine.importe), str(fine.descuento)) == ("100.000000", "10.123400")
    assert (str(coarse.importe), str(coarse.descuento)) == ("99.999999", "10.00")


def test_a_shop_that_rounds_each_line_is_followed_in_discounts_and_retentions_too():
    discounted = [sold("0.60", IVA_16, unit_price="0.62", discount=Decimal("0.10")) for _ in range(4)]
    kept = [sold("0.55", IVA_16, ISR_10, unit_price="0.52") for _ in range(4)]

    for lines, importe, descuento in ((discounted, "0.62", "0.10"), (kept, "0.52", "None")):
        comprobante = invoice(*lines, prices_include_tax=False)
        assert {(str(c.importe), str(c.descuento)) for c in comprobante.conceptos} == {(importe, descuento)}
        assert comprobante.total == sum(line.total for line in lines)
        assert check(comprobante) == ()


@pytest.mark.parametrize(("discount", "second"), [("20.00", "99.40"), ("10.00", "111.00")])
def test_a_discount_of_all_the_price_is_never_believed_even_if_the_sums_agree(discount, second):
    wrong = sold("5.00", IVA_16, unit_price="10.00", discount=Decimal(discount))

    comprobante = invoice(wrong, sold(second, IVA_16, unit_price="100.00"), prices_include_tax=False)

    assert comprobante.total == Decimal("5.00") + Decimal(second)
    assert check(comprobante) == ()


def test_the_longest_amounts_of_sats_schema_are_met():
    longest = invoice(sold("9" * 18 + ".00", IVA_0))
    unit = invoice(sold("999999999999.00", IVA_0, quantity="0.000001"))

    assert str(longest.total) == "9" * 18 + ".00"
    assert str(unit.conceptos[0].valor_unitario) == "999999999999000000.000000"
    assert check(longest) == check(unit) == ()


def test_texts_are_cut_to_sats_lengths_and_empty_ones_are_not_written():
    long = "x" * 1001
    shown = invoice(
        sold("1.00", IVA_0, description=long, sku=long, unidad=long), serie=long, folio=long, condiciones_de_pago=long
    )
    plain = invoice(sold("1.00", IVA_0, sku="A", unidad="B"), serie="", folio=None)

    c = shown.conceptos[0]
    assert [len(text) for text in (c.descripcion, c.no_identificacion, c.unidad)] == [1000, 100, 20]
    assert [len(text) for text in (shown.serie, shown.folio, shown.condiciones_de_pago)] == [25, 40, 1000]
    assert (plain.conceptos[0].no_identificacion, plain.conceptos[0].unidad) == ("A", "B")
    assert (plain.serie, plain.folio, plain.condiciones_de_pago) == (None, None, None)


def test_an_unpaid_invoice_has_no_form_of_payment_yet():
    assert invoice(sold("1.00", IVA_0), metodo_pago="PPD", forma_pago="03").forma_pago == "99"
    assert invoice(sold("1.00", IVA_0), metodo_pago="PUE", forma_pago="03").forma_pago == "03"


def test_the_hour_needs_a_zone():
    with pytest.raises(ValueError, match="time zone"):
        invoice(sold("1.00", IVA_0), fecha=NOON.replace(tzinfo=None))


def test_buyers_without_an_rfc_of_their_own():
    assert receptor_publico_en_general("42501") == (
        "XAXX010101000",
        "PUBLICO EN GENERAL",
        "42501",
        "616",
        "S01",
        None,
        None,
    )
    assert receptor_extranjero("ACME", "42501", "USA") == ("XEXX010101000", "ACME", "42501", "616", "S01", "USA", None)


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
