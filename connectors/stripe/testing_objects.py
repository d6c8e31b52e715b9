"""What a shop on the fake can do: take payments, sell by Checkout, bill, refund, lose disputes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from .config import API_VERSION
from .testing_catalogue import Catalogue, Item, included, line_total
from .testing_rest import Store, counter

Json = dict[str, Any]


class Shop:
    """State and the acts that change it; each act leaves the events that Stripe would send."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.store = Store()
        self._numbers = counter()
        self._catalogue = Catalogue(self.store, self._numbers)

    def put(self, found: Json, account: str = "") -> Json:
        """Add an object as it is."""
        return self.store.put(found, account)

    def tell(self, kind: str, found: Json, account: str = "") -> Json:
        """Record an event about an object."""
        event = {
            "id": f"evt_{next(self._numbers)}",
            "object": "event",
            "api_version": API_VERSION,
            "created": self._time(),
            "data": {"object": dict(found)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        return self.put({**event, "account": account} if account else event, account)

    def customer(self, rfc: str = "", **fields: Any) -> Json:
        """A customer, with an mx_rfc tax id if one is given."""
        number = next(self._numbers)
        tax_ids = [{"id": f"txi_{number}", "object": "tax_id", "type": "mx_rfc", "value": rfc, "country": "MX"}]
        customer = {
            "id": f"cus_{number}",
            "object": "customer",
            "created": self._time(),
            "livemode": False,
            "metadata": {},
            "tax_ids": {"object": "list", "data": tax_ids if rfc else [], "has_more": False},
        }
        return self.put({**customer, **fields})

    def pay(
        self,
        amount: int,
        *,
        currency: str = "mxn",
        method: Json | None = None,
        account: str = "",
        quiet: bool = False,
        **fields: Any,
    ) -> Json:
        """A payment that succeeded, with its charge."""
        number, created = next(self._numbers), self._time()
        charge = _charge(number, amount, currency, created, method or card())
        intent = {
            "id": f"pi_{number}",
            "object": "payment_intent",
            "amount": amount,
            "amount_received": amount,
            "amount_details": {"tip": {}},
            "created": created,
            "currency": currency,
            "customer": None,
            "description": None,
            "latest_charge": charge["id"],
            "livemode": False,
            "metadata": {},
            "receipt_email": None,
            "status": "succeeded",
        }
        intent = self.put({**intent, **fields}, account)
        self.put({**charge, "customer": intent["customer"]}, account)
        if not quiet:
            self.tell("charge.succeeded", charge, account)
            self.tell("payment_intent.succeeded", intent, account)
        return intent

    def checkout(self, items: Sequence[Item], *, shipping: int = 0, method: Json | None = None, **fields: Any) -> Json:
        """A Checkout session that was paid; `shipping` has 16 % IVA inside."""
        lines = [self._catalogue.session_line(item) for item in items]
        total = sum(line["amount_total"] for line in lines) + shipping
        intent = self.pay(total, method=method, customer=fields.get("customer"), quiet=True)
        shipping_tax = included(shipping, Decimal("0.16"))
        cost = {"amount_subtotal": shipping, "amount_tax": shipping_tax, "amount_total": shipping}
        session = {
            "id": f"cs_test_{intent['id'][3:]}",
            "object": "checkout.session",
            "amount_subtotal": sum(line["amount_subtotal"] for line in lines),
            "amount_total": total,
            "client_reference_id": None,
            "created": intent["created"],
            "currency": "mxn",
            "custom_fields": [],
            "customer": None,
            "customer_details": {"name": None, "email": None, "address": None, "tax_ids": []},
            "invoice": None,
            "line_items": {"object": "list", "data": lines, "has_more": False},
            "livemode": False,
            "metadata": {},
            "mode": "payment",
            "payment_intent": intent["id"],
            "payment_status": "paid",
            "shipping_cost": cost if shipping else None,
            "status": "complete",
            "subscription": None,
        }
        session = self.put({**session, **fields})
        self.tell("payment_intent.succeeded", intent)
        self.tell("checkout.session.completed", session)
        return session

    def invoice(
        self, items: Sequence[Item], *, parts: Sequence[int] = (), out_of_band: bool = False, **fields: Any
    ) -> Json:
        """An invoice that was paid: at once, in several `parts`, or outside of Stripe."""
        number, created = next(self._numbers), self._time()
        lines = [self._catalogue.invoice_line(f"il_{number}_{place}", item) for place, item in enumerate(items)]
        total = sum(line_total(line) for line in lines)
        invoice = {
            "id": f"in_{number}",
            "object": "invoice",
            "amount_paid": total,
            "created": created,
            "currency": "mxn",
            "custom_fields": None,
            "customer": None,
            "customer_tax_ids": [],
            "lines": {"object": "list", "data": lines, "has_more": False},
            "livemode": False,
            "metadata": {},
            "number": f"A-{number}",
            "parent": None,
            "status": "paid",
            "status_transitions": {"paid_at": created},
            "total": total,
        }
        invoice = self.put({**invoice, **fields})
        for amount in [total] if out_of_band else parts or [total]:
            self._invoice_payment(invoice, amount, out_of_band=out_of_band)
        self.tell("invoice.paid", invoice)
        return invoice

    def refund(self, intent: Json, amount: int | None = None, status: str = "succeeded", account: str = "") -> Json:
        """Money given back."""
        refund = {
            "id": f"re_{next(self._numbers)}",
            "object": "refund",
            "amount": amount or intent["amount_received"],
            "charge": intent["latest_charge"],
            "created": self._time(),
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "reason": "requested_by_customer",
            "status": status,
        }
        charge = self.store.objects[intent["latest_charge"]]
        charge["amount_refunded"] += refund["amount"]
        self.put(refund, account)
        self.tell("refund.created", refund, account)
        self.tell("charge.refunded", charge, account)
        return refund

    def refund_fails(self, refund: Json) -> Json:
        """The bank sent the refund back."""
        refund.update(status="failed", failure_reason="expired_or_canceled_card")
        self.tell("refund.failed", refund)
        return refund

    def dispute(self, intent: Json) -> Json:
        """The buyer's bank disputes the whole payment."""
        dispute = {
            "id": f"dp_{next(self._numbers)}",
            "object": "dispute",
            "amount": intent["amount_received"],
            "charge": intent["latest_charge"],
            "created": self._time(),
            "currency": intent["currency"],
            "livemode": False,
            "payment_intent": intent["id"],
            "reason": "fraudulent",
            "status": "needs_response",
        }
        self.put(dispute)
        self.tell("charge.dispute.created", dispute)
        return dispute

    def dispute_ends(self, dispute: Json, status: str = "lost") -> Json:
        """The bank decided."""
        dispute["status"] = status
        self.tell("charge.dispute.closed", dispute)
        return dispute

    def _time(self) -> int:
        return int(self.clock().timestamp())

    def _invoice_payment(self, invoice: Json, amount: int, *, out_of_band: bool) -> None:
        paid_by: Json = {"type": "payment_record", "payment_record": f"pr_{next(self._numbers)}"}
        if not out_of_band:
            intent = self.pay(amount, customer=invoice["customer"])
            paid_by = {"type": "payment_intent", "payment_intent": intent["id"]}
        payment = {
            "id": f"inpay_{next(self._numbers)}",
            "object": "invoice_payment",
            "amount_paid": amount,
            "created": self._time(),
            "currency": "mxn",
            "invoice": invoice["id"],
            "payment": paid_by,
            "status": "paid",
        }
        self.put(payment)
        self.tell("invoice_payment.paid", payment)


def card(funding: str = "credit") -> Json:
    """How a card paid, as a charge tells it."""
    return {"type": "card", "card": {"brand": "visa", "country": "MX", "funding": funding, "last4": "4242"}}


def _charge(number: str, amount: int, currency: str, created: int, method: Json) -> Json:
    return {
        "id": f"ch_{number}",
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": True,
        "created": created,
        "currency": currency,
        "customer": None,
        "description": None,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": f"pi_{number}",
        "payment_method_details": method,
        "receipt_url": f"https://pay.example/{number}",
        "refunded": False,
        "status": "succeeded",
    }


__all__ = ["Item", "Shop", "card"]
