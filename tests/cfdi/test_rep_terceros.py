"""The receipt of what was sold on commission names the third party, and is of one payment."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.cfdi import ACuentaTerceros, TimbreFiscal, check, open_invoice, read, seal, tercero_extranjero, validate_full
from hub.plugin import Stamped
from tests.support.cfdi_samples import IVA_16, invoice, sold
from tests.support.worked_payments import PESOS, UUID, payment_of, receipt

XENON = ACuentaTerceros("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "601", "76343")
ABROAD = tercero_extranjero("42501")
TIMBRE = TimbreFiscal(UUID, "2026-11-20T12:00:30", "SAT970701NN3", "AAAA", "30001000000500003456", "AAAA")
FOR_XENON = PESOS._replace(a_cuenta_terceros=XENON)


def sold_for(*principals):
    lines = [sold("58.00", IVA_16, a_cuenta_terceros=principal) for principal in principals]
    return open_invoice(invoice(*lines, metodo_pago="PPD")._replace(timbre=TIMBRE))


@pytest.mark.parametrize("principal", [XENON, ABROAD, None])
def test_the_third_party_of_the_invoice_stands_in_the_concepto_of_its_receipt(principal):
    made = receipt(payment_of(sold_for(principal, principal), "116.00"))

    assert [concepto.a_cuenta_terceros for concepto in made.conceptos] == [principal]
    assert check(made) == ()


@pytest.mark.parametrize("principal", [XENON, ABROAD])
def test_a_pac_stamps_it(principal, pac, escuela_csd):
    just_now = datetime.now(UTC) - timedelta(minutes=5)
    xml = seal(receipt(payment_of(sold_for(principal), "58.00"), fecha=just_now), escuela_csd).xml

    assert validate_full(xml) == ()
    assert isinstance(pac.stamp(xml), Stamped)
    assert read(xml).conceptos[0].a_cuenta_terceros == principal


def test_a_seller_abroad_has_the_cp_that_the_receipt_is_issued_in():
    made = receipt(payment_of(sold_for(ABROAD), "58.00"), lugar_expedicion="64000")

    assert made.conceptos[0].a_cuenta_terceros.domicilio_fiscal == "64000"
    assert check(made) == ()


def test_several_invoices_of_one_third_party_are_paid_together():
    documents = [*payment_of(FOR_XENON, "100.00").documents, *payment_of(sold_for(XENON), "58.00").documents]
    together = payment_of(FOR_XENON, "158.00")._replace(documents=documents)

    assert receipt(together).conceptos[0].a_cuenta_terceros == XENON


@pytest.mark.parametrize("other", [PESOS, PESOS._replace(a_cuenta_terceros=ABROAD)])
def test_invoices_of_different_third_parties_share_no_receipt(other):
    documents = [*payment_of(FOR_XENON, "100.00").documents, *payment_of(other, "58.00").documents]

    with pytest.raises(ValueError, match="one for each"):
        receipt(payment_of(FOR_XENON, "158.00")._replace(documents=documents))


def test_a_receipt_of_a_third_party_has_one_payment():
    first = payment_of(FOR_XENON, "100.00")

    with pytest.raises(ValueError, match=r"XIA190128J61 .* one payment"):
        receipt(first, payment_of(FOR_XENON, "100.00", receipt(first)))


@pytest.mark.parametrize("other", [None, ABROAD])
def test_what_was_sold_for_several_in_one_invoice_is_not_divided_by_guessing(other):
    with pytest.raises(ValueError, match="XIA190128J61"):
        sold_for(XENON, other)
