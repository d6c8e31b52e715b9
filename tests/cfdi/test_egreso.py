"""Egresos: the ingreso's taxes in proportion, never more than the ingreso, closed to the cent."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.cfdi import (
    ACuentaTerceros,
    CfdiRelacionados,
    EgresoExceedsError,
    GlobalTicket,
    PaidUnder,
    ReturnedLine,
    TaxRate,
    Unsolvable,
    UnsplittableError,
    check,
    egreso,
    facturas_globales,
    period_of,
    receptor_extranjero,
    remaining,
    seal,
    tercero_extranjero,
    validate_full,
)
from hub.cfdi.totals import add_up
from tests.support.cfdi_samples import (
    ESCUELA,
    EXENTO,
    IVA_0,
    IVA_8,
    IVA_16,
    NOON,
    UNIVERSIDAD,
    ieps,
    impuestos_locales,
    invoice,
    sold,
)
from tests.support.sat_xslt import sat_cadena
from tests.support.worked_examples import EXAMPLES, document

D = Decimal
UUID = "6128396f-c09b-4ec6-8699-43c5f7e3b230"
ISR = TaxRate("001", "Tasa", D("0.0125"), retencion=True)
IVA_TWO_THIRDS = TaxRate("002", "Tasa", D("0.106667"), retencion=True)
CUOTA = TaxRate("003", "Cuota", D("3.0818"), cuota_base=D("1.5"))
MIXES = [
    (IVA_16,),
    (IVA_8,),
    (IVA_0,),
    (EXENTO,),
    (),
    (IVA_16, ISR, IVA_TWO_THIRDS),
    (ieps("0.08"), IVA_16),
    (ieps("0.53"), IVA_16),
    (ieps("0.08"), IVA_0),
    (ieps("1.60"), IVA_8),
    (TaxRate("003", "Cuota", D("3.0818"), cuota_base=D("0.1")), IVA_16),
    (TaxRate("003", "Cuota", D("0.5911"), cuota_base=D("0.355")),),
]


def back(original, *, tipo_relacion="01", **more):
    return egreso(original, tipo_relacion=tipo_relacion, fecha=NOON, uuid=UUID, **more)


@st.composite
def ingresos(draw):
    cents = st.integers(1_00, 90_000).map(lambda n: D(n) / 100)
    lines = [
        sold(str(draw(cents)), *draw(st.sampled_from(MIXES)), quantity=str(draw(st.integers(1, 9))))
        for _ in range(draw(st.integers(1, 8)))
    ]
    try:
        return invoice(*lines)
    except Unsolvable:
        return invoice(sold("100.00", IVA_16))


def rows(balance):
    return [number for share in balance.shares for number in share.numbers()]


@given(ingresos(), st.lists(st.integers(1, 100), max_size=5), st.sampled_from(["01", "03"]))
@settings(max_examples=200, deadline=None)
def test_any_sequence_of_egresos_keeps_the_rules_and_the_last_one_closes_the_ingreso(original, percents, tipo):
    made = []
    for percent in percents:
        left = remaining(original, made)
        amount = (left.total * percent / 200).quantize(D("0.01"))
        if not amount:
            continue
        one = back(original, amount=amount, egresos=made)
        assert one.total == amount
        assert check(one) == ()
        made.append(one)
        assert min(rows(remaining(original, made))) >= 0
    made.append(back(original, egresos=made, tipo_relacion=tipo))

    assert check(made[-1]) == ()
    assert sum(one.total for one in made) == original.total
    assert set(rows(remaining(original, made))) == {0}


@given(ingresos(), st.lists(st.integers(1, 9), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_a_few_cents_at_a_time_come_back_too(original, cents):
    made = []
    for few in cents:
        made.append(back(original, amount=D(few) / 100, egresos=made))
        assert check(made[-1]) == ()
    made.append(back(original, egresos=made))

    assert check(made[-1]) == ()
    assert sum(one.total for one in made) == original.total


@pytest.mark.parametrize("amount", ["0.01", "0.05", "1.00", "37.02"])
def test_litres_come_back_in_proportion_with_six_decimals(amount):
    soda = TaxRate("003", "Cuota", D("3.0818"), cuota_base=D("7.2"))
    original = invoice(sold("234.54", soda, IVA_16))

    (concepto,) = back(original, amount=D(amount)).conceptos

    assert concepto.traslados[0].base == (D("7.2") * D(amount) / D("234.54")).quantize(D("0.000001"))
    assert remaining(original, [back(original, amount=D(amount))]).traslados[0].base > D("6")


def test_cents_that_one_line_cannot_give_back_are_taken_from_the_largest():
    original = invoice(sold("0.02", ieps("0.50")), sold("5.59", ieps("0.25")))

    one = back(original, amount=D("2.57"))

    assert one.total == D("2.57")
    assert [c.importe + c.traslados[0].importe for c in one.conceptos] == [D("0.02"), D("2.55")]


def test_what_cannot_be_split_says_the_rule_and_what_to_do():
    original = invoice(sold("0.10", ieps("1.60")))
    made = []

    def one_cent_more():
        while True:
            made.append(back(original, amount=D("0.01"), egresos=made))

    with pytest.raises(UnsplittableError, match=r"CFDI40180: .* give back another amount, or all that is left"):
        one_cent_more()
    assert check(back(original, egresos=made)) == ()


def by_the_litre(cuota, litres):
    return TaxRate("003", "Cuota", D(cuota), cuota_base=D(litres))


A_CENT_AND_ITS_IEPS = {
    "beside thousands": (sold("3.56", by_the_litre("3.0818", "1"), IVA_16), sold("83626.63", IVA_16)),
    "beside cents": (sold("0.39", by_the_litre("0.7", "0.5"), IVA_16), sold("0.32", IVA_0)),
}


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        *[("beside thousands", a) for a in ("0.01", "3.00", "3.55", "3.56", "100.00", "40000.00", "83626.63")],
        *[("beside cents", a) for a in ("0.10", "0.32", "0.39", "0.50")],
    ],
)
def test_a_line_that_is_nearly_all_ieps_does_not_keep_the_rest_from_coming_back(name, amount):
    original = invoice(*A_CENT_AND_ITS_IEPS[name])

    one = back(original, amount=D(amount))
    rest = back(original, egresos=[one])

    assert (one.total, rest.total) == (D(amount), original.total - D(amount))
    assert check(one) == check(rest) == ()
    assert set(rows(remaining(original, [one, rest]))) == {0}


def test_an_amount_that_only_taxes_of_a_cent_could_give_says_so():
    with pytest.raises(UnsplittableError, match=r"0\.35 can only come out of taxes that cannot be split"):
        back(invoice(*A_CENT_AND_ITS_IEPS["beside cents"]), amount=D("0.35"))


def test_lines_whose_ieps_fits_only_as_it_was_written_come_back_as_they_were():
    """Whole litres give the IEPS wide limits (CFDI40180), which the sum of all the litres does not have."""
    written = [sold("4.00", by_the_litre("3.0818", "1")), sold("2.00", by_the_litre("3.0818", "0.5"))]
    made = invoice(*written, sold("100.00", IVA_16))
    far_off = (D("3.90"), D("1.62"))
    conceptos = []
    for concepto, tax, charge, litres in zip(made.conceptos, far_off, (D(4), D(2)), (D(1), D("0.5")), strict=False):
        row = concepto.traslados[0]._replace(base=litres, importe=tax)
        price = charge - tax
        conceptos.append(concepto._replace(valor_unitario=price, importe=price, traslados=(row,)))
    amounts = add_up([*conceptos, made.conceptos[2]], D("0.01"))
    original = made._replace(**amounts._asdict())
    assert check(original) == ()

    one = back(original, amount=D("50.00"))
    rest = back(original, egresos=[one])

    assert check(one) == check(rest) == ()
    assert set(rows(remaining(original, [one, rest]))) == {0}


nearly_all_ieps = st.builds(
    lambda cuota, litres, more, iva: sold(
        str((D(cuota) * D(litres) * (1 + sum(r.tasa_o_cuota for r in iva))).quantize(D("0.01")) + D(more) / 100),
        by_the_litre(cuota, litres),
        *iva,
    ),
    st.sampled_from(["0.7", "3.0818", "0.5911", "0.6445"]),
    st.sampled_from(["1", "0.5", "2", "0.355", "20"]),
    st.integers(0, 4),
    st.sampled_from([(), (IVA_0,), (IVA_8,), (IVA_16,)]),
)


@given(st.lists(nearly_all_ieps, min_size=1, max_size=4), st.integers(1, 100_000), st.lists(st.integers(1, 99)))
@settings(max_examples=150, deadline=None)
def test_whatever_came_back_the_rest_can_come_back_too(lines, cents, percents):
    try:
        original = invoice(*lines, sold(str(D(cents) / 100), IVA_16))
    except Unsolvable:
        return
    made = []
    for percent in percents[:4]:
        left = remaining(original, made).total
        if not left:
            break
        amount = (left * percent / 100).quantize(D("0.01"))
        try:
            made.append(back(original, amount=amount or D("0.01"), egresos=made))
        except UnsplittableError:
            continue
        assert check(made[-1]) == ()
    if remaining(original, made).total:
        made.append(back(original, egresos=made))

    assert check(made[-1]) == ()
    assert sum(one.total for one in made) == original.total
    assert set(rows(remaining(original, made))) == {0}


@given(st.integers(50_00, 2_000_00), st.lists(st.integers(1, 50), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_tobacco_comes_back_with_its_part_of_both_ieps(cents, percents):
    original = invoice(sold(str(D(cents) / 100), ieps("1.60"), by_the_litre("0.6445", "20"), IVA_16))
    made = []
    for percent in percents:
        amount = (remaining(original, made).total * percent / 100).quantize(D("0.01"))
        made.append(back(original, amount=amount, egresos=made))
        assert [t.tipo_factor for t in made[-1].conceptos[0].traslados] == ["Tasa", "Cuota", "Tasa"]
        assert check(made[-1]) == ()
    made.append(back(original, egresos=made))

    assert check(made[-1]) == ()
    assert set(rows(remaining(original, made))) == {0}


def test_a_cent_of_tobacco_comes_back_too():
    original = invoice(sold("1.00", ieps("1.60"), by_the_litre("0.6445", "0.2"), IVA_16))

    assert check(back(original, amount=D("0.01"))) == ()


def with_a_gift(*lines):
    """An ingreso of another system, which wrote a gift as a price with all of it discounted."""
    made = invoice(*lines)
    gift = made.conceptos[0]._replace(
        importe=D("30.00"), valor_unitario=D("30.00"), descuento=D("30.00"), objeto_imp="01", traslados=()
    )
    return made._replace(**add_up([*made.conceptos, gift], D("0.01"))._asdict())


def test_a_discount_of_all_leaves_out_what_was_a_gift():
    original = with_a_gift(sold("116.00", IVA_16))

    one = back(original)

    assert check(original) == check(one) == ()
    assert (len(one.conceptos), one.total, one.descuento) == (1, D("116.00"), None)
    assert set(rows(remaining(original, [one]))) == {0}


def test_a_return_of_all_brings_the_gift_back_too():
    original = with_a_gift(sold("116.00", IVA_16))

    assert back(original, tipo_relacion="03").conceptos == original.conceptos


@pytest.mark.parametrize("tipo", ["01", "03"])
def test_a_gift_alone_has_no_amount_to_give_back(tipo):
    with pytest.raises(ValueError, match=r"nothing was charged for 1 of 'Artículo'"):
        back(with_a_gift(sold("116.00", IVA_16)), tipo_relacion=tipo, lines=[ReturnedLine(1)])


def test_an_ingreso_of_gifts_alone_has_nothing_to_give_back():
    original = with_a_gift(sold("116.00", IVA_16))
    only_gifts = original._replace(**add_up(original.conceptos[1:], D("0.01"))._asdict())

    with pytest.raises(ValueError, match="charged nothing"):
        back(only_gifts)


ONE_PRINCIPAL = ACuentaTerceros("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "601", "76343")
OTHER_PRINCIPAL = tercero_extranjero("42501")


def test_an_amount_comes_back_on_behalf_of_whom_it_was_sold():
    original = invoice(
        sold("116.00", IVA_16, a_cuenta_terceros=ONE_PRINCIPAL),
        sold("232.00", IVA_16, a_cuenta_terceros=OTHER_PRINCIPAL),
        sold("348.00", IVA_16),
    )

    one = back(original, amount=D("60.00"))
    rest = back(original, egresos=[one])

    given = [(c.a_cuenta_terceros, c.importe + c.traslados[0].importe) for c in one.conceptos]
    assert given == [(ONE_PRINCIPAL, D("10.00")), (OTHER_PRINCIPAL, D("20.00")), (None, D("30.00"))]
    assert check(one) == check(rest) == ()
    assert set(rows(remaining(original, [one, rest]))) == {0}


def test_an_egreso_that_names_no_principal_still_counts():
    original = invoice(sold("116.00", IVA_16, a_cuenta_terceros=ONE_PRINCIPAL))
    made = back(original, amount=D("58.00"))
    unnamed = made._replace(conceptos=tuple([c._replace(a_cuenta_terceros=None) for c in made.conceptos]))

    rest = back(original, egresos=[unnamed])

    assert [c.a_cuenta_terceros for c in rest.conceptos] == [ONE_PRINCIPAL]
    with pytest.raises(EgresoExceedsError, match="more than is left"):
        remaining(original, [unnamed, unnamed, unnamed])


def test_an_ingreso_with_local_taxes_is_refused_by_the_name_of_its_complement():
    sale = invoice(sold("116.00", IVA_16))
    hotel = sale._replace(complementos=(impuestos_locales("3.00", "0.00"),), total=D("119.00"))

    for more in ({}, {"amount": D("119.00")}, {"amount": D("50.00")}, {"lines": [ReturnedLine(0)]}):
        with pytest.raises(ValueError, match="ImpuestosLocales"):
            back(hotel, **more)


@given(ingresos())
@settings(max_examples=100, deadline=None)
def test_returning_line_by_line_closes_the_ingreso(original):
    made = []
    for index in range(len(original.conceptos)):
        made.append(back(original, tipo_relacion="03", lines=[ReturnedLine(index)], egresos=made))
        assert check(made[-1]) == ()

    assert sum(one.total for one in made) == original.total
    assert set(rows(remaining(original, made))) == {0}


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "factura_global"])
def test_all_of_a_worked_example_comes_back_with_the_same_numbers(name):
    original = document(name)

    returned = back(original, tipo_relacion="03")

    assert (returned.sub_total, returned.descuento, returned.total) == (
        original.sub_total,
        original.descuento,
        original.total,
    )
    assert returned.impuestos == original.impuestos
    assert returned.conceptos == original.conceptos
    assert check(returned) == ()


def test_what_an_egreso_says():
    one = back(invoice(sold("945.00", IVA_16)), amount=D("116.00"), serie="E", folio="3", descripcion="Cupón tardío")

    assert (one.tipo_de_comprobante, one.metodo_pago, one.forma_pago) == ("E", "PUE", "04")
    assert one.cfdi_relacionados == (CfdiRelacionados("01", (UUID,)),)
    assert (one.emisor, one.receptor) == (ESCUELA, UNIVERSIDAD._replace(uso_cfdi="G02"))
    (concepto,) = one.conceptos
    assert (concepto.clave_prod_serv, concepto.clave_unidad, concepto.descripcion) == (
        "84111506",
        "ACT",
        "Cupón tardío",
    )
    assert (concepto.importe, concepto.traslados[0].importe) == (D("100.00"), D("16.00"))
    assert (one.serie, one.folio) == ("E", "3")


def test_a_returned_product_keeps_its_key_and_quantity():
    original = invoice(sold("297.00", IVA_16, quantity="3", sku="SKU-11", unidad="Pieza"), sold("149.00", IVA_16))

    (concepto,) = back(original, tipo_relacion="03", lines=[ReturnedLine(0, D(2))]).conceptos

    assert (concepto.clave_prod_serv, concepto.no_identificacion, concepto.unidad) == ("53101604", "SKU-11", "Pieza")
    assert (concepto.cantidad, concepto.importe + concepto.traslados[0].importe) == (2, D("198.00"))


def test_a_return_of_a_part_of_a_kilo_keeps_the_limits():
    original = invoice(sold("100.00", IVA_16, quantity="2.345"))

    returned = back(original, tipo_relacion="03", lines=[ReturnedLine(0, D("1.111"))])

    assert returned.total == D("47.38")
    assert check(returned) == ()


def test_retentions_are_reversed():
    returned = back(document("resico_retentions"), amount=D("7806.25"))

    assert [(r.impuesto, r.importe) for r in returned.impuestos.retenciones] == [
        ("001", D("93.75")),
        ("002", D("800.00")),
    ]
    assert returned.impuestos.total_impuestos_trasladados == D("1200.00")
    assert check(returned) == ()


def test_an_ieps_cuota_comes_back_on_its_part_of_the_litres():
    returned = back(invoice(sold("100.00", CUOTA, IVA_16)), amount=D("50.00"))

    assert returned.conceptos[0].traslados[0].base == D("0.75")
    assert check(returned) == ()


@pytest.mark.parametrize(
    ("regimen", "uso"), [("601", "G02"), ("605", "S01"), ("612", "G02"), ("607", "S01"), ("616", "G02"), ("626", "G02")]
)
def test_the_uso_is_g02_where_the_regimen_allows_it(regimen, uso):
    nobody = "GODE561231GR8" if regimen != "601" else "URE180429TM6"
    buyer = UNIVERSIDAD._replace(rfc=nobody, regimen_fiscal=regimen, uso_cfdi="S01")

    returned = back(invoice(sold("116.00", IVA_16), receptor=buyer))

    assert returned.receptor.uso_cfdi == uso
    assert check(returned) == ()


def test_a_buyer_from_abroad_keeps_s01():
    returned = back(invoice(sold("116.00", IVA_16), receptor=receptor_extranjero("ACME INC", "42501")))

    assert returned.receptor.uso_cfdi == "S01"
    assert check(returned) == ()


def test_forma_pago_is_the_refunds_or_the_ingresos_or_says_that_nothing_was_paid():
    paid, unpaid = invoice(sold("116.00", IVA_16)), invoice(sold("116.00", IVA_16), metodo_pago="PPD")

    assert back(paid, forma_pago="03").forma_pago == "03"
    assert back(paid).forma_pago == "04"
    assert back(unpaid).forma_pago == "15"
    assert back(unpaid, forma_pago="03").forma_pago == "03"


def test_dollars_come_back_at_the_ingresos_rate():
    returned = back(document("usd"), amount=D("58.00"))

    assert (returned.moneda, returned.tipo_cambio) == ("USD", D("18.5432"))
    assert back(document("usd"), exchange_rate=D("17.9")).tipo_cambio == D("17.9")
    assert check(returned) == ()


@pytest.mark.parametrize(("moneda", "cent"), [("JPY", 1), ("KWD", D("0.001"))])
def test_other_currencies_keep_their_decimals(moneda, cent):
    lines = [sold(str(1999 * cent), IVA_16, quantity="7"), sold(str(501 * cent), IVA_0)]
    original = invoice(*lines, currency=moneda, exchange_rate=D("18.5"))

    one = back(original, amount=777 * D(cent))
    rest = back(original, egresos=[one])

    assert (one.total, rest.total) == (777 * cent, 1723 * cent)
    assert check(one) == check(rest) == ()


def test_a_line_whose_taxes_need_several_conceptos_keeps_its_quantity():
    """Twelve roundings of one row end up in the last line, more than one Concepto may show (CFDI40180)."""
    original = invoice(*[sold("1.05", IVA_16, quantity="2") for _ in range(12)], sold("1.00", IVA_8))
    at_8 = back(original, lines=[ReturnedLine(12)])
    discount = back(original, amount=D("11.55"), egresos=[at_8])

    last = back(original, tipo_relacion="03", lines=[ReturnedLine(0)], egresos=[at_8, discount])

    assert len(last.conceptos) > 1
    assert sum(c.cantidad for c in last.conceptos) == 2
    assert last.total == D("1.05")
    assert check(last) == ()


def a_global():
    november = datetime(2026, 11, 20, 18, tzinfo=UTC)
    tickets = [
        GlobalTicket("T-1", (PaidUnder((IVA_16,), D("580.00")),), D("580.00"), "04", november),
        GlobalTicket(
            "T-2", (PaidUnder((IVA_16,), D("99.90")), PaidUnder((IVA_0,), D(20))), D("119.90"), "01", november
        ),
    ]
    (one,) = facturas_globales(
        emisor=ESCUELA,
        tickets=tickets,
        periodicidad="04",
        period=period_of("04", date(2026, 11, 20)),
        fecha=NOON,
        lugar_expedicion="42501",
    ).documents
    return one.comprobante


def test_a_ticket_leaves_a_global():
    original = a_global()

    returned = back(original, lines=[ReturnedLine(1)], forma_pago="01")

    (concepto,) = returned.conceptos
    assert (concepto.clave_prod_serv, concepto.clave_unidad, concepto.no_identificacion) == ("84111506", "ACT", "T-2")
    assert returned.receptor == original.receptor._replace(uso_cfdi="G02")
    assert (returned.informacion_global, returned.total) == (None, D("119.90"))
    assert check(returned) == ()
    with pytest.raises(EgresoExceedsError):
        back(original, lines=[ReturnedLine(1)], egresos=[returned])


def test_what_is_left_is_told_by_tax():
    original = invoice(sold("116.00", IVA_16), sold("114.00", ieps("0.25"), IVA_16), sold("50.00", EXENTO))

    left = remaining(original, [back(original, amount=D("140.00"))])

    assert left.total == D("140.00")
    assert sum(t.importe or 0 for t in left.traslados) + sum(s.importe for s in left.shares) == D("140.00")
    assert [t.rate for t in left.traslados] == [t.rate for t in original.impuestos.traslados]


def test_retentions_are_left_too():
    original = document("resico_retentions")

    assert remaining(original, []).retenciones == original.impuestos.retenciones


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"amount": D("116.01")}, "more than is left"),
        ({"amount": D("0.00")}, "above zero"),
        ({"amount": D("1.001")}, "decimals"),
        ({"tipo_relacion": "04"}, "01 or 03"),
        ({"amount": D(1), "lines": [ReturnedLine(0)]}, "not both"),
        ({"lines": [ReturnedLine(1)]}, "no Concepto 1"),
        ({"lines": [ReturnedLine(0, D(2))]}, "cannot come back"),
        ({"lines": [ReturnedLine(0), ReturnedLine(0)]}, "more than is left"),
    ],
)
def test_what_cannot_come_back_says_why(more, reason):
    with pytest.raises(ValueError, match=reason):
        back(invoice(sold("116.00", IVA_16)), **more)


def test_an_egreso_of_an_egreso_is_refused():
    with pytest.raises(ValueError, match="type E"):
        back(back(invoice(sold("116.00", IVA_16))))


def test_an_ingreso_that_came_back_in_full_is_closed():
    original = invoice(sold("116.00", IVA_16))

    with pytest.raises(EgresoExceedsError):
        back(original, egresos=[back(original)])


def test_other_taxes_than_the_ingresos_are_refused():
    with pytest.raises(EgresoExceedsError, match="nothing under the taxes"):
        remaining(invoice(sold("116.00", IVA_16)), [back(invoice(sold("50.00", EXENTO)))])


def test_without_timbre_the_uuid_must_be_given():
    with pytest.raises(ValueError, match="uuid"):
        egreso(invoice(sold("116.00", IVA_16)), tipo_relacion="01", fecha=NOON)


def test_an_egreso_is_valid_in_full(escuela_csd):
    sealed = seal(back(document("resico_retentions")._replace(emisor=ESCUELA), amount=D("100.00")), escuela_csd)

    assert validate_full(sealed.xml) == ()
    assert sat_cadena(sealed.xml) == sealed.cadena
