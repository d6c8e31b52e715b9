"""A stateful Conekta for tests and demonstrations: orders, charges, refunds, chargebacks, lists, signed events.

conekta = FakeConekta()
order = conekta.sell([Item("Taza", 30000)])
with conekta.serving() as url:          # or httpx.MockTransport(conekta.handle)
    conekta.send(conekta.events[-1], "http://127.0.0.1:8000/webhooks/conekta")
"""

import base64
import copy
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from hashlib import sha256
from typing import Any, Literal

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .testing_api import Api, Json


@dataclass(frozen=True)
class Item:
    """One thing sold; `unit_price` in centavos before tax, `iva` its rate."""

    name: str
    unit_price: int
    quantity: int = 1
    iva: str = "0.16"
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def amount(self) -> int:
        """Before tax and discount."""
        return self.unit_price * self.quantity


def card(account_type: str = "Credit") -> Json:
    """How a card paid."""
    return {"object": "card_payment", "type": account_type.lower(), "account_type": account_type, "last4": "4242"}


def _now() -> datetime:
    return datetime.now(UTC)


class FakeConekta(Api):
    """Conekta as far as this connector reads it. Amounts are centavos.

    Args:
        api_key: the only key that it accepts.
        live: the mode of everything in it.
        clock: time of everything that happens.
    """

    def __init__(
        self,
        api_key: str = "key_fake",
        *,
        live: bool = False,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(api_key)
        self.live = live
        self.clock = clock
        self.events: list[Json] = []
        self._numbers = (f"{number:04d}" for number in itertools.count(1))

    # ---- what happens in the account

    def sell(
        self,
        items: Sequence[Item],
        *,
        shipping: int = 0,
        discount: int = 0,
        method: Json | None = None,
        parts: Sequence[int] = (),
        **fields: Any,
    ) -> Json:
        """An order that was paid at once, or in several charges."""
        return self.pay(self.order(items, shipping=shipping, discount=discount, **fields), method=method, parts=parts)

    def order(self, items: Sequence[Item], *, shipping: int = 0, discount: int = 0, **fields: Any) -> Json:
        """An order that waits for its payment. The discount is spread over the items before their tax."""
        number = next(self._numbers)
        goods = sum(item.amount for item in items)
        tax = sum((_share(item.amount, goods, discount) * Decimal(item.iva) for item in items), Decimal(0))
        tax_amount = int((tax + shipping * Decimal("0.16")).quantize(Decimal(1), ROUND_HALF_UP))
        order = {
            "id": f"ord_{number}",
            "object": "order",
            "livemode": self.live,
            "amount": goods + tax_amount + shipping - discount,
            "amount_refunded": 0,
            "currency": "MXN",
            "payment_status": "pending_payment",
            "created_at": self._time(),
            "updated_at": self._time(),
            "metadata": {},
            "customer_info": {"name": None, "email": None, "phone": None, "customer_id": None},
            "line_items": _list(
                {
                    "id": f"line_item_{number}_{place}",
                    "name": item.name,
                    "unit_price": item.unit_price,
                    "quantity": item.quantity,
                    "sku": None,
                    "metadata": dict(item.metadata),
                }
                for place, item in enumerate(items)
            ),
            "tax_lines": _list([{"id": f"tax_{number}", "description": "IVA", "amount": tax_amount}]),
            "discount_lines": _list(
                [{"id": f"dis_{number}", "type": "coupon", "amount": discount}] if discount else []
            ),
            "shipping_lines": _list(
                [{"id": f"ship_{number}", "carrier": "DHL", "amount": shipping}] if shipping else []
            ),
            "charges": _list([]),
        }
        order = self.put({**order, **fields})
        self.tell("order.created", order)
        return order

    def put(self, order: Json) -> Json:
        """Add or replace an order as it is."""
        self.orders[order["id"]] = order
        return order

    def pay(self, order: Json, *, method: Json | None = None, parts: Sequence[int] = ()) -> Json:
        """The money came."""
        for amount in parts or [order["amount"]]:
            charge = {
                "id": f"ch_{next(self._numbers)}",
                "object": "charge",
                "amount": amount,
                "created_at": self._time(),
                "currency": order["currency"],
                "livemode": self.live,
                "order_id": order["id"],
                "paid_at": self._time(),
                "payment_method": method or card(),
                "refunds": None,
                "status": "paid",
            }
            order["charges"]["data"].append(charge)
            self.tell("charge.paid", charge)
        return self._changed(order, "paid", "order.paid")

    def refund(self, order: Json, amount: int | None = None, status: str = "success") -> Json:
        """Money given back; all of it if no amount is said. Conekta writes it below zero."""
        given = order["amount"] if amount is None else amount
        charge = order["charges"]["data"][0]
        refund = {"id": f"ref_{next(self._numbers)}", "amount": -given, "status": status, "created_at": self._time()}
        charge["refunds"] = _list([*(charge["refunds"] or {"data": []})["data"], refund])
        order["amount_refunded"] += given
        how = "refunded" if order["amount_refunded"] >= order["amount"] else "partially_refunded"
        charge["status"] = how
        self._changed(order, how, f"order.{how}")
        return refund

    def chargeback(self, order: Json) -> Json:
        """The buyer's bank disputes a charge."""
        charge: Json = order["charges"]["data"][0]
        chargeback: Json = {
            "id": f"chbk_{next(self._numbers)}",
            "charge_id": charge["id"],
            "status": "under_review",
            "reason": "unrecognized",
            "created_at": self._time(),
        }
        charge["chargeback"] = chargeback
        order["updated_at"] = self._time()
        self.tell("charge.chargeback.created", charge)
        return charge

    def chargeback_ends(self, charge: Json, *, lost: bool = True) -> Json:
        """The bank decided."""
        charge["chargeback"]["status"] = "lost" if lost else "won"
        self.orders[str(charge["order_id"])]["updated_at"] = self._time()
        self.tell(f"charge.chargeback.{charge['chargeback']['status']}", charge)
        return charge

    def customer(self, **fiscal_entity: Any) -> Json:
        """A customer with a fiscal entity of its own."""
        entities = _list([{"default": True, **fiscal_entity}])
        customer: Json = {"id": f"cus_{next(self._numbers)}", "fiscal_entities": entities}
        self.customers[customer["id"]] = customer
        return customer

    def tell(self, kind: str, found: Json) -> Json:
        """Remember an event about an object as it is now."""
        event = {
            "id": f"evt_{next(self._numbers)}",
            "object": "event",
            "type": kind,
            "created_at": self._time(),
            "livemode": self.live,
            "data": {"object": copy.deepcopy(found), "previous_attributes": {}},
        }
        self.events.append(event)
        return event

    # ---- events

    @property
    def public_key(self) -> str:
        """The webhook key, as Conekta shows it."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return _private_key().public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    def digest(self, body: bytes, way: Literal["signature", "digest", "hex"] = "signature") -> str:
        """The `DIGEST` of a body, in any of the ways that Conekta's words can mean."""
        if way == "signature":
            return base64.b64encode(_private_key().sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()
        sealed = sha256(body).digest() if way == "digest" else sha256(body).hexdigest().encode()
        return base64.b64encode(_encrypted(sealed)).decode()

    def delivery(self, event: Json) -> tuple[dict[str, str], bytes]:
        """Headers and body of an event's delivery."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return {"content-type": "application/json", "digest": self.digest(body)}, body

    def send(self, event: Json, url: str) -> int:
        """Deliver an event to a webhook address; the status of the answer."""
        return self.post(url, *self.delivery(event))

    def _changed(self, order: Json, status: str, kind: str) -> Json:
        order.update(payment_status=status, updated_at=self._time())
        self.tell(kind, order)
        return order

    def _time(self) -> int:
        return int(self.clock().timestamp())


@cache
def _private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _encrypted(sealed: bytes) -> bytes:
    """PKCS#1 v1.5, type 1, without the name of a hash."""
    numbers = _private_key().private_numbers()
    n = numbers.public_numbers.n
    size = (n.bit_length() + 7) // 8
    block = b"\x00\x01" + b"\xff" * (size - len(sealed) - 3) + b"\x00" + sealed
    return pow(int.from_bytes(block, "big"), numbers.d, n).to_bytes(size, "big")


def _share(amount: int, goods: int, discount: int) -> Decimal:
    return amount - (Decimal(discount) * amount / goods if goods else Decimal(0))


def _list(found: Any) -> Json:
    return {"object": "list", "has_more": False, "data": list(found)}
