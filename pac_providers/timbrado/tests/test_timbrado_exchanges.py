"""Every exchange that public clients of ATEB show, over a real socket."""

import base64
from xml.sax.saxutils import escape

import httpx
import pytest

from hub.plugin import (
    AnswerTaken,
    CancelReceived,
    CancelRefused,
    ConfigError,
    InDoubtError,
    Operation,
    Rejected,
    Stamped,
    StillUnknown,
    TransientError,
)
from pac_providers.timbrado.config import CONFIRMATION, EXPERIMENTAL, TimbradoConfig
from pac_providers.timbrado.provider import Timbrado
from pac_providers.timbrado.testing import verification_error
from pac_providers.timbrado.tests.conftest import KEEPS, answers, cancellation, config, invoice

PRODUCTION = {"environment": "production", "username": "u", "password": "canary-5ecret-value"}


# ---- experimental


@pytest.mark.parametrize("confirmation", ["", "yes", CONFIRMATION.lower()])
def test_production_is_refused_until_the_operator_confirms_in_so_many_words(confirmation):
    with pytest.raises(ValueError, match="experimental"):
        TimbradoConfig(**PRODUCTION, confirmation=confirmation)


def test_a_confirmed_production_has_all_its_addresses():
    addresses = TimbradoConfig(**PRODUCTION, confirmation=CONFIRMATION).addresses
    assert addresses.stamp == "https://cfdi33.timbrado.com.mx/wsTimbrado.asmx"
    assert addresses.cancel.startswith("https://cfdi.timbrado.com.mx/CancelacionServices/")
    assert addresses.recover == "https://cfdi.timbrado.com.mx/cfdi/wstimbradorec.asmx"


def test_it_says_everywhere_that_it_is_experimental(desk):
    assert desk.provider.check(desk.http).startswith("EXPERIMENTAL")
    assert Timbrado.capabilities.confidence == "unconfirmed"
    assert all(EXPERIMENTAL in reason for reason in Timbrado.waivers.values())
    assert "EXPERIMENTAL" in TimbradoConfig.model_fields["confirmation"].description


# ---- stamping


def test_a_stamp_is_one_soap_call_with_the_sealed_bytes(desk):
    desk.stamp()
    (sent,) = desk.fake.writes
    assert sent.url.path == "/wsTimbrado.asmx"
    assert sent.headers["soapaction"] == '"https://cfdi.timbrado.com.mx/timbradov2/GeneraTimbre"'
    assert f"<cfdiBytes>{base64.b64encode(invoice().xml).decode()}</cfdiBytes>" in sent.content.decode()
    assert '<AuthenticationHeader xmlns="https://cfdi.timbrado.com.mx/timbradov2"><UserName>' in sent.content.decode()


def test_the_timbre_alone_is_put_into_the_sealed_bytes(desk):
    answer = desk.stamp()
    assert answer == Stamped(desk.fake.sat.stamps[0].uuid, desk.fake.sat.stamps[0].xml)
    assert invoice().xml.removesuffix(b"</cfdi:Comprobante>") in answer.xml


@pytest.mark.parametrize("trouble", ["lose_answer", "error_after", "garbage", "slow", "error_before"])
def test_a_lost_answer_is_a_doubt(open_desk, trouble):
    desk = open_desk(timeout_s=0.4)
    desk.fake.misbehave(trouble)
    with pytest.raises(InDoubtError):
        desk.stamp()
    found = desk.recover()
    stamps = desk.fake.sat.stamps
    assert (isinstance(found, Stamped), len(stamps)) == ((False, 0) if trouble == "error_before" else (True, 1))


def test_what_was_stamped_before_is_looked_up_in_the_older_service(desk):
    first = desk.stamp()
    second = desk.stamp()
    assert second.uuid == first.uuid
    asked = desk.fake.requests[-1]
    assert asked.url.path == "/cfdi/wstimbradorec.asmx"
    assert asked.headers["soapaction"] == '"https://cfdi.timbrado.com.mx/cfdi/GeneraTimbreRec"'
    assert b'<GeneraTimbreRec xmlns="https://cfdi.timbrado.com.mx/cfdi/"><xmlBytes>' in asked.content
    assert len(desk.fake.sat.stamps) == 1


def test_where_no_such_service_is_known_only_a_person_can_tell(open_desk):
    desk = open_desk(recover_url=None)
    desk.stamp()
    assert isinstance(desk.recover(), StillUnknown)
    with pytest.raises(InDoubtError):
        desk.stamp()


