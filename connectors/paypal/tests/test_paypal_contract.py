"""The PayPal source keeps every promise of a source with webhooks; the fake account answers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx
import pytest

from connectors.paypal import pages
from connectors.paypal.config import PayPalConfig
from connectors.paypal.source import PayPalSource
from connectors.paypal.testing import FakePayPal, Item
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract

CLIENT, SECRET = "fake-client", "canary-5ecret-value"
ITEMS = [Item("Cuaderno", "50.00", 2, "8.00", "CUA"), Item("Pluma", "10.00", 1, "1.60")]
MOVEMENTS = {
    "CAP0001": "1160.00 MXN",
    "CAP0005": "228.50 MXN",
    "REF0007": "refund of CAP0001 on 2026-11-03: 400.00 MXN",
    "SALE0009": "199.00 MXN",
    "CAP0011": "250.10 MXN",
    "dispute-PP-D-0013": "refund of CAP0011 on 2026-11-03: 250.10 MXN",
    "ELSEWHERE1": "75.00 MXN",
}


class Clock:
    """Each thing in the account happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def account() -> FakePayPal:
    """Money in and out of one account."""
    paypal = FakePayPal(CLIENT, SECRET, clock=Clock())
    wallet = paypal.capture("1160.00")
    paypal.capture("99.00", status="PENDING")
    paypal.capture(items=ITEMS, shipping="100.00", discount="13.01", tax="31.51")
    paypal.refund(wallet, "400.00")
    paypal.subscription_payment("199.00")
    paypal.dispute_ends(paypal.dispute(paypal.capture("250.10")))
    paypal.transact("ELSEWHERE1", "75.00", "T0007", item="Boleto")
    paypal.transact("PAYOUT1", "-500.00", "T0400")
    return paypal


class TestPayPalKeepsThePromisesOfASource(WebhookSourceContract):
    plugin = PayPalSource
    config = PayPalConfig(client_id=CLIENT, client_secret=SECRET, sandbox=True, webhook_ids=["WH-FAKE"])
    movements = MOVEMENTS
    live = False

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _certificates(cls) -> Iterator[None]:
        with FakePayPal().serving() as url:
            cls.config = cls.config.model_copy(update={"certificates_url": url})
            yield

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "RECORDS_PER_PAGE", 2)
        monkeypatch.setattr(pages, "PAGE_SIZE", 3)

    @cached_property
    def paypal(self) -> FakePayPal:
        return account()

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.paypal.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        return FakePayPal(CLIENT, SECRET).handle(request) if "token" in request.url.path else httpx.Response(404)

    def broken(self, record: Record) -> Record:
        """Money that does not say how much it was."""
        nothing = {"currency_code": "MXN", "value": None, "currency": "MXN", "total": None}
        places = {"capture": "amount", "sale": "amount", "dispute": "dispute_amount", "transaction": "transaction_info"}
        spoilt = {
            name: {**record[name], place: {**nothing, "transaction_amount": nothing}}
            for name, place in places.items()
            if name in record
        }
        return {**record, **spoilt}

    @cached_property
    def signed(self) -> list[RawRequest]:
        clock = self.paypal.clock
        return [RawRequest(*self.paypal.delivery(told), clock.now) for told in self.paypal.events]

    def deliveries(self) -> list[RawRequest]:
        return self.signed
