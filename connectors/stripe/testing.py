"""A stateful Stripe for tests and demonstrations: the objects, the lists, the events and signed webhooks.

stripe = FakeStripe()
intent = stripe.pay(116000)
with stripe.serving() as url:            # or httpx.MockTransport(stripe.handle)
    stripe.send(stripe.events()[-1], "http://127.0.0.1:8000/webhooks/stripe-mx")
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import httpx

from hub.testing.service import served

from .config import API_VERSION
from .testing_objects import Shop
from .testing_rest import Failure, Rest

Json = dict[str, Any]


def _now() -> datetime:
    return datetime.now(UTC)


class FakeStripe(Shop):
    """Stripe as far as this connector reads it. Amounts are minor units, as Stripe gives them.

    Args:
        api_key: the only key that it accepts.
        webhook_secret: what deliveries are signed with.
        clock: time of everything created and signed.
    """

    def __init__(
        self,
        api_key: str = "sk_test_fake",
        webhook_secret: str = "whsec_fake",  # noqa: S107 (the secret of a fake)
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(clock)
        self.api_key = api_key
        self.webhook_secret = webhook_secret
        self._rest = Rest(self.store, api_key)

    @property
    def requests(self) -> list[httpx.Request]:
        """Every request so far."""
        return self._rest.requests

    def fail_next(self, status: int, headers: Mapping[str, str] | None = None, *, times: int = 1) -> None:
        """Answer the next requests with an error, such as 429 with `Retry-After`."""
        self._rest.failures.extend([Failure(status, dict(headers or {}))] * times)

    def forbid(self, resource: str) -> None:
        """Take the key's permission for a resource (`invoices`) away."""
        self._rest.forbidden.add(resource)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request to the API; pass it to `httpx.MockTransport`."""
        return self._rest.handle(request)

    def signature(self, body: bytes, *, secret: str | None = None, at: datetime | None = None) -> str:
        """The `Stripe-Signature` header of a body."""
        stamp = str(int((at or self.clock()).timestamp()))
        key = (secret or self.webhook_secret).encode()
        return f"t={stamp},v1={hmac.digest(key, f'{stamp}.'.encode() + body, hashlib.sha256).hex()}"

    def delivery(self, event: Json) -> tuple[dict[str, str], bytes]:
        """Headers and body of an event's delivery, signed now."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"content-type": "application/json; charset=utf-8", "stripe-signature": self.signature(body)}
        return headers, body

    def send(self, event: Json, url: str) -> int:
        """Deliver an event to a webhook endpoint; the status of its answer."""
        headers, body = self.delivery(event)
        return httpx.post(url, content=body, headers=headers, timeout=30).status_code

    def events(self, kind: str = "") -> list[Json]:
        """What happened so far, oldest first."""
        return [event for event in self.store.of("event") if not kind or event["type"] == kind]

    def serving(self, port: int = 0) -> AbstractContextManager[str]:
        """Serve the API on 127.0.0.1 while the block runs; gives the address for `api_url`."""
        return served(self.handle, port)


__all__ = ["API_VERSION", "FakeStripe"]