def test_an_error_of_the_older_service_proves_nothing(desk):
    assert isinstance(desk.recover(), StillUnknown)


def error(inside):
    return f"<Descripcion>Errores</Descripcion><ErroresVerificacion>{inside}</ErroresVerificacion>"


def reason(code, text):
    inside = f"<Codigo>{code}</Codigo>" if code else ""
    return f"<VerificationError>{inside}<Descripcion>{text}</Descripcion></VerificationError>"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (
            error(reason("CFDI40147", "El domicilio no corresponde")),
            Rejected("CFDI40147", "El domicilio no corresponde"),
        ),
        (error(reason("", "CFDI40147 - El domicilio")), Rejected("CFDI40147", "CFDI40147 - El domicilio")),
        (error(reason("", "algo") + reason("301", "mal formado")), Rejected("301", "mal formado")),
        (error(reason("", "el nodo X no es correcto")), Rejected("ATEB", "el nodo X no es correcto")),
    ],
)
def test_a_verification_error_is_a_refusal(desk, inside, expected):
    desk.fake.refuse = inside
    assert desk.stamp() == expected


def test_the_older_shape_of_an_error_is_understood(desk, monkeypatch):
    older = '<Error Codigo="301"><DescripcionError>XML mal formado</DescripcionError></Error>'
    monkeypatch.setattr(desk.fake, "_stamp", lambda _: older)
    assert desk.stamp() == Rejected("301", "XML mal formado")


@pytest.mark.parametrize(
    "inside",
    [
        error(reason("305", "fuera de vigencia")),
        error(reason("402", "sin régimen")),
        "<Descripcion>usuario o contraseña incorrectos</Descripcion><ErroresVerificacion></ErroresVerificacion>",
        "<Descripcion>No hay timbres disponibles</Descripcion>",
    ],
)
def test_what_a_person_must_put_in_order_is_a_config_error(desk, inside):
    desk.fake.refuse = inside
    with pytest.raises(ConfigError):
        desk.stamp()


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<Descripcion/>",
        "<Descripcion>Algo salió mal</Descripcion>",
        error(reason("307", "x")),
        error(reason("", "El CFDI contiene un timbre previo")),
    ],
)
def test_an_error_that_does_not_say_that_nothing_was_stamped_is_a_doubt(desk, inside):
    desk.fake.refuse = inside
    with pytest.raises(InDoubtError):
        desk.stamp()


@pytest.mark.parametrize(
    "result", ["", "<Timbre/>", "<Timbre>nada</Timbre>", "<Timbre>&lt;a/&gt;</Timbre>", "<Otro>x</Otro>", "texto"]
)
def test_what_is_no_timbre_is_a_doubt(desk, monkeypatch, result):
    monkeypatch.setattr(desk.fake, "_stamp", lambda _: result)
    with pytest.raises(InDoubtError):
        desk.stamp()


def test_a_timbre_counts_whatever_else_is_said(desk, monkeypatch):
    timbre = escape(desk.fake.sat.stamp(invoice().xml).timbre)
    monkeypatch.setattr(desk.fake, "_stamp", lambda _: f"<Timbre>{timbre}</Timbre>{verification_error('301', 'x')}")
    assert isinstance(desk.stamp(), Stamped)


def test_the_timbre_of_another_document_is_a_doubt(desk, monkeypatch):
    other = desk.fake.sat.stamp(invoice().xml.replace(b"c2VsbG8g", b"b3RybyBz")).timbre
    monkeypatch.setattr(desk.fake, "_stamp", lambda _: f"<Timbre>{escape(other)}</Timbre>")
    with pytest.raises(InDoubtError, match="another document"):
        desk.stamp()


# ---- cancelling and answering


def test_the_signed_cancellation_goes_as_it_is(desk):
    request = cancellation(desk.stamp().uuid)
    answer = desk.provider.cancel(desk.http, request)
    assert answer.code == "201"
    assert b"EstatusUUID" in answer.acuse
    sent = desk.fake.writes[-1]
    assert sent.url.path == "/CancelacionServices/CancelacionServices.asmx"
    assert sent.headers["soapaction"] == '"https://cfdi.timbrado.com.mx/cancelaservices/CancelaCFDIs"'
    assert base64.b64encode(request.signed_xml) in sent.content
    assert desk.provider.cancel(desk.http, request) == CancelReceived("202", answer.acuse.replace(b"201", b"202"))


