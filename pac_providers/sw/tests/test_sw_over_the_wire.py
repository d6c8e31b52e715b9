"""SW on a socket, on good days and bad ones."""

import hashlib
import json
from dataclasses import replace
from datetime import date

import httpx
import pytest
from pydantic import SecretStr

from hub.plugin import (
    Balance,
    CancelReceived,
    CancelRefused,
    CfdiStatus,
    ConfigError,
    Fetched,
    InDoubtError,
    IssuerRegistration,
    NotFetched,
    Operation,
    Receiver,
    ReceiverCheck,
    Rejected,
    StampRequest,
    StillUnknown,
    TransientError,
    read_timbre,
)
from pac_providers.sw.provider import Sw, custom_id
from pac_providers.sw.tests.documents import (
    ADDENDA,
    answer_of_receptor,
    cancellation,
    config,
    invoice,
    reference,
)

STRANGE = "5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9"


def test_the_operator_reads_how_many_stamps_are_left(pac, sw):
    assert pac.check() == "SW (sandbox) accepts the login; no limit of stamps"
    sw.stamps_left = 57
    assert pac.check() == "SW (sandbox) accepts the login; 57 stamps"


@pytest.mark.parametrize(("environment", "host"), [("sandbox", "test.sw.com.mx"), ("production", "sw.com.mx")])
def test_each_environment_has_its_own_addresses(environment, host):
    hosts = config(None, api_url=None, status_url=None, environment=environment).hosts()
    assert hosts[:2] == (f"https://services.{host}", f"https://api.{host}")
    assert ("sat.gob.mx" in hosts.status) == (environment == "production")


@pytest.mark.parametrize("changes", [{"token": "t" * 9}, {"password": None}, {"user": ""}, {"token": "", "user": ""}])
def test_there_is_one_way_in(changes):
    with pytest.raises(ValueError, match=r"either token, or user and password|at least 1"):
        config(**changes)


def test_a_stamp_is_the_sealed_document_with_a_timbre_and_a_key(pac, sw):
    stamped = pac.stamp(invoice())
    assert stamped.xml == sw.sat.stamps[0].xml
    assert read_timbre(stamped.xml).uuid == stamped.uuid
    (sent,) = sw.writes
    assert sent.url.path == "/v4/cfdi33/stamp/v2"
    assert sent.headers["customid"] == hashlib.sha256(b"EKU9003173C9|HUB-1042").hexdigest()
    assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="xml"; filename="xml"\r\n' in sent.content
    assert invoice().xml in sent.content


def test_an_addenda_stays_also_when_the_answer_comes_late(pac):
    first = pac.stamp(invoice(addenda=ADDENDA))
    assert ADDENDA.encode() in first.xml
    assert pac.stamp(invoice(addenda=ADDENDA)) == first
    assert pac.recover(invoice(addenda=ADDENDA)) == first


@pytest.mark.parametrize("what", ["lose_answer", "error_after", "garbage"])
def test_a_stamp_whose_answer_was_lost_is_found_by_resending(pac, sw, what):
    sw.misbehave(what)
    with pytest.raises(InDoubtError):
        pac.stamp(invoice())
    assert pac.recover(invoice()).uuid == sw.sat.stamps[0].uuid
    assert len(sw.sat.stamps) == 1
    assert sw.writes[0].content == sw.writes[1].content
    assert sw.writes[0].headers["customid"] == sw.writes[1].headers["customid"]


def test_an_answer_that_takes_too_long_is_a_doubt(connect, sw):
    sw.misbehave("slow")
    pac = connect(timeout_s=1)
    with pytest.raises(InDoubtError, match="ReadTimeout"):
        pac.stamp(invoice())
    assert pac.recover(invoice()).uuid == sw.sat.stamps[0].uuid


def test_what_was_never_stamped_is_stamped_by_the_resend(pac, sw):
    sw.misbehave("error_before")
    with pytest.raises(InDoubtError):
        pac.stamp(invoice())
    assert pac.recover(invoice()).uuid == sw.sat.stamps[0].uuid


@pytest.mark.parametrize("code", ["CFDI40147", "301", "401"])
def test_a_resend_that_is_refused_for_its_data_proves_nothing_of_the_first_time(pac, sw, code):
    sw.refusals = [(f"{code} - No corresponde.", "")]
    answer = pac.recover(invoice())
    assert isinstance(answer, StillUnknown)
    assert code in answer.reason


