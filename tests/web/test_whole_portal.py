"""A buyer with a browser, the real daemon, PAC, mail: from the mailed link to the PDF."""

import re
import time

import pytest
from playwright.sync_api import expect

from hub.store import CfdiXml, TicketState
from tests.support.process import daemon
from tests.support.world import world

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def hub(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as made:
        yield made


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_from_the_mailed_link_to_the_invoice_and_back_again(hub, browser):
    hub.stripe.pay(116000, description="Curso de cerámica", receipt_email="ana@cliente.example")
    with daemon(hub.folder) as running:
        hub.stripe.send(hub.stripe.events("payment_intent.succeeded")[0], f"{running.url}/webhooks/stripe-mx")
        until(lambda: hub.smtp.received)
        link = re.search(r"https?://\S+(/f/\S+)", hub.smtp.received[0].text).group(1)
        page = browser.new_page(accept_downloads=True, java_script_enabled=False)

        page.goto(running.url + link)
        expect(page.get_by_text("Curso de cerámica")).to_be_visible()
        page.get_by_label("RFC", exact=True).fill("cpu 200101-ab8")
        page.get_by_label("Nombre o razón social").fill("Cliente de prueba dos")
        page.get_by_label("Código postal fiscal").fill("06600")
        page.get_by_label("Régimen fiscal").select_option("601")
        page.get_by_role("button", name="Revisar", exact=True).click()
        page.get_by_role("button", name="Facturar $1,160.00").click()

        # SAT's answer, at the field it is about, with what was typed.
        expect(page.locator("#errores")).to_contain_text("nombre")
        assert page.get_by_label("Código postal fiscal").input_value() == "06600"
        page.get_by_label("Nombre o razón social").fill("Cliente de prueba uno, S.A. de C.V.")
        page.get_by_role("button", name="Revisar", exact=True).click()
        page.get_by_role("button", name="¿Quisiste escribir CLIENTE DE PRUEBA UNO? Usar").click()
        expect(page.get_by_text("CLIENTE DE PRUEBA UNO", exact=True)).to_be_visible()
        page.get_by_role("button", name="Facturar $1,160.00").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tu factura está lista")

        with page.expect_download() as download:
            page.get_by_role("link", name="Descargar XML").click()
        assert download.value.path().read_bytes() == next(x.stamped for x in hub.all(CfdiXml) if x.stamped)
        with page.expect_download() as download:
            page.get_by_role("link", name="Descargar PDF").click()
        assert download.value.path().read_bytes().startswith(b"%PDF")

        page.goto(running.url + link)
        expect(page.get_by_role("heading", level=1)).to_have_text("Tu factura está lista")
        page.close()
        until(lambda: len(hub.smtp.received) == 2)
    assert hub.ticket.state == TicketState.INVOICED
    assert len(hub.stamps()) == 1
