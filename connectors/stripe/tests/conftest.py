"""A fake Stripe whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.stripe.config import StripeConfig
from connectors.stripe.source import StripeSource
from connectors.stripe.testing import FakeStripe
from connectors.stripe.testing_objects import Item
from hub.plugin import Http, Ignored, Movement, RawRequest, Record

SECRET = "whsec_tests"


class World:
    """The fake, the source, and the shortest way between them."""

    def __init__(self, url: str, fake: FakeStripe) -> None:
        self.url = url
        self.fake = fake
        self.source = self.source_with()
        self.http = Http.of(self.source.client())

    def source_with(self, **config: object) -> StripeSource:
        return StripeSource(
            StripeConfig.model_validate(
                {"api_key": "sk_test_fake", "webhook_secret": SECRET, "api_url": self.url, **config}
            )
        )

    def request(self, event: dict[str, object]) -> RawRequest:
        headers, body = self.fake.delivery(event)
        return RawRequest(headers, body, self.fake.clock())

    def records(self, event: dict[str, object]) -> list[Record]:
        request = self.request(event)
        self.source.verify(request)
        told = self.source.changed(request)
        assert not isinstance(told, Ignored), told
        return [record for target in told for record in self.source.read(self.http, str(target))]

    def movements(self, event: dict[str, object]) -> list[Movement]:
        return [self.source.to_sale(record) for record in self.records(event)]

    def pulled(self, since: datetime) -> list[Movement]:
        pages = self.source.pages(self.http, since)
        return [self.source.to_sale(record) for page in pages for record in page.records]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[World]:
    fake = FakeStripe(webhook_secret=SECRET, clock=clock)
    with fake.serving() as url:
        world = World(url, fake)
        yield world
        world.http.close()


@pytest.fixture
def items() -> list[Item]:
    return [Item("Cuaderno", 5800, quantity=2), Item("Pluma", 1160, discount=116)]