def test_307_without_data_is_a_doubt_until_it_comes_with_data(pac, sw):
    first = pac.stamp(invoice())
    sw.hides = 1
    with pytest.raises(InDoubtError, match=r"307.*does not show"):
        pac.stamp(invoice())
    assert pac.recover(invoice()) == first


def test_another_document_under_the_same_key_is_a_doubt_that_names_the_uuid(pac, sw):
    first = pac.stamp(invoice())
    with pytest.raises(InDoubtError, match=first.uuid) as caught:
        pac.stamp(invoice(fecha="2026-09-14T10:21:40"))
    assert "portal" in caught.value.hint
    assert len(sw.sat.stamps) == 1


def test_the_same_folio_of_another_issuer_is_another_key():
    keys = {custom_id(StampRequest("A-1", b"", rfc)) for rfc in ("EKU9003173C9", "CTE950627K46")}
    assert len(keys) == 2
    assert all(len(key) <= 100 for key in keys)


@pytest.mark.parametrize("code", ["301", "302", "401", "CFDI40147", "CRP20238"])
@pytest.mark.parametrize("sign", [" - ", ". ", ": "])
def test_wrong_data_are_a_rejection_with_everything_that_was_said(pac, sw, code, sign):
    sw.refusals = [(f"{code}{sign}No corresponde.", "El valor 01000")]
    assert pac.stamp(invoice()) == Rejected(code, f"{code}{sign}No corresponde. El valor 01000")


@pytest.mark.parametrize("code", ["304", "305", "306", "308", "402", "AU4101"])
def test_what_a_person_must_change_is_said_with_the_way_out(pac, sw, code):
    sw.refusals = [(f"{code} - No", "")]
    with pytest.raises(ConfigError, match=code) as caught:
        pac.stamp(invoice())
    assert caught.value.hint


@pytest.mark.parametrize(
    "message", ["CO1000 - Error no controlado", "CC2001 - x", "999. x", "secreto", "", "Xml CFDI33"]
)
def test_what_says_nothing_sure_is_a_doubt(pac, sw, message):
    sw.refusals = [(message, "secreto")]
    with pytest.raises(InDoubtError) as caught:
        pac.stamp(invoice())
    assert "secreto" not in str(caught.value)


def test_stamps_run_out_and_the_balance_says_so(pac, sw):
    assert pac.balance() == Balance(None)
    sw.stamps_left = 1
    pac.stamp(invoice())
    with pytest.raises(ConfigError, match="no stamps left"):
        pac.stamp(invoice("1043"))
    assert pac.balance() == Balance(0, date(2027, 3, 31))
    assert pac.stamp(invoice()).uuid == sw.sat.stamps[0].uuid


def test_a_cancellation_is_received_and_then_sat_says_cancelled(pac, sw):
    stamped = pac.stamp(invoice(total="900.00"))
    cfdi = reference(sw.sat.stamps[0])
    assert pac.status(cfdi) == CfdiStatus("Vigente", "Cancelable con aceptación", "")
    received = pac.cancel(cancellation(stamped.uuid.lower()))
    assert isinstance(received, CancelReceived)
    assert (received.code, b"<EstatusUUID>201<" in received.acuse) == ("201", True)
    assert pac.cancel(cancellation(stamped.uuid)).code == "202"
    assert pac.status(cfdi) == CfdiStatus("Cancelado", "No cancelable", "Cancelado sin aceptación")
    assert pac.status(cancellation(STRANGE).cfdi) == CfdiStatus("No Encontrado")


@pytest.mark.parametrize("said", ["Aceptacion", "Rechazo"])
def test_the_receiver_sees_what_waits_and_answers(pac, sw, said):
    stamped = pac.stamp(invoice())
    assert pac.pending("URE180429TM6") == ()
    pac.cancel(cancellation(stamped.uuid))
    assert pac.pending("URE180429TM6") == (stamped.uuid,)
    taken = pac.answer(answer_of_receptor((stamped.uuid, said)))
    assert (taken.code, taken.folios, taken.acuse) == ("1000", [(stamped.uuid, "1000")], b"<Acuse/>")
    assert pac.status(reference(sw.sat.stamps[0])).estado == ("Cancelado" if said == "Aceptacion" else "Vigente")
    assert pac.answer(answer_of_receptor((stamped.uuid, said))).code == "1001"


def test_refused_cancellations_keep_the_code(pac):
    stamped = pac.stamp(invoice())
    unknown = pac.cancel(cancellation(STRANGE))
    assert (unknown.code, unknown.again_later) == ("205", True)
    other = pac.cancel(cancellation(stamped.uuid, rfc="CTE950627K46"))
    assert other == CancelRefused("203", "the CFDI is not of this issuer")
    unsigned = pac.cancel(cancellation(stamped.uuid, signature=""))
    assert (unsigned.code, "Firma mal formada" in unsigned.message) == ("CR1309", True)


