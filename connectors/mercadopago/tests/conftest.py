"""A fake Mercado Pago whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Callable, Iterator

import pytest

from connectors.mercadopago.config import MercadoPagoConfig
from connectors.mercadopago.source import MercadoPagoSource
from connectors.mercadopago.testing import FakeMercadoPago
from hub.plugin import Movement, RawRequest
from hub.testing.service import taken_once
from hub.testing.source_world import SourceWorld, StillClock

SECRET = "mp_webhook_secret_fixture_01"


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> MercadoPagoSource:
        return MercadoPagoSource(
            MercadoPagoConfig.model_validate(
                {
                    "access_token": "TEST-fake",
                    "collector_id": "123456789",
                    "webhook_secret": SECRET,
                    "api_url": self.url,
                    **config,
                }
            )
        )

    def of(self, payment: dict[str, object]) -> list[Movement]:
        """What the payment is now."""
        records = self.source.read(self.http, f"payment:{payment['id']}@0")
        return [self.source.to_sale(record) for record in records]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakeMercadoPago(webhook_secret=SECRET, clock=clock)) as world:
        yield world


@pytest.fixture
def serve_once(clock: StillClock) -> Callable[[Callable[[str], int]], tuple[int, RawRequest]]:
    """An endpoint that takes one delivery as the hub does; gives the answer's status and what came."""

    return lambda send: taken_once(send, "/webhooks/mercadopago", clock)
