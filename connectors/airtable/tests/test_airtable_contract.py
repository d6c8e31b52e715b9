"""The Airtable source keeps every promise of a source with webhooks that writes back; the fake base answers."""

import base64
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import ClassVar

import httpx
import pytest

from connectors.airtable import reading
from connectors.airtable.config import AirtableConfig
from connectors.airtable.source import AirtableSource
from connectors.airtable.testing import FakeAirtable, Hook
from connectors.airtable.tests.conftest import TYPES
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract, WriteBackContract

TOKEN, SECRET = "pat_canary-5ecret-value", base64.b64encode(b"canary-5ecret-mac-value").decode()
ROWS = [
    {"folio": "PED-1", "total": 1160, "iva": 160, "forma_pago": "04"},
    {"folio": "PED-2", "total": 1044, "cantidad": 2, "precio_unitario": 500, "descuento": 100, "iva": 144},
    {"folio": "PED-2", "total": 313.2, "cantidad": 1, "precio_unitario": 300, "descuento": 30, "iva": 43.2},
    {"folio": "PED-3", "total": "$ 20.50", "moneda": "USD"},
    {"folio": "PED-4", "total": 99, "estado": "apartado"},
    {"folio": "DEV-1", "total": -160, "estado": "devolucion:PED-1"},
]


class Clock:
    """Each thing in the base happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class TestAirtableKeepsThePromises(WriteBackContract, WebhookSourceContract):
    plugin = AirtableSource
    config = AirtableConfig(token=TOKEN, base="appFAKE0000000001", table="Ventas", mac_secret=SECRET)
    movements: ClassVar = {
        "PED-1": "1160.00 MXN",
        "PED-2": "1357.20 MXN",
        "PED-3": "20.50 USD",
        "DEV-1": "refund of PED-1 on 2026-11-20: 160.00 MXN",
    }

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "PAGE_SIZE", 2)

    @cached_property
    def airtable(self) -> FakeAirtable:
        airtable = FakeAirtable(TOKEN, clock=Clock())
        table = airtable.table("Ventas", TYPES)
        self.hook = airtable.hook()
        self.hook.secret = b"canary-5ecret-mac-value"
        for row in ROWS:
            airtable.add(table, {"fecha": "2026-11-20 11:20", **row})
        return airtable

    hook: Hook

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.airtable.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        empty = FakeAirtable(TOKEN)
        empty.table("Ventas", TYPES)
        return empty.handle(request)

    def broken(self, record: Record) -> Record:
        """Somebody wrote words into the column of amounts."""
        rows = [{**row, "cells": {**row["cells"], "total": "mil ciento sesenta"}} for row in record["rows"]]
        return {**record, "rows": rows}

    def deliveries(self) -> list[RawRequest]:
        airtable = self.airtable
        at = datetime(2026, 11, 20, 17, 40, tzinfo=UTC)
        pings = [airtable.ping(self.hook, at=at + timedelta(minutes=minute)) for minute in (0, 1)]
        return [RawRequest(headers, body, at) for headers, body in pings]

    def shown(self) -> object:
        (table,) = self.airtable.tables.values()
        written = [name for name in TYPES if name.startswith("cfdi_")]
        return {key: {name: row.fields.get(name) for name in written} for key, row in table.rows.items()}
