"""Any PPD invoice, paid in any parts and currency: every receipt keeps SAT's rules and together they add up."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.cfdi import (
    Comprobante,
    Csd,
    OpenInvoice,
    PaidDocument,
    PaymentIn,
    TaxRate,
    TimbreFiscal,
    Unsolvable,
    check,
    next_parcialidad,
    open_invoice,
    rep,
    seal,
)
from hub.cfdi.ingreso import local_fecha
from hub.cfdi.limits import half_up
from hub.plugin import Stamped
from hub.testing.csd import make_csd
from tests.support.cfdi_samples import ESCUELA, EXENTO, IVA_0, IVA_8, IVA_16, NOON, UNIVERSIDAD, ieps, invoice, sold
from tests.support.worked_payments import PAID_ON, UUID

D = Decimal
CENT, SIX = D("0.01"), D("0.000001")
ISR_10 = TaxRate("001", "Tasa", D("0.10"), retencion=True)
TWO_THIRDS = TaxRate("002", "Tasa", D("0.106667"), retencion=True)
TAXES = [(IVA_16,), (IVA_8,), (IVA_0,), (EXENTO,), (ieps("0.08"), IVA_16), (ieps("0.265"),), (IVA_16, ISR_10), (),
         (IVA_16, ISR_10, TWO_THIRDS)]  # fmt: skip
CASES = settings(max_examples=120, deadline=None)


@st.composite
def open_invoices(draw: st.DrawFn) -> OpenInvoice:
    """Small prices sold many times are what puts a tax farthest off its base."""
    prices = st.integers(1, 900_000_00) | st.integers(1, 50_00)
    drawn = draw(st.lists(st.tuples(prices, st.sampled_from(TAXES), st.integers(1, 12)), min_size=1, max_size=5))
    lines = [(cents, taxes) for cents, taxes, times in drawn for _ in range(times)]
    moneda = draw(st.sampled_from(["MXN", "USD"]))
    try:
        issued = invoice(
            *(sold(str(D(cents) / 100), *taxes) for cents, taxes in lines),
            metodo_pago="PPD",
            currency=moneda,
            exchange_rate=D("18.2"),
        )
    except Unsolvable:
        issued = invoice(sold("1160.00", IVA_16), metodo_pago="PPD", currency=moneda, exchange_rate=D("18.2"))
    timbre = TimbreFiscal(UUID, "2026-11-20T12:00:30", "SAT970701NN3", "AAAA", "30001000000500003456", "AAAA")
    return open_invoice(issued._replace(timbre=timbre))


@st.composite
def parts(draw: st.DrawFn, total: Decimal) -> list[Decimal]:
    """Up to six amounts of whole cents that add up to the total."""
    cents = int(total * 100)
    cuts = sorted(set(draw(st.lists(st.integers(1, max(cents - 1, 1)), max_size=5))) - {cents})
    return [D(end - start) / 100 for start, end in pairwise([0, *cuts, cents])]


@st.composite
def paid_invoices(draw: st.DrawFn) -> tuple[OpenInvoice, list[Comprobante]]:
    """An invoice and the receipts that pay it, each payment in pesos or dollars."""
    owed = draw(open_invoices())
    receipts: list[Comprobante] = []
    for pagado in draw(parts(owed.total)):
        moneda, rate = draw(st.sampled_from(["MXN", "USD"])), D(draw(st.integers(150_000, 250_000))) / 10_000
        equivalencia = {("MXN", "MXN"): None, ("USD", "USD"): None, ("MXN", "USD"): rate, ("USD", "MXN"): 1 / rate}
        document = next_parcialidad(owed, pagado, earlier=receipts, equivalencia=equivalencia[owed.moneda, moneda])
        monto = half_up(pagado / (half_up(document.equivalencia, D("1e-10")) if document.equivalencia else 1), CENT)
        payment = PaymentIn(PAID_ON, "03", moneda, monto + CENT, [document], tipo_cambio=rate)
        receipts.append(_receipt(payment))
    return owed, receipts


@given(paid_invoices())
@CASES
def test_every_receipt_keeps_sats_rules(paid):
    _, receipts = paid

    assert [check(receipt) for receipt in receipts] == [()] * len(receipts)


@given(paid_invoices())
@CASES
def test_all_payments_together_declare_the_taxes_of_the_invoice(paid):
    owed, receipts = paid
    documents = _documents(receipts)

    for row in owed.traslados:
        _declares(row, [r for d in documents for r in d.traslados_dr if r.rate == row.rate])
    for row in owed.retenciones:
        _declares(row, [r for d in documents for r in d.retenciones_dr if r.rate == row[1:4]])


def _declares(row, declared):
    assert sum((r.base_dr for r in declared), D(0)) == row.base
    assert sum((r.importe_dr or 0 for r in declared), D(0)) == (row.importe or 0)


@given(paid_invoices())
@CASES
def test_balances_chain_from_the_total_to_zero(paid):
    owed, receipts = paid
    documents = _documents(receipts)

    assert [d.num_parcialidad for d in documents] == list(range(1, len(documents) + 1))
    assert [d.imp_saldo_ant for d in documents[1:]] == [d.imp_saldo_insoluto for d in documents[:-1]]
    assert (documents[0].imp_saldo_ant, documents[-1].imp_saldo_insoluto) == (owed.total, 0)


@given(paid_invoices())
@CASES
def test_paying_in_one_receipt_says_the_same_of_the_document_as_in_many(paid):
    owed, receipts = paid
    payments = [_again(owed, pago) for receipt in receipts for pago in receipt.pagos.pagos]

    together = _receipt(*payments)

    assert _documents([together]) == _documents(receipts)
    assert check(together) == ()


@given(paid_invoices(), paid_invoices())
@CASES
def test_one_payment_of_several_invoices_keeps_sats_rules(one, other):
    """The first payments of two invoices, together in one payment in pesos."""
    (owed, receipts), (also_owed, more_receipts) = one, other
    also_owed = also_owed._replace(uuid="9C3B6B1A-7F0E-4A53-9E1C-0B7D64D5A2F1")
    first, second = _documents(receipts)[0].imp_pagado, _documents(more_receipts)[0].imp_pagado
    documents = [
        next_parcialidad(invoice, pagado, equivalencia=1 / D("18.2") if invoice.moneda == "USD" else None)
        for invoice, pagado in ((owed, first), (also_owed, second))
    ]
    monto = sum((half_up(d.pagado * (D("18.2") if d.invoice.moneda == "USD" else 1), CENT) for d in documents), D(0))

    assert check(_receipt(PaymentIn(PAID_ON, "03", "MXN", half_up(monto * D("1.0001"), CENT) + CENT, documents))) == ()


@given(st.data())
@CASES
def test_what_egresos_settled_is_never_declared_as_paid(data):
    owed = data.draw(open_invoices())
    *_, credited, first = [*data.draw(parts(owed.total)), D(0), D(0)][:3]
    amounts = [amount for amount in (first, owed.total - credited - first) if amount > 0]
    receipts = []
    for pagado in amounts:
        document = next_parcialidad(owed, pagado, earlier=receipts, credited=credited)
        receipts.append(_receipt(PaymentIn(PAID_ON, "03", owed.moneda, pagado, [document], tipo_cambio=D("18.2"))))

    assert [check(receipt) for receipt in receipts] == [()] * len(amounts)
    for row in owed.traslados:
        declared = sum(r.base_dr for d in _documents(receipts) for r in d.traslados_dr if r.rate == row.rate)
        assert abs(declared - row.base * (owed.total - credited) / owed.total) <= SIX * len(amounts)


@given(paid=paid_invoices())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_pac_stamps_every_receipt(pac, paid):
    _, receipts = paid
    just_now = local_fecha(datetime.now(UTC) - timedelta(minutes=5), "42501")

    answers = [pac.stamp(seal(receipt._replace(fecha=just_now), _csd()).xml) for receipt in receipts]

    assert all(isinstance(answer, Stamped) for answer in answers), answers


@cache
def _csd():
    kit = make_csd(ESCUELA.rfc, ESCUELA.nombre)
    return Csd.load(kit.cer, kit.key, kit.password)


def _again(owed, pago):
    """The payment as it was given, without what was known of earlier ones."""
    (d,) = pago.documentos
    equivalencia = None if d.moneda_dr == pago.moneda_p else d.equivalencia_dr
    document = PaidDocument(owed, d.num_parcialidad, d.imp_saldo_ant, d.imp_pagado, equivalencia)
    return PaymentIn(PAID_ON, "03", pago.moneda_p, pago.monto, [document], tipo_cambio=pago.tipo_cambio_p)


def _documents(receipts):
    return [document for receipt in receipts for pago in receipt.pagos.pagos for document in pago.documentos]


def _receipt(*payments):
    return rep(
        emisor=ESCUELA,
        receptor=UNIVERSIDAD,
        payments=payments,
        fecha=NOON + timedelta(hours=1),
        lugar_expedicion="42501",
    )
