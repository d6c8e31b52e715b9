"""Finkok on a socket, on good days and bad ones."""

import base64
import re
from decimal import Decimal

import pytest

from hub.plugin import (
    Balance,
    CancelReceived,
    CancelRefused,
    CfdiStatus,
    ConfigError,
    Fetched,
    InDoubtError,
    IssuerRegistration,
    NeverStamped,
    NotFetched,
    Operation,
    Rejected,
    StillUnknown,
    TransientError,
    read_timbre,
)
from pac_providers.finkok.provider import Finkok
from pac_providers.finkok.tests.documents import answer_of_receptor, cancellation, config, invoice, reference


def test_the_operator_reads_that_the_user_is_accepted(pac):
    assert re.fullmatch(r"Finkok \(sandbox\) accepts the user; its clock says 20[\dT:-]{17}", pac.check())


def test_each_environment_has_its_own_address():
    hosts = {Finkok(config(None, environment=one)).client().base_url for one in ("sandbox", "production")}
    assert hosts == {"https://demo-facturacion.finkok.com", "https://facturacion.finkok.com"}


def test_a_stamp_is_the_sealed_document_with_a_timbre(pac, finkok):
    stamped = pac.stamp(invoice())
    assert stamped.xml == finkok.sat.stamps[0].xml
    assert read_timbre(stamped.xml).uuid == stamped.uuid
    assert finkok.writes[0].headers["soapaction"] == '"stamp"'
    assert finkok.writes[0].url.path == "/servicios/soap/stamp"
    assert base64.b64encode(invoice().xml) in finkok.writes[0].content


def test_an_addenda_stays(pac):
    addenda = "<cfdi:Addenda><orden>4711</orden></cfdi:Addenda>"
    assert addenda.encode() in pac.stamp(invoice(addenda=addenda)).xml


def test_the_same_bytes_again_give_the_same_stamp(pac, finkok):
    assert pac.stamp(invoice()) == pac.stamp(invoice())
    assert len(finkok.sat.stamps) == 1


@pytest.mark.parametrize("what", ["lose_answer", "error_after", "garbage"])
def test_a_stamp_whose_answer_was_lost_is_found_again(pac, finkok, what):
    finkok.misbehave(what)
    with pytest.raises(InDoubtError):
        pac.stamp(invoice())
    assert pac.recover(invoice()).uuid == finkok.sat.stamps[0].uuid


def test_an_answer_that_takes_too_long_is_a_doubt(connect, finkok):
    finkok.misbehave("slow")
    with pytest.raises(InDoubtError, match="ReadTimeout"):
        connect(timeout_s=1).stamp(invoice())
    assert connect().recover(invoice()).uuid == finkok.sat.stamps[0].uuid


def test_a_fault_before_stamping_is_a_doubt_that_finkok_can_settle(pac, finkok):
    finkok.misbehave("error_before")
    with pytest.raises(InDoubtError):
        pac.stamp(invoice())
    assert pac.recover(invoice()) == NeverStamped(proven=True)


def test_307_without_the_cfdi_is_asked_for_and_otherwise_a_doubt(pac, finkok):
    first = pac.stamp(invoice())
    finkok.hides = 1
    assert pac.stamp(invoice()) == first
    finkok.hides = 2
    with pytest.raises(InDoubtError, match="does not show the stamp yet"):
        pac.stamp(invoice())


@pytest.mark.parametrize("code", ["301", "302", "401", "705", "CFDI40147", "CRP20238"])
def test_wrong_data_are_a_rejection_with_everything_that_was_said(pac, finkok, code):
    finkok.refusals = [(code, "No corresponde", "CFDI40148 en el receptor")]
    assert pac.stamp(invoice()) == Rejected(code, "No corresponde. CFDI40148 en el receptor")


@pytest.mark.parametrize("code", ["300", "304", "305", "308", "402", "701", "703", "719", "740"])
def test_what_a_person_must_change_is_said_with_the_way_out(pac, finkok, code):
    finkok.refusals = [(code, "No", "")]
    with pytest.raises(ConfigError, match=code) as caught:
        pac.stamp(invoice())
    assert caught.value.hint


@pytest.mark.parametrize("code", ["709", "999", "", "x" * 40])
def test_a_code_that_says_nothing_sure_is_a_doubt(pac, finkok, code):
    finkok.refusals = [(code, "secreto", "")]
    with pytest.raises(InDoubtError) as caught:
        pac.stamp(invoice())
    assert "secreto" not in str(caught.value)
    assert "x" * 40 not in str(caught.value)


def test_an_issuer_is_registered_and_stamps_then(pac, finkok):
    stranger = invoice(rfc="CTE950627K46")
    with pytest.raises(ConfigError, match="702"):
        pac.stamp(stranger)
    issuer = IssuerRegistration("CTE950627K46", "COMERCIALIZADORA", "601", "42501")
    assert "CTE950627K46" in pac.register_issuer(issuer)
    assert "had it already" in pac.register_issuer(issuer)
    assert pac.stamp(stranger).uuid == finkok.sat.stamps[0].uuid


def test_stamps_run_out_and_the_balance_says_so(connect, finkok):
    pac = connect()
    assert pac.balance() == Balance(None)
    finkok.issuers["EKU9003173C9"] = 1
    assert pac.balance() == Balance(1)
    pac.stamp(invoice())
    with pytest.raises(ConfigError, match="718"):
        pac.stamp(invoice("1043"))
    assert pac.balance() == Balance(0)
    with pytest.raises(ConfigError, match="counts stamps by RFC"):
        connect(rfc="").balance()
    with pytest.raises(ConfigError, match="not registered"):
        connect(rfc="XAXX010101000").balance()


