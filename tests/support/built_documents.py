"""Documents of every kind as the core builds them from sales, refunds, tickets and payments."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from hub.cfdi import (
    ACuentaTerceros,
    Comprobante,
    GlobalTicket,
    PaidUnder,
    PaymentIn,
    Receptor,
    SoldLine,
    TaxRate,
    TimbreFiscal,
    Unsolvable,
    egreso,
    facturas_globales,
    next_parcialidad,
    open_invoice,
    receptor_extranjero,
    receptor_publico_en_general,
    rep,
    tercero_extranjero,
)
from hub.cfdi.global_period import period_of
from hub.sat import currency, regimen_uso, rfc
from hub.sat.zone import zone_of
from tests.support.cfdi_samples import ESCUELA, EXENTO, IVA_0, IVA_8, IVA_16, NOON, UNIVERSIDAD, ieps, invoice, sold
from tests.support.rule_cases import TRASLADO, UUID

D = Decimal
_ISR = TaxRate("001", "Tasa", D("0.1000"), retencion=True)
_IVA = TaxRate("002", "Tasa", D("0.106667"), retencion=True)
_PER_LITRE = TaxRate("003", "Cuota", D("6.4555"), cuota_base=D(3))
_TAXES = [
    (IVA_16,),
    (IVA_8,),
    (IVA_0,),
    (EXENTO,),
    (),
    (ieps("0.08"), IVA_16),
    (IVA_16, _ISR, _IVA),
    (_PER_LITRE, IVA_16),
]
_TICKET_TAXES = [(IVA_16,), (IVA_8,), (EXENTO,), (), (ieps("0.08"), IVA_16)]
_TIMBRE = TimbreFiscal(UUID, "2026-11-20T12:00:30", "SAT970701NN3", "AAAA", "30001000000500003456", "AAAA")
_PRINCIPALS = [None, None, ACuentaTerceros("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "601", "76343")]
_PEOPLE = [  # test taxpayers of the sandbox's padrón
    ("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601"),
    ("CPD190315CD5", "CLIENTE DE PRUEBA DOS", "64000", "626"),
    ("P&P170910GH6", "PRUEBAS & PRUEBAS", "44100", "601"),
    ("SPÑ180720EF2", "SERVICIOS DE PRUEBA ÑANDU", "22000", "601"),
    ("PEPF850101A14", "PERSONA FISICA DE PRUEBA UNO", "03100", "612"),
    ("PEPD900215B21", "PERSONA FISICA DE PRUEBA DOS", "77500", "605"),
    ("PEPC011231D47", "PERSONA FISICA DE PRUEBA CUATRO", "97000", "616"),
]


@st.composite
def _lines(draw: st.DrawFn, unit: Decimal) -> list[SoldLine]:
    # One set of retentions, as a buyer either withholds or does not.
    rows = draw(st.lists(st.tuples(st.integers(500, 10**7), st.sampled_from(_TAXES)), min_size=1, max_size=5))
    return [sold(str(amount * unit), *taxes, **draw(_extras())) for amount, taxes in rows]


@st.composite
def _extras(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "description": draw(st.sampled_from(["Artículo", 'Tubo 1/2" & codo', "Ñandú <azul>"])),
        "sku": draw(st.sampled_from([None, "SKU-1"])),
        "a_cuenta_terceros": draw(st.sampled_from([*_PRINCIPALS, tercero_extranjero("42501")])),
        "informacion_aduanera": draw(st.sampled_from([(), ("15  48  3009  0001234",)])),
        "cuenta_predial": draw(st.sampled_from([(), ("15956011002", "A1")])),
    }


@st.composite
def _receptores(draw: st.DrawFn) -> Receptor:
    abroad = receptor_extranjero("ACME INC", "42501", draw(st.sampled_from([None, "USA"])))
    public = receptor_publico_en_general("42501", "CLIENTE SIN RFC")
    person = draw(st.sampled_from(_PEOPLE))
    usos = [option.key for option in regimen_uso.usos_for(person[3], rfc.person(person[0]))]
    return draw(st.sampled_from([abroad, public, Receptor(*person, draw(st.sampled_from(usos)))]))


@st.composite
def ingresos(draw: st.DrawFn, **fixed: Any) -> Comprobante:
    """Invoices in several currencies, paid or not, to anybody."""
    moneda = draw(st.sampled_from(["MXN", "MXN", "USD", "JPY", "KWD"]))
    metodo, forma = draw(st.sampled_from([("PUE", "04"), ("PUE", "01"), ("PPD", "99")]))
    header = {
        "receptor": draw(_receptores()),
        "currency": moneda,
        "exchange_rate": None if moneda == "MXN" else D("18.2"),
        "metodo_pago": metodo,
        "forma_pago": forma,
        "condiciones_de_pago": draw(st.sampled_from([None, "30 días"])),
    }
    try:
        return invoice(*draw(_lines(currency.quantum(moneda))), **header | fixed)
    except Unsolvable:
        assume(False)
        raise


@st.composite
def egresos(draw: st.DrawFn) -> Comprobante:
    """A discount or a return, of a part or of all."""
    original = draw(ingresos(receptor=UNIVERSIDAD, metodo_pago="PUE", forma_pago="04"))
    part = draw(st.integers(1, 4))
    unit = currency.quantum(original.moneda)
    amount = (original.total / part).quantize(unit)
    assume(amount > 0)
    tipo = draw(st.sampled_from(["01", "03"]))
    try:
        return egreso(original._replace(timbre=_TIMBRE), tipo_relacion=tipo, fecha=NOON, amount=amount)
    except ValueError:  # too little to split among so many taxes
        assume(False)
        raise


@st.composite
def globales(draw: st.DrawFn) -> Comprobante:
    """A factura global of some tickets."""
    rows = draw(st.lists(st.tuples(st.integers(100, 10**6), st.sampled_from(_TICKET_TAXES)), min_size=1, max_size=6))
    tickets = [
        GlobalTicket(f"T-{number}", (PaidUnder(taxes, D(cents) / 100),), D(cents) / 100, "01", NOON)
        for number, (cents, taxes) in enumerate(rows)
    ]
    today = NOON.astimezone(zone_of("42501")).date()
    period = period_of("04", today)._replace(first=today - timedelta(days=1))
    made = facturas_globales(
        emisor=ESCUELA, tickets=tickets, periodicidad="04", period=period, fecha=NOON, lugar_expedicion="42501"
    )
    return made.documents[0].comprobante


@st.composite
def receipts(draw: st.DrawFn) -> Comprobante:
    """A payment of a part of an invoice, in either currency; of what was sold for others, for one only."""
    issued = draw(
        ingresos(receptor=UNIVERSIDAD, metodo_pago="PPD", forma_pago="99", currency="MXN", exchange_rate=None)
    )
    principal = issued.conceptos[0].a_cuenta_terceros
    conceptos = tuple(concepto._replace(a_cuenta_terceros=principal) for concepto in issued.conceptos)
    owed = open_invoice(issued._replace(timbre=_TIMBRE, conceptos=conceptos))
    paid = max(D("0.01"), (owed.total / draw(st.integers(1, 5))).quantize(D("0.01")))
    document = next_parcialidad(owed, paid)
    in_dollars = PaymentIn(NOON.date(), "03", "USD", (paid / D("18.2")).quantize(D("0.01")) + D("0.01"), [document])
    payment = draw(
        st.sampled_from(
            [PaymentIn(NOON.date(), "03", "MXN", paid, [document]), in_dollars._replace(tipo_cambio=D("18.2"))]
        )
    )
    try:
        return rep(emisor=ESCUELA, receptor=UNIVERSIDAD, payments=[payment], fecha=NOON, lugar_expedicion="42501")
    except ValueError:  # taxes of less than SAT's smallest base
        assume(False)
        raise


def built_documents() -> st.SearchStrategy[Comprobante]:
    """One of any kind."""
    return st.one_of(ingresos(), egresos(), globales(), receipts(), st.just(TRASLADO))
