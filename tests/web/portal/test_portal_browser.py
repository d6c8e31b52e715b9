"""The portal in a real browser: with and without JavaScript, on small phones, by keyboard, for weak eyes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from hub.colour import contrast
from hub.flow.portal_model import FiscalData, Stage
from tests.web.portal.preview import CAFE, EMPRESA, PERSONA, XML, MemoryPortal

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
NewPage = Callable[..., Page]
EVERY_PAGE = (
    "/p/cafe",
    "/p/cafe/ayuda",
    "/f/abierta",
    "/f/guardada",
    "/f/parcial",
    "/f/simple",
    "/f/corregir",
    "/f/pronto",
    "/f/lenta",
    "/f/facturada",
    "/f/ajena",
    "/f/global",
    "/f/tarde",
    "/f/tarde/ayuda?tema=late",
    "/f/devuelta",
    "/f/detenida",
    "/f/facturada/ayuda?tema=correct",
    "/f/facturada/ayuda?tema=cancel&folio=S-001",
    "/f/nada",
)


@pytest.fixture
def new_page(browser: Browser, address: str) -> Iterator[NewPage]:
    """Opens pages of the portal; any complaint of the browser (CSP, script) fails the test."""
    contexts, complaints = [], []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{"base_url": address, "viewport": PHONE, "locale": "es-MX"} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if _complains(line.type, line.text) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _complains(kind: str, text: str) -> bool:
    return kind in {"error", "warning"} and "status of" not in text


def fill(page: Page, data: FiscalData) -> None:
    page.get_by_label("RFC", exact=True).fill(data.rfc)
    page.get_by_label("Nombre o razón social").fill(data.nombre)
    page.get_by_label("Código postal fiscal").fill(data.codigo_postal)
    page.get_by_label("Régimen fiscal").select_option(data.regimen_fiscal)
    page.get_by_label("Correo (opcional)").fill(data.email)


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_ticket_to_the_invoice(new_page: NewPage, portal: MemoryPortal, javascript: bool) -> None:
    page = new_page(java_script_enabled=javascript, accept_downloads=True)
    page.goto("/p/cafe")
    page.get_by_label("Número de pedido o ticket").fill("# 1oo1")
    page.get_by_label("Total pagado").fill("1,160.00")
    page.get_by_role("button", name="Buscar mi compra").click()
    fill(page, replace(EMPRESA, rfc="abc 010203-ab1"))
    page.get_by_role("button", name="Revisar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revisa tu factura")
    page.reload()
    page.get_by_role("button", name="Facturar $1,160.00").click()
    expect(page.get_by_text("¡Listo! Tu factura ya es válida ante el SAT.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar XML").click()
    assert download.value.path().read_bytes() == XML
    assert download.value.suggested_filename == "Factura A-1042 Café.xml"
    (_, stamped) = portal.stamped[0]
    assert (stamped.rfc, stamped.uso_cfdi, len(portal.stamped)) == (EMPRESA.rfc, "G03", 1)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_known_customer_taps_once(new_page: NewPage, portal: MemoryPortal, javascript: bool) -> None:
    page = new_page(java_script_enabled=javascript)
    page.goto("/f/guardada")
    expect(page.get_by_label("RFC", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Facturar $1,160.00").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tu factura está lista")
    assert portal.stamped == [("guardada", EMPRESA)]


def test_other_data_are_one_tap_away(new_page: NewPage, portal: MemoryPortal) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/f/guardada")
    page.get_by_text("Usar otros datos").click()
    fill(page, PERSONA)
    page.get_by_role("button", name="Revisar", exact=True).click()
    expect(page.get_by_text("ANA LOPEZ GARCIA")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_problems_are_on_top_focused_and_lead_to_their_field(new_page: NewPage, javascript: bool) -> None:
    page = new_page(java_script_enabled=javascript)
    page.goto("/f/abierta")
    page.get_by_label("RFC", exact=True).fill("ABC010203A")
    page.get_by_role("button", name="Revisar", exact=True).click()
    expect(page).to_have_title("Error: Factura tu compra · Nopal & Grano")
    expect(page.locator("#errores")).to_be_focused()
    page.get_by_role("link", name="Elige tu régimen fiscal.").click()
    expect(page.locator("#regimen_fiscal")).to_be_focused()
    field = page.get_by_label("RFC", exact=True)
    expect(field).to_have_value("ABC010203A")
    expect(field).to_have_accessible_description(
        "12 caracteres si es empresa, 13 si es persona. "
        "Error: El RFC lleva 12 caracteres si es empresa y 13 si es persona. Escribiste 10."
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_a_proposed_name_is_taken_with_one_tap(new_page: NewPage, javascript: bool) -> None:
    page = new_page(java_script_enabled=javascript)
    page.goto("/f/corregir")
    page.get_by_role("button", name="¿Quisiste escribir FERRETERIA LOPEZ? Usar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revisa tu factura")
    expect(page.get_by_text("FERRETERIA LOPEZ", exact=True)).to_be_visible()


def test_the_enter_key_reviews_and_takes_no_proposal(new_page: NewPage, portal: MemoryPortal) -> None:
    page = new_page()
    page.goto("/f/corregir")
    page.get_by_label("Nombre o razón social").fill("OTRA COSA")
    page.get_by_label("Nombre o razón social").press("Enter")
    page.wait_for_url("**/revisar")
    assert portal.held["corregir"].typed is not None
    assert portal.held["corregir"].typed.nombre == "OTRA COSA"


def test_the_lists_follow_the_rfc_while_it_is_typed(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/f/abierta")
    rfc, regimen = page.get_by_label("RFC", exact=True), page.get_by_label("Régimen fiscal")
    rfc.press_sequentially("abc-010203 ab1")
    expect(rfc).to_have_value("ABC010203AB1")
    expect(page.get_by_text("Empresa", exact=True)).to_be_visible()
    assert _groups(regimen) == ["Empresa"]
    rfc.fill("LOGA850101AB2")
    expect(page.get_by_text("Persona física", exact=True)).to_be_visible()
    assert _groups(regimen) == ["Persona física"]
    regimen.select_option("605")
    uso = page.get_by_label("¿Para qué la usarás?")
    expect(uso).to_have_value("S01")
    assert "G03" not in _values(uso)
    regimen.select_option("612")
    expect(uso).to_have_value("G03")
    assert "D01" in _values(uso)


def test_a_chosen_regimen_survives_a_mistake_in_the_rfc(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/f/abierta")
    rfc, regimen = page.get_by_label("RFC", exact=True), page.get_by_label("Régimen fiscal")
    rfc.fill("LOGA850101AB2")
    regimen.select_option("612")
    rfc.press("End")
    rfc.press("Backspace")
    expect(regimen).to_have_value("")
    rfc.press_sequentially("2")
    expect(regimen).to_have_value("612")


def test_lists_limited_by_the_server_grow_again_with_another_rfc(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/f/corregir")
    regimen = page.get_by_label("Régimen fiscal")
    assert _groups(regimen) == ["Empresa"]
    page.get_by_label("RFC", exact=True).fill("LOGA850101AB2")
    assert _groups(regimen) == ["Persona física"]
    assert len(_values(regimen)) > 10


def test_without_javascript_the_lists_follow_after_a_submit(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/f/abierta")
    assert _groups(page.get_by_label("Régimen fiscal")) == ["Persona física", "Empresa"]
    fill(page, replace(PERSONA, nombre="", regimen_fiscal="605"))
    page.get_by_role("button", name="Revisar", exact=True).click()
    assert _groups(page.get_by_label("Régimen fiscal")) == ["Persona física"]
    assert "G03" not in _values(page.get_by_label("¿Para qué la usarás?"))


def test_the_first_tap_locks_the_button(new_page: NewPage, portal: MemoryPortal) -> None:
    page = new_page()
    page.goto("/f/guardada")
    page.get_by_role("button", name="Facturar $1,160.00").dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tu factura está lista")
    assert portal.hits["submit:guardada"] == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_progress_shows_the_invoice_by_itself(new_page: NewPage, portal: MemoryPortal, javascript: bool) -> None:
    page = new_page(java_script_enabled=javascript)
    page.goto("/f/sin-timbres")
    fill(page, EMPRESA)
    page.get_by_role("button", name="Revisar", exact=True).click()
    page.get_by_role("button", name="Facturar $1,160.00").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Estamos haciendo tu factura")
    ready = portal.held["facturada"]
    portal.held["sin-timbres"] = replace(ready, token="sin-timbres")
    expect(page.get_by_text("¡Listo! Tu factura ya es válida ante el SAT.")).to_be_visible(timeout=15_000)


def test_the_folio_fiscal_is_copied(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/f/facturada")
    page.get_by_role("button", name="Copiar").click()
    expect(page.get_by_role("button", name="Copiado")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "5C9F7F0E-7A1B-4C55-9D11-2B6A3E8F0D42"


def test_buttons_that_need_javascript_do_not_show_without_it(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/f/facturada")
    expect(page.get_by_role("button", name="Copiar")).to_be_hidden()
    expect(page.get_by_role("button", name="Compartir")).to_be_hidden()


def test_the_whole_way_by_keyboard(new_page: NewPage, portal: MemoryPortal) -> None:
    page = new_page()
    page.goto("/f/abierta")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir al contenido")).to_be_focused()
    page.keyboard.press("Enter")
    for typed in (EMPRESA.rfc, EMPRESA.nombre, EMPRESA.codigo_postal, "General"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Correo (opcional)")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Revisar", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Facturar $1,160.00")
    expect(button).to_be_visible()
    _tab_to(page, "button.primary")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tu factura está lista")
    assert len(portal.stamped) == 1


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_scrolls_sideways_or_has_small_targets(new_page: NewPage, path: str) -> None:
    page = new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_text_at_twice_the_size_loses_nothing(new_page: NewPage, path: str) -> None:
    page = new_page(viewport={"width": 360, "height": 740})
    page.goto(path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("colour", ["#ffe600", "#ff2d92", "#fff", "#000000", "#c2571a", "#00e5ff"])
def test_every_text_can_be_read_in_every_brand(new_page: NewPage, portal: MemoryPortal, colour: str) -> None:
    portal.brands["cafe"] = replace(CAFE, primary=colour, secondary=colour)
    page = new_page()
    for path in ("/p/cafe", "/f/guardada", "/f/corregir", "/f/facturada", "/f/lenta", "/f/abierta"):
        page.goto(path)
        for text, ink, paper, size in page.evaluate(INKS):
            needed = 3.0 if size >= 24 else 4.5
            assert contrast(tuple(ink), tuple(paper)) >= needed, (path, text, ink, paper)


@pytest.mark.parametrize("path", ["/p/cafe", "/f/abierta", "/f/corregir", "/f/facturada"])
def test_the_first_load_is_light_and_from_our_own_server(new_page: NewPage, address: str, path: str) -> None:
    page = new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - a list's method takes no mark
    page.goto(path, wait_until="networkidle")
    assert len(responses) >= 4
    assert all(response.url.startswith(address) for response in responses)
    assert sum(len(response.body()) for response in responses) < 100_000


def test_focus_can_be_seen(new_page: NewPage) -> None:
    page = new_page()
    for path, stops in (("/f/abierta", 14), ("/f/facturada", 11)):
        page.goto(path)
        for _ in range(stops):
            page.keyboard.press("Tab")
            width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert (width, style) == (3, "solid"), page.evaluate("document.activeElement.outerHTML")


def test_pages_speak_spanish_and_every_field_has_its_label(new_page: NewPage) -> None:
    page = new_page()
    for path in EVERY_PAGE:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "es-MX"
        assert page.locator("h1").count() == 1
        assert page.evaluate(UNLABELLED) == []


def test_a_page_of_every_stage_is_looked_at(portal: MemoryPortal) -> None:
    tokens = {path.split("/")[2] for path in EVERY_PAGE} & portal.held.keys()
    assert {portal.held[token].stage for token in tokens} == set(Stage)


def _groups(select: Any) -> list[str]:
    return select.evaluate("s => [...s.querySelectorAll('optgroup')].map(g => g.label)")


def _values(select: Any) -> list[str]:
    return select.evaluate("s => [...s.options].map(o => o.value)")


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(20):
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
        page.keyboard.press("Tab")


SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter(e => e.checkVisibility() && !e.matches('.visually-hidden, .skip, [type=hidden]'))
  .filter(e => { const box = e.getBoundingClientRect(); return box.height < 44 || box.width < 44 })
  .map(e => e.outerHTML)"""

CUT_OFF = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden, select, svg'))
  .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible'
            && !e.matches('input, textarea'))
  .map(e => e.outerHTML)"""

UNLABELLED = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(e => !e.labels.length || !e.labels[0].textContent.trim())
  .map(e => e.outerHTML)"""

# The colour of each text and of the nearest painted background behind it (the page's gradient: its darkest stop).
INKS = """() => {
  const rgb = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const painted = (e) => {
    for (let n = e; n; n = n.parentElement) {
      const style = getComputedStyle(n);
      const stops = style.backgroundImage.match(/rgb\\([^)]+\\)/g);
      if (n === document.body && stops) return rgb(stops[0]);
      const colour = rgb(style.backgroundColor);
      if (colour.length && (colour.length === 3 || colour[3] > 0)) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  return [...document.querySelectorAll('body *')]
    .filter((e) => own(e) && e.checkVisibility() && !e.closest('.visually-hidden, .skip, option, optgroup, script'))
    .map((e) => {
      const style = getComputedStyle(e);
      return [e.textContent.trim().slice(0, 30), rgb(style.color).slice(0, 3), painted(e), parseFloat(style.fontSize)];
    });
}"""