def test_a_wrong_password_is_the_operators_matter_whatever_is_asked(connect, finkok):
    pac = connect(password="wrong-Password-3")
    cfdi = cancellation("5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9").cfdi
    issuer = IssuerRegistration("CTE950627K46", "COMERCIALIZADORA", "601", "42501")
    calls = [
        pac.check,
        pac.balance,
        lambda: pac.stamp(invoice()),
        lambda: pac.cancel(cancellation(cfdi.uuid)),
        lambda: pac.status(cfdi),
        lambda: pac.fetch(cfdi),
        lambda: pac.pending("URE180429TM6"),
        lambda: pac.answer(answer_of_receptor((cfdi.uuid, "Rechazo"))),
        lambda: pac.register_issuer(issuer),
    ]
    for call in calls:
        with pytest.raises(ConfigError, match="password") as caught:
            call()
        assert "demo" in caught.value.hint
    assert isinstance(pac.recover(invoice()), StillUnknown)
    assert finkok.sat.stamps == []


def test_a_cancellation_is_received_and_then_sat_says_cancelled(pac, finkok):
    stamped = pac.stamp(invoice(total="900.00"))
    cfdi = reference(finkok.sat.stamps[0])
    assert pac.status(cfdi) == CfdiStatus("Vigente", "Cancelable con aceptación", "")
    received = pac.cancel(cancellation(stamped.uuid.lower()))
    assert isinstance(received, CancelReceived)
    assert (received.code, b"<EstatusUUID>201<" in received.acuse) == ("201", True)
    assert pac.cancel(cancellation(stamped.uuid)).code == "202"
    assert pac.status(cfdi) == CfdiStatus("Cancelado", "No cancelable", "Cancelado sin aceptación")


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("Aceptacion", CfdiStatus("Cancelado", "No cancelable", "Cancelado con aceptación")),
        ("Rechazo", CfdiStatus("Vigente", "Cancelable con aceptación", "Solicitud rechazada")),
    ],
)
def test_the_receiver_sees_what_waits_and_answers(pac, finkok, said, after):
    stamped = pac.stamp(invoice())
    cfdi = reference(finkok.sat.stamps[0])
    assert pac.pending("URE180429TM6") == ()
    pac.cancel(cancellation(stamped.uuid))
    assert pac.pending("URE180429TM6") == (stamped.uuid,)
    taken = pac.answer(answer_of_receptor((stamped.uuid, said)))
    assert (taken.code, taken.folios) == ("1000", [(stamped.uuid, "1000")])
    assert pac.status(cfdi) == after
    assert pac.answer(answer_of_receptor((stamped.uuid, said))).code == "1001"


def test_refused_cancellations_keep_the_code(pac, finkok):
    stamped = pac.stamp(invoice())
    unknown = pac.cancel(cancellation("5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9"))
    assert (unknown.code, unknown.again_later) == ("205", True)
    assert pac.cancel(cancellation(stamped.uuid, rfc="CTE950627K46")) == CancelRefused(
        "203", "the CFDI is not of this issuer"
    )
    finkok.not_cancelable = {stamped.uuid}
    assert pac.cancel(cancellation(stamped.uuid)).code == "no_cancelable"


def test_sat_unreachable_for_finkok_is_transient(pac, finkok):
    finkok.sat_is_down = True
    with pytest.raises(TransientError, match="708"):
        pac.cancel(cancellation("5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9"))


def test_what_finkok_does_not_take_at_all_is_a_doubt_for_writes(pac, finkok):
    stamped = pac.stamp(invoice())
    with pytest.raises(InDoubtError, match="code 301"):
        pac.cancel(cancellation(stamped.uuid, signature=""))
    with pytest.raises(InDoubtError, match="without a code"):
        pac.answer(answer_of_receptor((stamped.uuid, "Rechazo"), signature=""))


def test_the_kept_cfdi_is_fetched_byte_for_byte(pac, finkok):
    stamped = pac.stamp(invoice())
    cfdi = reference(finkok.sat.stamps[0])
    assert pac.fetch(cfdi) == Fetched(stamped.xml)
    finkok.hides = 1
    assert isinstance(pac.fetch(cfdi), NotFetched)


def test_a_total_is_asked_as_it_is_written(pac, finkok):
    pac.stamp(invoice(total="1000000.00"))
    pac.status(reference(finkok.sat.stamps[0]))
    assert b"<f:total>1000000.00</f:total>" in finkok.requests[-1].content
    assert reference(finkok.sat.stamps[0]).total == Decimal("1000000.00")


def test_names_are_escaped_and_the_login_comes_after_the_document(pac, finkok, connect):
    finkok.username, finkok.password = "a&b<c>@x.example", "p&<w>0rd-secret"
    connect(username=finkok.username, password=finkok.password).stamp(invoice())
    sent = finkok.requests[-1].content
    assert sent.index(b"<f:xml>") < sent.index(b"<f:username>a&amp;b&lt;c&gt;@x") < sent.index(b"<f:password>p&amp;")


def test_it_offers_all_but_the_check_of_receivers():
    assert set(Operation) - Finkok.offers() == {Operation.CHECK_RECEIVER}
