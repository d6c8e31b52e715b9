"""The receipt of payments: the worked payments to the last decimal, and what no receipt can say."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from hub.cfdi import PaymentIn, TimbreFiscal, next_parcialidad, open_invoice, read, to_xml
from tests.support.cfdi_samples import IVA_0, IVA_16, UNIVERSIDAD, invoice, sold
from tests.support.worked_examples import document
from tests.support.worked_payments import (
    DOLLARS,
    HONORARIOS,
    MIXED,
    PAID_ON,
    PAYMENTS,
    PESOS,
    UUID,
    complement,
    payment_of,
    receipt,
)

D = Decimal
TIMBRE = TimbreFiscal(UUID, "2026-11-20T12:00:30", "SAT970701NN3", "AAAA", "30001000000500003456", "AAAA")
OTHER = PESOS._replace(uuid="9C3B6B1A-7F0E-4A53-9E1C-0B7D64D5A2F1")


def first():
    return receipt(payment_of(PESOS, "4000.00", fecha_pago=date(2026, 9, 15)))


def second():
    return receipt(payment_of(PESOS, "3333.33", first(), fecha_pago=date(2026, 10, 20)))


def third():
    return receipt(payment_of(PESOS, "4266.67", first(), second()))


def dollars_paid_in_pesos():
    return receipt(in_pesos(D("0.0549450549")))


def in_pesos(equivalencia, monto="10000.00"):
    document = next_parcialidad(DOLLARS, D("549.45"), equivalencia=equivalencia)
    return PaymentIn(PAID_ON, "03", "MXN", D(monto), [document])


def pesos_paid_in_dollars(monto="637.37"):
    document = next_parcialidad(PESOS, D("11600.00"))
    return receipt(PaymentIn(PAID_ON, "03", "USD", D(monto), [document], tipo_cambio=D("18.2000")))


def half_of_16_0_exento():
    return receipt(payment_of(MIXED, "611.75"))


WORKED = {
    "first_of_three": first,
    "second_of_three": second,
    "third_of_three": third,
    "dollars_paid_in_pesos": dollars_paid_in_pesos,
    "pesos_paid_in_dollars": pesos_paid_in_dollars,
    "half_of_16_0_exento": half_of_16_0_exento,
}


def test_no_worked_payment_is_left_out():
    assert WORKED.keys() == PAYMENTS.keys()


@pytest.mark.parametrize("name", WORKED)
def test_the_worked_payments_are_met_to_the_last_decimal_written(name):
    built, expected = WORKED[name](), receipt(payment_of(PESOS, "1.00"))._replace(pagos=complement(name))

    assert built.pagos == expected.pagos
    assert to_xml(built) == to_xml(expected)


def test_the_comprobante_around_the_payments_says_nothing_of_its_own():
    xml = to_xml(first()).decode()

    assert ' SubTotal="0" Moneda="XXX" Total="0" TipoDeComprobante="P" Exportacion="01" LugarExpedicion="42501">' in xml
    assert 'UsoCFDI="CP01"' in xml
    assert (
        '<cfdi:Concepto ClaveProdServ="84111506" Cantidad="1" ClaveUnidad="ACT" Descripcion="Pago" ValorUnitario="0"'
        ' Importe="0" ObjetoImp="01"/>'
    ) in xml
    assert not any(f" {name}=" in xml for name in ("FormaPago", "MetodoPago", "CondicionesDePago", "TipoCambio"))


def test_withheld_taxes_are_prorated_and_closed_too():
    start = receipt(payment_of(HONORARIOS, "3333.33"))
    end = receipt(payment_of(HONORARIOS, "6200.00", start))

    rows = [
        [(row.impuesto_dr, row.importe_dr) for row in r.pagos.pagos[0].documentos[0].retenciones_dr]
        for r in (start, end)
    ]
    assert rows == [
        [("001", D("349.650122")), ("002", D("372.961296"))],
        [("001", D("650.349878")), ("002", D("693.708704"))],
    ]
    assert start.pagos.totales.total_retenciones_isr == D("349.65")
    assert start.pagos.totales.total_retenciones_iva == D("372.96")


def test_a_tax_that_was_rounded_to_cents_is_declared_in_cents():
    stamped = _stamped(document("iva_16"))
    start = receipt(payment_of(stamped, "400.00"))
    end = receipt(payment_of(stamped, "759.99", start))

    rows = [r.pagos.pagos[0].documentos[0].traslados_dr[0] for r in (start, end)]

    assert [str(row.base_dr) for row in rows] == ["344.827111", "655.162889"]
    assert [str(row.importe_dr) for row in rows] == ["55.17", "104.83"]


def test_several_payments_of_an_invoice_in_one_receipt_follow_each_other():
    payments = [payment_of(PESOS, "4000.00")]
    payments.append(payment_of(PESOS, "7600.00", receipt(*payments)))
    together = receipt(payments[0], payments[1]._replace(documents=[payments[1].documents[0]._replace(earlier=())]))

    a, b = (pago.documentos[0].traslados_dr[0] for pago in together.pagos.pagos)

    assert (a.base_dr + b.base_dr, a.importe_dr + b.importe_dr) == (10000, 1600)
    assert together.pagos.totales.monto_total_pagos == D("11600.00")
    assert together.pagos.totales.total_traslados_base_iva16 == D("10000.00")


def test_a_payment_of_invoices_in_two_currencies_writes_the_one_with_ten_decimals():
    documents = [
        next_parcialidad(PESOS, D("5000.00")),
        next_parcialidad(DOLLARS._replace(uuid=OTHER.uuid), D("100.00"), equivalencia=1 / D("18.2")),
    ]
    (pago,) = receipt(PaymentIn(PAID_ON, "03", "MXN", D("6820.01"), documents)).pagos.pagos

    assert [f"{d.equivalencia_dr:f}" for d in pago.documentos] == ["1.0000000000", "0.0549450549"]


def test_an_invoice_named_twice_in_one_payment_is_declared_once():
    halves = [next_parcialidad(PESOS, D("5800.00")), next_parcialidad(PESOS, D("5800.00"))]
    halves[1] = halves[1]._replace(num_parcialidad=2, saldo_anterior=D("5800.00"))
    (pago,) = receipt(PaymentIn(PAID_ON, "03", "MXN", D("11600.00"), halves)).pagos.pagos

    assert (pago.traslados_p[0].base_p, pago.traslados_p[0].importe_p) == (10000, 1600)


@pytest.mark.parametrize(("rate", "written"), [("2E+1", "20"), ("18.20", "18.20"), ("18.123456789", "18.123457")])
def test_an_exchange_rate_keeps_the_decimals_given_up_to_six(rate, written):
    document = next_parcialidad(PESOS, D("100.00"))
    (pago,) = receipt(PaymentIn(PAID_ON, "03", "USD", D("10.00"), [document], tipo_cambio=D(rate))).pagos.pagos

    assert str(pago.tipo_cambio_p) == written


def test_many_small_documents_do_not_lift_the_limits_of_a_payment():
    """Each is worth less than half a cent of the payment, so that SAT's limits of all of them stay at zero."""
    documents = [
        next_parcialidad(PESOS._replace(uuid=f"5FB2822E-396D-4725-8521-{number:012}"), D("0.07")) for number in range(9)
    ]
    payment = PaymentIn(PAID_ON, "03", "USD", D("0.03"), documents, tipo_cambio=D("18.2"))

    assert receipt(payment).pagos.pagos[0].monto == D("0.03")
    with pytest.raises(ValueError, match="CRP20276"):
        receipt(payment._replace(monto=D("0.02")))


