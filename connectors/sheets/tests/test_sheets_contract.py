"""The Google Sheets source keeps every promise of a source with webhooks that writes back; the fake answers."""

from functools import cached_property
from typing import ClassVar

import httpx
import pytest

from connectors.sheets import source
from connectors.sheets.config import SheetsConfig
from connectors.sheets.source import SheetsSource
from connectors.sheets.testing import FakeSheets
from connectors.sheets.tests.conftest import KEY
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract, WriteBackContract

TOKEN = "canary-5ecret-channel"
HEADER = ["folio", "fecha", "total", "iva", "estado", "moneda", "cfdi_estado", "cfdi_uuid", "cfdi_error", "cfdi_liga"]
ROWS = [
    ["PED-1", "2026-11-20 11:52", 1160, 160],
    ["PED-2", "2026-11-20 11:53", 1044, 144],
    ["", "", ""],
    ["PED-2", "2026-11-20 11:53", "$313.20", 43.2],
    ["PED-3", "20/11/2026", "20.50", "", "pagado", "USD"],
    ["PED-4", "20/11/2026", 99, "", "apartado"],
    ["DEV-1", "2026-11-21", -160, "", "devolucion:PED-1"],
    ["", "Total", 2716.70],
]


class TestSheetsKeepsThePromises(WriteBackContract, WebhookSourceContract):
    plugin = SheetsSource
    movements: ClassVar = {
        "PED-1": "1160.00 MXN",
        "PED-2": "1357.20 MXN",
        "PED-3": "20.50 USD",
        "DEV-1": "refund of PED-1 on 2026-11-21: 160.00 MXN",
    }

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(source, "RECORDS_PER_PAGE", 2)

    @cached_property
    def sheets(self) -> FakeSheets:
        sheets = FakeSheets(private_key=KEY)
        sheets.tab("Ventas", HEADER, *ROWS)
        return sheets

    @cached_property
    def config(self) -> SheetsConfig:
        return SheetsConfig.model_validate(
            {
                "service_account": self.sheets.service_account(),
                "spreadsheet": self.sheets.id,
                "channel_token": TOKEN,
            }
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.sheets.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        empty = FakeSheets(private_key=KEY)
        empty.tokens = self.sheets.tokens
        empty.tab("Ventas", HEADER)
        return empty.handle(request)

    def broken(self, record: Record) -> Record:
        """A formula lost its cell."""
        rows = [{**row, "cells": {**row["cells"], "total": {"error": "#REF!"}}} for row in record["rows"]]
        return {**record, "rows": rows}

    def deliveries(self) -> list[RawRequest]:
        return [RawRequest(self.sheets.push(TOKEN, number), b"", self.sheets.clock()) for number in (2, 3)]

    def shown(self) -> object:
        (tab,) = self.sheets.tabs
        return [row[6:] for row in tab.cells[1:]]
