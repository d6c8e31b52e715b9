"""The OpenPay source keeps every promise of a source with webhooks; the fake merchant answers."""

from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx
import pytest

from connectors.openpay import pages
from connectors.openpay.config import OpenPayConfig
from connectors.openpay.source import OpenPaySource
from connectors.openpay.testing import FakeOpenPay
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract

KEY, PASSWORD = "sk_canary-5ecret-value", "canary-5ecret-password"
MOVEMENTS = {
    "tr0001": "1160.00 MXN",
    "tr0003": "120.10 MXN",
    "tr0004": "1473.20 MXN",
    "rf0005": "refund of tr0001 on 2026-11-03: 400.00 MXN",
    "tr0006": "250.10 MXN",
    "chargeback-tr0006": "refund of tr0006 on 2026-11-03: 250.10 MXN",
}


class Clock:
    """Each thing at the merchant happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def account() -> FakeOpenPay:
    """Money in and out of one merchant."""
    openpay = FakeOpenPay(KEY, webhook_password=PASSWORD, clock=Clock())
    card = openpay.charge("1160.00")
    openpay.start("99.00")
    openpay.charge("120.10", {"method": "bank_account"})
    openpay.charge("1473.20", metadata={"subtotal": "1400.00", "descuento": "130.00", "iva": "203.20"})
    openpay.refund(card, "400.00")
    openpay.chargeback_ends(openpay.chargeback(openpay.charge("250.10")))
    return openpay


class TestOpenPayKeepsThePromisesOfASource(WebhookSourceContract):
    plugin = OpenPaySource
    config = OpenPayConfig(merchant_id="mfake", private_key=KEY, webhook_password=PASSWORD, sandbox=True)
    movements = MOVEMENTS
    live = False

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "CHARGES_PER_PAGE", 2)
        monkeypatch.setattr(pages, "LIST_SIZE", 3)

    @cached_property
    def openpay(self) -> FakeOpenPay:
        return account()

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.openpay.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        return FakeOpenPay(KEY).handle(request)

    def broken(self, record: Record) -> Record:
        """A charge that does not say how much it was."""
        return {**record, "amount": None}

    @cached_property
    def told(self) -> list[RawRequest]:
        return [RawRequest(*self.openpay.delivery(one), self.openpay.clock.now) for one in self.openpay.notifications]

    def deliveries(self) -> list[RawRequest]:
        return self.told
