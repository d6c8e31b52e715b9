"""Every exchange that Facturapi documents, over a real socket."""

import json
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr

from hub.plugin import (
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
    Stamped,
    StillUnknown,
    TransientError,
)
from pac_providers.facturapi.provider import Facturapi
from pac_providers.facturapi.testing import IDENTIFIER, FakeFacturapi, error
from pac_providers.facturapi.tests.conftest import KEEPS, cancellation, config, invoice


def test_the_order_is_what_facturapi_documents(desk):
    desk.stamp()
    (sent,) = desk.fake.writes
    assert sent.url.path == "/v2/invoices"
    assert json.loads(sent.content) == {
        "type": "I",
        "customer": {
            "legal_name": "UNIVERSIDAD ROBOTICA ESPAÑOLA",
            "tax_id": "URE180429TM6",
            "tax_system": "601",
            "address": {"zip": "86991"},
        },
        "series": "HUB",
        "folio_number": 1042,
        "date": "2026-09-14T16:15:00.000Z",
        "address": {"zip": "42501"},
        "external_id": "tienda-HUB-1042",
        "idempotency_key": "tienda-HUB-1042",
        "use": "G03",
        "payment_form": "03",
        "payment_method": "PUE",
        "currency": "MXN",
        "export": "01",
        "items": [
            {
                "quantity": 2,
                "product": {
                    "description": "Licencia & soporte",
                    "product_key": "81112500",
                    "price": 500.0,
                    "tax_included": False,
                    "taxability": "02",
                    "taxes": [{"type": "IVA", "factor": "Tasa", "rate": 0.16, "base": 1000.0, "withholding": False}],
                    "unit_key": "E48",
                    "sku": "SKU-7",
                    "unit_name": "SERVICIO",
                },
            }
        ],
    }


def test_the_date_is_told_in_utc_from_the_zone_of_the_issuer(open_desk):
    desk = open_desk(time_zone="America/Tijuana")
    desk.stamp()
    assert json.loads(desk.fake.writes[0].content)["date"] == "2026-09-14T17:15:00.000Z"


def test_the_stamp_is_the_xml_as_it_came(desk):
    assert desk.stamp() == Stamped(desk.fake.sat.stamps[0].uuid, desk.fake.sat.stamps[0].xml)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"secret_key": "sk_live_canary5ecret"}, "sk_test_"),
        ({"environment": "production"}, "sk_live_"),
        ({"time_zone": "Marte/Olympus"}, "no time zone"),
    ],
)
def test_a_key_of_the_other_environment_is_refused_at_once(wrong, said):
    with pytest.raises(ValueError, match=said):
        config(**wrong)


def test_another_issuer_never_leaves(desk):
    with pytest.raises(ConfigError, match="alone"):
        desk.stamp(replace(invoice(), rfc_emisor="URE180429TM6"))
    assert desk.fake.requests == []


def test_what_facturapi_cannot_carry_never_leaves(desk):
    request = invoice()
    odd = replace(request, xml=request.xml.replace(b' Exportacion="01"', b' Exportacion="01" Confirmacion="ECVH1"'))
    assert desk.stamp(odd) == Rejected("facturapi", "Facturapi cannot carry Comprobante Confirmacion")
    assert desk.fake.requests == []


@pytest.mark.parametrize("replays", ["returns", "refuses"])
def test_the_same_key_again_is_the_same_invoice(desk, replays):
    desk.fake.replays = replays
    assert desk.stamp() == desk.stamp() == desk.recover()
    assert len(desk.fake.stamps) == 1


def test_a_conflict_is_a_doubt_that_a_search_ends(desk):
    desk.fake.replays = "conflicts"
    first = desk.stamp()
    with pytest.raises(InDoubtError):
        desk.stamp()
    assert desk.recover() == first


@pytest.mark.parametrize("trouble", ["lose_answer", "error_after", "garbage", "slow"])
def test_an_invoice_whose_answer_is_lost_is_found_by_its_key(open_desk, trouble):
    desk = open_desk(timeout_s=0.4)
    desk.fake.misbehave(trouble)
    with pytest.raises(InDoubtError):
        desk.stamp()
    found = desk.recover()
    assert isinstance(found, Stamped)
    assert [found.uuid.lower()] == desk.fake.stamps


