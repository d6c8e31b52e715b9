"""Stamping and finding again: one POST for each sale, whatever is answered."""

import base64
import json

import httpx
import pytest

from hub.plugin import (
    CfdiNode,
    ConfigError,
    InDoubtError,
    NeverStamped,
    Rejected,
    Stamped,
    StillUnknown,
    TransientError,
    read_timbre,
)
from pac_providers.facturama.config import FacturamaConfig
from pac_providers.facturama.tests.conftest import request_of


def creations(fake):
    return [request for request in fake.writes if request.method == "POST"]


def test_the_order_is_what_facturama_documents(desk):
    desk.stamp()
    (sent,) = creations(desk.fake)
    assert sent.url.path == "/api-lite/3/cfdis"
    assert sent.headers["user-agent"] == "hubdemo"
    assert sent.headers["authorization"].startswith("Basic ")
    assert json.loads(sent.content) == {
        "NameId": "1",
        "CfdiType": "I",
        "Serie": "HUB",
        "Folio": "1042",
        "Date": "2026-09-14T10:15:00",
        "PaymentForm": "03",
        "PaymentMethod": "PUE",
        "Currency": "MXN",
        "ExpeditionPlace": "42501",
        "Exportation": "01",
        "OrderNumber": "tienda-HUB-1042",
        "Issuer": {"Rfc": "EKU9003173C9", "Name": "ESCUELA KEMPER URGATE", "FiscalRegime": "601"},
        "Receiver": {
            "Rfc": "URE180429TM6",
            "Name": "UNIVERSIDAD ROBOTICA ESPAÑOLA",
            "CfdiUse": "G03",
            "FiscalRegime": "601",
            "TaxZipCode": "86991",
        },
        "Items": [
            {
                "ProductCode": "81112500",
                "IdentificationNumber": "SKU-7",
                "Description": "Licencia & soporte",
                "Unit": "SERVICIO",
                "UnitCode": "E48",
                "UnitPrice": 500.0,
                "Quantity": 2,
                "Subtotal": 1000.0,
                "TaxObject": "02",
                "Taxes": [
                    {
                        "Name": "IVA",
                        "Rate": 0.16,
                        "Base": 1000.0,
                        "Total": 160.0,
                        "IsRetention": False,
                        "IsQuota": False,
                        "IsFederalTax": True,
                    }
                ],
                "Total": 1160.0,
            }
        ],
    }


def test_amounts_leave_with_the_decimals_of_the_cfdi(desk):
    desk.stamp()
    assert b'"Subtotal": 1000.00,' in creations(desk.fake)[0].content


def test_the_stamp_is_fetched_with_facturamas_own_seal(desk):
    stamped = desk.stamp()
    assert read_timbre(stamped.xml).sello_cfd == CfdiNode.of(stamped.xml).need("Sello")
    assert [stamped.uuid] == desk.fake.stamps


def test_api_web_has_its_own_addresses_and_no_issuer(open_desk):
    desk = open_desk(api="web", rfc="EKU9003173C9")
    desk.stamp()
    (sent,) = creations(desk.fake)
    assert sent.url.path == "/3/cfdis"
    assert "Issuer" not in json.loads(sent.content)


def test_api_web_issues_for_its_one_taxpayer_only(open_desk):
    desk = open_desk(api="web", rfc="URE180429TM6")
    with pytest.raises(ConfigError, match="URE180429TM6 alone"):
        desk.stamp()
    assert desk.fake.requests == []


@pytest.mark.parametrize("wrong", [{"api": "web"}, {"rfc": "EKU9003173C9"}])
def test_the_configuration_of_api_web_is_complete(wrong):
    with pytest.raises(ValueError, match="rfc is needed with api: web"):
        FacturamaConfig(user="u", password="canary-5ecret", **wrong)


def test_each_environment_has_its_host():
    hosts = [FacturamaConfig(user="u", password="p", environment=name).address for name in ("sandbox", "production")]
    assert hosts == ["https://apisandbox.facturama.mx", "https://api.facturama.mx"]


def test_the_same_order_twice_is_two_invoices_so_nothing_is_sent_again(desk):
    """Why `resend_is_safe` is False: the fake does as Facturama."""
    assert desk.stamp().uuid != desk.stamp().uuid
    assert not desk.provider.capabilities.resend_is_safe


def test_what_facturama_cannot_carry_never_leaves(desk):
    request = request_of()
    odd = request.xml.replace(b' Exportacion="01"', b' Exportacion="01" Confirmacion="ECVH1"')
    answer = desk.provider.stamp(desk.http, type(request)(request.key, odd, request.rfc_emisor))
    assert answer == Rejected("facturama", "Facturama cannot carry Comprobante Confirmacion")
    assert desk.fake.requests == []


