"""The receipt of payments as bytes: SAT's schema and XSLT agree, it reads back, and a PAC stamps it."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from hub.cfdi import Csd, MalformedXmlError, read, seal, to_xml, validate, validate_full, verify_seal
from hub.cfdi.pdf.view import view
from hub.plugin import Stamped
from hub.testing.csd import make_csd
from tests.support.cfdi_samples import ESCUELA
from tests.support.sat_xslt import sat_cadena
from tests.support.worked_payments import (
    HONORARIOS,
    MIXED,
    PAYMENTS,
    PESOS,
    D,
    complement,
    payment_of,
    receipt,
)

NASTY = 'Clave  "1" & <2>'


@cache
def csd():
    kit = make_csd(ESCUELA.rfc, ESCUELA.nombre)
    return Csd.load(kit.cer, kit.key, kit.password)


def every_attribute():
    """Withheld and transferred taxes, a banked payment with its cadena, texts that need escaping, a tiny rate."""
    built = receipt(payment_of(HONORARIOS, "100.00", num_operacion=NASTY), payment_of(MIXED, "10.00"))
    pagos = built.pagos
    first, second = pagos.pagos
    banked = first._replace(
        rfc_emisor_cta_ord="BBA830831LJ2",
        nom_banco_ord_ext="Bank & Trust",
        cta_ordenante="012180001234567897",
        rfc_emisor_cta_ben="BSM970519DU8",
        cta_beneficiario="014180001234567892",
        tipo_cad_pago="01",
        cert_pago="YQ==",
        cad_pago="||cadena  del banco||",
        sello_pago="YQ==",
        documentos=(
            first.documentos[0]._replace(serie="H&", folio="1", moneda_dr="CLP", equivalencia_dr=D("0.0000000500")),
        ),
    )
    return built._replace(pagos=pagos._replace(pagos=(banked, second)))


DOCUMENTS = {
    **{name: receipt(payment_of(PESOS, "1.00"))._replace(pagos=complement(name)) for name in PAYMENTS},
    "every attribute": every_attribute(),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_cadena_is_the_one_of_sats_xslt(name):
    sealed = seal(DOCUMENTS[name], csd())

    assert sealed.cadena == sat_cadena(sealed.xml)
    assert verify_seal(sealed.xml).sello


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_sealed_receipt_is_valid_and_reads_back_as_written(name):
    xml = seal(DOCUMENTS[name], csd()).xml

    assert validate(xml) == validate_full(xml) == ()
    assert read(xml)._replace(sello="", certificado="", no_certificado="") == DOCUMENTS[name]
    assert to_xml(read(xml)) == xml


def test_the_namespace_of_payments_is_declared_only_where_there_are_payments():
    paid = to_xml(DOCUMENTS["first_of_three"])

    assert paid.count(b"http://www.sat.gob.mx/Pagos20 http://www.sat.gob.mx/sitio_internet/cfd/Pagos/Pagos20.xsd") == 1
    assert b"agos20" not in to_xml(DOCUMENTS["first_of_three"]._replace(pagos=None))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b' MonedaDR="MXN"', b' MonedaDR="PES"'),
        (b' MonedaP="MXN"', b' MonedaP="PES"'),
        (b' FormaDePagoP="03"', b' FormaDePagoP="98"'),
        (b' BaseDR="3448.275862"', b' BaseDR="0.000000"'),
        (b' MontoTotalPagos="4000.00"', b' MontoTotalPagos="4000.000"'),
        (b' NumParcialidad="1"', b' NumParcialidad="0"'),
    ],
)
def test_both_schemas_refuse_the_same_receipts(old, new):
    xml = seal(DOCUMENTS["first_of_three"], csd()).xml
    broken = xml.replace(old, new, 1)

    assert broken != xml
    assert validate(broken)
    assert validate_full(broken)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b' NumParcialidad="1"', b' NumParcialidad="one"'),
        (b' ImpPagado="4000.00"', b' ImpPagado="-1"'),
        (b' MontoTotalPagos="4000.00"', b""),
        (b"<pago20:Totales ", b"<pago20:Otros "),
    ],
)
def test_a_receipt_without_its_amounts_is_refused(old, new):
    with pytest.raises(MalformedXmlError):
        read(to_xml(DOCUMENTS["first_of_three"]).replace(old, new, 1))


@pytest.mark.parametrize("name", PAYMENTS)
def test_a_pac_stamps_the_worked_payments(pac, name):
    comprobante = _just_now(DOCUMENTS[name])

    answer = pac.stamp(seal(comprobante, csd()).xml)

    assert isinstance(answer, Stamped), answer
    assert read(answer.xml).pagos == comprobante.pagos
    assert read(answer.xml).timbre is not None


def test_the_printed_receipt_shows_every_payment_and_its_taxes(pac):
    payments = [payment_of(HONORARIOS, "100.00", num_operacion="SPEI-7"), payment_of(MIXED, "611.75")]
    answer = pac.stamp(seal(_just_now(receipt(*payments)), csd()).xml)

    shown = view(answer.xml)

    assert [pago["monto"] for pago in shown["pagos"]] == ["$100.00", "$611.75"]
    assert shown["total"]["importe"] == "$711.75"
    assert "Ret. ISR 10 %" in str(shown["pagos"][0]["documentos"])


def _just_now(comprobante):
    fecha = receipt(payment_of(PESOS, "1.00"), fecha=datetime.now(UTC) - timedelta(minutes=5)).fecha
    return comprobante._replace(fecha=fecha)
