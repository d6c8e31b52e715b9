"""A fake shop whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator

import pytest

from connectors.woocommerce.config import WooCommerceConfig
from connectors.woocommerce.source import WooCommerceSource
from connectors.woocommerce.testing import FakeWooCommerce
from hub.plugin import Movement, Record
from hub.testing.source_world import SourceWorld, StillClock

SECRET = "woo & secreto <prueba>"


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> WooCommerceSource:
        settings = {
            "shop_url": self.url,
            "consumer_key": "ck_fake",
            "consumer_secret": "cs_fake",
            "webhook_secret": SECRET,
            "per_second": 1000,
        }
        return WooCommerceSource(WooCommerceConfig.model_validate({**settings, **config}))

    def of(self, order: Record) -> list[Movement]:
        """What the order is now."""
        return [self.source.to_sale(record) for record in self.read(order["id"])]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakeWooCommerce(webhook_secret=SECRET, clock=clock)) as world:
        yield world
