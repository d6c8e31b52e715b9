"""Every exchange that is known of Prodigia, over a real socket."""

import base64

import httpx
import pytest

from hub.plugin import (
    CancelReceived,
    CancelRefused,
    CfdiReference,
    CfdiStatus,
    ConfigError,
    Fetched,
    InDoubtError,
    NotFetched,
    Operation,
    Rejected,
    Stamped,
    StillUnknown,
    TransientError,
)
from pac_providers.prodigia.provider import Prodigia
from pac_providers.prodigia.tests.conftest import KEEPS, cancellation, config, invoice


def test_a_stamp_is_one_post_of_the_sealed_bytes(desk):
    answer = desk.stamp()
    (sent,) = desk.fake.writes
    assert sent.url.path == "/servicio/rest/timbrado40Prueba"
    assert sent.content == invoice().xml
    assert sent.headers["content-type"] == "application/xml"
    assert sent.url.params["contrato"] == desk.fake.contrato
    assert sent.url.params.get_list("opciones") == [
        "RESPUESTA_JSON",
        "REGRESAR_CON_ERROR_307_XML",
        "VERIFICAR_SERIE_FOLIO",
    ]
    assert answer == Stamped(desk.fake.sat.stamps[0].uuid, desk.fake.sat.stamps[0].xml)


def test_no_request_has_an_accept_header(desk):
    stamped = desk.stamp()
    desk.provider.check(desk.http)
    desk.provider.fetch(desk.http, cancellation(stamped.uuid).cfdi)
    desk.provider.cancel(desk.http, cancellation(stamped.uuid))
    assert len(desk.fake.requests) == 4
    assert not [request for request in desk.fake.requests if "accept" in request.headers]


def test_production_is_another_operation_of_the_same_host(open_desk):
    desk = open_desk(environment="production", verifica_serie_folio=False)
    desk.stamp()
    assert desk.fake.writes[0].url.path == "/servicio/rest/timbrado40"
    assert "VERIFICAR_SERIE_FOLIO" not in str(desk.fake.writes[0].url)
    assert config().url == "https://timbrado.pade.mx"


def test_the_same_bytes_again_give_the_same_stamp(desk):
    assert desk.stamp() == desk.stamp() == desk.recover()
    assert len(desk.fake.sat.stamps) == 1


def test_what_was_never_stamped_is_stamped_by_the_recovery(desk):
    assert isinstance(desk.recover(), Stamped)
    assert len(desk.fake.sat.stamps) == 1


def test_a_folio_that_another_document_took_is_a_doubt_not_a_second_invoice(desk):
    desk.stamp()
    with pytest.raises(InDoubtError, match="of another document"):
        desk.stamp(invoice(sello="b3RybyBzZWxsbw=="))
    assert len(desk.fake.sat.stamps) == 1


@pytest.mark.parametrize("trouble", ["lose_answer", "error_after", "garbage", "slow"])
def test_a_lost_answer_is_recovered_by_the_same_bytes(open_desk, trouble):
    desk = open_desk(timeout_s=0.4)
    desk.fake.misbehave(trouble)
    with pytest.raises(InDoubtError):
        desk.stamp()
    assert isinstance(desk.recover(), Stamped)
    assert len(desk.fake.sat.stamps) == 1


@pytest.mark.parametrize(
    "code", ["301", "302", "303", "401", "403", "CFDI40147", "CFDI40999", "CRP20201", "CFDI140223"]
)
def test_a_refusal_of_the_document_is_an_answer(desk, code):
    desk.fake.refuse = (code, "El comprobante no es válido")
    assert desk.stamp() == Rejected(code, "El comprobante no es válido")


@pytest.mark.parametrize("code", ["1", "2", "3", "20", "304", "305", "306", "308", "402"])
def test_what_a_person_must_put_in_order_is_a_config_error(desk, code):
    desk.fake.refuse = (code, "no")
    with pytest.raises(ConfigError, match=f"Prodigia {code}:"):
        desk.stamp()


def test_an_empty_contract_is_a_config_error(desk):
    desk.fake.stamps_left = 0
    with pytest.raises(ConfigError, match="no stamps left"):
        desk.stamp()


