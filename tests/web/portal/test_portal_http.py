"""The portal over HTTP: stages, headers, forms, files, and what it never tells."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from hub.flow.portal_messages import message
from hub.flow.portal_model import Stage
from hub.flow.portal_port import HelpTopic
from hub.web.portal import portal_routes
from tests.web.portal.preview import EMPRESA, PDF, XML, MemoryPortal

GOOD = {
    "rfc": "ABC010203AB1",
    "nombre": "Ferreteria Lopez",
    "codigo_postal": "22000",
    "regimen_fiscal": "601",
    "uso_cfdi": "G03",
    "email": "",
}
PAGES = ("/f/abierta", "/f/guardada", "/f/facturada", "/f/lenta/avance", "/f/abierta/ayuda", "/p/cafe")


def text_of(html: str) -> str:
    """What a reader sees, in one line."""
    body = re.sub(r"<(template|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", body)
    for entity, char in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, char)
    return re.sub(r"\s+([.,])", r"\1", " ".join(plain.split()))


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("abierta", "Puedes facturarla hasta el 30 de noviembre."),
        ("parcial", message(5, refunded="$200.00", total="$960.00")),
        ("corregir", message(16)),
        ("facturada", message(6)),
        ("ajena", message(7)),
        ("global", message(10, month="octubre")),
        ("tarde", message(9, deadline="31 de octubre")),
        ("devuelta", message(4)),
        ("detenida", "La tienda está revisando esta compra"),
    ],
)
def test_each_stage_says_where_the_purchase_stands(client: httpx.Client, token: str, sentence: str) -> None:
    answer = client.get(f"/f/{token}")
    assert answer.status_code == 200
    assert sentence in text_of(answer.text)


def test_the_purchase_is_shown_with_its_amount_its_local_time_and_its_lines(client: httpx.Client) -> None:
    seen = text_of(client.get("/f/abierta").text)
    assert "$1,160.00 MXN" in seen
    assert "20 de noviembre de 2026, 14:35 (hora de Tijuana)" in seen
    assert "2 × Café de Veracruz en grano, 1 kg $760.00" in seen


def test_a_request_in_progress_is_a_promise_with_folio_and_hour(client: httpx.Client, portal: MemoryPortal) -> None:
    assert client.get("/f/lenta").headers["location"] == "/f/lenta/avance"
    page = client.get("/f/lenta/avance").text
    assert "con el folio F-3K9Q a la" in text_of(page) or "con el folio F-3K9Q el " in text_of(page)
    assert "tu plazo ya no corre. Puedes cerrar esta página." in text_of(page)
    assert '<noscript><meta http-equiv="refresh" content="20"></noscript>' in page


def test_the_first_seconds_ask_for_patience_and_not_yet_for_trust(client: httpx.Client) -> None:
    page = client.get("/f/pronto/avance").text
    assert "Estamos haciendo tu factura" in page
    assert "El SAT está tardando" not in page


def test_progress_answers_scripts_with_the_stage_alone(client: httpx.Client) -> None:
    answer = client.get("/f/lenta/avance", headers={"Accept": "application/json"})
    assert answer.json() == {"stage": "working"}


def test_progress_leads_to_the_invoice_once_it_is_there(client: httpx.Client) -> None:
    assert client.get("/f/facturada/avance").headers["location"] == "/f/facturada?listo=1"


def test_review_is_reached_by_a_redirect_and_can_be_reloaded(client: httpx.Client, portal: MemoryPortal) -> None:
    answer = client.post("/f/abierta/revisar", data=GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/f/abierta/revisar")
    for _ in range(2):
        seen = text_of(client.get("/f/abierta/revisar").text)
        assert "FERRETERIA LOPEZ" in seen
        assert "IVA 16 % $160.00" in seen
        assert "Pagaste con tarjeta de crédito." in seen
    assert portal.stamped == []


def test_what_was_typed_is_kept_when_something_is_wrong(client: httpx.Client) -> None:
    client.post("/f/abierta/revisar", data=GOOD | {"rfc": "ABC010203A"})
    page = client.get("/f/abierta/revisar").text
    assert "<title>Error: Factura tu compra" in page
    assert 'value="ABC010203A"' in page
    assert 'value="Ferreteria Lopez"' in page
    assert '<a href="#rfc">El RFC lleva 12 caracteres si es empresa y 13 si es persona. Escribiste 10.</a>' in page
    assert 'aria-describedby="rfc-ayuda rfc-error rfc-tipo" aria-invalid="true"' in page


def test_pressing_the_button_again_issues_no_second_invoice(client: httpx.Client, portal: MemoryPortal) -> None:
    client.post("/f/abierta/revisar", data=GOOD)
    places = {client.post("/f/abierta/facturar", data=GOOD).headers["location"] for _ in range(3)}
    assert places == {"/f/abierta?listo=1", "/f/abierta"}
    assert len(portal.stamped) == 1


def test_saved_data_invoice_with_one_button_and_are_not_in_the_page(client: httpx.Client, portal: MemoryPortal) -> None:
    page = client.get("/f/guardada").text
    assert "ABC…AB1" in page
    assert EMPRESA.rfc not in page
    assert EMPRESA.email not in page
    assert client.post("/f/guardada/facturar", data={"guardados": "1"}).headers["location"] == "/f/guardada?listo=1"
    assert portal.stamped == [("guardada", EMPRESA)]


def test_without_saved_data_nobody_elses_are_used(client: httpx.Client, portal: MemoryPortal) -> None:
    answer = client.post("/f/abierta/facturar", data={"guardados": "1"})
    assert answer.status_code == 422
    assert '<a href="#rfc">' in answer.text
    assert portal.stamped == []


def test_a_uso_that_the_regimen_forbids_is_changed_and_told(client: httpx.Client, portal: MemoryPortal) -> None:
    place = client.post("/f/abierta/revisar", data=GOOD | {"uso_cfdi": "D01"}).headers["location"]
    assert place == "/f/abierta/revisar?uso=D01"
    seen = text_of(client.get(place).text)
    assert "Con tu régimen no se puede usar “Honorarios médicos" in seen
    assert "Elegimos “Gastos en general”." in seen
    assert portal.held["abierta"].typed is not None
    assert portal.held["abierta"].typed.uso_cfdi == "G03"


def test_a_forged_uso_notice_says_nothing(client: httpx.Client) -> None:
    client.post("/f/abierta/revisar", data=GOOD)
    for forged in ("G03", "<b>", "XX"):
        assert "no se puede usar" not in client.get("/f/abierta/revisar", params={"uso": forged}).text


def test_a_repaired_name_is_a_button_and_never_silent(client: httpx.Client, portal: MemoryPortal) -> None:
    typed = GOOD | {"nombre": "Ferreteria Lopez S.A. de C.V."}
    client.post("/f/abierta/revisar", data=typed)
    page = client.get("/f/abierta/revisar").text
    assert 'name="sugerencia" value="nombre=FERRETERIA LOPEZ"' in page
    assert 'value="Ferreteria Lopez S.A. de C.V."' in page
    client.post("/f/abierta/revisar", data=typed | {"sugerencia": "nombre=FERRETERIA LOPEZ"})
    assert "A nombre de FERRETERIA LOPEZ" in text_of(client.get("/f/abierta/revisar").text)


def test_a_suggestion_changes_fields_of_the_form_only(client: httpx.Client) -> None:
    client.post("/f/abierta/revisar", data=GOOD | {"sugerencia": "token=otro"})
    assert client.get("/f/abierta/revisar").status_code == 200


def test_foreigners_need_a_name_alone(client: httpx.Client, portal: MemoryPortal) -> None:
    client.post("/f/abierta/revisar", data={"nombre": "Jane Roe", "extranjero": "1"})
    seen = text_of(client.get("/f/abierta/revisar").text)
    assert "XEXX010101000 (para extranjeros)" in seen
    assert "JANE ROE" in seen


def test_a_refused_postal_code_asks_for_that_field_again(client: httpx.Client) -> None:
    assert client.post("/f/rechazada/facturar", data=GOOD).headers["location"] == "/f/rechazada"
    assert '<a href="#codigo_postal">' in client.get("/f/rechazada").text
    again = client.post("/f/rechazada/facturar", data=GOOD | {"codigo_postal": "64000"})
    assert again.headers["location"] == "/f/rechazada?listo=1"


def test_withholding_is_explained(client: httpx.Client) -> None:
    client.post("/f/abierta/revisar", data=GOOD | {"regimen_fiscal": "626"})
    seen = text_of(client.get("/f/abierta/revisar").text)
    assert "Retención de ISR 1.25 % −$12.50" in seen
    assert "Como eres empresa, se retiene ISR 1.25 %: $12.50." in seen


@pytest.mark.parametrize("path", ["/f/abierta/revisar", "/f/abierta/facturar", "/f/abierta/enviar"])
def test_reloading_the_address_of_a_form_leads_back(client: httpx.Client, path: str) -> None:
    assert client.get(path).headers["location"] == "/f/abierta"


def test_the_order_is_found_as_people_write_it(client: httpx.Client) -> None:
    for reference in ("1001", " # 1001 ", "loo1", "#IO0I"):
        answer = client.post("/p/cafe", data={"pedido": reference, "total": "$1,160.00"})
        assert answer.headers.get("location") == "/f/abierta", reference


def test_a_miss_says_how_to_look_again_and_keeps_what_was_typed(client: httpx.Client) -> None:
    answer = client.post("/p/cafe", data={"pedido": "1001", "total": "1160.01"})
    assert answer.status_code == 422
    assert message(1) in text_of(answer.text)
    assert 'value="1160.01"' in answer.text


def test_a_wrong_total_and_a_wrong_number_get_the_same_answer(client: httpx.Client) -> None:
    wrong_total = client.post("/p/cafe", data={"pedido": "1001", "total": "9"})
    wrong_number = client.post("/p/cafe", data={"pedido": "9", "total": "9"})
    assert wrong_total.text.replace('"1001"', '"9"') == wrong_number.text


def test_after_five_misses_there_is_a_pause(client: httpx.Client) -> None:
    for number in range(5):
        assert client.post("/p/cafe", data={"pedido": str(number), "total": "9"}).status_code == 422
    paused = client.post("/p/cafe", data={"pedido": "1001", "total": "1160.00"})
    assert paused.status_code == 429
    assert paused.headers["retry-after"] == "300"
    assert message(27) in text_of(paused.text)
    assert 'name="total" value="1160.00"' in paused.text


def test_guessing_one_order_from_many_addresses_is_counted_together(client: httpx.Client, portal: MemoryPortal) -> None:
    client.post("/p/cafe", data={"pedido": "# 10o1", "total": "9"})
    assert portal.hits["reference:cafe:1001"] == 1


def test_an_unknown_link_says_so_and_nothing_else(client: httpx.Client, portal: MemoryPortal) -> None:
    pages = {client.get(f"/f/{token}{page}").text for token in ("x", "y") for page in ("", "/pdf")}
    assert len(pages) == 1
    assert message(26) in text_of(pages.pop())
    assert client.post("/f/x/facturar", data=GOOD).status_code == 404
    assert client.post("/f/x/facturar", data=GOOD).status_code == 429
    assert client.get("/f/abierta").status_code == 200


def test_an_unknown_link_of_a_hub_with_one_shop_leads_to_its_home(client: httpx.Client, portal: MemoryPortal) -> None:
    portal.brands[""] = portal.brands["cafe"]
    assert 'href="/p/cafe"' in client.get("/f/x").text


def test_an_unknown_shop_is_not_found(client: httpx.Client) -> None:
    for path in ("/p/x", "/p/x/ayuda", "/p/x/logo", "/p/x/brand.css"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "/f/facturada/xml", "/f/unknown"])
def test_every_page_is_armoured(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "noindex" in headers["x-robots-tag"]
    assert "strict-transport-security" not in headers


def test_hsts_is_sent_behind_tls(client: httpx.Client) -> None:
    answer = client.get("/f/abierta", headers={"X-Forwarded-Proto": "https"})
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "OURS"}, 303),
        ({"Origin": "null"}, 303),
    ],
)
def test_only_our_own_pages_may_post(portal: MemoryPortal, address: str, headers: dict[str, str], status: int) -> None:
    sent = {name: value.replace("OURS", address) for name, value in headers.items()}
    assert httpx.post(f"{address}/f/abierta/facturar", data=GOOD, headers=sent).status_code == status
    assert len(portal.stamped) == (status == 303)


def test_everything_typed_is_escaped(client: httpx.Client) -> None:
    nasty = '"><script>alert(1)</script>'
    client.post("/f/abierta/revisar", data=dict.fromkeys(GOOD, nasty))
    for page in (
        client.get("/f/abierta/revisar").text,
        client.get("/f/abierta").text,
        client.post("/p/cafe", data={"pedido": nasty, "total": nasty + "1"}).text,
        client.get("/f/abierta/ayuda", params={"tema": nasty, "folio": nasty}).text,
        client.post("/f/facturada/enviar", data={"email": nasty}).text,
        client.get(f"/f/{nasty.replace('/', '')}").text,
    ):
        assert "<script>alert" not in page


def test_pages_hold_no_inline_script_or_style(client: httpx.Client) -> None:
    client.post("/f/abierta/revisar", data=GOOD)
    for path in (*PAGES, "/f/abierta/revisar", "/f/corregir"):
        page = client.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page), path


def test_files_come_byte_for_byte_with_a_name(client: httpx.Client) -> None:
    xml, pdf = client.get("/f/facturada/xml"), client.get("/f/facturada/pdf")
    assert (xml.content, xml.headers["content-type"]) == (XML, "application/xml")
    assert (pdf.content, pdf.headers["content-type"]) == (PDF, "application/pdf")
    assert xml.headers["content-disposition"] == (
        "attachment; filename=\"Factura A-1042 Cafe.xml\"; filename*=UTF-8''Factura%20A-1042%20Caf%C3%A9.xml"
    )


def test_files_that_are_not_there_yet_lead_back_to_the_purchase(client: httpx.Client) -> None:
    assert client.get("/f/abierta/pdf").headers["location"] == "/f/abierta"


def test_a_copy_goes_to_one_more_address(client: httpx.Client, portal: MemoryPortal) -> None:
    answer = client.post("/f/facturada/enviar", data={"email": "contador@ejemplo.mx"})
    assert answer.headers["location"] == "/f/facturada?enviado=1"
    assert portal.copies == [("facturada", "contador@ejemplo.mx")]
    assert "Enviamos tu factura." in client.get("/f/facturada?enviado=1").text


def test_an_address_that_cannot_be_is_asked_again(client: httpx.Client, portal: MemoryPortal) -> None:
    answer = client.post("/f/facturada/enviar", data={"email": "contador"})
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'value="contador"' in answer.text


def test_nobody_sends_copies_of_an_invoice_that_is_not_theirs(client: httpx.Client, portal: MemoryPortal) -> None:
    assert client.post("/f/ajena/enviar", data={"email": "a@b.mx"}).headers["location"] == "/f/ajena"
    assert portal.copies == []
    assert EMPRESA.nombre not in client.get("/f/ajena").text


@pytest.mark.parametrize("topic", [topic for topic in HelpTopic if topic is not HelpTopic.SEARCH])
def test_each_kind_of_help_reaches_the_shop(client: httpx.Client, portal: MemoryPortal, topic: HelpTopic) -> None:
    assert f'name="tema" value="{topic}"' in client.get(f"/f/abierta/ayuda?tema={topic}").text
    typed = GOOD | {"tema": topic.value, "contact": "664 123 4567", "message": "Por favor"}
    place = client.post("/f/abierta/ayuda", data=typed).headers["location"]
    assert "S-001" in client.get(place).text
    ((issuer, token, request),) = portal.requests
    assert (issuer, token, request.topic, request.contact) == ("cafe", "abierta", topic, "664 123 4567")
    assert (request.data is not None) == (topic in {HelpTopic.GLOBAL, HelpTopic.LATE})


def test_help_without_a_purchase_reaches_the_shop_too(client: httpx.Client, portal: MemoryPortal) -> None:
    typed = {"contact": "ana@ejemplo.mx", "message": "Compré el martes", "tema": "cancel"}
    place = client.post("/p/cafe/ayuda", data=typed).headers["location"]
    assert place == "/p/cafe/ayuda?tema=search&folio=S-001"
    assert portal.requests[0][1] is None
    assert client.get(place).status_code == 200


def test_help_asks_for_a_way_to_answer(client: httpx.Client) -> None:
    answer = client.post("/f/tarde/ayuda", data={"tema": "late", "nombre": "Ana"})
    assert answer.status_code == 422
    assert '<a href="#contact">' in answer.text
    assert '<a href="#rfc">' in answer.text
    assert 'value="Ana"' in answer.text


def test_a_failure_gives_a_key_keeps_what_was_typed_and_logs_no_personal_data(client: httpx.Client) -> None:
    structlog.reset_defaults()
    with capture_logs() as logs:
        answer = client.post("/f/rota/facturar", data=GOOD)
    assert answer.status_code == 500
    (key,) = re.findall(r"Clave para ayuda: (\w{5})\.", answer.text)
    assert 'name="nombre" value="Ferreteria Lopez"' in answer.text
    (entry,) = logs
    assert (entry["event"], entry["key"], entry["page"]) == ("portal_page_failed", key, "/f/{token}/facturar")
    written = json.dumps(entry)
    assert not any(private in written for private in (GOOD["rfc"], GOOD["nombre"], "/f/rota"))


def test_more_than_a_person_types_is_turned_away(client: httpx.Client) -> None:
    assert client.post("/f/abierta/revisar", data={"nombre": "x" * 70_000}).status_code == 413
    assert client.post("/f/abierta/revisar", data={f"f{n}": "x" for n in range(60)}).status_code == 400


def test_control_characters_do_not_reach_the_steps(client: httpx.Client, portal: MemoryPortal) -> None:
    client.post("/f/abierta/revisar", data=GOOD | {"nombre": "  Ana\x00 López\x1b  "})
    assert portal.held["abierta"].typed is not None
    assert portal.held["abierta"].typed.nombre == "Ana López"


def test_assets_are_cached_forever_under_a_name_that_changes_with_them(client: httpx.Client) -> None:
    page = client.get("/f/abierta").text
    for path in re.findall(r'(?:href|src)="(/portal/[^"]+|/p/cafe/(?:brand\.css|logo)\?v=[^"]+)"', page):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["cache-control"], path
    assert client.get("/portal/portal.css").status_code == 404
    assert "immutable" not in client.get("/p/cafe/brand.css?v=old").headers["cache-control"]


def test_a_logo_with_a_script_stays_in_a_box(client: httpx.Client) -> None:
    answer = client.get("/p/cafe/logo")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_a_colour_that_is_no_colour_cannot_write_css(client: httpx.Client, portal: MemoryPortal) -> None:
    portal.brands["cafe"] = replace(portal.brands["cafe"], primary="red}body{display:none", secondary="url(x)")
    css = client.get("/p/cafe/brand.css").text
    assert re.fullmatch(r":root\{(--[a-z-]+:#[0-9a-f]{6};?)+\}\n", css)


def test_pages_work_below_a_prefix(portal: MemoryPortal, serve: Callable[[ASGIApp], str]) -> None:
    address = serve(Starlette(routes=[Mount("/tienda", routes=portal_routes(portal))]))
    page = httpx.get(f"{address}/tienda/f/abierta").text
    addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
    assert addresses
    assert all(address.startswith("/tienda/") for address in addresses)


def test_a_pause_keeps_what_was_typed_and_asks_for_no_invoice(client: httpx.Client, portal: MemoryPortal) -> None:
    portal.limits["submit"] = 0
    answer = client.post("/f/abierta/facturar", data=GOOD)
    assert answer.status_code == 429
    assert 'name="nombre" value="Ferreteria Lopez"' in answer.text
    assert portal.stamped == []


@pytest.mark.parametrize("path", [*PAGES, "/f/corregir", "/f/global", "/f/tarde", "/f/ajena", "/f/detenida", "/f/nada"])
def test_pages_are_kind(client: httpx.Client, path: str) -> None:
    seen = text_of(client.get(path).text).replace("Error:", "")
    assert not re.search(r"inv[aá]lid|error|contribuyente|denegad|por ley|\busted\b|incorrect", seen, re.IGNORECASE)


def test_every_stage_has_a_page(client: httpx.Client, portal: MemoryPortal) -> None:
    assert {purchase.stage for purchase in portal.held.values()} == set(Stage)
