"""A fake OpenPay whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator

import pytest

from connectors.openpay.config import OpenPayConfig
from connectors.openpay.source import OpenPaySource
from connectors.openpay.testing import FakeOpenPay
from hub.plugin import Movement
from hub.testing.source_world import SourceWorld, StillClock

PASSWORD = "openpay-hook-pass"


class World(SourceWorld):
    """The fake, the source, and the shortest way between them."""

    def source_with(self, **config: object) -> OpenPaySource:
        settings = {
            "merchant_id": self.fake.merchant_id,
            "private_key": "sk_fake",
            "webhook_password": PASSWORD,
            "sandbox": True,
            "api_url": self.url,
        }
        return OpenPaySource(OpenPayConfig.model_validate({**settings, **config}))

    def of(self, charge: dict[str, object]) -> list[Movement]:
        """What the charge is now."""
        return [self.source.to_sale(record) for record in self.source.read(self.http, str(charge["id"]))]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def world(clock: StillClock) -> Iterator[World]:
    with World.beside(FakeOpenPay(merchant_id="mtest000fixture", webhook_password=PASSWORD, clock=clock)) as world:
        yield world
