"""A fake PayPal whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator

import pytest

from connectors.paypal.config import PayPalConfig
from connectors.paypal.source import PayPalSource
from connectors.paypal.testing import FakePayPal
from hub.plugin import Movement
from hub.testing.source_world import SourceWorld, StillClock

WEBHOOK = "8PT597110X687430LKGECATA"


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> PayPalSource:
        settings = {
            "client_id": self.fake.client_id,
            "client_secret": self.fake.client_secret,
            "sandbox": True,
            "webhook_ids": [WEBHOOK],
            "api_url": self.url,
            "certificates_url": self.url,
        }
        return PayPalSource(PayPalConfig.model_validate({**settings, **config}))

    def of(self, capture: dict[str, object]) -> list[Movement]:
        """What the capture is now."""
        return [self.source.to_sale(one) for one in self.source.read(self.http, f"capture:{capture['id']}")]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakePayPal(webhook_id=WEBHOOK, clock=clock)) as world:
        yield world
