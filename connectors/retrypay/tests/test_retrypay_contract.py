"""The RetryPay source keeps the promises of a source with webhooks, as far as nobody is asked."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import ClassVar

import httpx

from connectors.retrypay.config import RetryPayConfig
from connectors.retrypay.source import RetryPaySource
from connectors.retrypay.testing import FakeSender
from hub.plugin import Ignored, Page, RawRequest, Record
from hub.testing import WebhookSourceContract
from hub.testing.judgement import BEGINNING
from hub.testing.wire import Wire

SECRET = "whsec_" + base64.b64encode(b"canary-5ecret-signing-value").decode()
IVA = [{"type": "IVA", "rate": "0.16", "amount": "16.00"}]


class Clock:
    """Each thing happens a second after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class TestRetryPayKeepsThePromisesOfASource(WebhookSourceContract):
    plugin = RetryPaySource
    config = RetryPayConfig(webhook_secret=SECRET, test=True)
    movements: ClassVar = {
        "PED-1": "1160.00 MXN",
        "PED-2": "116.00 MXN",
        "DEV-1": "refund of PED-1 on 2026-11-03: 400.00 MXN",
    }
    least_pages = 1
    live = False
    waivers: ClassVar = {"since_leaves_out_what_is_older": "nothing is ever asked, so there is no since"}

    @cached_property
    def sender(self) -> FakeSender:
        sender = FakeSender(SECRET, Clock())
        sender.sell("PED-1", [{"description": "Mesa", "quantity": "2", "unit_price": "580.00"}])
        line = {"description": "Silla", "quantity": 1, "unit_price": "100.00", "taxes": IVA}
        sender.sell("PED-2", [line], "116.00", prices_include_tax=False)
        sender.refund("DEV-1", "PED-1", "400.00")
        return sender

    def answer(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"nobody is asked, and {request.url} was")

    def pages(self, since: datetime = BEGINNING, wire: Wire | None = None) -> Sequence[Page]:
        """All that is handed over comes by deliveries; the source itself has no page."""
        assert list(self.make().pages(self.http(wire), since)) == []
        told = [self.make().changed(delivery) for delivery in self.deliveries()]
        found = [one for each in told if not isinstance(each, Ignored) for one in each]
        return [Page([record for record in found if isinstance(record, dict)])]

    def broken(self, record: Record) -> Record:
        """A sale that does not say how much it was."""
        return {**record, "data": {**record["data"], "total": None}}

    @cached_property
    def signed(self) -> list[RawRequest]:
        return [RawRequest(*self.sender.delivery(event), self.sender.clock.now) for event in self.sender.events]

    def deliveries(self) -> list[RawRequest]:
        return self.signed
