"""A receipt declares the taxes that its invoice charged, to the cent, however its Conceptos were rounded."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.cfdi import TaxRate, TimbreFiscal, check, open_invoice, seal, validate_full
from hub.cfdi.limits import half_up, tax_fits
from hub.cfdi.tax_rows import Share, tax_rows
from hub.plugin import Stamped
from tests.support.cfdi_samples import EXENTO, IVA_0, IVA_8, IVA_16, ieps, invoice, sold
from tests.support.worked_payments import UUID, payment_of, receipt

D = Decimal
CENT = D("0.01")
ISR_10, ISR_1_25 = (TaxRate("001", "Tasa", D(rate), retencion=True) for rate in ("0.10", "0.0125"))
PER_LITRE = TaxRate("003", "Cuota", D("6.4555"))
TIMBRE = TimbreFiscal(UUID, "2026-11-20T12:00:30", "SAT970701NN3", "AAAA", "30001000000500003456", "AAAA")


def ppd(*lines, **more):
    return invoice(*lines, metodo_pago="PPD", **more)


INVOICES = {
    "twenty lines": ppd(*[sold("11.63", IVA_16)] * 20, sold("5.00", IVA_8)),
    "five hundred lines": ppd(*[sold("11.63", IVA_16)] * 500, sold("5.00", IVA_8)),
    "prices without tax": ppd(*[sold("11.63", IVA_16, unit_price="10.03")] * 20, prices_include_tax=False),
    "more tax than its base": ppd(*[sold("0.05", IVA_16)] * 30, sold("5.00", IVA_8)),
    "a tax of nothing": ppd(*[sold("0.03", IVA_16)] * 30, sold("5.00", IVA_8)),
    "fuel": ppd(sold("700.00", PER_LITRE, IVA_16, quantity="38.1254")),
    "cigarettes": ppd(sold("58239.76", ieps("1.60"), IVA_16)),
    "two rates of ISR": ppd(*[sold("10.03", ISR_10)] * 7, *[sold("99.99", ISR_1_25)] * 9, prices_include_tax=False),
    "much ISR": ppd(*[sold("10.04", IVA_16, ISR_10)] * 40, sold("5.00", IVA_8)),
    "whole yen": ppd(*[sold("109", IVA_16)] * 20, sold("50", IVA_8), currency="JPY", exchange_rate=D("0.12")),
}


def paid_in(parts, issued, fecha=datetime(2026, 11, 20, 18, tzinfo=UTC)):
    """The receipts of as many payments, equal ones but for the last."""
    owed = open_invoice(issued._replace(timbre=TIMBRE))
    each = half_up(owed.total / parts, CENT if owed.moneda == "MXN" else D(1))
    receipts = []
    for pagado in [*[each] * (parts - 1), owed.total - each * (parts - 1)]:
        payment = payment_of(owed, str(pagado), *receipts, tipo_cambio=issued.tipo_cambio)
        receipts.append(receipt(payment, fecha=fecha))
    return receipts


def declared(receipts):
    """The taxes that the receipts say were paid, by rate and by tax withheld."""
    sums = Counter()
    for documento in [d for each in receipts for d in each.pagos.pagos[0].documentos]:
        for row in documento.traslados_dr:
            sums[row.rate] += row.importe_dr or 0
        for row in documento.retenciones_dr:
            sums[row.impuesto_dr] += row.importe_dr
    return dict(sums)


def charged(issued):
    """The same of the invoice, from its summary."""
    transferred = {row.rate: row.importe or 0 for row in issued.impuestos.traslados}
    return transferred | {row.impuesto: row.importe for row in issued.impuestos.retenciones}


@pytest.mark.parametrize("name", INVOICES)
@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_the_receipts_of_an_invoice_declare_its_taxes(name, parts):
    receipts = paid_in(parts, INVOICES[name])

    assert [check(each) for each in receipts] == [()] * parts
    assert declared(receipts) == charged(INVOICES[name])


@pytest.mark.parametrize("name", INVOICES)
def test_a_pac_stamps_what_takes_several_rows(name, pac, escuela_csd):
    receipts = paid_in(2, INVOICES[name], fecha=datetime.now(UTC) - timedelta(minutes=5))
    sealed = [seal(each, escuela_csd).xml for each in receipts]

    assert [validate_full(xml) for xml in sealed] == [(), ()]
    assert [type(pac.stamp(xml)) for xml in sealed] == [Stamped, Stamped]


@pytest.mark.parametrize(
    ("name", "rows", "totals"),
    [
        ("twenty lines", {"16": 10, "8": 1}, ("200.60", "32.00")),
        ("five hundred lines", {"16": 240, "8": 1}, ("5015.00", "800.00")),
        ("prices without tax", {"16": 10}, ("200.60", "32.00")),
    ],
)
def test_a_tax_off_its_base_takes_a_row_for_each_cent(name, rows, totals):
    (paid,) = paid_in(1, INVOICES[name])
    documento, total = paid.pagos.pagos[0].documentos[0], paid.pagos.totales

    assert Counter(str(int(row.tasa_o_cuota_dr * 100)) for row in documento.traslados_dr) == rows
    assert (total.total_traslados_base_iva16, total.total_traslados_impuesto_iva16) == tuple(map(D, totals))
    assert len(paid.pagos.pagos[0].traslados_p) == len(rows)


def test_what_an_earlier_receipt_declared_too_much_the_last_one_leaves_out():
    """As software does that declares one row of 16 % of the whole base."""
    owed = open_invoice(INVOICES["twenty lines"]._replace(timbre=TIMBRE))
    first, _ = paid_in(2, INVOICES["twenty lines"])
    (pago,) = first.pagos.pagos
    rows = pago.documentos[0].traslados_dr
    one = rows[0]._replace(base_dr=sum(r.base_dr for r in rows[:-1]), importe_dr=D("16.05"))
    documento = pago.documentos[0]._replace(traslados_dr=(one, rows[-1]))
    first = first._replace(pagos=first.pagos._replace(pagos=(pago._replace(documentos=(documento,)),)))

    last = receipt(payment_of(owed, str(documento.imp_saldo_insoluto), first))

    assert check(last) == ()
    assert declared([first, last]) == charged(INVOICES["twenty lines"])


def test_a_cuota_is_declared_of_the_litres_sold():
    (paid,) = paid_in(1, INVOICES["fuel"])
    cuota = paid.pagos.pagos[0].documentos[0].traslados_dr[0]

    assert (str(cuota.base_dr), str(cuota.importe_dr)) == ("38.125400", "246.12")


def test_a_tax_within_the_limits_of_a_base_in_cents_is_one_row_of_cents():
    (paid,) = paid_in(1, INVOICES["cigarettes"])
    row = paid.pagos.pagos[0].documentos[0].traslados_dr[0]

    assert (str(row.base_dr), str(row.importe_dr)) == ("19310.27", "30896.42")


def test_the_rates_of_a_withheld_tax_add_up_to_its_summary():
    owed = open_invoice(INVOICES["two rates of ISR"]._replace(timbre=TIMBRE))

    assert [str(row.tasa_o_cuota) for row in owed.retenciones] == ["0.100000", "0.012500"]
    assert sum(row.importe for row in owed.retenciones) == charged(INVOICES["two rates of ISR"])["001"]


RATES = (IVA_16,), (IVA_8,), (ieps("1.60"), IVA_16), (PER_LITRE, IVA_16), (IVA_16, ISR_10), (EXENTO,), (IVA_0,)


@st.composite
def many_lines(draw):
    """Less than a litre of each, which leaves room for the Cuota in every price."""
    cents, times = draw(st.integers(1_00, 2_000_00)), draw(st.integers(1, 40))
    return [sold(str(D(cents) / 100), *draw(st.sampled_from(RATES)), quantity="0.1")] * times


@given(st.lists(many_lines(), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_an_invoice_paid_at_once_is_declared_as_it_was_charged(lines):
    issued = ppd(*[line for some in lines for line in some])
    (paid,) = paid_in(1, issued)

    assert check(paid) == ()
    assert declared([paid]) == charged(issued)


@given(
    st.decimals("0.01", "999999", places=6),
    st.sampled_from([D("0.16"), D("0.08"), D("1.6"), D("6.4555"), D("0.106667")]),
    st.integers(-300, 300),
)
@settings(max_examples=300, deadline=None)
def test_rows_add_up_to_their_tax_and_each_keeps_its_limits(base, tasa, cents_off):
    part = Share(base, max(half_up(base * tasa, CENT) + cents_off * CENT, D("0.00")))

    rows = tax_rows(part, tasa, CENT)

    assert all(row.base > 0 and tax_fits(row.base, tasa, row.importe) for row in rows)
    assert (sum(row.base for row in rows), sum(row.importe for row in rows)) == part
    assert len(rows) <= abs(base * tasa - part.importe) / CENT + 2


def test_a_tax_that_no_rows_can_declare_is_declared_as_the_nearest():
    """There is no tax at 0 %."""
    assert tax_rows(Share(D("10.000000"), D("0.05")), D(0), CENT) == (Share(D("10.000000"), D("0.00")),)