# ---- refusals


@pytest.mark.parametrize(
    ("status", "body", "code", "said"),
    [
        (
            400,
            {
                "Message": "La solicitud no es válida.",
                "ModelState": {"cfdiToCreate.ExpeditionPlace": ["El lugar de expedición es requerido"]},
            },
            "HTTP 400",
            "ExpeditionPlace: El lugar de expedición es requerido",
        ),
        (400, {"Message": "CFDI40147 - El domicilio fiscal del receptor no corresponde"}, "CFDI40147", "domicilio"),
        (400, {"Message": "401 - El rango de la fecha de generación no debe de ser mayor a 72 horas"}, "401", "rango"),
        (400, {"Message": "Error 301 pesos"}, "HTTP 400", "pesos"),
        (400, {"Message": "La suma de los folios no cuadra"}, "HTTP 400", "no cuadra"),
        (422, {"Message": "Parámetros inválidos"}, "HTTP 422", "inválidos"),
    ],
)
def test_a_refusal_of_the_document_is_an_answer(desk, status, body, code, said):
    desk.fake.refuse = (status, body)
    answer = desk.provider.stamp(desk.http, request_of())
    assert isinstance(answer, Rejected)
    assert answer.code == code
    assert said in answer.message


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (402, {"Message": "Pago requerido"}, "no folios"),
        (400, {"Message": "No quedan folios en la suscripción"}, "no folios"),
        (400, {"Message": "Su suscripción se encuentra inactiva"}, "no folios"),
        (400, {"Message": "No existe un CSD cargado para EKU9003173C9"}, "no CSD"),
        (400, {"Message": "305 - La fecha no está dentro de la vigencia del CSD"}, "no CSD"),
        (400, {"Message": "El certificado ha caducado"}, "no CSD"),
        (401, {"Message": "Se ha denegado la autorización para esta solicitud."}, "HTTP 401"),
        (403, {}, "HTTP 403"),
    ],
)
def test_what_a_person_must_put_in_order_is_a_config_error(desk, status, body, said):
    desk.fake.refuse = (status, body)
    with pytest.raises(ConfigError, match=said):
        desk.provider.stamp(desk.http, request_of())


def test_an_account_without_folios_or_without_the_csd_is_a_config_error(desk):
    desk.fake.folios = 0
    with pytest.raises(ConfigError):
        desk.stamp()
    desk.fake.folios, desk.fake.csds = 5, set()
    with pytest.raises(ConfigError):
        desk.stamp()
    assert desk.fake.stamps == []


@pytest.mark.parametrize(
    ("status", "body"), [(400, {}), (400, {"Message": ""}), (418, {"Message": "tetera"}), (503, {})]
)
def test_a_refusal_that_says_nothing_is_a_doubt(desk, status, body):
    desk.fake.refuse = (status, body)
    with pytest.raises(InDoubtError):
        desk.provider.stamp(desk.http, request_of())


def test_an_order_that_is_turned_away_was_not_taken_and_comes_again_when_facturama_says(desk):
    desk.fake.busy = 1
    with pytest.raises(TransientError, match="429") as caught:
        desk.provider.stamp(desk.http, request_of())
    assert caught.value.retry_after_s == 30
    assert desk.fake.stamps == []
    desk.stamp()
    assert len(desk.fake.stamps) == 1


# ---- lost answers


@pytest.mark.parametrize("trouble", ["lose_answer", "slow", "error_after", "garbage"])
def test_an_invoice_whose_answer_is_lost_is_found_by_its_folio(open_desk, trouble):
    desk = open_desk(timeout_s=0.4)
    desk.fake.misbehave(trouble)
    with pytest.raises(InDoubtError):
        desk.provider.stamp(desk.http, request_of())
    found = desk.provider.recover(desk.http, request_of())
    assert isinstance(found, Stamped)
    assert [found.uuid] == desk.fake.stamps
    assert len(creations(desk.fake)) == 1


def test_the_search_is_the_one_that_facturama_documents(desk):
    desk.provider.recover(desk.http, request_of())
    assert dict(desk.fake.requests[-1].url.params) == {
        "type": "issuedLite",
        "status": "all",
        "folioStart": "1042",
        "folioEnd": "1042",
        "serie": "HUB",
        "rfcIssuer": "EKU9003173C9",
        "rfc": "URE180429TM6",
        "page": "0",
    }


