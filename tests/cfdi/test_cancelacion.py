"""Requests to SAT's cancellation service: what may be asked, and that three others read the signature as valid."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from hub.cfdi import (
    Csd,
    Emisor,
    FolioCancelado,
    Receptor,
    SoldLine,
    SolicitudError,
    TaxRate,
    aceptacion_rechazo,
    cancelacion,
    ingreso,
    peticion_consulta_relacionados,
    read,
    seal,
)
from hub.plugin import CancelReceived, CancelRefused, CancelRequest, CfdiReference, Stamped
from hub.testing.csd import TestCsd, make_csd

RFC, PAC = "EKU9003173C9", "SPR190613I52"
UUID, OTHER = "0F4E6A1C-58B7-4C0D-9D53-7A21C3E8B604", "9C1D7E52-3A84-4F6B-8E20-B5D3F1A7C986"
FECHA = datetime(2026, 11, 20, 12, 0, 0, tzinfo=ZoneInfo("America/Mexico_City"))
DS = "{http://www.w3.org/2000/09/xmldsig#}"


@cache
def files() -> TestCsd:
    return make_csd(RFC, "ESCUELA KEMPER URGATE")


@cache
def csd() -> Csd:
    return Csd.load(files().cer, files().key, files().password)


def request_to_cancel(*folios: FolioCancelado, fecha: datetime = FECHA) -> bytes:
    return cancelacion(rfc_emisor=RFC, folios=folios or (FolioCancelado(UUID, "02"),), fecha=fecha, csd=csd())


DOCUMENTS = {
    "Cancelacion": lambda: request_to_cancel(FolioCancelado(UUID, "01", OTHER)),
    "SolicitudAceptacionRechazo": lambda: aceptacion_rechazo(
        rfc_receptor=RFC, rfc_pac=PAC, folios=[(UUID, "Aceptacion"), (OTHER, "Rechazo")], fecha=FECHA, csd=csd()
    ),
    "PeticionConsultaRelacionados": lambda: peticion_consulta_relacionados(
        uuid=UUID, rfc=RFC, role="receptor", rfc_pac=PAC, csd=csd()
    ),
}

# motivo, folio_sustitucion, the code SAT would refuse it with
MOTIVES = [
    ("01", OTHER, None),
    ("01", OTHER.lower(), None),
    ("01", None, "208"),
    ("01", "", "208"),
    ("01", "F-1", "208"),
    ("01", UUID.lower(), "208"),
    ("02", None, None),
    ("03", None, None),
    ("04", None, None),
    ("02", OTHER, "209"),
    ("03", OTHER, "209"),
    ("04", OTHER, "209"),
    ("05", None, "311"),
    ("2", None, "311"),
    ("", None, "311"),
]


@pytest.mark.parametrize(("motivo", "folio_sustitucion", "code"), MOTIVES)
def test_a_substitute_goes_with_motivo_01_and_only_there(motivo, folio_sustitucion, code):
    if code is None:
        folio = FolioCancelado(UUID, motivo, folio_sustitucion)
        written = etree.fromstring(request_to_cancel(folio)).find(".//{*}Folio").attrib
        expected = {"FolioSustitucion": OTHER} if folio_sustitucion else {}
        assert written == {"UUID": UUID, "Motivo": motivo, **expected}
    else:
        with pytest.raises(SolicitudError) as caught:
            FolioCancelado(UUID, motivo, folio_sustitucion)
        assert caught.value.code == code


def test_the_uuid_is_written_in_capitals():
    assert FolioCancelado(UUID.lower(), "02").uuid == UUID


@pytest.mark.parametrize("uuid", ["", "A-1", UUID + "0", UUID.replace("-", ""), UUID.replace("0", "G")])
def test_what_is_no_uuid_is_refused(uuid):
    with pytest.raises(SolicitudError, match="309"):
        FolioCancelado(uuid, "02")


def test_a_request_without_folios_is_refused():
    with pytest.raises(SolicitudError, match="at least one"):
        cancelacion(rfc_emisor=RFC, folios=[], fecha=FECHA, csd=csd())
    with pytest.raises(SolicitudError, match="at least one"):
        aceptacion_rechazo(rfc_receptor=RFC, rfc_pac=PAC, folios=[], fecha=FECHA, csd=csd())


def test_only_the_issuers_own_csd_signs():
    with pytest.raises(SolicitudError, match="belongs to EKU9003173C9, not to XIA190128J61") as caught:
        cancelacion(rfc_emisor="XIA190128J61", folios=[FolioCancelado(UUID, "02")], fecha=FECHA, csd=csd())
    assert caught.value.code == "303"


@pytest.mark.parametrize("fecha", [FECHA.replace(tzinfo=None), FECHA.astimezone(UTC), FECHA.astimezone(timezone.max)])
def test_a_date_that_is_no_mexican_local_time_is_refused(fecha):
    with pytest.raises(SolicitudError, match="issuer's zone"):
        request_to_cancel(fecha=fecha)


@pytest.mark.parametrize(
    ("zone", "fecha"),
    [("America/Tijuana", "2026-11-20T10:00:00"), ("America/Cancun", "2026-11-20T13:00:00")],
)
def test_the_date_is_the_issuers_own_clock(zone, fecha):
    assert etree.fromstring(request_to_cancel(fecha=FECHA.astimezone(ZoneInfo(zone)))).get("Fecha") == fecha


def test_the_answer_of_a_receptor_is_accepting_or_refusing():
    with pytest.raises(SolicitudError, match="use Aceptacion or Rechazo"):
        aceptacion_rechazo(rfc_receptor=RFC, rfc_pac=PAC, folios=[(UUID, "Tal vez")], fecha=FECHA, csd=csd())
    with pytest.raises(SolicitudError, match="RFC of the PAC"):
        aceptacion_rechazo(rfc_receptor=RFC, rfc_pac="PAC", folios=[(UUID, "Rechazo")], fecha=FECHA, csd=csd())


@pytest.mark.parametrize(("role", "emisor", "receptor"), [("emisor", RFC, ""), ("receptor", "", RFC)])
def test_who_asks_for_related_documents_is_one_of_the_two_parties(role, emisor, receptor):
    root = etree.fromstring(
        peticion_consulta_relacionados(uuid=UUID.lower(), rfc=RFC, role=role, rfc_pac=PAC, csd=csd())
    )
    assert dict(root.attrib) == {
        "RfcEmisor": emisor,
        "RfcReceptor": receptor,
        "RfcPacEnviaSolicitud": PAC,
        "Uuid": UUID,
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_root_keeps_sats_namespaces_though_nothing_uses_them(name):
    root = etree.fromstring(DOCUMENTS[name]())

    assert root.tag == f"{{http://cancelacfd.sat.gob.mx}}{name}"
    assert root.nsmap == {
        None: "http://cancelacfd.sat.gob.mx",
        "xsd": "http://www.w3.org/2001/XMLSchema",
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    }


def xmlsec_accepts(document: bytes, folder) -> bool:
    """Whether xmlsec1, the reference implementation, takes the signature as the CSD's."""
    program = shutil.which("xmlsec1")
    if program is None:
        assert not os.environ.get("CI"), "xmlsec1 is not installed: apt-get install xmlsec1"
        pytest.skip("xmlsec1 is not installed; apt-get install xmlsec1 to have signatures checked")
    (folder / "signed.xml").write_bytes(document)
    (folder / "csd.cer").write_bytes(files().cer)
    done = subprocess.run(
        [program, "--verify", "--enabled-key-data", "rsa", "--pubkey-cert-der", "csd.cer", "signed.xml"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


@pytest.mark.parametrize("name", DOCUMENTS)
def test_xmlsec_verifies_the_signature(name, tmp_path):
    assert xmlsec_accepts(DOCUMENTS[name](), tmp_path)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_xmlsec_refuses_a_document_with_one_other_character(name, tmp_path):
    signed = DOCUMENTS[name]()
    changed = signed.replace(UUID[:8].encode(), b"1" + UUID[1:8].encode(), 1)

    assert changed != signed
    assert not xmlsec_accepts(changed, tmp_path)


def without_key_value(signed: bytes) -> bytes:
    root = etree.fromstring(signed)
    for node in root.iter(f"{DS}KeyValue"):
        node.getparent().remove(node)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # satcfdi still uses pyOpenSSL
def test_satcfdi_writes_the_same_bytes():
    """It leaves the optional KeyValue out; all else is the same, order, names and signature."""
    from satcfdi.create.cancela import aceptacionrechazo as theirs_of_receptor
    from satcfdi.create.cancela import cancelacion as theirs
    from satcfdi.models import Signer

    signer = Signer.load(certificate=files().cer, key=files().key, password=files().password)
    fecha = FECHA.replace(tzinfo=None)
    request = theirs.Cancelacion(signer, theirs.Folio(UUID, "01", OTHER), fecha)
    answer = theirs_of_receptor.SolicitudAceptacionRechazo(
        signer,
        PAC,
        [theirs_of_receptor.Folios("Aceptacion", UUID), theirs_of_receptor.Folios("Rechazo", OTHER)],
        fecha,
    )

    assert without_key_value(DOCUMENTS["Cancelacion"]()) == request.xml_bytes(xml_declaration=True)
    assert without_key_value(DOCUMENTS["SolicitudAceptacionRechazo"]()) == answer.xml_bytes(xml_declaration=True)


def test_the_key_value_is_the_key_of_the_certificate():
    import base64

    from cryptography import x509

    numbers = x509.load_der_x509_certificate(files().cer).public_key().public_numbers()
    info = etree.fromstring(request_to_cancel()).find(f".//{DS}RSAKeyValue")
    modulus, exponent = (int.from_bytes(base64.b64decode(info.findtext(f"{DS}{n}"))) for n in ("Modulus", "Exponent"))

    assert (modulus, exponent) == (numbers.n, numbers.e)


@pytest.fixture
def stamped(pac):
    comprobante = ingreso(
        emisor=Emisor(RFC, "ESCUELA KEMPER URGATE", "601"),
        receptor=Receptor("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601", "G03"),
        lines=[
            SoldLine(
                "Artículo",
                Decimal(1),
                Decimal("116.00"),
                Decimal("116.00"),
                "43211503",
                "H87",
                (TaxRate("002", "Tasa", Decimal("0.160000")),),
            )
        ],
        total=Decimal("116.00"),
        prices_include_tax=True,
        forma_pago="04",
        metodo_pago="PUE",
        fecha=datetime.now(UTC) - timedelta(minutes=5),
        lugar_expedicion="42501",
    )
    answer = pac.stamp(seal(comprobante, csd()).xml)
    assert isinstance(answer, Stamped), answer
    return answer


def cancel(pac, stamped: Stamped, signed_xml: bytes):
    cfdi = read(stamped.xml)
    reference = CfdiReference(stamped.uuid, cfdi.emisor.rfc, cfdi.receptor.rfc, cfdi.total, cfdi.sello)
    return pac.provider.cancel(pac.http, CancelRequest(reference, "02", signed_xml))


def test_the_sandbox_cancels(pac, stamped):
    assert cancel(pac, stamped, request_to_cancel(FolioCancelado(stamped.uuid, "02"))) == CancelReceived("201")


def test_the_sandbox_refuses_a_request_with_one_other_byte(pac, stamped):
    signed = request_to_cancel(FolioCancelado(stamped.uuid, "02"))
    answer = cancel(pac, stamped, signed.replace(b"T12:00:00", b"T12:00:01"))

    assert isinstance(answer, CancelRefused)
    assert answer.code == "302"
