"""Cancelling, asking and the issuer's CSD."""

from dataclasses import replace
from datetime import date

import httpx
import pytest
from pydantic import SecretStr

from hub.plugin import (
    Balance,
    CancelReceived,
    CancelRefused,
    CancelRequest,
    CfdiStatus,
    ConfigError,
    Fetched,
    InDoubtError,
    IssuerRegistration,
    NotFetched,
    Operation,
    Receiver,
    ReceiverCheck,
    TransientError,
)
from pac_providers.facturama.provider import Facturama
from pac_providers.facturama.tests.conftest import request_of

KEEPS = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def sold(desk):
    """A stamped invoice of a thousand pesos at most, which needs nobody's acceptance to be cancelled."""
    stamped = desk.stamp(request_of())
    desk.fake.sat.stamps[0].total = 900
    return desk.reference(stamped)


def test_it_offers_what_facturama_has():
    assert Facturama.offers() == {
        Operation.FETCH,
        Operation.BALANCE,
        Operation.CHECK_RECEIVER,
        Operation.REGISTER_ISSUER,
    }


def test_a_cancellation_goes_by_facturamas_own_identifier(desk, sold):
    answer = desk.provider.cancel(desk.http, CancelRequest(sold, "02", b""))
    assert isinstance(answer, CancelReceived)
    assert answer.code == "201"
    assert sold.uuid.upper().encode() in answer.acuse
    sent = desk.fake.writes[-1]
    assert (sent.method, sent.url.path) == ("DELETE", f"/api-lite/cfdis/{next(iter(desk.fake.ids))}")
    assert dict(sent.url.params) == {"motive": "02"}


def test_a_replacement_is_named(desk, sold):
    desk.provider.cancel(desk.http, CancelRequest(sold, "01", b"", folio_sustitucion=KEEPS))
    assert dict(desk.fake.writes[-1].url.params) == {"motive": "01", "uuidReplacement": KEEPS}


def test_api_web_cancels_in_its_own_place(open_desk):
    desk = open_desk(api="web", rfc="EKU9003173C9")
    reference = desk.reference(desk.stamp())
    desk.provider.cancel(desk.http, CancelRequest(reference, "03", b""))
    assert str(desk.fake.writes[-1].url.params) == "type=issued&motive=03"


def test_a_cancellation_that_waits_for_the_receiver_is_received(desk):
    reference = desk.reference(desk.stamp())
    assert desk.provider.cancel(desk.http, CancelRequest(reference, "02", b"")) == CancelReceived("201")
    assert desk.fake.sat.stamps[0].cancellation == "En proceso"


def test_a_second_cancellation_is_202(desk, sold):
    desk.provider.cancel(desk.http, CancelRequest(sold, "02", b""))
    assert desk.provider.cancel(desk.http, CancelRequest(sold, "02", b"")).code == "202"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"Status": "requested"}, CancelReceived("201")),
        ({"Status": "canceled", "AcuseXmlBase64": "%%%"}, CancelReceived("201")),
        ({"Status": "active", "Message": "No cancelable"}, CancelRefused("active", "No cancelable")),
        ({"Status": "rejected", "Message": "Rechazado"}, CancelRefused("rejected", "Rechazado")),
        (
            {"Status": "active", "AcuseStatus": "205", "AcuseStatusDetails": "No encontrado"},
            CancelRefused("205", "No encontrado", again_later=True),
        ),
    ],
)
def test_the_five_states_of_a_cancellation_are_understood(desk, sold, monkeypatch, said, expected):
    monkeypatch.setattr(desk.fake, "_cancel", lambda _: httpx.Response(200, json=said))
    assert desk.provider.cancel(desk.http, CancelRequest(sold, "02", b"")) == expected


@pytest.mark.parametrize("said", [{"Status": "otro"}, {}, [], None])
def test_a_state_that_is_not_documented_is_a_doubt(desk, sold, monkeypatch, said):
    monkeypatch.setattr(desk.fake, "_cancel", lambda _: httpx.Response(200, json=said))
    with pytest.raises(InDoubtError):
        desk.provider.cancel(desk.http, CancelRequest(sold, "02", b""))


def test_a_refused_cancellation_says_why(desk, sold):
    answer = desk.provider.cancel(desk.http, CancelRequest(sold, "01", b""))
    assert isinstance(answer, CancelRefused)
    assert "sustituye" in answer.message


