"""A cancellation goes the way that SAT's rules prescribe, and the status says where it is."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from hub.plugin import CancelReceived, CancelRefused, CancelRequest, CfdiReference, CfdiStatus
from pac_providers.sandbox.tests.cancelling import DS, Issued, signed_cancelacion
from pac_providers.sandbox.tests.documents import EMISOR, RECEPTOR, Document, csd, invoice

DAY = 24 * 3600


def related_to(uuid: str, tipo: str = "04", folio: str = "2") -> Document:
    node = f'<cfdi:CfdiRelacionados TipoRelacion="{tipo}"><cfdi:CfdiRelacionado UUID="{uuid}"/></cfdi:CfdiRelacionados>'
    return invoice(folio).add("", node, index=0)


def small() -> Document:
    return (
        invoice()
        .set(SubTotal="100.00", Total="116.00")
        .set("Conceptos/Concepto", ValorUnitario="100.00", Importe="100.00", Cantidad="1")
        .set("Conceptos/Concepto/Impuestos/Traslados/Traslado", Base="100.00", Importe="16.00")
        .set("Impuestos", TotalImpuestosTrasladados="16.00")
        .set("Impuestos/Traslados/Traslado", Base="100.00", Importe="16.00")
    )


@pytest.fixture
def issued(any_pac) -> Issued:
    return Issued.by(any_pac, invoice())


@pytest.fixture
def old(any_pac, behaviours) -> Issued:
    """Stamped long before the last business day: cancelling it needs the receptor."""
    document = invoice()
    issued = Issued.by(any_pac, document)
    behaviours.set("clock_offset", seconds=5 * DAY)
    return issued


def test_a_live_cfdi_is_vigente(issued):
    assert issued.status == CfdiStatus("Vigente", "Cancelable sin aceptación", "")


def test_a_cfdi_of_today_is_cancelled_at_once(issued):
    assert issued.cancel() == CancelReceived("201")
    assert issued.status == CfdiStatus("Cancelado", "Cancelable sin aceptación", "Cancelado sin aceptación")


def test_a_second_request_says_202(issued):
    issued.cancel()
    assert issued.cancel() == CancelReceived("202")


def test_an_old_cfdi_waits_for_its_receptor(old):
    assert old.status == CfdiStatus("Vigente", "Cancelable con aceptación", "")
    assert old.cancel() == CancelReceived("201")
    assert old.status == CfdiStatus("Vigente", "Cancelable con aceptación", "En proceso")
    assert old.cancel() == CancelReceived("202")


def test_silence_of_the_receptor_cancels_after_the_term(old, behaviours):
    old.cancel()
    behaviours.set("clock_offset", seconds=5 * DAY + 72 * 3600 + 60)
    assert old.status == CfdiStatus("Cancelado", "Cancelable con aceptación", "Plazo vencido")


def test_the_receptor_accepts(old):
    old.cancel()
    old.pac.http.post_once(f"/v1/receptor/{old.uuid}/accept", b"")
    assert old.status == CfdiStatus("Cancelado", "Cancelable con aceptación", "Cancelado con aceptación")


def test_the_receptor_refuses_and_may_be_asked_again(old):
    old.cancel()
    old.pac.http.post_once(f"/v1/receptor/{old.uuid}/reject", b"")
    assert old.status == CfdiStatus("Vigente", "Cancelable con aceptación", "Solicitud rechazada")
    assert old.cancel() == CancelReceived("201")
    assert old.status.estatus_cancelacion == "En proceso"


def test_nobody_can_answer_what_was_not_asked(issued):
    answer = issued.pac.http.post_once(f"/v1/receptor/{issued.uuid}/accept", b"")
    assert (answer.status, answer.json()["code"]) == (400, "1001")


def public() -> Document:
    now = datetime.now(UTC) - timedelta(hours=6, minutes=5)
    node = f'<cfdi:InformacionGlobal Periodicidad="04" Meses="{now:%m}" Año="{now:%Y}"/>'
    texts = {"Rfc": "XAXX010101000", "Nombre": "PUBLICO EN GENERAL", "DomicilioFiscalReceptor": "42501",
             "RegimenFiscalReceptor": "616", "UsoCFDI": "S01"}  # fmt: skip
    return invoice().set("Receptor", **texts).add("", node, index=0)


def credit_note() -> Document:
    return invoice().set(TipoDeComprobante="E").set("Receptor", UsoCFDI="G02")


@pytest.mark.parametrize("document", [small, public, credit_note])
def test_some_old_cfdi_need_no_acceptance(pac, behaviours, document):
    issued = Issued.by(pac, document())
    behaviours.set("clock_offset", seconds=30 * DAY)
    assert issued.status.es_cancelable == "Cancelable sin aceptación"
    issued.cancel()
    assert issued.status.estado == "Cancelado"


def test_motivo_01_needs_a_substitute_that_names_the_old_one(issued):
    substitute = Issued.by(issued.pac, related_to(issued.uuid))
    assert issued.status.es_cancelable == "No cancelable"
    assert issued.cancel("01", substitute.uuid) == CancelReceived("201")
    assert issued.status.estado == "Cancelado"


@pytest.mark.parametrize(
    ("motivo", "folio", "code"),
    [
        ("01", "6D5B6A04-1B0E-4C5D-9F8B-2F6C8E0A7B11", "208"),
        ("01", None, "208"),
        ("02", "6D5B6A04-1B0E-4C5D-9F8B-2F6C8E0A7B11", "209"),
    ],
)
def test_a_wrong_substitute_is_refused(issued, motivo, folio, code):
    assert issued.cancel(motivo, folio).code == code
    assert issued.status.estado == "Vigente"


def test_a_substitute_that_is_not_related_is_refused(issued):
    other = Issued.by(issued.pac, related_to(issued.uuid, tipo="01"))
    assert issued.cancel("01", other.uuid).code == "312"


def test_a_live_related_cfdi_blocks_the_cancellation(issued):
    blocking = Issued.by(issued.pac, related_to(issued.uuid, tipo="01"))
    assert issued.cancel().code == "204"
    blocking.cancel()
    assert issued.cancel() == CancelReceived("201")


def test_a_motivo_that_does_not_exist_is_refused(issued):
    assert issued.cancel("09").code == "311"


def test_sat_does_not_know_a_fresh_stamp_at_once(open_pac, behaviours):
    issued = Issued.by(open_pac(known_after_s=600), invoice())
    answer = issued.cancel()
    assert isinstance(answer, CancelRefused)
    assert (answer.code, answer.again_later) == ("205", True)
    assert issued.status == CfdiStatus("No Encontrado")
    behaviours.set("clock_offset", seconds=601)
    assert issued.cancel() == CancelReceived("201")


def test_a_cfdi_is_found_only_with_all_its_data(issued):
    for wrong in ({"total": "1159.98"}, {"rfc_receptor": EMISOR}, {"sello": "AAAAAAAA"}):
        other = Issued(**{**vars(issued), **wrong})
        assert other.status == CfdiStatus("No Encontrado")


def test_the_uuid_may_be_written_in_lower_case(issued):
    issued.uuid = issued.uuid.lower()
    assert issued.cancel() == CancelReceived("201")
    assert issued.status.estado == "Cancelado"


def test_somebody_elses_cfdi_cannot_be_cancelled(issued):
    other = csd("XIA190128J61")
    request = CancelRequest(
        CfdiReference(issued.uuid, "XIA190128J61", RECEPTOR, Decimal(issued.total), issued.sello),
        "02",
        signed_cancelacion(issued.uuid, rfc="XIA190128J61", by=other),
    )
    assert issued.pac.provider.cancel(issued.pac.http, request).code == "203"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_both_signature_algorithms_are_read(issued, algorithm):
    assert issued.cancel(signed_xml=signed_cancelacion(issued.uuid, algorithm=algorithm)) == CancelReceived("201")


def test_white_space_after_the_signature_is_part_of_the_signed_document(issued):
    assert issued.cancel(signed_xml=signed_cancelacion(issued.uuid, tail="\n ")) == CancelReceived("201")


OTHER = "6D5B6A04-1B0E-4C5D-9F8B-2F6C8E0A7B11"
BAD_DOCUMENTS = {
    "nothing": ("302", lambda uuid: b""),
    "unsigned": ("302", lambda uuid: without_signature(signed_cancelacion(uuid))),
    "no XML": ("301", lambda uuid: b"<"),
    "another document": ("301", lambda uuid: b"<a/>"),
    "another UUID": ("309", lambda uuid: signed_cancelacion(OTHER)),
    "another motivo": ("311", lambda uuid: signed_cancelacion(uuid, "03")),
    "another issuer": ("203", lambda uuid: signed_cancelacion(uuid, rfc="XIA190128J61")),
    "changed after signing": ("302", lambda uuid: signed_cancelacion(uuid).replace(b"12:00:00", b"12:00:01")),
    "changed signature": ("302", lambda uuid: signed_cancelacion(uuid).replace(b"enveloped-s", b"enveloped_s")),
    "signed by another": ("303", lambda uuid: signed_cancelacion(uuid, by=csd("XIA190128J61"))),
    "signed by an e.firma": ("310", lambda uuid: signed_cancelacion(uuid, by=csd(efirma=True))),
    "signed by an old CSD": ("304", lambda uuid: signed_cancelacion(uuid, by=csd(valid_days=(-60, -1)))),
    "production CSD": ("308", lambda uuid: signed_cancelacion(uuid, by=csd(authority="AUTORIDAD CERTIFICADORA"))),
}


def without_signature(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    root.remove(root.find(f"{{{DS}}}Signature"))
    return etree.tostring(root)


@pytest.mark.parametrize(("code", "made"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS.keys())
def test_a_request_that_the_issuer_did_not_sign_like_this_is_refused(pac, code, made):
    issued = Issued.by(pac, invoice())
    assert issued.cancel(signed_xml=made(issued.uuid)).code == code
    assert issued.status.estado == "Vigente"
