"""The Clip source keeps every promise of a source with webhooks; the fake account answers."""

from datetime import UTC, datetime, timedelta
from functools import cached_property

import httpx
import pytest

from connectors.clip import pages
from connectors.clip.config import ClipConfig
from connectors.clip.source import ClipSource
from connectors.clip.testing import FakeClip
from hub.plugin import RawRequest, Record
from hub.testing import WebhookSourceContract

KEY, SECRET, TOKEN = "canary-5ecret-key", "canary-5ecret-value", "canary-5ecret-token"
MOVEMENTS = {
    "pay-0001": "1160.00 MXN",
    "pay-0003": "120.10 MXN",
    "pay-0004": "50.50 MXN",
}


class Clock:
    """Each thing in the account happens a minute after the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def account() -> FakeClip:
    """Money into one account; no refunds, for Clip's list does not name them and only a notification does."""
    clip = FakeClip(KEY, SECRET, TOKEN, Clock())
    clip.pay("1160.00")
    clip.checkout("99.00")
    clip.pay("120.10", kind="DEBIT", metadata={"rfc": "URE180429TM6"})
    clip.pay("50.50", terminal=True)
    return clip


class TestClipKeepsThePromisesOfASource(WebhookSourceContract):
    plugin = ClipSource
    config = ClipConfig(api_key=KEY, api_secret=SECRET, webhook_token=TOKEN, test=True, list_hours=744)
    movements = MOVEMENTS
    live = False

    @pytest.fixture(autouse=True)
    def _short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "PER_PAGE", 1)

    @cached_property
    def clip(self) -> FakeClip:
        return account()

    def answer(self, request: httpx.Request) -> httpx.Response:
        return self.clip.handle(request)

    def gone(self, request: httpx.Request) -> httpx.Response:
        return FakeClip(KEY, SECRET).handle(request)

    def broken(self, record: Record) -> Record:
        """A payment that does not say how much it was."""
        return {**record, "payment": {**record["payment"], "amount": None}}

    @cached_property
    def told(self) -> list[RawRequest]:
        return [RawRequest(*self.clip.delivery(one), self.clip.clock.now) for one in self.clip.notifications]

    def deliveries(self) -> list[RawRequest]:
        return self.told
