"""A fake Conekta whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator

import pytest

from connectors.conekta.config import ConektaConfig
from connectors.conekta.source import ConektaSource
from connectors.conekta.testing import FakeConekta
from hub.plugin import Movement
from hub.testing.source_world import SourceWorld, StillClock


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> ConektaSource:
        settings = {"api_key": "key_fake", "live_mode": False, "public_key": self.fake.public_key, "api_url": self.url}
        return ConektaSource(ConektaConfig.model_validate({**settings, **config}))

    def of(self, order: dict[str, object]) -> list[Movement]:
        """What the order is now."""
        return [self.source.to_sale(record) for record in self.read(str(order["id"]))]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakeConekta(clock=clock)) as world:
        yield world