def test_maintenance_is_transient(desk):
    desk.fake.refuse = ("5", "Off-line por mantenimiento")
    with pytest.raises(TransientError):
        desk.stamp()


@pytest.mark.parametrize("code", ["602", "999", "7x", "", "<script>"])
def test_a_code_that_nobody_knows_is_a_doubt(desk, code):
    desk.fake.refuse = (code, "?")
    with pytest.raises(InDoubtError) as doubt:
        desk.stamp()
    assert "<" not in str(doubt.value)


@pytest.mark.parametrize("code", ["CFDI40147", "301", "303", "401"])
def test_a_refused_recovery_proves_nothing_of_the_first_time(desk, code):
    desk.fake.misbehave("lose_answer")
    with pytest.raises(InDoubtError):
        desk.stamp()
    desk.fake.refuse = (code, "no")
    answer = desk.recover()
    assert isinstance(answer, StillUnknown)
    assert code in answer.reason
    assert isinstance(desk.recover(), Stamped)


def timbrado(**told):
    return httpx.Response(200, json={"servicioTimbrado": told})


@pytest.mark.parametrize(
    "answer",
    [
        timbrado(timbradoOk=True, codigo=0),
        timbrado(timbradoOk=True, codigo=0, UUID=KEEPS),
        timbrado(timbradoOk=True, codigo=0, UUID=KEEPS, xmlBase64="%%%"),
        timbrado(timbradoOk=True, codigo=0, UUID=KEEPS, xmlBase64=base64.b64encode(invoice().xml).decode()),
        timbrado(timbradoOk=False, codigo=307),
        timbrado(timbradoOk=False, codigo=307, UUID=KEEPS),
        timbrado(timbradoOk=False, codigo="301", UUID=KEEPS),
        timbrado(timbradoOk=True, codigo="301"),
        timbrado(codigo=0),
        httpx.Response(200, json={"servicioTimbrado": None}),
        httpx.Response(200, json=[]),
        httpx.Response(400, json={"servicioTimbrado": {"timbradoOk": False, "codigo": "301"}}),
    ],
)
def test_half_an_answer_is_a_doubt(desk, monkeypatch, answer):
    monkeypatch.setattr(desk.fake, "_timbrado", lambda _: answer)
    with pytest.raises(InDoubtError):
        desk.stamp()


def test_a_307_with_a_uuid_alone_is_looked_up(desk, monkeypatch):
    stamp = desk.fake.sat.stamp(invoice().xml)
    monkeypatch.setattr(desk.fake, "_timbrado", lambda _: timbrado(timbradoOk="false", codigo="307", UUID=stamp.uuid))
    assert desk.stamp() == Stamped(stamp.uuid, stamp.xml)


# ---- cancelling


def test_the_signed_cancellation_goes_as_an_option(desk):
    request = cancellation(desk.stamp().uuid, "01", KEEPS)
    answer = desk.provider.cancel(desk.http, request)
    assert answer == CancelReceived("201", answer.acuse)
    assert b"<EstatusUUID>201</EstatusUUID>" in answer.acuse
    sent = desk.fake.writes[-1].content.decode()
    assert f"<arregloUUID>{request.cfdi.uuid}|01|{KEEPS}</arregloUUID>" in sent
    assert f"XML_CANCELACION:{base64.b64encode(request.signed_xml).decode()}" in sent
    assert "<tim:cancelarConOpciones><contrato>" in sent


def test_the_folios_of_2020_are_there_too(open_desk):
    desk = open_desk(arreglo_uuid="datos")
    request = cancellation(desk.stamp().uuid)
    desk.provider.cancel(desk.http, request)
    assert f"{request.cfdi.uuid}|URE180429TM6|EKU9003173C9|1160.00<" in desk.fake.writes[-1].content.decode()


def test_what_waits_for_the_receiver_was_received(desk):
    request = cancellation(desk.stamp().uuid)
    assert desk.provider.cancel(desk.http, request).code == "201"
    assert desk.provider.cancel(desk.http, request).code == "202"
    assert desk.provider.pending(desk.http, "URE180429TM6") == (desk.fake.sat.stamps[0].uuid,)


