"""The Conekta source keeps every promise of a source with webhooks; the fake account answers."""

from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx
import pytest

from connectors.conekta import pages
from connectors.conekta.config import ConektaConfig
from connectors.conekta.source import ConektaSource
from connectors.conekta.testing import FakeConekta, Item
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract

API_KEY = "key_canary-5ecret-value"
ITEMS = [Item("Cuaderno", 5000, 2), Item("Pluma", 999)]
MOVEMENTS = {
    "ord_0001": "1160.00 MXN",
    "ord_0008": "232.00 MXN",
    "ord_0013": "127.59 MXN",
    "ref_0018": "refund of ord_0001 on 2026-11-03: 400.00 MXN",
    "ord_0020": "348.00 MXN",
    "chbk_0025": "refund of ord_0020 on 2026-11-03: 348.00 MXN",
}


class Clock:
    """Each thing in the account happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def account() -> FakeConekta:
    """Money in and out of one account."""
    conekta = FakeConekta(API_KEY, clock=Clock())
    card = conekta.sell([Item("Mochila", 100000)])
    conekta.order([Item("Nada", 100)])
    conekta.sell([Item("Libro", 20000)], method={"object": "cash_payment"})
    conekta.sell(ITEMS)
    conekta.refund(card, 40000)
    conekta.chargeback_ends(conekta.chargeback(conekta.sell([Item("Lámpara", 30000)])))
    return conekta


class TestConektaKeepsThePromisesOfASource(WebhookSourceContract):
    plugin = ConektaSource
    config = ConektaConfig(api_key=API_KEY, live_mode=False, public_key=FakeConekta().public_key)
    movements = MOVEMENTS
    live = False

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "RECORDS_PER_PAGE", 2)

    @cached_property
    def conekta(self) -> FakeConekta:
        return account()

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.conekta.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        return FakeConekta(API_KEY).handle(request)

    def broken(self, record: Record) -> Record:
        """An order that does not say how much it was."""
        return {**record, "order": {**record["order"], "amount": None}}

    @cached_property
    def signed(self) -> list[RawRequest]:
        told = [event for event in self.conekta.events if not event["type"].startswith("charge.chargeback")]
        return [RawRequest(*self.conekta.delivery(event), self.conekta.clock.now) for event in told]

    def deliveries(self) -> list[RawRequest]:
        return self.signed
