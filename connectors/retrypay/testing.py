"""A system that sends Standard Webhooks, for tests and demonstrations.

shop = FakeSender()
shop.sell("PED-1", [{"description": "Mesa", "quantity": "1", "unit_price": "116.00"}])
shop.send(shop.events[-1], "http://127.0.0.1:8000/webhooks/retrypay")
"""

import base64
import hmac
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx

from hub.plugin import exact_json

Json = dict[str, Any]
SECRET = "whsec_" + base64.b64encode(b"the-secret-of-a-fake-sender-32-b").decode()


def _now() -> datetime:
    return datetime.now(UTC)


class FakeSender:
    """A sender; each event has a number that every attempt to deliver it carries.

    Args:
        secret: what deliveries are signed with.
        clock: time of everything that happens.
    """

    def __init__(self, secret: str = SECRET, clock: Callable[[], datetime] = _now) -> None:
        self.secret = secret
        self.clock = clock
        self.events: list[Json] = []
        self._numbers = itertools.count(1)

    def sell(self, identifier: str, lines: Sequence[Json], total: str = "", **fields: Any) -> Json:
        """A sale with tax in its prices, unless `fields` say otherwise; its total is that of its lines."""
        whole = sum((Decimal(line["quantity"]) * Decimal(line["unit_price"]) for line in lines), Decimal(0))
        data = {
            "external_id": identifier,
            "occurred_at": self.clock().isoformat(),
            "currency": "MXN",
            "prices_include_tax": True,
            "total": total or str(whole),
            "lines": list(lines),
            "payments": [{"method": "transfer", "amount": total or str(whole)}],
        }
        return self.tell("sale.paid", {**data, **fields})

    def refund(self, identifier: str, sale_id: str, amount: str, **fields: Any) -> Json:
        """Money given back."""
        data = {
            "external_id": identifier,
            "sale_external_id": sale_id,
            "occurred_at": self.clock().isoformat(),
            "currency": "MXN",
            "amount": amount,
            "reason": "devolución",
        }
        return self.tell("refund.created", {**data, **fields})

    def tell(self, kind: str, data: Json) -> Json:
        """Remember an event."""
        body = {"type": kind, "timestamp": self.clock().isoformat(), "data": data}
        event = {"id": f"msg_{next(self._numbers):04d}", "body": body}
        self.events.append(event)
        return event

    def delivery(self, event: Json, *, secrets: Sequence[str] = ()) -> tuple[dict[str, str], bytes]:
        """Headers and body of one attempt, signed now; with several secrets it carries several signatures."""
        body, stamp = exact_json(event["body"]), str(int(self.clock().timestamp()))
        message = b".".join((event["id"].encode(), stamp.encode(), body))
        macs = [hmac.digest(_key(secret), message, "sha256") for secret in secrets or (self.secret,)]
        headers = {
            "content-type": "application/json",
            "webhook-id": event["id"],
            "webhook-timestamp": stamp,
            "webhook-signature": " ".join(f"v1,{base64.b64encode(mac).decode()}" for mac in macs),
        }
        return headers, body

    def send(self, event: Json, url: str) -> int:
        """Deliver an event; the status of the answer."""
        headers, body = self.delivery(event)
        return httpx.post(url, content=body, headers=headers, timeout=30).status_code


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))
