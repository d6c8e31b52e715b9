"""The Shopify source keeps every promise of a source with webhooks; the fake shop answers."""

from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx

from connectors.shopify.config import ShopifyConfig
from connectors.shopify.source import ShopifySource
from connectors.shopify.testing import SHOP, FakeShopify
from connectors.shopify.testing_shapes import Item
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract, WriteBackContract

TOKEN, SECRET = "shpat_canary-5ecret-value", "shpss_canary-5ecret-value"
ITEMS = [Item("Cuaderno", "58.00", quantity=2), Item("Pluma", "11.60", discount="1.16")]
MOVEMENTS = {
    "6000000000001": "126.44 MXN",
    "6000000000008": "235.44 MXN",
    "6000000000016": "146.67 MXN",
    "6000000000023": "10.00 MXN",
    "990029": "refund of 6000000000023 on 2026-11-03: 4.00 MXN",
    "6000000000033": "126.44 MXN",
    "dispute-850040": "refund of 6000000000033 on 2026-11-03: 126.44 MXN",
}


class Clock:
    """Each thing in the shop happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def shop(token: str = TOKEN) -> FakeShopify:
    """Money in and out of one shop, in every way that Shopify tells of."""
    shop = FakeShopify(SHOP, token, SECRET, Clock())
    shop.sell(ITEMS)
    shop.sell(ITEMS, shipping=Item("Envío", "99.00"), tip="10.00")
    shop.sell(ITEMS, included=False)
    shop.refund(shop.sell([Item("Goma", "10.00")]), "4.00")
    shop.dispute_ends(shop.dispute(shop.sell(ITEMS)))
    return shop


class TestShopifyKeepsThePromisesOfASource(WriteBackContract, WebhookSourceContract):
    plugin = ShopifySource
    config = ShopifyConfig(shop=SHOP, access_token=TOKEN, client_secret=SECRET, orders_per_page=2)
    movements = MOVEMENTS

    @cached_property
    def shop(self) -> FakeShopify:
        return shop()

    @cached_property
    def empty(self) -> FakeShopify:
        return FakeShopify(SHOP, TOKEN, SECRET)

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.shop.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        return self.empty.handle(request)

    def broken(self, record: Record) -> Record:
        """An order that does not say in which currency."""
        return {**record, "currencyCode": None}

    def shown(self) -> object:
        orders = self.shop.orders.items()
        return {key: {".".join(name): value for name, value in held.metafields.items()} for key, held in orders}

    def deliveries(self) -> list[RawRequest]:
        return [RawRequest(*self.shop.delivery(event), event.at) for event in self.shop.events()]


class TestShopifyByClientCredentialsKeepsThemToo(TestShopifyKeepsThePromisesOfASource):
    config = ShopifyConfig(shop=SHOP, client_id=FakeShopify.client_id, client_secret=SECRET, orders_per_page=2)
