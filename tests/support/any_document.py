"""Any CFDI the core can make, for properties that must hold of all of them."""

from datetime import timedelta
from decimal import Decimal as D

from hypothesis import strategies as st

from hub.cfdi import (
    CfdiRelacionados,
    Comprobante,
    GlobalTicket,
    OpenInvoice,
    PaidUnder,
    PaymentIn,
    ReturnedLine,
    SoldLine,
    TaxRate,
    Traslado,
    anticipo,
    aplicacion_de_anticipo,
    applied_to,
    egreso,
    facturas_globales,
    next_parcialidad,
    period_of,
    receptor_extranjero,
    receptor_publico_en_general,
    rep,
    substitute,
)
from hub.cfdi.text import clean
from tests.support.cfdi_samples import ESCUELA, EXENTO, IVA_0, IVA_8, IVA_16, NOON, UNIVERSIDAD, ieps, invoice, sold

UUIDS = st.uuids().map(str)
CENTS = st.integers(1, 10**7).map(lambda n: D(n) / 100)
CUOTA = TaxRate("003", "Cuota", D("3.0818"), cuota_base=D("0.355"))
WITHHELD = tuple(TaxRate(i, "Tasa", D(r), retencion=True) for i, r in (("001", "0.0125"), ("002", "0.106667")))
FOR_A_GLOBAL = [(IVA_16,), (IVA_8,), (IVA_0,), (EXENTO,), (), (ieps("0.08"), IVA_16), (ieps("0.265"), IVA_0)]
MIXES = [*FOR_A_GLOBAL, (CUOTA, IVA_16), (IVA_16, *WITHHELD)]
CURRENCIES = {"MXN": None, "USD": D("18.543219"), "JPY": D("0.12"), "KWD": D("60.5")}


def texts(limit: int) -> st.SearchStrategy[str]:
    """What people type, fit for an attribute."""
    letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=limit)
    return letters.map(lambda text: clean(text, limit)).filter(bool)


@st.composite
def lines(draw: st.DrawFn, cent: D = D("0.01")) -> SoldLine:
    total = draw(st.integers(2_000, 10**7)) * cent
    discount = draw(st.sampled_from([D(0), D(0), cent, 150 * cent]))
    return sold(
        str(total),
        *draw(st.sampled_from(MIXES)),
        quantity=draw(st.sampled_from(["1", "3", "0.5", "0.333333"])),
        unit_price=str(total + discount),
        discount=discount,
        description=draw(texts(60)),
        sku=draw(st.none() | texts(20)),
        unidad=draw(st.none() | texts(10)),
    )


@st.composite
def ingresos(draw: st.DrawFn) -> Comprobante:
    currency = draw(st.sampled_from([*CURRENCIES]))
    cent = {"JPY": D(1), "KWD": D("0.001")}.get(currency, D("0.01"))
    abroad = receptor_extranjero(draw(texts(60)), "42501", draw(st.sampled_from([None, "USA"])))
    named = receptor_publico_en_general("42501", draw(texts(60)))
    return invoice(
        *draw(st.lists(lines(cent), min_size=1, max_size=6)),
        prices_include_tax=draw(st.booleans()),
        currency=currency,
        exchange_rate=CURRENCIES[currency],
        metodo_pago=draw(st.sampled_from(["PUE", "PPD"])),
        receptor=draw(st.sampled_from([UNIVERSIDAD, UNIVERSIDAD._replace(nombre=draw(texts(60))), abroad, named])),
        serie=draw(st.none() | texts(10)),
        folio=draw(st.none() | texts(10)),
        condiciones_de_pago=draw(st.none() | texts(40)),
        cfdi_relacionados=draw(st.sampled_from([(), (CfdiRelacionados("04", (draw(UUIDS),)),), applied(draw)])),
    )


def applied(draw: st.DrawFn) -> tuple[CfdiRelacionados, ...]:
    return applied_to([draw(UUIDS), draw(UUIDS)]), CfdiRelacionados("01", (draw(UUIDS),))


@st.composite
def egresos(draw: st.DrawFn) -> Comprobante:
    original = draw(ingresos())
    more = {"fecha": NOON, "uuid": draw(UUIDS), "tipo_relacion": draw(st.sampled_from(["01", "03"]))}
    if draw(st.booleans()):
        number = draw(st.integers(0, len(original.conceptos) - 1))
        return egreso(original, lines=[ReturnedLine(number)], descripcion=draw(texts(60)), **more)
    return egreso(original, **more)


@st.composite
def globals_(draw: st.DrawFn) -> Comprobante:
    tickets = []
    for number in range(draw(st.integers(1, 8))):
        mixes = draw(st.lists(st.sampled_from(FOR_A_GLOBAL), min_size=1, max_size=3, unique=True))
        paid = tuple(PaidUnder(taxes, draw(CENTS)) for taxes in mixes)
        total = sum((p.total for p in paid), D(0))
        tickets.append(GlobalTicket(f"{number} {draw(texts(20))}".strip(), paid, total, "01", NOON))
    found = facturas_globales(
        emisor=ESCUELA,
        tickets=tickets,
        periodicidad="04",
        period=period_of("04", NOON.date()),
        fecha=NOON,
        lugar_expedicion="42501",
    )
    return found.documents[0].comprobante


@st.composite
def receipts(draw: st.DrawFn) -> Comprobante:
    payments = []
    for _ in range(draw(st.integers(1, 3))):
        base = draw(CENTS)
        iva = Traslado(base, "002", "Tasa", D("0.160000"), (base * 16 / 100).quantize(D("0.01")))
        total = base + (iva.importe or 0)
        open_one = OpenInvoice(draw(UUIDS), "MXN", total, "02", (iva,), folio=draw(st.none() | texts(10)))
        due = next_parcialidad(open_one, total)
        payments.append(PaymentIn(NOON.date(), "03", "MXN", total, [due], num_operacion=draw(st.none() | texts(20))))
    return rep(emisor=ESCUELA, receptor=UNIVERSIDAD, payments=payments, fecha=NOON, lugar_expedicion="42501")


@st.composite
def anticipos(draw: st.DrawFn) -> Comprobante:
    advance = anticipo(
        total=draw(CENTS),
        taxes=draw(st.sampled_from([(IVA_16,), (IVA_0,)])),
        emisor=ESCUELA,
        receptor=UNIVERSIDAD,
        forma_pago="03",
        fecha=NOON,
        lugar_expedicion="42501",
    )
    if draw(st.booleans()):
        return advance
    return aplicacion_de_anticipo(advance, full_invoice=draw(UUIDS), fecha=NOON + timedelta(hours=1))


def documents() -> st.SearchStrategy[Comprobante]:
    """Every kind: ingreso, egreso, global, receipt of payments, anticipo and its application, substitute."""
    one = st.one_of(ingresos(), egresos(), globals_(), receipts(), anticipos())
    return st.one_of(one, st.builds(substitute, ingresos(), replaces=UUIDS, fecha=st.just(NOON)))
