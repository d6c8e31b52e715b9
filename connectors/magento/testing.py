"""A stateful Magento for tests and demonstrations: orders, invoices, credit memos, search criteria, signed webhooks.

shop = FakeMagento()
order = shop.sell([Item("Cuaderno", "50.00", quantity=2)])
with shop.serving() as url: ...          # or httpx.MockTransport(shop.handle); api_url is url + "/rest/V1"
"""

import base64
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.plugin import rounded

from .testing_rest import Json, Rest


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class Item:
    """What is sold: its price without tax, the percentage of tax, and of the discount before tax."""

    name: str
    price: str
    quantity: int = 1
    percent: int = 16
    percent_off: int = 0
    sku: str = ""


class FakeMagento(Rest):
    """Magento as far as this connector reads it.

    Args:
        access_token: of the integration, taken as Bearer or in a request that is signed with `oauth_secrets`.
        clock: time of everything that happens.
    """

    def __init__(
        self,
        access_token: str = "fake-token",  # noqa: S107 (the token of a fake)
        oauth_secrets: tuple[str, str] = ("fake-consumer-secret", "fake-token-secret"),
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(access_token, oauth_secrets)
        self.clock = clock
        self.told: list[Json] = []
        self._numbers = itertools.count(1001)

    @property
    def public_key(self) -> str:
        """What the signature of webhooks is checked with."""
        public = _private_key().public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    # ---- what happens in the shop

    def sell(self, items: Sequence[Item], **fields: Any) -> Json:
        """An order that is paid at once; see `order`."""
        return self.pay(self.order(items, **fields))

    def order(self, items: Sequence[Item], *, shipping: str = "0", **fields: Any) -> Json:
        """An order that waits for its payment."""
        number = next(self._numbers)
        rows = [_row(place, item) for place, item in enumerate(items, 1)]
        shipped, shipping_tax = Decimal(shipping), rounded(Decimal(shipping) * Decimal("0.16"), 2)
        total = shipped + shipping_tax + sum((_gross(row) for row in rows), Decimal(0))
        order = {
            "entity_id": number,
            "increment_id": f"{number:09d}",
            "state": "new",
            "order_currency_code": "MXN",
            "grand_total": total,
            "shipping_amount": shipped,
            "shipping_tax_amount": shipping_tax,
            "shipping_description": "Envío estándar",
            "total_paid": None,
            "total_refunded": None,
            "created_at": self._time(),
            "updated_at": self._time(),
            "customer_email": "ana@correo.example",
            "customer_id": 12,
            "billing_address": {"firstname": "Ana", "lastname": "Pérez", "postcode": "86991", "country_id": "MX"},
            "payment": {"method": "stripe_payments", "last_trans_id": None},
            "items": rows,
            "extension_attributes": {},
            **fields,
        }
        return self._changed(order)

    def put(self, resource: str, record: Json) -> Json:
        """Add or replace a record as it is."""
        self.places[resource][str(record["entity_id"])] = record
        return record

    def pay(self, order: Json, transaction_id: str = "") -> Json:
        """The money came, and there is an invoice."""
        number = next(self._numbers)
        told = transaction_id or f"pi_fake{number}-capture"
        invoice = {
            "entity_id": number,
            "order_id": order["entity_id"],
            "state": 2,
            "transaction_id": told,
            "created_at": self._time(),
            "updated_at": self._time(),
        }
        self.put("invoices", invoice)
        order["payment"]["last_trans_id"] = told
        order.update(state="processing", total_paid=order["grand_total"])
        return self._changed(order)

    def becomes(self, order: Json, state: str, **fields: Any) -> Json:
        """Another state of an order."""
        order.update(state=state, **fields)
        return self._changed(order)

    def refund(self, order: Json, amount: str, state: int = 2) -> Json:
        """A credit memo."""
        number = next(self._numbers)
        memo = {
            "entity_id": number,
            "increment_id": f"{number:09d}",
            "order_id": order["entity_id"],
            "state": state,
            "grand_total": Decimal(amount),
            "order_currency_code": order["order_currency_code"],
            "created_at": self._time(),
            "updated_at": self._time(),
        }
        self.put("creditmemos", memo)
        order["payment"]["last_trans_id"] = f"re_fake{number}-refund"
        order["total_refunded"] = Decimal(order["total_refunded"] or 0) + Decimal(amount)
        self._changed(order)
        return memo

    # ---- webhooks

    def delivery(self, told: Json) -> tuple[dict[str, str], bytes]:
        """Headers and body of a webhook."""
        body = json.dumps({"order": {"entity_id": told["entity_id"], "state": told["state"]}}).encode()
        sealed = _private_key().sign(base64.b64encode(body), padding.PKCS1v15(), hashes.SHA256())
        headers = {
            "content-type": "application/json",
            "x-adobe-commerce-request-id": f"request-{told['number']}",
            "x-adobe-commerce-webhook-signature": base64.b64encode(sealed).decode(),
        }
        return headers, body

    def send(self, told: Json, url: str) -> int:
        """Deliver a webhook; the status of the answer."""
        return self.post(url, *self.delivery(told))

    def _changed(self, order: Json) -> Json:
        order["updated_at"] = self._time()
        told = {"entity_id": order["entity_id"], "state": order["state"], "number": len(self.told)}
        self.told.append(told)
        return self.put("orders", order)

    def _time(self) -> str:
        return self.clock().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _row(place: int, item: Item) -> Json:
    row_total = Decimal(item.price) * item.quantity
    discount = rounded(row_total * item.percent_off / 100, 2)
    return {
        "item_id": place,
        "parent_item_id": None,
        "product_type": "simple",
        "sku": item.sku,
        "name": item.name,
        "qty_ordered": item.quantity,
        "row_total": row_total,
        "discount_amount": discount,
        "discount_tax_compensation_amount": 0,
        "tax_percent": item.percent,
        "tax_amount": rounded((row_total - discount) * item.percent / 100, 2),
    }


def _gross(row: Json) -> Decimal:
    return Decimal(row["row_total"] - row["discount_amount"] + row["tax_amount"])


__all__: Sequence[str] = ("FakeMagento", "Item")
