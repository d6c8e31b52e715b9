"""From sold lines to sealed bytes and back; SAT's schema and XSLT agree."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hub.cfdi import (
    Csd,
    MalformedXmlError,
    TimbreFiscal,
    cadena_timbre,
    check,
    read,
    read_timbre,
    receptor_extranjero,
    receptor_publico_en_general,
    seal,
    to_xml,
    validate,
    validate_full,
    verify_seal,
)
from hub.testing.csd import make_csd
from tests.support.cfdi_samples import IVA_0, IVA_16, NOON, ieps, invoice, sold
from tests.support.sat_xslt import sat_cadena
from tests.support.worked_examples import EXAMPLES, document


@pytest.fixture(scope="module")
def csds():
    kits = {rfc: make_csd(rfc, "PRUEBAS") for rfc in ("EKU9003173C9", "CACX7605101P8")}
    return {rfc: Csd.load(kit.cer, kit.key, kit.password) for rfc, kit in kits.items()}


@pytest.fixture(scope="module")
def sealed(csds):
    return seal(document("iva_included"), csds["EKU9003173C9"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_sealed_example_is_valid_and_reads_back_as_written(name, csds):
    comprobante = document(name)

    xml = seal(comprobante, csds[comprobante.emisor.rfc]).xml

    assert validate(xml) == validate_full(xml) == ()
    assert read(xml)._replace(sello="", certificado="", no_certificado="") == comprobante
    assert verify_seal(xml).sello


def test_what_was_signed_is_sats_cadena(sealed):
    assert sealed.cadena == sat_cadena(sealed.xml)
    assert read(sealed.xml).sello == sealed.sello


def test_rewriting_a_read_document_gives_the_same_bytes(sealed):
    assert to_xml(read(sealed.xml)) == sealed.xml


def test_another_issuers_csd_is_refused(csds):
    with pytest.raises(ValueError, match="303"):
        seal(document("iva_16"), csds["CACX7605101P8"])


def test_a_changed_cent_breaks_the_seal(sealed):
    tampered = sealed.xml.replace(b'Total="945.00"', b'Total="944.00"')

    assert verify_seal(sealed.xml).sello
    assert not verify_seal(tampered).sello


def test_a_seal_by_another_certificate_number_does_not_hold(sealed, csds):
    numero = csds["EKU9003173C9"].numero.encode()

    assert not verify_seal(sealed.xml.replace(b'"' + numero, b'"' + b"1" + numero[1:])).sello


def test_a_timbre_is_read_and_matched_with_its_seal(sealed):
    stamped = _stamped(sealed.xml, sealed.sello)

    assert read_timbre(sealed.xml) is None
    assert verify_seal(sealed.xml).timbre is None
    assert read(stamped).timbre == read_timbre(stamped)
    assert verify_seal(stamped).timbre is True
    assert verify_seal(_stamped(sealed.xml, "AAAA")).timbre is False
    assert validate(stamped) == validate_full(stamped) == ()


def test_sats_signature_is_checked_with_its_certificate(sealed):
    numero = _timbre(sealed.sello).no_certificado_sat
    authority, impostor, other = (
        make_csd("SAT970701NN3", "SAT PRUEBAS", numero=numero),
        make_csd("SAT970701NN3", "SAT PRUEBAS", numero=numero),
        make_csd("SAT970701NN3", "SAT PRUEBAS", numero="30001000000500009999"),
    )

    def stamped(kit):
        signer = Csd.load(kit.cer, kit.key, kit.password)
        return _stamped(sealed.xml, sealed.sello, signer.sign(cadena_timbre(_timbre(sealed.sello))))

    assert verify_seal(stamped(authority), sat_certificate=authority.cer).timbre is True
    assert verify_seal(stamped(impostor), sat_certificate=authority.cer).timbre is False
    assert verify_seal(stamped(other), sat_certificate=other.cer).timbre is False


def test_the_cadena_of_a_timbre_leaves_out_an_absent_leyenda():
    timbre = TimbreFiscal("U", "2026-11-20T12:00:01", "SAT970701NN3", "SELLO", "2", "FIRMA")

    assert cadena_timbre(timbre) == "||1.1|U|2026-11-20T12:00:01|SAT970701NN3|SELLO|2||"
    assert cadena_timbre(timbre._replace(leyenda="Aviso")) == "||1.1|U|2026-11-20T12:00:01|SAT970701NN3|Aviso|SELLO|2||"


def test_fecha_is_local_time_of_the_place_of_issue():
    winter = datetime(2026, 1, 15, 20, 30, 59, 999999, tzinfo=UTC)

    assert invoice(sold("116.00", IVA_16), fecha=winter).fecha == "2026-01-15T14:30:59"
    assert invoice(sold("116.00", IVA_16), fecha=winter, lugar_expedicion="22000").fecha == "2026-01-15T12:30:59"
    assert invoice(sold("116.00", IVA_16), fecha=winter, lugar_expedicion="77500").fecha == "2026-01-15T15:30:59"


def test_a_naive_fecha_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        invoice(sold("116.00", IVA_16), fecha=datetime(2026, 1, 15, 20, 30))


def test_an_invoice_to_be_paid_later_says_99():
    comprobante = invoice(sold("116.00", IVA_16), metodo_pago="PPD", forma_pago="03")

    assert comprobante.forma_pago == "99"
    assert check(comprobante) == ()


def test_a_foreign_currency_needs_its_rate():
    with pytest.raises(ValueError, match="CFDI40115"):
        invoice(sold("116.00", IVA_16), currency="USD")

    comprobante = invoice(sold("116.00", IVA_16), currency="USD", exchange_rate=Decimal("18.54321987"))

    assert str(comprobante.tipo_cambio) == "18.543220"
    assert check(comprobante) == ()


@pytest.mark.parametrize(
    "receptor",
    [receptor_extranjero("ACME LLC", "42501", "USA"), receptor_publico_en_general("42501", "JUAN SIN RFC")],
)
def test_buyers_without_mexican_rfc_get_a_valid_invoice(receptor, csds):
    comprobante = invoice(sold("140.00", ieps("0.08"), IVA_0), receptor=receptor)

    assert check(comprobante) == ()
    assert validate_full(seal(comprobante, csds["EKU9003173C9"]).xml) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'ClaveProdServ="53101604"', b'ClaveProdServ="00000000"'),
        (b'ClaveUnidad="H87"', b'ClaveUnidad="PZA"'),
        (b'LugarExpedicion="42501"', b'LugarExpedicion="00001"'),
        (b'Moneda="MXN"', b'Moneda="PES"'),
        (b'UsoCFDI="G03"', b'UsoCFDI="Z99"'),
        (b'SubTotal="814.66"', b'SubTotal="-814.66"'),
        (b'Exportacion="01"', b""),
        (b"<cfdi:Conceptos>", b"<cfdi:Conceptos><cfdi:Regalo/>"),
    ],
)
def test_the_fast_schema_refuses_what_the_full_one_refuses(sealed, old, new):
    broken = sealed.xml.replace(old, new, 1)

    assert broken != sealed.xml
    assert validate(broken)
    assert validate_full(broken)


@pytest.mark.parametrize("key", ["93151506", "46111501", "95122703"])
def test_a_product_that_only_sats_schema_lists_can_be_invoiced(key, csds):
    comprobante = invoice(sold("116.00", IVA_16, clave_prod_serv=key))
    xml = seal(comprobante, csds["EKU9003173C9"]).xml

    assert check(comprobante) == ()
    assert validate(xml) == validate_full(xml) == ()


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"<a",
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
        b"<cfdi:Comprobante xmlns:cfdi='http://www.sat.gob.mx/cfd/3' Version='3.3'/>",
        b"<cfdi:Comprobante xmlns:cfdi='http://www.sat.gob.mx/cfd/3' version='3.2'/>",
        b"<cfdi:Comprobante xmlns:cfdi='http://www.sat.gob.mx/cfd/4' Version='4.0'/>",
    ],
)
def test_foreign_bytes_are_refused_without_harm(hostile):
    assert validate(hostile)
    with pytest.raises(MalformedXmlError):
        read(hostile)
    with pytest.raises(MalformedXmlError):
        verify_seal(hostile)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e5", "-1", "", "1.2.3", "١"])
def test_an_amount_that_is_none_is_refused(sealed, amount):
    broken = sealed.xml.replace(b'Total="945.00"', f'Total="{amount}"'.encode())

    with pytest.raises(MalformedXmlError):
        read(broken)


def _timbre(sello):
    return TimbreFiscal(
        uuid="6E0F0A3C-2C8F-4B6F-9D5F-0C7A1D2B3E4F",
        fecha_timbrado="2026-11-20T12:00:30",
        rfc_prov_certif="SAT970701NN3",
        sello_cfd=sello,
        no_certificado_sat="30001000000500003456",
        sello_sat="AAAA",
    )


def _stamped(xml, sello, sello_sat="AAAA"):
    t = _timbre(sello)
    node = (
        '<cfdi:Complemento><tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" '
        f'Version="1.1" UUID="{t.uuid}" FechaTimbrado="{t.fecha_timbrado}" RfcProvCertif="{t.rfc_prov_certif}" '
        f'SelloCFD="{t.sello_cfd}" NoCertificadoSAT="{t.no_certificado_sat}" SelloSAT="{sello_sat}"/>'
        "</cfdi:Complemento>"
    )
    return re.sub(b"</cfdi:Comprobante>$", node.encode() + b"</cfdi:Comprobante>", xml)


def test_noon_of_the_samples_is_noon_in_pachuca():
    assert invoice(sold("1.16", IVA_16), fecha=NOON).fecha == "2026-11-20T12:00:00"