def test_what_is_not_listed_yet_is_cancelled_later(desk, sold):
    desk.fake.lists_after = 1
    with pytest.raises(TransientError, match="nothing was cancelled"):
        desk.provider.cancel(desk.http, CancelRequest(sold, "02", b""))
    assert len(desk.fake.writes) == 1


def test_a_cancellation_that_is_turned_away_was_not_filed(desk, sold):
    desk.fake.busy = 1
    with pytest.raises(TransientError, match="nothing was done") as caught:
        desk.provider.cancel(desk.http, CancelRequest(sold, "02", b""))
    assert caught.value.retry_after_s == 30
    assert desk.fake.sat.stamps[0].cancellation == ""


def test_the_status_is_sats_own(desk, sold):
    asked = replace(sold, total=desk.fake.sat.stamps[0].total)
    assert desk.provider.status(desk.http, asked) == CfdiStatus("Vigente", "Cancelable con aceptación")
    desk.provider.cancel(desk.http, CancelRequest(sold, "02", b""))
    assert desk.provider.status(desk.http, asked).estado == "Cancelado"
    assert desk.provider.status(desk.http, replace(asked, uuid=KEEPS)).estado == "No Encontrado"
    assert not desk.provider.capabilities.tells_status, "each call costs a folio"


def test_the_balance_and_check_tell_of_the_plan(desk):
    assert desk.provider.balance(desk.http) == Balance(1000, date(2027, 1, 1))
    assert desk.provider.check(desk.http) == "Facturama multiemisor: plan API, 1000 folios left until 2027-01-01"


def test_folios_may_come_as_text(desk):
    desk.fake.folios = "57"
    assert desk.provider.balance(desk.http).stamps == 57


def test_the_xml_is_fetched_by_uuid(desk, sold):
    fetched = desk.provider.fetch(desk.http, sold)
    assert fetched == Fetched(desk.fake.sat.stamps[0].xml)
    assert isinstance(desk.provider.fetch(desk.http, replace(sold, uuid=KEEPS)), NotFetched)
    desk.fake.shows_xml_after = 1
    assert desk.provider.fetch(desk.http, sold) == NotFetched("Facturama has no XML of it yet", again_later=True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rfc": "CPU200101AB8"}, "rfc"),
        ({"codigo_postal": "01000"}, "codigo_postal"),
        ({"regimen_fiscal": "612"}, "regimen_fiscal"),
        ({}, ""),
        ({"codigo_postal": "", "regimen_fiscal": ""}, ""),
    ],
)
def test_a_receiver_is_checked_field_by_field(desk, changes, field):
    buyer = Receiver("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601")
    answer = desk.provider.check_receiver(desk.http, replace(buyer, **changes))
    assert (answer.verdict, answer.field) == ("differs" if field else "matches", field)
    assert isinstance(answer, ReceiverCheck)


ISSUER = IssuerRegistration("URE180429TM6", "UNIVERSIDAD", "601", "86991", b"cer", b"key", SecretStr("canary-csd-word"))


def test_an_issuers_csd_is_registered_and_later_replaced(desk):
    assert "URE180429TM6" in desk.provider.register_issuer(desk.http, ISSUER)
    desk.provider.register_issuer(desk.http, ISSUER)
    sent = [(request.method, request.url.path) for request in desk.fake.writes]
    assert sent == [("POST", "/api-lite/csds"), ("PUT", "/api-lite/csds/URE180429TM6")]


def test_api_web_replaces_the_csd_of_its_profile(open_desk):
    desk = open_desk(api="web", rfc="EKU9003173C9")
    desk.provider.register_issuer(desk.http, ISSUER)
    assert (desk.fake.writes[0].method, desk.fake.writes[0].url.path) == ("PUT", "/TaxEntity/UploadCsd")


@pytest.mark.parametrize(
    "issuer",
    [replace(ISSUER, password=SecretStr("")), replace(ISSUER, certificate=b""), replace(ISSUER, private_key=b"")],
)
def test_a_csd_that_cannot_be_used_is_a_config_error(desk, issuer):
    with pytest.raises(ConfigError):
        desk.provider.register_issuer(desk.http, issuer)


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(200, content=b"<html>")])
def test_a_registration_whose_answer_is_lost_is_a_doubt(desk, monkeypatch, answer):
    monkeypatch.setattr(
        desk.fake, "_csds", lambda asked: answer if asked.method != "GET" else httpx.Response(200, json=[])
    )
    with pytest.raises(InDoubtError):
        desk.provider.register_issuer(desk.http, ISSUER)
