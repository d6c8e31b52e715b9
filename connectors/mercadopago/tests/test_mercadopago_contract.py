"""The Mercado Pago source keeps every promise of a source with webhooks; the fake account answers."""

from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx
import pytest

from connectors.mercadopago import pages
from connectors.mercadopago.config import MercadoPagoConfig
from connectors.mercadopago.source import MercadoPagoSource
from connectors.mercadopago.testing import FakeMercadoPago
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract

TOKEN, SECRET = "TEST-canary-5ecret-value", "canary-5ecret-signing-value"
ITEMS = [
    {"id": "A", "title": "Cuaderno", "quantity": 2, "unit_price": "58.00"},
    {"id": "B", "title": "Pluma", "quantity": "1", "unit_price": "11.60"},
]
MOVEMENTS = {
    "81000000001": "1160.00 MXN",
    "81000000006": "120.10 MXN",
    "81000000009": "127.60 MXN",
    "81000000014": "349.90 MXN",
    "1600000017": "refund of 81000000001 on 2026-11-03: 400.00 MXN",
    "1600000019": "refund of 81000000014 on 2026-11-03: 349.90 MXN",
    "81000000021": "250.10 MXN",
    "chargeback-81000000021": "refund of 81000000021 on 2026-11-03: 250.10 MXN",
}


class Clock:
    """Each thing in the account happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def account() -> FakeMercadoPago:
    """Money in and out of one account."""
    mp = FakeMercadoPago(TOKEN, SECRET, clock=Clock())
    card = mp.pay("1160.00")
    mp.start("99.00")
    mp.pay("120.10", additional_info={"items": ITEMS})
    shared = mp.pay("127.60", kind="account_money", method="account_money")
    mp.merchant_order(ITEMS, [shared])
    both = mp.pay("300.00", shipping_amount="49.90")
    mp.refund(card, "400.00")
    mp.refund(both, "349.90")
    mp.chargeback_ends(mp.chargeback(mp.pay("250.10")))
    return mp


class TestMercadoPagoKeepsThePromisesOfASource(WebhookSourceContract):
    plugin = MercadoPagoSource
    config = MercadoPagoConfig(access_token=TOKEN, webhook_secret=SECRET, collector_id="123456789")
    movements = MOVEMENTS
    live = False

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "PAGE_SIZE", 2)

    @cached_property
    def mp(self) -> FakeMercadoPago:
        return account()

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.mp.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        return FakeMercadoPago(TOKEN).handle(request)

    def broken(self, record: Record) -> Record:
        """A payment that does not say how much it was."""
        return {**record, "payment": {**record["payment"], "transaction_amount": None}}

    @cached_property
    def signed(self) -> list[RawRequest]:
        return [RawRequest(*self.mp.delivery(told), self.mp.clock.now) for told in self.mp.notifications]

    def deliveries(self) -> list[RawRequest]:
        return self.signed