def test_an_answer_that_sat_did_not_take_is_a_doubt(pac):
    with pytest.raises(InDoubtError):
        pac.answer(answer_of_receptor((STRANGE, "Rechazo"), signature=""))


def test_an_ampersand_of_an_rfc_reaches_sat_as_sat_reads_it(pac, sw):
    pac.stamp(invoice(rfc="H&E951128469"))
    assert pac.status(reference(sw.sat.stamps[0])).estado == "Vigente"


def test_a_question_that_sat_cannot_read_says_nothing_of_the_cfdi(pac, sw):
    pac.stamp(invoice(rfc="no es un RFC"))
    with pytest.raises(TransientError, match="601"):
        pac.status(reference(sw.sat.stamps[0]))


def test_the_kept_cfdi_appears_after_a_while_and_is_fetched_byte_for_byte(pac, sw):
    stamped = pac.stamp(invoice(addenda=ADDENDA))
    cfdi = reference(sw.sat.stamps[0])
    sw.lags = 1
    assert pac.fetch(cfdi) == NotFetched("SW's storage does not show this CFDI yet", again_later=True)
    assert pac.fetch(cfdi) == Fetched(stamped.xml)
    assert isinstance(pac.fetch(cancellation(STRANGE).cfdi), NotFetched)


def test_a_storage_that_shows_something_else_is_not_believed(pac, sw):
    pac.stamp(invoice())
    pac.stamp(invoice("1043"))
    first, second = sw.sat.stamps
    answer = sw.answer
    sw.answer = lambda request: (
        answer(request) if "storage" not in request.url.path else sw._stored(f"/storage/{second.uuid}.xml")
    )
    with pytest.raises(TransientError, match="something else"):
        pac.fetch(reference(first))


ISSUER = IssuerRegistration("EKU9003173C9", "ESCUELA", "601", "42501", b"cer", b"key", SecretStr("canary-csd-word"))


def test_an_issuers_csd_is_put_into_the_account(pac, sw):
    assert "EKU9003173C9" in pac.register_issuer(ISSUER)
    assert sw.certificates == [b"cer"]
    assert json.loads(sw.writes[-1].content) == {
        "is_active": True,
        "type": "stamp",
        "b64Cer": "Y2Vy",
        "b64Key": "a2V5",
        "password": "canary-csd-word",
    }


@pytest.mark.parametrize(
    "issuer",
    [replace(ISSUER, password=SecretStr("")), replace(ISSUER, certificate=b""), replace(ISSUER, private_key=b"")],
)
def test_a_csd_that_cannot_be_used_is_a_config_error(pac, sw, issuer):
    with pytest.raises(ConfigError, match="CSD") as caught:
        pac.register_issuer(issuer)
    assert caught.value.hint
    assert sw.certificates == []


def test_an_uncontrolled_error_says_nothing_of_a_csd(pac, sw, monkeypatch):
    said = {"message": "CO1000 - Error no controlado", "status": "error"}
    monkeypatch.setattr(sw, "_save_csd", lambda _: httpx.Response(400, json=said))
    with pytest.raises(InDoubtError, match="CO1000"):
        pac.register_issuer(ISSUER)


@pytest.mark.parametrize("rfc", ["URE180429TM6", "H&E951128469"])
def test_an_rfc_is_looked_for_in_sats_list(pac, rfc):
    assert pac.check_receiver(Receiver(rfc)) == ReceiverCheck("matches")


def test_what_sw_does_not_compare_is_not_said_to_match(pac):
    checked = pac.check_receiver(Receiver("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601"))
    assert (checked.verdict, checked.field) == ("unknown", "")
    assert pac.check_receiver(Receiver("CPU200101AB8")).verdict == "unknown"


def test_the_answer_about_another_rfc_is_no_answer(pac, monkeypatch):
    said = {"status": "success", "data": {"contribuyenteRFC": "EKU9003173C9"}}
    monkeypatch.setattr("pac_providers.sw.testing._lrfc", lambda _: httpx.Response(200, json=said))
    with pytest.raises(TransientError, match="something else"):
        pac.check_receiver(Receiver("URE180429TM6"))


def test_it_offers_what_sw_has():
    assert set(Operation) - Sw.offers() == {Operation.ISSUED}
