"""The Magento source keeps every promise of a source with webhooks; the fake shop answers."""

from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx
import pytest

from connectors.magento import pages
from connectors.magento.config import MagentoConfig
from connectors.magento.source import MagentoSource
from connectors.magento.testing import FakeMagento, Item
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract

TOKEN, CONSUMER, SECRET = "canary-5ecret-token", "canary-5ecret-consumer", "canary-5ecret-token-secret"
MOVEMENTS = {
    "1001": "1160.00 MXN",
    "1004": "116.80 MXN",
    "1006": "506.00 MXN",
    "creditmemo-1008": "refund of 1001 on 2026-11-03: 400.00 MXN",
    "1009": "348.00 MXN",
    "creditmemo-1011": "refund of 1009 on 2026-11-03: 348.00 MXN",
}


class Clock:
    """Each thing in the shop happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def shop() -> FakeMagento:
    """Money in and out of one shop."""
    magento = FakeMagento(TOKEN, (CONSUMER, SECRET), clock=Clock())
    card = magento.sell([Item("Mochila", "1000.00")])
    magento.order([Item("Nada", "1.00")])
    magento.sell([Item("Cuaderno", "45.00", 2), Item("Pluma", "11.48", percent=8)])
    magento.sell([Item("Libro", "200.00", 2, percent=0, percent_off=2)], shipping="98.28")
    magento.refund(card, "400.00")
    magento.refund(magento.sell([Item("Lámpara", "300.00")]), "348.00")
    return magento


class TestMagentoKeepsThePromisesOfASource(WebhookSourceContract):
    plugin = MagentoSource
    config = MagentoConfig(
        api_url="https://tienda.example/rest/V1",
        access_token=TOKEN,
        access_token_secret=SECRET,
        consumer_key="canary-5ecret-key",
        consumer_secret=CONSUMER,
        public_key=FakeMagento().public_key,
    )
    movements = MOVEMENTS

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "PAGE_SIZE", 2)

    @cached_property
    def magento(self) -> FakeMagento:
        return shop()

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.magento.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        return FakeMagento(TOKEN, (CONSUMER, SECRET)).handle(request)

    def broken(self, record: Record) -> Record:
        """A credit memo or an order that does not say how much it was."""
        spoilt = {name: {**record[name], "grand_total": None} for name in ("memo", "order") if name in record}
        return {**record, **spoilt}

    @cached_property
    def signed(self) -> list[RawRequest]:
        return [RawRequest(*self.magento.delivery(told), self.magento.clock()) for told in self.magento.told]

    def deliveries(self) -> list[RawRequest]:
        return self.signed
