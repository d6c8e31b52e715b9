"""The solver gives the numbers of the worked examples, down to the decimals written."""

from decimal import Decimal as D

import pytest

from hub.cfdi import GlobalTicket, PaidUnder, TaxRate, facturas_globales, period_of, solve
from hub.cfdi.xml import to_xml
from tests.support.cfdi_samples import EXENTO, IVA_0, IVA_16, NOON, ieps, sold
from tests.support.worked_examples import EXAMPLES, document

IVA_8_IEPS = ieps("0.08")

SALES = {
    "iva_16": (False, [sold("1159.99", IVA_16, quantity="3", unit_price="333.33")]),
    "iva_included": (
        True,
        [sold("499.00", IVA_16), sold("297.00", IVA_16, quantity="3"), sold("149.00", IVA_16)],
    ),
    "many_cheap_items": (
        True,
        [
            sold("6.93", IVA_16, quantity="7", unit_price="0.99"),
            sold("17.81", IVA_16, quantity="13", unit_price="1.37"),
            sold("330.00", IVA_16, quantity="1000", unit_price="0.33"),
        ],
    ),
    "ieps_and_iva_included": (
        True,
        [
            sold("140.00", ieps("0.08"), IVA_0, quantity="7"),
            sold("115.00", IVA_16, quantity="2"),
            sold("114.00", ieps("0.25"), IVA_16, quantity="3"),
        ],
    ),
    "mixed_16_0_exento": (
        False,
        [
            sold("812.00", IVA_16, quantity="2", unit_price="350.00"),
            sold("122.50", IVA_0, quantity="5", unit_price="24.50"),
            sold("289.00", EXENTO, unit_price="289.00"),
        ],
    ),
    "ieps_tasa_and_cuota": (
        False,
        [
            sold("709.92", ieps("0.53"), IVA_16, unit_price="400.00"),
            sold(
                "234.54",
                TaxRate("003", "Cuota", D("3.0818"), cuota_base=D("7.2")),
                IVA_16,
                quantity="12",
                unit_price="15.00",
            ),
        ],
    ),
    "resico_retentions": (
        False,
        [
            sold(
                "15612.50",
                IVA_16,
                TaxRate("001", "Tasa", D("0.0125"), retencion=True),
                TaxRate("002", "Tasa", D("0.106667"), retencion=True),
                unit_price="15000.00",
            )
        ],
    ),
    "discount": (
        False,
        [
            sold("619.36", IVA_16, quantity="3", unit_price="199.00", discount=D("63.07")),
            sold("362.58", IVA_16, unit_price="349.50", discount=D("36.93")),
        ],
    ),
    "usd": (False, [sold("114.84", IVA_16, unit_price="99.00")]),
}


GLOBAL = "factura_global"
TICKETS = (
    ("T-1001", "04", [((IVA_16,), "580.00")]),
    ("T-1002", "01", [((IVA_16,), "116.00"), ((IVA_0,), "134.00")]),
    ("T-1003", "01", [((IVA_16,), "99.90")]),
)


def test_no_example_is_left_out():
    assert {*SALES, GLOBAL} == EXAMPLES.keys()


def _numbers(concepto):
    taxes = [*concepto.traslados, *concepto.retenciones]
    texts = (concepto.cantidad, concepto.valor_unitario, concepto.importe, concepto.descuento, concepto.objeto_imp)
    return [
        *map(str, texts),
        *([str(t.base), t.impuesto, t.tipo_factor, str(t.tasa_o_cuota), str(t.importe)] for t in taxes),
    ]


@pytest.mark.parametrize("name", SALES)
def test_the_solver_reproduces_the_example_to_the_last_decimal(name):
    expected = document(name)
    prices_include_tax, lines = SALES[name]

    amounts = solve(lines, total=expected.total, moneda=expected.moneda, prices_include_tax=prices_include_tax)

    assert [_numbers(c) for c in amounts.conceptos] == [_numbers(c) for c in expected.conceptos]
    assert repr(amounts.impuestos) == repr(expected.impuestos)
    assert (str(amounts.sub_total), str(amounts.descuento)) == (str(expected.sub_total), str(expected.descuento))
    assert str(amounts.total) == str(expected.total)


def test_the_global_has_the_numbers_of_its_example_in_whole_cents():
    expected = document(GLOBAL)
    tickets = [
        GlobalTicket(folio, tuple(PaidUnder(t, D(p)) for t, p in paid), sum(D(p) for _, p in paid), forma_pago, NOON)
        for folio, forma_pago, paid in TICKETS
    ]

    (made,) = facturas_globales(
        emisor=expected.emisor,
        tickets=tickets,
        periodicidad="01",
        period=period_of("01", NOON.date()),
        fecha=NOON,
        lugar_expedicion="42501",
        serie="G",
        folios=iter("8"),
    ).documents

    document_made = made.comprobante._replace(conceptos=expected.conceptos)
    assert to_xml(document_made) == to_xml(expected)  # all but the Conceptos
    first_two, in_cents = made.comprobante.conceptos[:2], made.comprobante.conceptos[2]
    assert [_numbers(c) for c in first_two] == [_numbers(c) for c in expected.conceptos[:2]]
    assert _numbers(in_cents) == [
        *("1", "86.12", "86.12", "None", "02"),
        ["86.12", "002", "Tasa", "0.160000", "13.78"],  # 86.120690 and 13.779310, as the ticket has them
    ]
