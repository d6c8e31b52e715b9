"""A stateful PayPal for tests and demonstrations: captures, orders, refunds, disputes, the search, signed events.

paypal = FakePayPal()
capture = paypal.capture("1160.00")
with paypal.serving() as url:           # or httpx.MockTransport(paypal.handle)
    paypal.send(paypal.events[-1], "http://127.0.0.1:8000/webhooks/paypal")
"""

import base64
import copy
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zlib import crc32

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from .testing_api import CERTIFICATES, Api, Json

ZERO = Decimal(0)
CERTIFICATE = "CERT-FAKE-1"
HOST = "https://api.sandbox.paypal.com"
WALLET: Json = {"paypal": {"email_address": "ana@cliente.example", "account_status": "VERIFIED"}}


@dataclass(frozen=True)
class Item:
    """What is sold: price and tax of one, without tax in the price."""

    name: str
    price: str
    quantity: int = 1
    tax: str = "0.00"
    sku: str = ""


def money(value: Decimal | str, currency: str = "MXN") -> Json:
    """An amount as PayPal writes it."""
    return {"currency_code": currency, "value": str(value)}


def _now() -> datetime:
    return datetime.now(UTC)


@lru_cache(maxsize=1)
def _seal() -> tuple[rsa.RSAPrivateKey, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "messageverificationcerts.sandbox.paypal.com")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(Encoding.PEM)


