"""Reading what SAT answers to a request to cancel."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.cfdi import FolioAcusado, MalformedXmlError, read_acuse

ACUSE = (Path(__file__).parents[1] / "fixtures" / "cancelacion" / "acuse.xml").read_bytes()


def test_an_acuse_tells_the_estatus_of_every_folio():
    acuse = read_acuse(ACUSE)

    assert acuse.rfc_emisor == "EKU9003173C9"
    assert acuse.folios == (
        FolioAcusado("0F4E6A1C-58B7-4C0D-9D53-7A21C3E8B604", "201"),
        FolioAcusado("9C1D7E52-3A84-4F6B-8E20-B5D3F1A7C986", "205"),
    )
    assert acuse.cod_estatus == ""


def test_its_date_is_sats_clock():
    fecha = read_acuse(ACUSE).fecha

    assert fecha.isoformat(timespec="seconds") == "2026-10-02T18:41:22-06:00"
    assert fecha.utcoffset() == timedelta(hours=-6)


def test_an_acuse_inside_a_soap_envelope_is_found():
    inner = ACUSE.split(b"?>")[1].replace(b"<Acuse", b'<CancelaCFDResult xmlns="http://cancelacfd.sat.gob.mx"')
    wrapped = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        + inner.replace(b"</Acuse>", b"</CancelaCFDResult>").strip()
        + b"</s:Body></s:Envelope>"
    )

    assert read_acuse(wrapped) == read_acuse(ACUSE)


def test_a_request_refused_as_a_whole_has_a_code_and_no_folio():
    acuse = read_acuse(b'<Acuse Fecha="2026-10-02T18:41:22" CodEstatus="305"/>')

    assert (acuse.cod_estatus, acuse.folios) == ("305", ())


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<html/>",
        b'<Acuse Fecha="2026-10-02T18:41:22"/>',
        b'<Acuse Fecha="ayer" CodEstatus="305"/>',
        ACUSE.replace(b"<EstatusUUID>201</EstatusUUID>", b""),
        ACUSE.replace(b"<Acuse ", b'<!DOCTYPE a [<!ENTITY x "201">]><Acuse '),
    ],
    ids=["empty", "another document", "says nothing", "no date", "folio without estatus", "entities"],
)
def test_what_is_no_acuse_is_refused(xml):
    with pytest.raises(MalformedXmlError):
        read_acuse(xml)
