"""A fake shop whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from connectors.prestashop.config import PrestaShopConfig
from connectors.prestashop.source import PrestaShopSource
from connectors.prestashop.testing import FakePrestaShop
from hub.plugin import Movement, Record
from hub.testing.source_world import LONG_AGO, SourceWorld, StillClock


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> PrestaShopSource:
        settings = {"shop_url": self.url, "webservice_key": "FAKEWSKEY"}
        return PrestaShopSource(PrestaShopConfig.model_validate({**settings, **config}))

    def records(self, since: datetime = LONG_AGO) -> list[Record]:
        return [record for page in self.source.pages(self.http, since) for record in page.records]

    def pulled(self, since: datetime = LONG_AGO) -> list[Movement]:
        return [self.source.to_sale(record) for record in self.records(since)]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakePrestaShop(clock=clock)) as world:
        yield world