def test_a_pac_that_answered_facturapi_late_is_waited_for(desk):
    desk.fake.pending_for = 3
    with pytest.raises(InDoubtError, match="50 minutes"):
        desk.stamp()
    assert isinstance(desk.recover(), StillUnknown)
    assert isinstance(desk.recover(), StillUnknown)
    assert isinstance(desk.recover(), Stamped)


def test_what_facturapi_gave_up_is_for_a_person(desk):
    desk.fake.gives_up = True
    with pytest.raises(InDoubtError, match="gave it up"):
        desk.stamp()
    found = desk.recover()
    assert isinstance(found, StillUnknown)
    assert "at SAT" in found.reason


def test_a_search_that_finds_nothing_proves_nothing(desk):
    desk.stamp()
    desk.fake.lists_after = 1
    assert desk.recover() == NeverStamped(proven=False)
    assert isinstance(desk.recover(), Stamped)
    assert desk.fake.requests[-2].url.params["external_id"] == "tienda-HUB-1042"


def test_a_filter_that_does_not_filter_finds_nobody_elses_invoice(desk, monkeypatch):
    desk.stamp(invoice("7"))
    monkeypatch.setattr(desk.fake, "_fits", lambda *_: True)
    assert desk.recover() == NeverStamped(proven=False)


def test_two_invoices_of_one_key_and_a_cancelled_one_are_for_a_person(desk, monkeypatch):
    stamped = desk.stamp()
    desk.stamp(invoice("7"))
    for known in desk.fake.invoices.values():
        known["external_id"] = "tienda-HUB-1042"
    found = desk.recover()
    assert isinstance(found, StillUnknown)
    assert stamped.uuid in found.reason
    desk.fake.sat.stamps[1].cancellation = "Cancelado sin aceptación"
    assert desk.recover() == stamped
    desk.fake.sat.stamps[0].cancellation = "Cancelado sin aceptación"
    assert isinstance(desk.recover(), StillUnknown)


def test_an_invoice_whose_xml_is_not_there_yet_is_a_doubt_that_ends(desk):
    desk.fake.shows_xml_after = 1
    with pytest.raises(InDoubtError, match="does not show its XML"):
        desk.stamp()
    assert isinstance(desk.recover(), Stamped)


# ---- refusals


def no(code, details=(), status=400):
    return status, error(status, code, "Mensaje", list(details)).json()


def detail(code, path="", source="facturapi"):
    return {"code": code, "message": "porque no", "source": source, "path": path}


@pytest.mark.parametrize(
    ("refuse", "code"),
    [
        (no("invalid_request", [detail("required", "payment_form")]), "invalid_request"),
        (no("invoice_stamping_validation_error", [detail("CFDI40161", source="sat")]), "CFDI40161"),
        (no("invoice_stamping_validation_error", [detail("301", source="pac")]), "301"),
        (no("invoice_stamping_validation_error"), "invoice_stamping_validation_error"),
        (no("product_key_not_found"), "product_key_not_found"),
        (no("tax_id_not_found"), "CFDI40143"),
        (no("invalid_request", [detail("legal_name_mismatch", "customer.legal_name")]), "CFDI40145"),
        (no("invalid_request", [detail("tax_address_zip_mismatch", "customer.address.zip")]), "CFDI40148"),
        (no("invalid_request", [detail("tax_system_not_in_catalog", "customer.tax_system")]), "CFDI40157"),
        (no("tax_system_not_allowed_for_tax_id"), "CFDI40158"),
    ],
)
def test_a_refusal_of_the_document_says_whose_field_it_is(desk, refuse, code):
    desk.fake.refuse = refuse
    answer = desk.stamp()
    assert isinstance(answer, Rejected)
    assert (answer.code, answer.message.split(";")[0]) == (code, "Mensaje")