def test_egresos_lower_the_balance_before_the_first_payment():
    document = next_parcialidad(PESOS, D("1000.00"), credited=D("1600.00"))

    assert (document.num_parcialidad, document.saldo_anterior) == (1, D("10000.00"))


def test_receipts_about_other_invoices_do_not_count():
    document = next_parcialidad(OTHER, D("1.00"), earlier=[first(), second()])

    assert (document.num_parcialidad, document.saldo_anterior) == (1, D("11600.00"))


def test_an_invoice_without_taxes_is_paid_without_taxes():
    stamped = _stamped(invoice(sold("100.00"), metodo_pago="PPD"))

    (pago,) = receipt(payment_of(stamped, "100.00")).pagos.pagos

    assert pago.documentos[0].objeto_imp_dr == "01"
    assert (pago.documentos[0].traslados_dr, pago.traslados_p) == ((), ())


def test_a_stamped_invoice_is_read_as_one_to_be_paid():
    summary = _stamped(document("resico_retentions"))

    assert (summary.uuid, summary.moneda, summary.serie) == (UUID, "MXN", "A")
    assert [str(row.base) for row in summary.retenciones]
    assert (
        sum(row.importe for row in summary.retenciones)
        == document("resico_retentions").impuestos.total_impuestos_retenidos
    )