def test_a_cfdi_that_sat_does_not_know_yet_is_cancelled_later(desk):
    answer = desk.provider.cancel(desk.http, cancellation(KEEPS))
    assert isinstance(answer, CancelRefused)
    assert (answer.code, answer.again_later) == ("205", True)


def test_a_cancellation_that_is_not_signed_is_refused(desk):
    answer = desk.provider.cancel(desk.http, cancellation(desk.stamp().uuid, signature=""))
    assert isinstance(answer, CancelRefused)
    assert answer.code == "302"


def acuse(code, uuid=KEEPS):
    folio = f"<Folios><UUID>{uuid}</UUID><EstatusUUID>{code}</EstatusUUID></Folios>"
    return f"<XmlAcuseSAT>{escape(f'<Acuse>{folio}</Acuse>')}</XmlAcuseSAT>"


@pytest.fixture
def cancelling(desk, monkeypatch):
    def call(result):
        monkeypatch.setattr(desk.fake, "_cancel", lambda _: result)
        return desk.provider.cancel(desk.http, cancellation(KEEPS))

    return call


@pytest.mark.parametrize("code", ["203", "204", "208", "211"])
def test_a_folio_may_be_refused(cancelling, code):
    answer = cancelling(acuse(code))
    assert (answer.code, answer.again_later) == (code, False)


@pytest.mark.parametrize("code", ["304", "305", "309", "310"])
def test_a_certificate_that_sat_refuses_is_a_config_error(cancelling, code):
    with pytest.raises(ConfigError):
        cancelling(acuse(code))


@pytest.mark.parametrize(
    "result", ["", "<XmlAcuseSAT/>", "<XmlAcuseSAT>x</XmlAcuseSAT>", acuse("999"), acuse("201", "otro")]
)
def test_an_acuse_that_says_nothing_sure_is_a_doubt(cancelling, result):
    with pytest.raises(InDoubtError):
        cancelling(result)


def test_what_waits_for_a_receiver_is_listed_and_answered(desk):
    stamped = desk.stamp()
    assert desk.provider.pending(desk.http, "URE180429TM6") == ()
    desk.provider.cancel(desk.http, cancellation(stamped.uuid))
    assert desk.provider.pending(desk.http, "URE180429TM6") == (stamped.uuid,)
    answer = desk.provider.answer(desk.http, answers((stamped.uuid, "Rechazo")))
    assert answer == AnswerTaken("1000", [(stamped.uuid, "1000")], answer.acuse)
    assert desk.provider.answer(desk.http, answers((stamped.uuid, "Aceptacion"))).code == "1001"


@pytest.mark.parametrize("result", ["", "<XmlAcuseSAT>x</XmlAcuseSAT>", verification_error("301", "mal"), "<Error/>"])
def test_a_list_that_is_none_is_transient(desk, monkeypatch, result):
    monkeypatch.setattr(desk.fake, "_pending", lambda _: result)
    with pytest.raises(TransientError):
        desk.provider.pending(desk.http, "URE180429TM6")


# ---- the rest


def test_it_offers_what_public_clients_use():
    assert Timbrado.offers() == {Operation.PENDING, Operation.ANSWER}


def test_a_status_is_not_known_of_it(desk):
    with pytest.raises(ConfigError, match="no status service"):
        desk.provider.status(desk.http, cancellation(KEEPS).cfdi)
    assert not Timbrado.capabilities.tells_status


def test_a_refused_user_is_a_config_error(open_desk):
    desk = open_desk(password="wrong-Password-3")
    with pytest.raises(ConfigError):
        desk.provider.check(desk.http)


def test_a_fault_is_a_doubt_of_a_write(desk, monkeypatch):
    fault = desk.fake.fault()
    monkeypatch.setattr(desk.fake, "answer", lambda _: httpx.Response(200, content=fault.content))
    with pytest.raises(InDoubtError):
        desk.stamp()
    with pytest.raises(TransientError):
        desk.provider.check(desk.http)


def test_tests_have_addresses_of_their_own():
    addresses = TimbradoConfig(username="u", password="canary-5ecret-value").addresses
    assert addresses.stamp == "https://develop.timbrado.com.mx/wsTimbrado.asmx"
    assert addresses.recover == ""
    assert config().addresses.recover