@pytest.mark.parametrize(
    "refuse",
    [
        no("subscription_required", status=402),
        no("organization_incomplete"),
        no("organization_tax_info_invalid", [detail("legal_name_mismatch", "organization.legal_name")]),
        no("manifesto_signature_failed"),
        no("certificate_expired"),
        no("private_key_password_incorrect"),
        no("invoice_stamping_validation_error", [detail("402", source="pac")]),
        no("invoice_stamping_validation_error", [detail("305", source="pac")]),
        no("api_key_invalid", status=401),
        no("live_api_key_required", status=403),
    ],
)
def test_what_a_person_must_put_in_order_is_a_config_error(desk, refuse):
    desk.fake.refuse = refuse
    with pytest.raises(ConfigError):
        desk.stamp()


@pytest.mark.parametrize(
    "refuse",
    [
        no("invoice_stamping_service_unavailable"),
        no("invoice_stamping_failed"),
        no("stamping_in_progress"),
        no("invoice_already_stamped"),
        no("invoice_stamping_validation_error", [detail("307", source="pac")]),
        no("rate_limit_exceeded", status=429),
        no("internal_error", status=500),
        no("conflict", status=409),
        no("a_new_code"),
        (400, {}),
        (418, {"code": "x", "message": "y"}),
    ],
)
def test_a_code_that_does_not_say_what_became_of_it_is_a_doubt(desk, refuse):
    desk.fake.refuse = refuse
    with pytest.raises(InDoubtError):
        desk.stamp()


# ---- cancelling


def test_a_cancellation_goes_by_facturapis_own_identifier(desk):
    stamped = desk.stamp()
    desk.fake.sat.stamps[0].total = 900
    request = cancellation(stamped.uuid, "01", KEEPS)
    assert desk.provider.cancel(desk.http, request) == CancelReceived("201")
    sent = desk.fake.writes[-1]
    assert (sent.method, sent.url.path) == ("DELETE", f"/v2/invoices/{next(iter(desk.fake.invoices))}")
    assert dict(sent.url.params) == {"motive": "01", "substitution": KEEPS}


def test_what_waits_for_the_receiver_was_received_and_is_202_the_second_time(desk):
    request = cancellation(desk.stamp().uuid)
    assert desk.provider.cancel(desk.http, request) == CancelReceived("201")
    assert desk.provider.cancel(desk.http, request) == CancelReceived("202")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            httpx.Response(200, json={"id": "x", "status": "valid", "cancellation_status": "verifying"}),
            CancelReceived("201"),
        ),
        (
            httpx.Response(200, json={"id": "x", "status": "valid", "cancellation_status": "rejected"}),
            CancelRefused("rejected", "the receiver rejected the cancellation"),
        ),
        (error(400, "invoice_not_cancelable", "No"), CancelRefused("invoice_not_cancelable", "No")),
        (error(400, "substitution_invoice_required", "No"), CancelRefused("substitution_invoice_required", "No")),
    ],
)
def test_the_states_of_a_cancellation_are_understood(desk, monkeypatch, answer, expected):
    request = cancellation(desk.stamp().uuid)
    monkeypatch.setattr(desk.fake, "_cancel", lambda *_: answer)
    assert desk.provider.cancel(desk.http, request) == expected


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"id": "x", "status": "valid", "cancellation_status": "none"}),
        error(400, "invoice_cancellation_failed", "No"),
        error(409, "invoice_cancellation_in_progress", "No"),
        httpx.Response(200, json=[]),
    ],
)
def test_a_cancellation_that_says_nothing_sure_is_a_doubt(desk, monkeypatch, answer):
    request = cancellation(desk.stamp().uuid)
    monkeypatch.setattr(desk.fake, "_cancel", lambda *_: answer)
    with pytest.raises(InDoubtError):
        desk.provider.cancel(desk.http, request)


def test_what_is_not_listed_is_cancelled_later(desk):
    with pytest.raises(TransientError, match="nothing was cancelled"):
        desk.provider.cancel(desk.http, cancellation(KEEPS))
    assert desk.fake.writes == []


# ---- the rest


def test_it_offers_what_facturapi_has():
    assert Facturapi.offers() == {Operation.FETCH, Operation.REGISTER_ISSUER}


