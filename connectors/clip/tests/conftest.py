"""A fake Clip whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator

import pytest

from connectors.clip.config import ClipConfig
from connectors.clip.source import ClipSource
from connectors.clip.testing import FakeClip
from hub.plugin import Movement
from hub.testing.source_world import SourceWorld, StillClock

TOKEN = "9f8e7d6c5b4a0000"


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> ClipSource:
        settings = {
            "api_key": "fake-key",
            "api_secret": "fake-secret",
            "webhook_token": TOKEN,
            "test": True,
            "api_url": self.url,
        }
        return ClipSource(ClipConfig.model_validate({**settings, **config}))

    def of(self, payment: dict[str, object]) -> list[Movement]:
        """What the payment is now."""
        return [self.source.to_sale(one) for one in self.source.read(self.http, f"payment:{payment['id']}")]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakeClip(webhook_token=TOKEN, clock=clock)) as world:
        yield world
