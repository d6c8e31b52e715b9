"""A stateful Clip for tests and demonstrations: checkouts, payments, refunds, the list, notifications.

clip = FakeClip()
payment = clip.pay("1160.00")
with clip.serving() as url:             # or httpx.MockTransport(clip.handle)
    clip.send(clip.notifications[-1], "http://127.0.0.1:8000/webhooks/clip")
"""

import base64
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx

from hub.plugin import exact_json
from hub.testing.service import FakeService

Json = dict[str, Any]
TOKEN = "fake-token-0123456789"  # noqa: S105 (the token of a fake)


def _now() -> datetime:
    return datetime.now(UTC)


class FakeClip(FakeService):
    """Clip as far as this connector reads it.

    Args:
        api_key: the only key that it accepts,
        api_secret: with this secret.
        webhook_token: what the webhook's address carries.
        clock: time of everything that happens.
    """

    def __init__(
        self,
        api_key: str = "fake-key",
        api_secret: str = "fake-secret",  # noqa: S107 (the secret of a fake)
        webhook_token: str = TOKEN,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__()
        pair = base64.b64encode(f"{api_key}:{api_secret}".encode()).decode()
        self.accepted = {f"Basic {pair}", f"Bearer {api_key}", api_key}
        self.webhook_token = webhook_token
        self.clock = clock
        self.checkouts: dict[str, Json] = {}
        self.payments: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.notifications: list[Json] = []
        self._numbers = (f"{number:04d}" for number in itertools.count(1))

    # ---- what happens in the account

    def pay(
        self, amount: str, *, kind: str = "CREDIT", metadata: Json | None = None, terminal: bool = False, **fields: Any
    ) -> Json:
        """A payment that was approved: by a checkout, or at a terminal, of which nothing is told."""
        number, at = next(self._numbers), self._time()
        payment: Json = {
            "id": f"pay-{number}",
            "amount": Decimal(amount),
            "tip_amount": 0,
            "amount_refunded": 0,
            "currency": "MXN",
            "installments": 1,
            "status": "approved",
            "receipt_no": f"PRY{number}",
            "payment_method": {"type": kind},
            "external_reference": None,
            "created_at": at,
            "approved_at": at,
            **fields,
        }
        self.payments[payment["id"]] = payment
        if not terminal:
            checkout = self.checkout(amount, f"pr-{number}", metadata)
            checkout["status"] = "CHECKOUT_COMPLETED"
            self.tell("CHECKOUT", "COMPLETED", f"wh-{number}", checkout["payment_request_id"], payment["id"])
        return payment

    def checkout(self, amount: str, identifier: str = "", metadata: Json | None = None) -> Json:
        """A link that nobody has paid yet."""
        checkout: Json = {
            "payment_request_id": identifier or f"pr-{next(self._numbers)}",
            "object_type": "CHECKOUT",
            "status": "CHECKOUT_CREATED",
            "amount": Decimal(amount),
            "currency": "MXN",
            "purchase_description": None,
            "created_at": self._time(),
            "metadata": metadata or {},
        }
        self.checkouts[checkout["payment_request_id"]] = checkout
        return checkout

    def refund(self, payment: Json, amount: str | None = None, status: str = "approved") -> Json:
        """Money given back; all of it if no amount is said."""
        given = Decimal(payment["amount"] if amount is None else amount)
        refund: Json = {
            "id": f"rf-{next(self._numbers)}",
            "amount": given,
            "status": status,
            "reason": "Cambio de talla",
            "reference": {"type": "payment", "id": payment["id"]},
            "created_at": self._time(),
        }
        self.refunds[refund["id"]] = refund
        if status == "approved":
            payment["amount_refunded"] += given
        self.tell("REFUND", status.upper(), refund["id"], "", payment["id"])
        return refund

    def tell(self, resource: str, status: str, identifier: str, checkout_id: str, payment_id: str) -> Json:
        """Remember a notification."""
        told = {
            "id": identifier,
            "api_version": "1.0",
            "payment_request_id": checkout_id,
            "transaction_id": payment_id,
            "resource": resource,
            "resource_status": status,
            "attempts": 1,
            "sent_date": self._time(),
        }
        self.notifications.append(told)
        return told

    # ---- notifications

    def delivery(self, told: Json) -> tuple[dict[str, str], bytes]:
        """Headers and body of a notification; the parameter of the address is `?token`."""
        return {"content-type": "application/json", "?token": self.webhook_token}, json.dumps(told).encode()

    def send(self, told: Json, url: str) -> int:
        """Deliver a notification to a webhook address, to which the token is added; the status of the answer."""
        return self.post(url, *self.delivery(told))

    # ---- the API

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request to the API."""
        if request.headers.get("authorization") not in self.accepted:
            return _said(401, {"message": "Unauthorized"})
        path = request.url.path
        if path == "/payments":
            return self._listed(dict(request.url.params))
        collection, _, identifier = path.rpartition("/")
        places = {"/payments": self.payments, "/v2/checkout": self.checkouts, "/refunds": self.refunds}
        found = places.get(collection, {}).get(identifier)
        return _said(404, {"message": "Not found"}) if found is None else _said(200, found)

    def _listed(self, params: dict[str, str]) -> httpx.Response:
        begin, end = (datetime.fromisoformat(params[name]) for name in ("from", "to"))
        found = [one for one in self.payments.values() if begin <= datetime.fromisoformat(one["created_at"]) <= end]
        return _said(200, {"results": found})

    def _time(self) -> str:
        return f"{self.clock().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _said(status: int, body: Any) -> httpx.Response:
    return httpx.Response(status, content=exact_json(body), headers={"content-type": "application/json"})
