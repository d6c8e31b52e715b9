"""A stateful Shopify for tests and demonstrations: the Admin API by GraphQL, its cost points, and signed webhooks.

shop = FakeShopify()
order = shop.sell([Item("Cuaderno", "58.00", quantity=2)])
with shop.serving() as url:              # or httpx.MockTransport(shop.handle)
    shop.send(shop.told[-1], "http://127.0.0.1:8000/webhooks/shopify-mx")
"""

import base64
import copy
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import httpx

from hub.testing.service import served

from .config import API_VERSION
from .testing_admin import Admin
from .testing_objects import Event, Shop
from .testing_shapes import Item

Json = dict[str, Any]
SHOP = "tienda-prueba.myshopify.com"


def _now() -> datetime:
    return datetime.now(UTC)


class FakeShopify(Shop):
    """Shopify as far as this connector reads it. Amounts are text, as Shopify gives them.

    Args:
        shop: the shop's own domain.
        access_token: the token of a custom app.
        client_secret: of the app; what webhooks are signed with, and with client_id what tokens are given for.
        clock: time of everything that happens and of the cost points that come back.
    """

    client_id = "client-id-of-the-fake"

    def __init__(
        self,
        shop: str = SHOP,
        access_token: str = "shpat_fake",  # noqa: S107 (the token of a fake)
        client_secret: str = "shpss_fake",  # noqa: S107
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(clock)
        self.shop = shop
        self.client_secret = client_secret
        self.admin = Admin(self, shop, access_token, (self.client_id, client_secret))

    @property
    def requests(self) -> list[httpx.Request]:
        """Every request so far."""
        return self.admin.requests

    def fail_next(self, status: int, headers: Mapping[str, str] | None = None, *, times: int = 1) -> None:
        """Answer the next requests with an error, such as 429 with `Retry-After`."""
        self.admin.failures.extend([(status, dict(headers or {}))] * times)

    def forbid(self, scope: str) -> None:
        """Take a scope (`read_customers`) away from the app."""
        self.admin.scopes.discard(scope)

    def uninstall(self) -> Event:
        """The merchant throws the app out: no token is good any more, and Shopify tells so."""
        self.admin.tokens.clear()
        self.admin.installed = False
        return self.tell("app/uninstalled", {"id": 954889, "name": "Tienda", "myshopify_domain": self.shop})

    def install(self, access_token: str = "") -> None:
        """The merchant installs the app again."""
        self.admin.installed = True
        self.admin.tokens.update({access_token} if access_token else set())

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request to the shop; pass it to `httpx.MockTransport`."""
        return self.admin.handle(request)

    def signature(self, body: bytes, *, secret: str = "") -> str:
        """The `X-Shopify-Hmac-Sha256` header of a body."""
        key = (secret or self.client_secret).encode()
        return base64.b64encode(hmac.digest(key, body, hashlib.sha256)).decode()

    def delivery(self, event: Event, *, secret: str = "", prefix: str = "x-") -> tuple[dict[str, str], bytes]:
        """Headers and body of an event's webhook; every retry is the same."""
        body = json.dumps(event.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "content-type": "application/json",
            f"{prefix}shopify-topic": event.topic,
            f"{prefix}shopify-hmac-sha256": self.signature(body, secret=secret),
            f"{prefix}shopify-shop-domain": self.shop,
            f"{prefix}shopify-api-version": API_VERSION,
            f"{prefix}shopify-webhook-id": f"00000000-0000-4000-8000-{event.number:012d}",
            f"{prefix}shopify-event-id": f"00000000-0000-4000-9000-{event.number:012d}",
            f"{prefix}shopify-triggered-at": event.at.astimezone(UTC).isoformat(),
        }
        return headers, body

    def send(self, event: Event, url: str) -> int:
        """Deliver a webhook; the status of its answer."""
        headers, body = self.delivery(event)
        return httpx.post(url, content=body, headers=headers, timeout=30).status_code

    def events(self, topic: str = "") -> list[Event]:
        """What was told so far, oldest first."""
        return [event for event in self.told if not topic or event.topic == topic]

    def tell(self, topic: str, body: Json) -> Event:
        """Note a webhook; its body is what is true now."""
        return super().tell(topic, copy.deepcopy(body))

    def serving(self, port: int = 0) -> AbstractContextManager[str]:
        """Serve the shop on 127.0.0.1 while the block runs; gives the address for `api_url`."""
        return served(self.handle, port)


__all__: Sequence[str] = ("FakeShopify", "Item")
