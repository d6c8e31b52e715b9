"""The PrestaShop source keeps every promise of a source; the fake shop answers."""

from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx
import pytest

from connectors.prestashop import pages
from connectors.prestashop.config import PrestaShopConfig
from connectors.prestashop.source import PrestaShopSource
from connectors.prestashop.testing import FakePrestaShop, Item
from hub.plugin import Record
from hub.testing import SourceContract

KEY = "CANARY5ECRETKEYVALUE"
MOVEMENTS = {
    "1001": "1160.00 MXN",
    "1004": "127.59 MXN",
    "1006": "465.50 MXN",
    "slip-1008": "refund of 1001 on 2026-11-03: 400.00 MXN",
    "1009": "349.90 MXN",
    "slip-1011": "refund of 1009 on 2026-11-03: 349.90 MXN",
}


class Clock:
    """Each thing in the shop happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def shop() -> FakePrestaShop:
    """Money in and out of one shop."""
    presta = FakePrestaShop(KEY, clock=Clock())
    card = presta.sell([Item("Mochila", "1160.00")])
    presta.order([Item("Nada", "1.00")])
    presta.sell([Item("Cuaderno", "58.00", 2), Item("Pluma", "11.59", rate="0.08")])
    presta.sell([Item("Libro", "200.00", 2, rate="0")], shipping="99.00", voucher="33.50")
    presta.refund(card, "400.00")
    presta.refund(presta.sell([Item("Lámpara", "349.90")]), "349.90")
    return presta


class TestPrestaShopKeepsThePromisesOfASource(SourceContract):
    plugin = PrestaShopSource
    config = PrestaShopConfig(shop_url="https://tienda.example", webservice_key=KEY)
    movements = MOVEMENTS

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "PAGE_SIZE", 2)

    @cached_property
    def presta(self) -> FakePrestaShop:
        return shop()

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.presta.handle(request)

    def broken(self, record: Record) -> Record:
        """A slip or an order without its amounts."""
        return {**record, "slip": {}, "order": {**record.get("order", {}), "associations": {}}}
