"""A stateful WooCommerce for tests and demonstrations: orders, refunds, the REST API, signed webhooks.

shop = FakeWooCommerce()
order = shop.sell([Item("Cuaderno", "58.00", quantity=2)])
with shop.serving() as url:              # or httpx.MockTransport(shop.handle)
    shop.send(shop.told[-1], "http://127.0.0.1:8000/webhooks/tienda")
"""

import base64
import hmac
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hub.plugin import rounded

from .testing_rest import Json, Rest

_FINE = 6
_RATES = {"0.16": 1, "0.08": 2, "0": 3}


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Item:
    """What is sold: its price as the shop typed it, with tax or without; `rate` None carries no tax at all."""

    name: str
    price: str
    quantity: int = 1
    rate: str | None = "0.16"
    sku: str = ""


@dataclass(frozen=True)
class Event:
    """A webhook that is to be delivered."""

    topic: str
    body: Json


class FakeWooCommerce(Rest):
    """WooCommerce as far as this connector reads it.

    Args:
        consumer_key: the key, and `consumer_secret` its secret, that it accepts.
        webhook_secret: what webhooks are signed with.
        prices_include_tax: how the shop types its prices.
        round_at_subtotal: whether each line keeps the decimals of its tax.
        clock: time of everything that happens.
    """

    def __init__(
        self,
        consumer_key: str = "ck_fake",
        consumer_secret: str = "cs_fake",  # noqa: S107 (the secret of a fake)
        webhook_secret: str = "woo-fake-secret",  # noqa: S107
        clock: Callable[[], datetime] = _now,
        *,
        prices_include_tax: bool = True,
        round_at_subtotal: bool = False,
    ) -> None:
        super().__init__(consumer_key, consumer_secret)
        self.webhook_secret = webhook_secret
        self.clock = clock
        self.prices_include_tax = prices_include_tax
        self.tax_decimals = _FINE if round_at_subtotal else 2
        self.told: list[Event] = []
        self._numbers = itertools.count(1001)

    # ---- what happens in the shop

    def sell(self, items: Sequence[Item], **fields: Any) -> Json:
        """An order that is paid at once; see `order`."""
        return self.pay(self.order(items, **fields))

    def order(
        self,
        items: Sequence[Item],
        *,
        shipping: str = "0",
        fees: Sequence[tuple[str, str]] = (),
        percent_off: int = 0,
        meta: Json | None = None,
        **fields: Any,
    ) -> Json:
        """An order that waits for its payment; `percent_off` is a coupon, a fee below zero a discount."""
        lines = [self._line(item, percent_off) for item in items]
        shipped = [self._extra("method_title", "Envío", shipping)] if Decimal(shipping) else []
        charged = [self._extra("name", name, amount) for name, amount in fees]
        every = [*lines, *shipped, *charged]
        order = {
            "id": next(self._numbers),
            "parent_id": 0,
            "status": "pending",
            "currency": "MXN",
            "prices_include_tax": self.prices_include_tax,
            "date_created_gmt": self._time(),
            "date_modified_gmt": self._time(),
            "date_paid_gmt": None,
            "total": str(rounded(sum((_gross(line) for line in every), Decimal(0)), 2)),
            "customer_id": 12,
            "order_key": "wc_order_secret",
            "billing": {"first_name": "Ana", "last_name": "Pérez", "email": "ana@correo.example", "country": "MX"},
            "shipping": {"first_name": "Luis", "postcode": "64000"},
            "payment_method": "stripe",
            "transaction_id": "",
            "meta_data": [{"id": 900, "key": key, "value": value} for key, value in (meta or {}).items()],
            "line_items": lines,
            "shipping_lines": shipped,
            "fee_lines": charged,
            "coupon_lines": [],
            "tax_lines": _tax_lines(every),
            "refunds": [],
            **fields,
        }
        order.setdefault("number", str(order["id"]))
        self.put(order)
        self.tell("order.created", order)
        return order

    def put(self, order: Json) -> Json:
        """Add or replace an order as it is."""
        self.orders[str(order["id"])] = order
        return order

    def pay(self, order: Json) -> Json:
        """The money came."""
        order["date_paid_gmt"] = self._time()
        return self.becomes(order, "processing")

    def becomes(self, order: Json, status: str) -> Json:
        """Another status of an order."""
        order["status"] = status
        return self._changed(order)

    def refund(self, order: Json, amount: str | None = None, reason: str = "") -> Json:
        """Money given back; all of it if no amount is said."""
        given = Decimal(order["total"] if amount is None else amount)
        refund = {
            "id": next(self._numbers),
            "parent_id": order["id"],
            "date_created_gmt": self._time(),
            "amount": str(given),
            "reason": reason,
            "refunded_payment": True,
            "line_items": [],
        }
        self.refunds.setdefault(str(order["id"]), []).append(refund)
        order["refunds"].append({"id": refund["id"], "reason": reason, "total": f"-{given}"})
        back = sum((-Decimal(one["total"]) for one in order["refunds"]), Decimal(0))
        self.becomes(order, "refunded" if back >= Decimal(order["total"]) else order["status"])
        return refund

    def trash(self, order: Json) -> Json:
        """Moved to the trash, from where it can come back."""
        order["status"] = "trash"
        order["date_modified_gmt"] = self._time()
        self.tell("order.deleted", {"id": order["id"]})
        return order

    def tell(self, topic: str, body: Json) -> Event:
        """Remember a webhook; its body is what is true now."""
        event = Event(topic, json.loads(json.dumps(body)))
        self.told.append(event)
        return event

    # ---- webhooks

    def delivery(self, event: Event, secret: str | None = None) -> tuple[dict[str, str], bytes]:
        """Headers and body of a webhook, written as PHP writes JSON."""
        body = json.dumps(event.body, separators=(",", ":")).replace("/", "\\/").encode()
        mac = hmac.digest((secret or self.webhook_secret).encode(), body, "sha256")
        headers = {
            "content-type": "application/json",
            "x-wc-webhook-topic": event.topic,
            "x-wc-webhook-signature": base64.b64encode(mac).decode(),
        }
        return headers, body

    def ping(self) -> tuple[dict[str, str], bytes]:
        """What is sent once when a webhook is saved: a form, without signature."""
        return {"content-type": "application/x-www-form-urlencoded"}, b"webhook_id=7"

    def send(self, event: Event, url: str) -> int:
        """Deliver a webhook; the status of the answer."""
        return self.post(url, *self.delivery(event))

    def _changed(self, order: Json) -> Json:
        order["date_modified_gmt"] = self._time()
        self.put(order)
        self.tell("order.updated", order)
        return order

    def _line(self, item: Item, percent_off: int) -> Json:
        before, tax_before = self._split(Decimal(item.price) * item.quantity, item.rate)
        off = Decimal(100 - percent_off) / 100
        net, tax = self._split(rounded(Decimal(item.price) * item.quantity * off, 2), item.rate)
        taxes = [] if item.rate is None else [{"id": _RATES[item.rate], "total": str(tax), "subtotal": str(tax_before)}]
        return {
            "id": 1,
            "name": item.name,
            "quantity": item.quantity,
            "sku": item.sku,
            "subtotal": str(before),
            "subtotal_tax": str(tax_before),
            "total": str(net),
            "total_tax": str(tax),
            "taxes": taxes,
        }

    def _extra(self, title: str, name: str, amount: str) -> Json:
        net, tax = self._split(Decimal(amount), "0.16")
        return {
            "id": 2,
            title: name,
            "total": str(net),
            "total_tax": str(tax),
            "taxes": [{"id": 1, "total": str(tax), "subtotal": ""}],
        }

    def _split(self, amount: Decimal, rate: str | None) -> tuple[Decimal, Decimal]:
        share = Decimal(rate or 0)
        if not self.prices_include_tax:
            return amount, rounded(amount * share, self.tax_decimals)
        net = rounded(amount / (1 + share), _FINE)
        return net, amount - net

    def _time(self) -> str:
        return self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _gross(line: Json) -> Decimal:
    return Decimal(line["total"]) + Decimal(line["total_tax"])


def _tax_lines(lines: Sequence[Json]) -> list[Json]:
    used = {tax["id"] for line in lines for tax in line["taxes"]}
    return [
        {"rate_id": number, "rate_code": f"MX-IVA-{number}", "label": "IVA", "rate_percent": int(Decimal(rate) * 100)}
        for rate, number in _RATES.items()
        if number in used
    ]


__all__: Sequence[str] = ("Event", "FakeWooCommerce", "Item")
