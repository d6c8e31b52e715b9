"""A fake Google with one spreadsheet, and a source that talks to it over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.sheets.config import SheetsConfig
from connectors.sheets.source import SheetsSource
from connectors.sheets.testing import FakeSheets, Tab
from hub.plugin import DataError, Http, Movement, Record

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = "tok-fixture-value"
COLUMNS = (
    "folio",
    "fecha",
    "cliente",
    "descripcion",
    "total",
    "forma_pago",
    "estado",
    "email",
    "cfdi_uuid",
    "cfdi_estado",
    "cfdi_error",
    "cfdi_folio",
    "cfdi_liga",
    "cfdi_fecha",
)


class World:
    """The fake, the source, and the shortest way between them."""

    def __init__(self, url: str, fake: FakeSheets) -> None:
        self.url, self.fake = url, fake
        self.tab: Tab = fake.tab("Ventas", list(COLUMNS))
        self.use()

    def use(self, **config: object) -> None:
        if hasattr(self, "http"):
            self.http.close()
        given = {
            "service_account": self.fake.service_account(self.url),
            "spreadsheet": self.fake.id,
            "channel_token": TOKEN,
            "api_url": self.url,
            **config,
        }
        self.source = SheetsSource(SheetsConfig.model_validate(given))
        self.http = Http.of(self.source.client())

    def sell(self, folio: Any = "PED-1", fecha: Any = "2026-11-20 11:52", total: Any = 1160, **fields: Any) -> None:
        values = {"folio": folio, "fecha": fecha, "total": total, **fields}
        self.tab.cells.append([values.get(name, "") for name in self.tab.cells[0]])

    def cell(self, row: int, column: str) -> Any:
        """What stands in a row, counted from 1 below the header."""
        cells, place = self.tab.cells[row], self.tab.cells[0].index(column)
        return cells[place] if place < len(cells) else ""

    def records(self) -> list[Record]:
        return [record for page in self.source.pages(self.http, BEGINNING) for record in page.records]

    def pulled(self) -> list[Movement | DataError]:
        return [self.mapped(record) for record in self.records()]

    def mapped(self, record: Record) -> Movement | DataError:
        try:
            return self.source.to_sale(record)
        except DataError as error:
            return error


KEY = rsa.generate_private_key(65537, 2048)
"""Making one takes its time: one for all tests."""


@pytest.fixture
def world() -> Iterator[World]:
    fake = FakeSheets(private_key=KEY)
    with fake.serving() as url:
        made = World(url, fake)
        yield made
        made.http.close()