CERTIFICATE, KEY = b"0\x82\r\n\x00--\xff.cer", b"0\x82\n\r.key\r\n"
ISSUER = IssuerRegistration(
    "EKU9003173C9", "ESCUELA", "601", "42501", CERTIFICATE, KEY, SecretStr("canary-csd-contraseña")
)


@pytest.fixture
def live_desk(open_desk):
    return open_desk(environment="production", secret_key=FakeFacturapi.live_key)


def test_the_csd_is_uploaded_as_a_form_byte_for_byte(live_desk):
    assert live_desk.provider.register_issuer(live_desk.http, ISSUER) == "Facturapi has the CSD of EKU9003173C9"
    assert live_desk.fake.csd == (CERTIFICATE, KEY)
    (sent,) = live_desk.fake.writes
    assert (sent.method, sent.url.path) == ("PUT", f"/v2/organizations/{IDENTIFIER}/certificate")
    assert "\r\n\r\ncanary-csd-contraseña\r\n".encode() in sent.content


def test_a_test_key_uploads_no_csd(desk):
    with pytest.raises(ConfigError, match="live key"):
        desk.provider.register_issuer(desk.http, ISSUER)
    assert desk.fake.requests == []


@pytest.mark.parametrize(
    "issuer",
    [
        replace(ISSUER, rfc="URE180429TM6"),
        replace(ISSUER, certificate=b""),
        replace(ISSUER, private_key=b""),
        replace(ISSUER, password=SecretStr("")),
    ],
)
def test_a_csd_that_cannot_be_used_is_a_config_error(live_desk, issuer):
    with pytest.raises(ConfigError) as caught:
        live_desk.provider.register_issuer(live_desk.http, issuer)
    assert caught.value.hint
    assert live_desk.fake.csd is None


def test_the_csd_of_another_issuer_is_noticed(live_desk):
    live_desk.fake.reads_rfc = "URE180429TM6"
    with pytest.raises(ConfigError, match="another RFC"):
        live_desk.provider.register_issuer(live_desk.http, ISSUER)


@pytest.mark.parametrize("told", [{}, {"legal": {}}])
def test_without_the_organizations_identifier_no_csd_is_sent(live_desk, monkeypatch, told):
    monkeypatch.setattr(live_desk.fake, "_organization", lambda: told)
    with pytest.raises(TransientError, match="no CSD was sent"):
        live_desk.provider.register_issuer(live_desk.http, ISSUER)
    assert live_desk.fake.writes == []


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(200, json={}), httpx.Response(400)])
def test_an_upload_that_says_nothing_sure_is_a_doubt(live_desk, monkeypatch, answer):
    monkeypatch.setattr(live_desk.fake, "_certificate", lambda *_: answer)
    with pytest.raises(InDoubtError):
        live_desk.provider.register_issuer(live_desk.http, ISSUER)


def test_the_status_is_asked_anew(desk):
    request = cancellation(desk.stamp().uuid)
    assert desk.provider.status(desk.http, request.cfdi) == CfdiStatus("Vigente")
    assert desk.fake.requests[-1].method == "PUT"
    desk.provider.cancel(desk.http, request)
    assert desk.provider.status(desk.http, request.cfdi).estatus_cancelacion == "En proceso"
    desk.fake.sat.receptor_answers(request.cfdi.uuid, accepts=True)
    assert desk.provider.status(desk.http, request.cfdi) == CfdiStatus(
        "Cancelado", "No cancelable", "Cancelado con aceptación"
    )
    with pytest.raises(TransientError):
        desk.provider.status(desk.http, cancellation(KEEPS).cfdi)


def test_the_xml_is_fetched_by_uuid(desk):
    stamped = desk.stamp()
    assert desk.provider.fetch(desk.http, cancellation(stamped.uuid).cfdi) == Fetched(stamped.xml)
    assert isinstance(desk.provider.fetch(desk.http, cancellation(KEEPS).cfdi), NotFetched)


def test_check_names_the_organization_and_finds_a_wrong_rfc(desk, open_desk):
    assert desk.provider.check(desk.http) == "Facturapi (sandbox): ESCUELA KEMPER URGATE"
    other = open_desk(rfc="URE180429TM6")
    with pytest.raises(ConfigError, match="another RFC"):
        other.provider.check(other.http)
