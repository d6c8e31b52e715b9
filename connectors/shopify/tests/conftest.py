"""A fake shop whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from connectors.shopify.api import ShopifyApi
from connectors.shopify.config import ShopifyConfig
from connectors.shopify.source import ShopifySource
from connectors.shopify.testing import SHOP, FakeShopify
from connectors.shopify.testing_objects import Event
from connectors.shopify.testing_shapes import Item
from hub.plugin import Client, Http, Movement, RawRequest
from hub.testing.source_world import SourceWorld, StillClock

SECRET = "shpss_tests"
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> ShopifySource:
        given = {"access_token": "shpat_fake", "client_secret": SECRET, "api_url": self.url, **config}
        return ShopifySource(ShopifyConfig.model_validate({"shop": SHOP, **given}))

    def use(self, **config: object) -> None:
        self.http.close()
        self.source = self.source_with(**config)
        self.http = Http.of(self.source.client())

    def request(self, event: Event, **how: Any) -> RawRequest:
        return RawRequest(*self.fake.delivery(event, **how), self.fake.clock())

    def movements(self, event: Event) -> list[Movement]:
        return super().movements(self.request(event))

    def of(self, order: dict[str, Any]) -> list[Movement]:
        return [self.source.to_sale(record) for record in self.source.read(self.http, str(order["id"]))]

    def answering(self, body: object) -> ShopifyApi:
        """The API of a shop that answers everything alike."""
        wire = httpx.MockTransport(lambda request: httpx.Response(200, json=body, request=request))
        return ShopifyApi(Http.of(Client(base_url=self.url, transport=wire)), "2026-10")


@pytest.fixture
def clock() -> StillClock:
    return StillClock(datetime(2026, 11, 3, 16, 30, tzinfo=UTC))


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakeShopify(client_secret=SECRET, clock=clock)) as world:
        yield world


@pytest.fixture
def items() -> list[Item]:
    return [Item("Cuaderno", "58.00", quantity=2, sku="CUA-1"), Item("Pluma", "11.60", discount="1.16")]
