"""The whole way of a row: read, invoiced, told beside it, and what happens when somebody edits it afterwards."""

from contextlib import contextmanager

import pytest

from connectors.airtable.testing import FakeAirtable, mac_secret
from connectors.sheets.testing import FakeSheets
from hub.flow.receive import receive
from hub.flow.tell import tell_events
from hub.store import TicketState
from tests.support.world import GOOD_BUYER, world

FISCAL = {
    "rfc": GOOD_BUYER["rfc"],
    "razon_social": GOOD_BUYER["nombre"],
    "cp": GOOD_BUYER["codigo_postal"],
    "regimen_fiscal": GOOD_BUYER["regimen_fiscal"],
    "uso_cfdi": GOOD_BUYER["uso_cfdi"],
}
ROW = {"folio": "PED-1", "fecha": "2026-03-02 11:52", "total": 1160, "iva": 160, "forma_pago": "TC", **FISCAL}
WRITTEN = ("cfdi_estado", "cfdi_uuid", "cfdi_error")


class OfAirtable:
    def __init__(self, url, fake):
        self.fake = fake
        self.table = fake.table("Ventas", dict.fromkeys((*ROW, *WRITTEN), "singleLineText"))
        self.hook = fake.hook()
        self.key = fake.add(self.table, ROW)
        self.config = {
            "use": "airtable",
            "token": fake.token,
            "base": fake.base,
            "table": "Ventas",
            "mac_secret": mac_secret(self.hook),
            "api_url": url,
            "per_second": 50,
        }

    def edit(self, **cells):
        self.fake.edit(self.table, self.key, **cells)

    def shown(self, column):
        return self.table.rows[self.key].fields.get(column, "")

    def told(self):
        return self.fake.ping(self.hook)


class OfSheets:
    def __init__(self, url, fake):
        self.fake = fake
        self.tab = fake.tab("Ventas", [*ROW, *WRITTEN], [*ROW.values()])
        self.config = {
            "use": "sheets",
            "service_account": fake.service_account(url),
            "spreadsheet": fake.id,
            "channel_token": "tok-of-a-test",
            "api_url": url,
        }

    def edit(self, **cells):
        for name, value in cells.items():
            self.tab.cells[1][self.tab.cells[0].index(name)] = value

    def shown(self, column):
        place = self.tab.cells[0].index(column)
        return self.tab.cells[1][place] if place < len(self.tab.cells[1]) else ""

    def told(self):
        return self.fake.push("tok-of-a-test"), b""


@pytest.fixture(params=[(OfAirtable, FakeAirtable), (OfSheets, FakeSheets)], ids=["airtable", "sheets"])
def place(request):
    kind, fake = request.param[0], request.param[1]()
    with fake.serving() as url:
        yield kind(url, fake)


@contextmanager
def hub_of(place, folder, database_url, **changes):
    common = {"issuer": "tienda", "every": "1 hour", "start": "2026-01-01", "write_back": True}
    with world(folder, database_url, sources={"filas": {**place.config, **common, **changes}}) as hub:
        yield hub


def read(hub):
    hub.poll("filas")
    tell_events(hub.flow)
    hub.work()


def test_a_row_with_its_buyers_data_is_invoiced_and_told_so(place, tmp_path, database_url):
    with hub_of(place, tmp_path, database_url) as hub:
        read(hub)

        assert hub.ticket.state == TicketState.INVOICED
        assert hub.cfdi.total == 1160
        assert place.shown("cfdi_estado") == "timbrada"
        assert place.shown("cfdi_uuid") == hub.cfdi.uuid.upper()


def test_reading_it_again_with_what_was_written_invoices_nothing(place, tmp_path, database_url):
    with hub_of(place, tmp_path, database_url) as hub:
        for _ in range(3):
            read(hub)
        headers, body = place.told()
        receive(hub.flow, "filas", headers, body)
        hub.work()

        assert hub.cfdi_count == 1
        assert hub.ticket.difference == ""


def test_an_edit_after_the_invoice_is_a_difference_and_never_a_second_invoice(place, tmp_path, database_url):
    with hub_of(place, tmp_path, database_url) as hub:
        read(hub)
        place.edit(total=1740, iva=240)
        read(hub)

        assert hub.cfdi_count == 1
        assert "1740" in hub.ticket.difference
        assert place.shown("cfdi_estado") == "timbrada"
        assert "cambió después de facturarse" in place.shown("cfdi_error")

        place.edit(total=1160, iva=160)
        read(hub)
        assert hub.ticket.difference == place.shown("cfdi_error") == ""


def test_a_wrong_cell_is_told_beside_its_row_until_it_is_mended(place, tmp_path, database_url):
    place.edit(total="#REF!")
    with hub_of(place, tmp_path, database_url) as hub:
        read(hub)
        assert place.shown("cfdi_estado") == "con error"
        assert "the cell says #REF!" in place.shown("cfdi_error")

        place.edit(total=1160)
        read(hub)

        assert place.shown("cfdi_estado") == "timbrada"
        assert place.shown("cfdi_error") == ""


def test_a_hint_of_the_remote_side_is_enough(place, tmp_path, database_url):
    with hub_of(place, tmp_path, database_url) as hub:
        headers, body = place.told()
        assert receive(hub.flow, "filas", headers, body).new
        hub.work()

        assert hub.ticket.state == TicketState.INVOICED
