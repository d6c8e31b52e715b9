"""A fake shop whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator

import pytest

from connectors.magento.config import MagentoConfig
from connectors.magento.source import MagentoSource
from connectors.magento.testing import FakeMagento
from hub.plugin import Movement, Record
from hub.testing.source_world import SourceWorld, StillClock


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> MagentoSource:
        settings = {
            "api_url": f"{self.url}/rest/V1",
            "access_token": "fake-token",
            "public_key": self.fake.public_key,
        }
        return MagentoSource(MagentoConfig.model_validate({**settings, **config}))

    def read(self, order: Record) -> list[Record]:
        return list(self.source.read(self.http, str(order["entity_id"])))

    def of(self, order: Record) -> list[Movement]:
        """What the order is now."""
        return [self.source.to_sale(record) for record in self.read(order)]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakeMagento(clock=clock)) as world:
        yield world
