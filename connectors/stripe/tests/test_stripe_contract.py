"""The Stripe source keeps every promise of a source with webhooks; the fake account answers."""

from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx
import pytest

from connectors.stripe import pages
from connectors.stripe.config import StripeConfig
from connectors.stripe.source import StripeSource
from connectors.stripe.testing import FakeStripe
from connectors.stripe.testing_objects import Item
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract, WriteBackContract

API_KEY, WEBHOOK_SECRET = "rk_test_canary-5ecret-value", "whsec_canary-5ecret-value"
ITEMS = [Item("Cuaderno", 5800, quantity=2), Item("Pluma", 1160, discount=116)]
MOVEMENTS = {
    "pi_0001": "1160.00 MXN",
    "pi_0004": "20.50 USD",
    "pi_0007": "1500 JPY",
    "pi_0014": "225.44 MXN",
    "pi_0021": "126.44 MXN",
    "in_0027": "126.44 MXN",
    "re_0034": "refund of pi_0001 on 2026-11-03: 400.00 MXN",
    "pi_0037": "250.10 MXN",
    "dp_0040": "refund of pi_0037 on 2026-11-03: 250.10 MXN",
}


class Clock:
    """Each thing in the account happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def account() -> FakeStripe:
    """Money in and out of one account, in every way that Stripe tells of."""
    stripe = FakeStripe(API_KEY, WEBHOOK_SECRET, Clock())
    card = stripe.pay(116000)
    stripe.pay(2050, currency="usd")
    stripe.pay(1500, currency="jpy")
    stripe.checkout(ITEMS, shipping=9900)
    stripe.invoice(ITEMS)
    stripe.invoice(ITEMS, out_of_band=True)
    stripe.refund(card, 40000)
    stripe.dispute_ends(stripe.dispute(stripe.pay(25010)))
    return stripe


class TestStripeKeepsThePromisesOfASource(WriteBackContract, WebhookSourceContract):
    plugin = StripeSource
    config = StripeConfig(api_key=API_KEY, webhook_secret=WEBHOOK_SECRET)
    movements = MOVEMENTS
    live = False

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "RECORDS_PER_PAGE", 3)

    @cached_property
    def stripe(self) -> FakeStripe:
        return account()

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.stripe.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        return FakeStripe(API_KEY).handle(request)

    def broken(self, record: Record) -> Record:
        """Money that does not say in which currency."""
        money = ("payment_intent", "invoice", "refund", "dispute")
        return {**record, **{name: {**record[name], "currency": None} for name in money if record.get(name)}}

    def shown(self) -> object:
        store = self.stripe.store
        sold = [one for kind in ("payment_intent", "charge", "invoice") for one in store.of(kind)]
        return {one["id"]: one.get("metadata", {}) for one in sold}

    def deliveries(self) -> list[RawRequest]:
        return [RawRequest(*self.stripe.delivery(event), self.stripe.clock.now) for event in self.stripe.events()]
