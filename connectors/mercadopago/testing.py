"""A stateful Mercado Pago for tests and demonstrations: payments, orders, refunds, chargebacks, search, notifications.

mp = FakeMercadoPago()
payment = mp.pay("1160.00")
with mp.serving() as url:               # or httpx.MockTransport(mp.handle)
    mp.send(mp.notifications[-1], "http://127.0.0.1:8000/webhooks/mercadopago")
"""

import hmac
import itertools
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from .testing_api import Api, Json

_ZONE = timezone(timedelta(hours=-4))


def _now() -> datetime:
    return datetime.now(UTC)


class FakeMercadoPago(Api):
    """Mercado Pago as far as this connector reads it.

    Args:
        access_token: the only token that it accepts.
        webhook_secret: what notifications are signed with.
        collector_id: the account of the token.
        clock: time of everything that happens.
    """

    def __init__(
        self,
        access_token: str = "TEST-fake",  # noqa: S107 (the token of a fake)
        webhook_secret: str = "fake-secret",  # noqa: S107 (the secret of a fake)
        collector_id: str = "123456789",
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(access_token, collector_id, clock)
        self.webhook_secret = webhook_secret
        self.notifications: list[Json] = []
        self._numbers = itertools.count(1)

    # ---- what happens in the account

    def pay(self, amount: str, *, kind: str = "credit_card", method: str = "visa", **fields: Any) -> Json:
        """A payment that was approved."""
        return self.approve(self.start(amount, kind=kind, method=method, **fields))

    def start(self, amount: str, *, kind: str = "ticket", method: str = "oxxo", **fields: Any) -> Json:
        """A payment that waits, as a voucher until somebody pays it."""
        number = next(self._numbers)
        payment = {
            "id": 81_000_000_000 + number,
            "date_created": self._time(),
            "date_approved": None,
            "date_last_updated": self._time(),
            "operation_type": "regular_payment",
            "payment_method_id": method,
            "payment_type_id": kind,
            "status": "pending",
            "status_detail": "pending_waiting_payment",
            "currency_id": "MXN",
            "description": None,
            "live_mode": not self.access_token.startswith("TEST-"),
            "collector_id": int(self.collector_id),
            "payer": {"type": "guest", "id": None, "email": None, "identification": {"type": None, "number": None}},
            "metadata": {},
            "additional_info": {"items": []},
            "order": {},
            "external_reference": None,
            "transaction_amount": Decimal(amount),
            "transaction_amount_refunded": 0,
            "coupon_amount": 0,
            "taxes_amount": 0,
            "shipping_amount": 0,
            "transaction_details": {"total_paid_amount": Decimal(amount)},
            "refunds": [],
            "captured": True,
        }
        payment = {**payment, **fields}
        self.put(payment)
        self.tell("payment", str(payment["id"]), "payment.created")
        return payment

    def put(self, payment: Json) -> Json:
        """Add or replace a payment as it is."""
        self.payments[str(payment["id"])] = payment
        return payment

    def approve(self, payment: Json) -> Json:
        """The money came."""
        payment.update(status="approved", status_detail="accredited", date_approved=self._time())
        return self._changed(payment)

    def refund(self, payment: Json, amount: str | None = None, status: str = "approved") -> Json:
        """Money given back; all of it if no amount is said."""
        given = Decimal(payment["transaction_amount"] if amount is None else amount)
        refund = {
            "id": 1_600_000_000 + next(self._numbers),
            "payment_id": payment["id"],
            "amount": given,
            "date_created": self._time(),
            "status": status,
            "reason": None,
        }
        payment["refunds"].append(refund)
        payment["transaction_amount_refunded"] += given
        all_back = payment["transaction_amount_refunded"] >= payment["transaction_amount"]
        payment.update(status="refunded" if all_back else "approved", status_detail="partially_refunded")
        self._changed(payment)
        return refund

    def chargeback(self, payment: Json) -> Json:
        """The buyer's bank takes the money back, for now."""
        payment.update(status="charged_back", status_detail="in_process")
        chargeback = {
            "id": str(217_000_000_000_000_000 + next(self._numbers)),
            "payments": [payment["id"]],
            "amount": payment["transaction_amount"],
            "coverage_applied": None,
            "date_created": self._time(),
        }
        self.chargebacks[chargeback["id"]] = chargeback
        self._changed(payment)
        self.tell("topic_chargebacks_wh", chargeback["id"], "created")
        return chargeback

    def chargeback_ends(self, chargeback: Json, *, lost: bool = True) -> Json:
        """It is decided."""
        chargeback["coverage_applied"] = not lost
        payment = self.payments[str(chargeback["payments"][0])]
        payment["status_detail"] = "settled" if lost else "reimbursed"
        self._changed(payment)
        self.tell("topic_chargebacks_wh", chargeback["id"], "updated")
        return chargeback

    def merchant_order(self, items: Sequence[Json], payments: Sequence[Json]) -> Json:
        """The order that payments of a preference belong to."""
        order = {
            "id": 24_000_000_000 + next(self._numbers),
            "items": list(items),
            "payments": [{"id": payment["id"], "status": payment["status"]} for payment in payments],
        }
        self.merchant_orders[str(order["id"])] = order
        for payment in payments:
            payment["order"] = {"id": str(order["id"]), "type": "mercadopago"}
        self.tell("topic_merchant_order_wh", str(order["id"]), "update")
        return order

    def tell(self, topic: str, subject: str, action: str) -> Json:
        """Remember a notification."""
        told = {
            "action": action,
            "api_version": "v1",
            "data": {"id": subject},
            "date_created": self._time(),
            "id": 14_000_000 + next(self._numbers),
            "live_mode": False,
            "type": topic,
            "user_id": self.collector_id,
        }
        self.notifications.append(told)
        return told

    # ---- notifications

    def signature(self, subject: str, request_id: str, *, secret: str | None = None, at: datetime | None = None) -> str:
        """The `x-signature` of a notification about a subject."""
        stamp = int((at or self.clock()).timestamp())
        manifest = f"id:{subject.lower()};request-id:{request_id};ts:{stamp};"
        mac = hmac.digest((secret or self.webhook_secret).encode(), manifest.encode(), "sha256").hex()
        return f"ts={stamp},v1={mac}"

    def delivery(self, told: Json) -> tuple[dict[str, str], bytes]:
        """Headers and body of a notification, signed now; the parameters of the address are `?name`."""
        subject, request_id = told["data"]["id"], f"request-{next(self._numbers)}"
        headers = {
            "content-type": "application/json",
            "x-request-id": request_id,
            "x-signature": self.signature(subject, request_id),
            "?data.id": subject.lower(),
            "?type": told["type"],
        }
        return headers, json.dumps(told, separators=(",", ":")).encode()

    def ipn(self, topic: str, subject: str) -> tuple[dict[str, str], bytes]:
        """An old notification: unsigned, and all of it in the address."""
        return {"user-agent": f"MercadoPago Feed v2.0 {topic}", "?topic": topic, "?id": subject}, b""

    def send(self, told: Json, url: str) -> int:
        """Deliver a notification to a webhook address; the status of the answer."""
        return self.post(url, *self.delivery(told))

    def _changed(self, payment: Json) -> Json:
        payment["date_last_updated"] = self._time()
        self.put(payment)
        self.tell("payment", str(payment["id"]), "payment.updated")
        return payment

    def _time(self) -> str:
        return self.clock().astimezone(_ZONE).isoformat(timespec="milliseconds")
