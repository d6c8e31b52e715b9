"""A CFDI 3.3 reads into the same types as a 4.0, and what it did not know stays absent."""

from decimal import Decimal

import pytest

from hub.cfdi import cadena_original, egreso, open_invoice, read, seal, to_xml, verify_seal
from hub.cfdi.document import ABSENT, ImpuestoTrasladado
from tests.support.cfdi33 import DIVISAS, INGRESO, PAGO, sealed_33
from tests.support.cfdi_samples import NOON
from tests.support.sat_xslt import sat_cadena

TIMBRE = (
    '<cfdi:Complemento><tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1"'
    ' UUID="1E0F0A3C-2C8F-4B6F-9D5F-0C7A1D2B3E4F" FechaTimbrado="2021-06-01T12:00:30" RfcProvCertif="SAT970701NN3"'
    ' SelloCFD="{sello}" NoCertificadoSAT="30001000000500003456" SelloSAT="AAAA"/></cfdi:Complemento>'
)


@pytest.fixture(scope="module")
def ingreso(escuela_csd):
    return sealed_33(INGRESO, escuela_csd)


def test_a_3_3_says_what_it_knew_and_no_more(ingreso):
    found = read(ingreso)
    concepto = found.conceptos[0]

    assert (found.version, found.exportacion, concepto.objeto_imp) == ("3.3", ABSENT, ABSENT)
    assert found.receptor == ("URE180429TM6", ABSENT, ABSENT, ABSENT, "G03", None, None)
    assert found.emisor.nombre == "Escuela Kemper Urgate, S.A. de C.V."
    assert str(found.tipo_cambio) == "19.9487"
    assert concepto.descripcion == "Computadora & maletín"
    assert concepto.traslados[0].base == Decimal("1400.00")
    assert concepto.informacion_aduanera == ("21  47  3807  1000001",)
    assert concepto.cuenta_predial == ("42501007",)
    assert concepto.partes[0].informacion_aduanera == ("21  47  3807  1000002",)
    assert found.impuestos.traslados == ()
    assert found.impuestos.trasladados == (ImpuestoTrasladado("002", "Tasa", Decimal("0.160000"), Decimal("224.00")),)


def test_a_receipt_of_2021_keeps_its_payments(escuela_csd):
    (pago,) = read(sealed_33(PAGO, escuela_csd)).pagos_10.pagos

    assert (pago.monto, pago.moneda_p, pago.num_operacion) == (Decimal("600.00"), "USD", "SPEI 1")
    assert [d.num_parcialidad for d in pago.documentos] == [2, None]
    assert pago.documentos[0].metodo_de_pago_dr == "PPD"
    assert pago.impuestos[0].traslados[0].importe == Decimal("2.00")


@pytest.mark.parametrize("template", [INGRESO, PAGO])
def test_the_cadena_of_a_3_3_is_sats(template, escuela_csd):
    xml = sealed_33(template, escuela_csd)

    assert cadena_original(read(xml)) == sat_cadena(xml)
    assert verify_seal(xml).sello


def test_a_changed_3_3_has_no_seal(ingreso, escuela_csd):
    assert not verify_seal(ingreso.replace(b'Total="1473.34"', b'Total="1473.35"')).sello
    assert not verify_seal(ingreso.replace(b"Bater", b"Mater")).sello
    assert verify_seal(ingreso).no_certificado == escuela_csd.numero


def test_the_timbre_of_a_3_3_may_stand_in_a_complemento_of_its_own(escuela_csd):
    xml = sealed_33(INGRESO, escuela_csd, f"<cfdi:Complemento>{DIVISAS}</cfdi:Complemento>")
    timbre = TIMBRE.format(sello=read(xml).sello).encode()
    stamped = xml.replace(b"</cfdi:Comprobante>", timbre + b"</cfdi:Comprobante>")

    assert read(stamped).timbre.uuid == "1E0F0A3C-2C8F-4B6F-9D5F-0C7A1D2B3E4F"
    assert [one.name for one in read(stamped).complementos] == ["Divisas"]
    assert verify_seal(stamped).sello
    assert verify_seal(stamped).timbre


def test_the_cadena_of_an_unknown_complement_is_left_to_sats_xslt(escuela_csd):
    xml = sealed_33(INGRESO, escuela_csd, f"<cfdi:Complemento>{DIVISAS}</cfdi:Complemento>")

    with pytest.raises(ValueError, match="Divisas"):
        cadena_original(read(xml))
    assert verify_seal(xml).sello


def test_nobody_writes_seals_or_builds_upon_a_3_3(ingreso, escuela_csd):
    found = read(ingreso)

    for use in (
        lambda: to_xml(found),
        lambda: seal(found, escuela_csd),
        lambda: open_invoice(found),
        lambda: egreso(found, tipo_relacion="01", fecha=NOON),
    ):
        with pytest.raises(ValueError, match=r"3\.3"):
            use()