def test_an_invoice_that_is_not_stamped_cannot_be_paid():
    with pytest.raises(ValueError, match="timbre"):
        open_invoice(invoice(sold("116.00", IVA_16), metodo_pago="PPD"))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"metodo_pago": "PUE", "forma_pago": "03"}, "MetodoPago PPD"),
        ({"metodo_pago": None}, "MetodoPago PPD"),
        ({"tipo_de_comprobante": "E"}, "TipoDeComprobante I"),
        ({"tipo_de_comprobante": "P", "metodo_pago": None}, "TipoDeComprobante I"),
        ({"tipo_de_comprobante": "T", "metodo_pago": None}, "TipoDeComprobante I"),
    ],
)
def test_only_invoices_to_be_paid_later_have_a_receipt(changes, problem):
    stamped = invoice(sold("116.00", IVA_16), metodo_pago="PPD")._replace(timbre=TIMBRE, **changes)

    with pytest.raises(ValueError, match=problem):
        open_invoice(stamped)


def test_the_hour_of_a_payment_is_local_time_of_the_place_of_issue():
    evening = datetime(2026, 11, 6, 1, 30, tzinfo=UTC)

    (pago,) = receipt(payment_of(PESOS, "1.00", fecha_pago=evening)).pagos.pagos

    assert pago.fecha_pago == "2026-11-05T19:30:00"


def test_a_payment_of_today_at_an_unknown_hour_is_not_in_the_future():
    """At nine noon is still to come; in the afternoon it is not."""
    nine, three = (datetime(2026, 11, 20, hour, 30, tzinfo=UTC) for hour in (15, 21))
    paid = payment_of(PESOS, "1.00", fecha_pago=date(2026, 11, 20))

    dates = [receipt(paid, fecha=fecha).pagos.pagos[0].fecha_pago for fecha in (nine, three)]

    assert dates == ["2026-11-20T09:30:00", "2026-11-20T12:00:00"]


def test_a_payment_made_while_its_receipt_is_is_no_payment_to_come():
    now = datetime(2026, 11, 20, 18, tzinfo=UTC)

    assert receipt(payment_of(PESOS, "1.00", fecha_pago=now), fecha=now).pagos.pagos[0].fecha_pago[11:] == "12:00:00"
    with pytest.raises(ValueError, match=r"FechaPago 2026-11-20T12:00:01 lies after the REP of 2026-11-20T12:00:00"):
        receipt(payment_of(PESOS, "1.00", fecha_pago=now + timedelta(seconds=1)), fecha=now)


def test_a_receipt_reads_back_as_written():
    built = receipt(payment_of(HONORARIOS, "100.00", num_operacion='SPEI "1" & 2'), payment_of(MIXED, "10.00"))

    assert read(to_xml(built)) == built


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (receipt, "payment"),
        (lambda: receipt(payment_of(PESOS, "11600.01")), "CRP20244"),
        (lambda: receipt(payment_of(PESOS, "0.01", first(), second(), third())), "only 0.00 MXN"),
        (lambda: receipt(payment_of(PESOS, "1.001")), "CRP20242"),
        (lambda: receipt(payment_of(PESOS, "0.00")), "CRP20242"),
        (lambda: receipt(payment_of(PESOS, "10.00", monto=D("9.99"))), "CRP20217"),
        (lambda: receipt(payment_of(PESOS, "10.00", monto=D("10.001"))), "CRP20219"),
        (lambda: receipt(payment_of(PESOS, "10.00")._replace(documents=[])), "no document"),
        (lambda: receipt(in_pesos(None)), "CRP20237"),
        (lambda: receipt(in_pesos(D("0.0549450549"), "9000.00")), "CRP20276"),
        (lambda: receipt(in_pesos(D("1e-11"))), "CRP20237"),
        (lambda: pesos_paid_in_dollars("637.34"), "CRP20276"),
        (lambda: receipt(payment_of(DOLLARS, "10.00")), "CRP20214"),
        (lambda: receipt(payment_of(PESOS, "10.00", fecha_pago=date(2026, 11, 21))), "FechaPago"),
    ],
)
def test_amounts_that_no_receipt_can_have_are_refused_with_their_code(build, code):
    with pytest.raises(ValueError, match=code):
        build()


def test_the_receptor_of_the_invoice_gets_the_uso_of_payments():
    assert UNIVERSIDAD.uso_cfdi == "G03"
    assert first().receptor == UNIVERSIDAD._replace(uso_cfdi="CP01")


def test_the_most_taxed_concepto_says_what_the_document_is():
    mixed = _stamped(invoice(sold("116.00", IVA_16), sold("10.00", IVA_0), sold("5.00")))

    assert mixed.objeto_imp == "02"


def _stamped(comprobante):
    return open_invoice(comprobante._replace(timbre=TIMBRE, metodo_pago="PPD", forma_pago="99"))