class FakePayPal(Api):
    """PayPal as far as this connector reads it.

    Args:
        client_id: of the only app that it knows,
        client_secret: with this secret.
        webhook_id: the webhook that events are signed for.
        clock: time of everything that happens.
    """

    def __init__(
        self,
        client_id: str = "fake-client",
        client_secret: str = "fake-secret",  # noqa: S107 (the secret of a fake)
        webhook_id: str = "WH-FAKE",
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(client_id, client_secret, clock)
        self.webhook_id = webhook_id
        self.events: list[Json] = []
        self.certificates[CERTIFICATE] = _seal()[1]
        self._numbers = (f"{number:04d}" for number in itertools.count(1))

    # ---- what happens in the account

    def capture(
        self,
        value: str = "",
        items: Sequence[Item] = (),
        *,
        shipping: str = "0.00",
        discount: str = "0.00",
        tax: str | None = None,
        source: Json | None = None,
        status: str = "COMPLETED",
        **fields: Any,
    ) -> Json:
        """Money that was captured for an order; `value` may be left out if there are items."""
        goods = sum((Decimal(one.price) * one.quantity for one in items), ZERO)
        taxes = sum((Decimal(one.tax) * one.quantity for one in items), ZERO) if tax is None else Decimal(tax)
        total = value or str(goods + Decimal(shipping) + taxes - Decimal(discount))
        number, at = next(self._numbers), self._time()
        breakdown: dict[str, Decimal | str]
        breakdown = {"item_total": goods, "shipping": shipping, "tax_total": taxes, "discount": discount}
        capture: Json = {
            "id": f"CAP{number}",
            "status": status,
            "amount": money(total),
            "final_capture": True,
            "custom_id": None,
            "invoice_id": None,
            "supplementary_data": {"related_ids": {"order_id": f"ORD{number}"}},
            "create_time": at,
            "update_time": at,
            "links": [{"href": f"{HOST}/v2/checkout/orders/ORD{number}", "rel": "up", "method": "GET"}],
            **fields,
        }
        unit: Json = {"reference_id": "default", "amount": money(total), "payments": {"captures": [capture]}}
        if items:
            unit["amount"]["breakdown"] = {name: money(told) for name, told in breakdown.items()}
            unit["items"] = [_item(one) for one in items]
        order = {
            "id": f"ORD{number}",
            "intent": "CAPTURE",
            "status": "COMPLETED",
            "payer": {
                "email_address": "ana@cliente.example",
                "payer_id": "PAYER1",
                "name": {"given_name": "Ana", "surname": "Pérez"},
                "address": {"country_code": "MX"},
            },
            "payment_source": WALLET if source is None else source,
            "purchase_units": [unit],
            "create_time": at,
        }
        self.put("/v2/checkout/orders", order)
        self.put("/v2/payments/captures", capture)
        self.transact(capture["id"], total, "T0006", status={"COMPLETED": "S", "PENDING": "P"}.get(status, "D"))
        self.tell(f"PAYMENT.CAPTURE.{status}", "capture", capture)
        return capture

    def put(self, collection: str, found: Json) -> Json:
        """Add or replace an object as it is."""
        self.objects[collection][str(found.get("dispute_id") or found["id"])] = found
        return found

    def clear(self, capture: Json) -> Json:
        """The money of a pending capture came."""
        capture.update(status="COMPLETED", update_time=self._time())
        info = next(
            one["transaction_info"]
            for one in self.transactions
            if one["transaction_info"]["transaction_id"] == capture["id"]
        )
        info.update(transaction_status="S", transaction_updated_date=self._time("+0000"))
        self.tell("PAYMENT.CAPTURE.COMPLETED", "capture", capture)
        return capture

    def refund(self, capture: Json, value: str | None = None, status: str = "COMPLETED") -> Json:
        """Money given back; all of it if no amount is said."""
        number, given = next(self._numbers), value or capture["amount"]["value"]
        refund: Json = {
            "id": f"REF{number}",
            "status": status,
            "amount": money(given),
            "note_to_payer": "Cambio de talla",
            "create_time": self._time(),
            "links": [
                {"href": f"{HOST}/v2/payments/refunds/REF{number}", "rel": "self", "method": "GET"},
                {"href": f"{HOST}/v2/payments/captures/{capture['id']}", "rel": "up", "method": "GET"},
            ],
        }
        self.put("/v2/payments/refunds", refund)
        whole = Decimal(given) == Decimal(capture["amount"]["value"])
        capture.update(status="REFUNDED" if whole else "PARTIALLY_REFUNDED", update_time=self._time())
        order = self.objects["/v2/checkout/orders"][capture["supplementary_data"]["related_ids"]["order_id"]]
        order["purchase_units"][0]["payments"].setdefault("refunds", []).append(refund)
        self.transact(refund["id"], f"-{given}", "T1107", reference=capture["id"])
        self.tell("PAYMENT.CAPTURE.REFUNDED", "refund", refund)
        return refund

    def subscription_payment(self, value: str, **fields: Any) -> Json:
        """A payment of a subscription, which PayPal tells in its older form."""
        sale = {
            "id": f"SALE{next(self._numbers)}",
            "state": "completed",
            "amount": {"total": value, "currency": "MXN"},
            "billing_agreement_id": "I-FAKE",
            "create_time": self._time(),
            **fields,
        }
        self.put("/v1/payments/sale", sale)
        self.transact(sale["id"], value, "T0002")
        self.tell("PAYMENT.SALE.COMPLETED", "sale", sale)
        return sale

    def refund_subscription(self, sale: Json, value: str) -> Json:
        """Money of such a payment given back."""
        refund: Json = {
            "id": f"SREF{next(self._numbers)}",
            "state": "completed",
            "amount": {"total": f"-{value}", "currency": "MXN"},
            "sale_id": sale["id"],
            "create_time": self._time(),
        }
        sale["state"] = "partially_refunded"
        self.put("/v1/payments/refund", refund)
        self.transact(refund["id"], f"-{value}", "T1107", reference=sale["id"])
        self.tell("PAYMENT.SALE.REFUNDED", "refund", refund)
        return refund

    def dispute(self, capture: Json) -> Json:
        """The buyer complains."""
        dispute = {
            "dispute_id": f"PP-D-{next(self._numbers)}",
            "disputed_transactions": [{"seller_transaction_id": capture["id"]}],
            "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
            "status": "OPEN",
            "dispute_amount": dict(capture["amount"]),
            "create_time": self._time(),
            "update_time": self._time(),
        }
        self.put("/v1/customer/disputes", dispute)
        self.tell("CUSTOMER.DISPUTE.CREATED", "dispute", dispute)
        return dispute

    def dispute_ends(self, dispute: Json, code: str = "RESOLVED_BUYER_FAVOUR") -> Json:
        """It is decided."""
        dispute.update(status="RESOLVED", update_time=self._time(), dispute_outcome={"outcome_code": code})
        self.tell("CUSTOMER.DISPUTE.RESOLVED", "dispute", dispute)
        return dispute

    def transact(
        self, identifier: str, value: str, code: str, *, status: str = "S", reference: str = "", item: str = ""
    ) -> Json:
        """What the search will tell; alone it is a payment that another app or a button took."""
        at = self._time("+0000")
        info = {
            "transaction_id": identifier,
            "transaction_event_code": code,
            "transaction_initiation_date": at,
            "transaction_updated_date": at,
            "transaction_amount": money(value),
            "transaction_status": status,
        }
        if reference:
            info |= {"paypal_reference_id": reference, "paypal_reference_id_type": "TXN"}
        detail = {
            "transaction_info": info,
            "payer_info": {"email_address": "ana@cliente.example", "country_code": "MX"},
            "cart_info": {"item_details": [{"item_name": item}]} if item else {},
        }
        self.transactions.append(detail)
        return detail

    def tell(self, kind: str, resource_type: str, resource: Json) -> Json:
        """Remember an event about an object as it is now."""
        event = {
            "id": f"WH-{next(self._numbers)}",
            "event_version": "1.0",
            "create_time": self._time(),
            "resource_type": resource_type,
            "event_type": kind,
            "resource": copy.deepcopy(resource),
        }
        self.events.append(event)
        return event

    # ---- events

    def delivery(self, event: Json, *, at: datetime | None = None) -> tuple[dict[str, str], bytes]:
        """Headers and body of an event, signed now."""
        body = json.dumps(event, separators=(",", ":")).encode()
        number, stamp = (
            f"transmission-{next(self._numbers)}",
            f"{(at or self.clock()).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        )
        message = f"{number}|{stamp}|{self.webhook_id}|{crc32(body)}".encode()
        seal = _seal()[0].sign(message, padding.PKCS1v15(), hashes.SHA256())
        headers = {
            "content-type": "application/json",
            "paypal-transmission-id": number,
            "paypal-transmission-time": stamp,
            "paypal-transmission-sig": base64.b64encode(seal).decode(),
            "paypal-cert-url": f"{HOST}{CERTIFICATES}{CERTIFICATE}",
            "paypal-auth-algo": "SHA256withRSA",
        }
        return headers, body

    def send(self, event: Json, url: str) -> int:
        """Deliver an event to a webhook address; the status of the answer."""
        return self.post(url, *self.delivery(event))

    def _time(self, zone: str = "Z") -> str:
        return f"{self.clock().astimezone(UTC):%Y-%m-%dT%H:%M:%S}{zone}"


def _item(item: Item) -> Json:
    told: Json = {"name": item.name, "quantity": str(item.quantity), "unit_amount": money(item.price)}
    if item.sku:
        told["sku"] = item.sku
    return {**told, "tax": money(item.tax)} if Decimal(item.tax) else told