def of_folio(code, uuid, root=""):
    return (
        f"<servicioCancel><codigo>{root}</codigo><cancelaciones><cancelacion><uuid>{uuid}</uuid><codigo>{code}</codigo>"
        "<mensaje>dice</mensaje></cancelacion></cancelaciones></servicioCancel>"
    )


@pytest.fixture
def cancelling(desk, monkeypatch):
    """What Prodigia is made to say to a cancellation."""
    request = cancellation(KEEPS)

    def call(result):
        from pac_providers.prodigia import testing

        monkeypatch.setattr(desk.fake, "_cancel", lambda operation, _: testing.returned(operation, result))
        return desk.provider.cancel(desk.http, request)

    return call


@pytest.mark.parametrize(("code", "of_sat"), [("95", "202"), ("96", "202"), ("98", "202"), ("202", "202")])
def test_what_was_asked_for_before_is_202(cancelling, code, of_sat):
    assert cancelling(of_folio(code, KEEPS.upper())) == CancelReceived(of_sat)


@pytest.mark.parametrize("code", ["94", "97", "99", "203", "204", "208", "211"])
def test_a_folio_may_be_refused(cancelling, code):
    assert cancelling(of_folio(code, KEEPS)) == CancelRefused(code, "dice")


@pytest.mark.parametrize("code", ["90", "205"])
def test_a_cfdi_that_sat_does_not_know_yet_is_cancelled_later(cancelling, code):
    assert cancelling(of_folio(code, KEEPS)).again_later


@pytest.mark.parametrize(("code", "error"), [("1", ConfigError), ("2", ConfigError), ("7", TransientError)])
def test_trouble_with_the_whole_request_happens_before_anything(cancelling, code, error):
    with pytest.raises(error):
        cancelling(f"<servicioCancel><codigo>{code}</codigo></servicioCancel>")


@pytest.mark.parametrize(
    "result",
    [
        "<servicioCancel/>",
        of_folio("91", KEEPS),
        of_folio("0", KEEPS),
        of_folio("201", "other"),
        "<servicioCancel><codigo>0</codigo></servicioCancel>",
    ],
)
def test_an_answer_that_says_nothing_sure_is_a_doubt(cancelling, result):
    with pytest.raises(InDoubtError):
        cancelling(result)


# ---- the rest


def test_it_offers_what_prodigia_has():
    assert Prodigia.offers() == {Operation.FETCH, Operation.PENDING}


def test_check_needs_contract_user_and_password(desk, open_desk):
    assert desk.provider.check(desk.http) == "Prodigia (sandbox) accepts the contract and the user"
    for wrong in ({"password": "wrong-Password-3"}, {"contrato": "otro"}):
        other = open_desk(**wrong)
        with pytest.raises(ConfigError):
            other.provider.check(other.http)


def test_the_status_is_in_sats_words(desk):
    stamped = desk.stamp()
    reference = cancellation(stamped.uuid).cfdi
    assert desk.provider.status(desk.http, reference) == CfdiStatus("Vigente", "Cancelable con aceptación")
    desk.provider.cancel(desk.http, cancellation(stamped.uuid))
    assert desk.provider.status(desk.http, reference).estatus_cancelacion == "En proceso"
    desk.fake.sat.receptor_answers(stamped.uuid, accepts=True)
    assert desk.provider.status(desk.http, reference).estado == "Cancelado"
    unknown = CfdiReference(KEEPS, "EKU9003173C9", "URE180429TM6", reference.total, "")
    assert desk.provider.status(desk.http, unknown) == CfdiStatus("No Encontrado")


def test_the_xml_is_fetched_by_uuid(desk):
    stamped = desk.stamp()
    assert desk.provider.fetch(desk.http, cancellation(stamped.uuid).cfdi) == Fetched(stamped.xml)
    assert isinstance(desk.provider.fetch(desk.http, cancellation(KEEPS).cfdi), NotFetched)


def test_nothing_pending_is_an_empty_list(desk):
    assert desk.provider.pending(desk.http, "URE180429TM6") == ()
