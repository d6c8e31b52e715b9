"""The WooCommerce source keeps every promise of a source with webhooks; the fake shop answers."""

from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx
import pytest

from connectors.woocommerce import pages
from connectors.woocommerce.config import WooCommerceConfig
from connectors.woocommerce.source import WooCommerceSource
from connectors.woocommerce.testing import FakeWooCommerce, Item
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract

KEY, SECRET, SIGNING = "ck_canary-5ecret-key", "cs_canary-5ecret-value", "canary-5ecret-signing-value"
MOVEMENTS = {
    "1001": "1160.00 MXN",
    "1003": "127.59 MXN",
    "1004": "465.50 MXN",
    "1005": "refund of 1001 on 2026-11-03: 400.00 MXN",
    "1006": "349.90 MXN",
    "1007": "refund of 1006 on 2026-11-03: 349.90 MXN",
}


class Clock:
    """Each thing in the shop happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def shop() -> FakeWooCommerce:
    """Money in and out of one shop."""
    woo = FakeWooCommerce(KEY, SECRET, SIGNING, Clock())
    card = woo.sell([Item("Mochila", "1160.00")])
    woo.order([Item("Nada", "1.00")])
    woo.sell([Item("Cuaderno", "58.00", 2), Item("Pluma", "11.59", rate="0.08")])
    woo.sell([Item("Libro", "200.00", 2, rate="0")], shipping="99.00", fees=[("Descuento", "-33.50")])
    woo.refund(card, "400.00")
    woo.refund(woo.sell([Item("Lámpara", "349.90")]))
    return woo


class TestWooCommerceKeepsThePromisesOfASource(WebhookSourceContract):
    plugin = WooCommerceSource
    config = WooCommerceConfig(
        shop_url="https://tienda.example",
        consumer_key=KEY,
        consumer_secret=SECRET,
        webhook_secret=SIGNING,
        per_second=1000,
    )
    movements = MOVEMENTS

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "PAGE_SIZE", 2)

    @cached_property
    def woo(self) -> FakeWooCommerce:
        return shop()

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.woo.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        return FakeWooCommerce(KEY, SECRET).handle(request)

    def broken(self, record: Record) -> Record:
        """An order whose lines are missing."""
        return {**record, "order": {**record["order"], "line_items": []}}

    @cached_property
    def signed(self) -> list[RawRequest]:
        return [RawRequest(*self.woo.delivery(event), self.woo.clock()) for event in self.woo.told]

    def deliveries(self) -> list[RawRequest]:
        return self.signed