def test_a_search_that_finds_nothing_proves_nothing(desk):
    desk.stamp()
    desk.fake.lists_after = 2
    assert [desk.provider.recover(desk.http, request_of()) for _ in range(2)] == [NeverStamped(proven=False)] * 2
    assert isinstance(desk.provider.recover(desk.http, request_of()), Stamped)


@pytest.mark.parametrize("other", [{"Total": "1160.01"}, {"Serie": "OTRA"}, {"folio": "1043"}])
def test_another_sale_is_never_taken_for_this_one(desk, other):
    desk.stamp(request_of(**other) if "Total" not in other else None)
    asked = request_of(**other) if "Total" in other else request_of()
    assert desk.provider.recover(desk.http, asked) == NeverStamped(proven=False)


def test_two_invoices_of_one_sale_are_for_a_person(desk):
    uuids = {desk.stamp().uuid, desk.stamp().uuid}
    found = desk.provider.recover(desk.http, request_of())
    assert isinstance(found, StillUnknown)
    assert all(uuid in found.reason for uuid in uuids)


def test_of_two_the_one_in_force_is_taken_and_a_cancelled_one_alone_is_for_a_person(desk):
    desk.stamp()
    kept = desk.stamp()
    first, second = desk.fake.sat.stamps
    first.cancellation = "Cancelado sin aceptación"
    assert desk.provider.recover(desk.http, request_of()) == kept
    second.cancellation = "Cancelado con aceptación"
    found = desk.provider.recover(desk.http, request_of())
    assert isinstance(found, StillUnknown)
    assert "cancelled" in found.reason


def test_an_invoice_whose_xml_is_not_there_yet_is_a_doubt_that_ends(desk):
    desk.fake.shows_xml_after = 2
    with pytest.raises(InDoubtError, match="shows no XML"):
        desk.provider.stamp(desk.http, request_of())
    with pytest.raises(InDoubtError):
        desk.provider.recover(desk.http, request_of())
    assert isinstance(desk.provider.recover(desk.http, request_of()), Stamped)


def test_trouble_with_the_download_is_never_taken_for_not_stamped(desk, monkeypatch):
    for status in (401, 403, 500, 503):
        monkeypatch.setattr(desk.fake, "_xml", lambda _, status=status: httpx.Response(status))
        with pytest.raises(InDoubtError):
            desk.provider.stamp(desk.http, request_of())


def test_a_folio_that_exists_already_is_looked_up(desk):
    earlier = desk.stamp()
    desk.fake.refuses_used_folios = True
    assert desk.provider.stamp(desk.http, request_of()) == earlier
    desk.fake.lists_after = 9
    with pytest.raises(InDoubtError, match="does not show it"):
        desk.provider.stamp(desk.http, request_of())


def test_a_full_list_is_read_page_by_page_and_not_for_ever(desk):
    stamped = desk.stamp(request_of("7"))
    row = desk.fake.sat.stamps[0]
    for number in range(250):
        desk.fake.ids[f"x{number}"] = row
        desk.fake.orders[f"x{number}"] = next(iter(desk.fake.orders.values()))
    assert isinstance(desk.provider.recover(desk.http, request_of("7")), StillUnknown)
    assert [request.url.params["page"] for request in desk.fake.requests[-3:]] == ["0", "1", "2"]
    for number in range(250, 400):
        desk.fake.ids[f"x{number}"] = row
        desk.fake.orders[f"x{number}"] = next(iter(desk.fake.orders.values()))
    with pytest.raises(TransientError, match="more than 300"):
        desk.provider.recover(desk.http, request_of("7"))
    assert stamped.uuid == desk.fake.stamps[0]


def test_the_file_may_come_in_either_alphabet(desk, monkeypatch):
    stamped = desk.stamp()
    content = base64.urlsafe_b64encode(stamped.xml).decode().rstrip("=")
    monkeypatch.setattr(desk.fake, "_xml", lambda _: httpx.Response(200, json={"Content": content}))
    assert desk.provider.recover(desk.http, request_of()) == stamped


def test_the_xml_of_another_invoice_is_a_doubt(desk, monkeypatch):
    desk.stamp(request_of("7"))
    xml = base64.b64encode(desk.fake.sat.stamps[0].xml).decode()
    monkeypatch.setattr(desk.fake, "_xml", lambda _: httpx.Response(200, json={"Content": xml}))
    with pytest.raises(InDoubtError, match="no XML of it"):
        desk.provider.stamp(desk.http, request_of("8"))
