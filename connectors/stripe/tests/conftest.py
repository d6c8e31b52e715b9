"""A fake Stripe whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.stripe.config import StripeConfig
from connectors.stripe.source import StripeSource
from connectors.stripe.testing import FakeStripe
from connectors.stripe.testing_objects import Item
from hub.plugin import Record
from hub.testing.source_world import SourceWorld, StillClock

SECRET = "whsec_tests"


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> StripeSource:
        return StripeSource(
            StripeConfig.model_validate(
                {"api_key": "sk_test_fake", "webhook_secret": SECRET, "api_url": self.url, **config}
            )
        )

    def records(self, event: dict[str, object]) -> list[Record]:
        return super().records(self.request(event))


@pytest.fixture
def clock() -> StillClock:
    return StillClock(datetime(2026, 11, 3, 16, 30, tzinfo=UTC))


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakeStripe(webhook_secret=SECRET, clock=clock)) as world:
        yield world


@pytest.fixture
def items() -> list[Item]:
    return [Item("Cuaderno", 5800, quantity=2), Item("Pluma", 1160, discount=116)]
