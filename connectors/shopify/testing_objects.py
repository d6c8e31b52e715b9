"""What happens in a shop on the fake: orders, payments, edits, refunds, chargebacks; each act leaves its webhooks."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from .testing_nodes import Held
from .testing_shapes import Item, Money, line, net_of, shipping_line

Json = dict[str, Any]
SHOP_ZONE = timezone(timedelta(hours=-6))
CARD: Mapping[str, Any] = {
    "__typename": "CardPaymentDetails",
    "bin": "424242",
    "company": "Visa",
    "paymentMethodName": "visa",
    "wallet": None,
}
ADDRESS: Mapping[str, Any] = {"name": "Ana Pérez", "company": None, "zip": "86991", "country_code": "MX", "phone": None}


@dataclass(frozen=True)
class Event:
    """Something that the shop tells: a topic and the body of its webhook."""

    topic: str
    body: Json
    number: int
    at: datetime


class Shop:
    """State and the acts that change it.

    Args:
        clock: time of everything that happens.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.orders: dict[int, Held] = {}
        self.disputes: dict[int, Json] = {}
        self.told: list[Event] = []
        self._numbers = itertools.count(1)

    def put(self, order: Json, transactions: Sequence[Json] = (), localized: Sequence[Json] = ()) -> Held:
        """Add or replace an order as it is, in the shape of a webhook."""
        held = Held(order, list(transactions), list(localized))
        self.orders[order["id"]] = held
        return held

    def tell(self, topic: str, body: Json) -> Event:
        """Note a webhook."""
        event = Event(topic, body, next(self._numbers), self.clock())
        self.told.append(event)
        return event

    def order(
        self,
        items: Sequence[Item],
        *,
        shipping: Item | None = None,
        tip: str = "0",
        included: bool = True,
        presentment: tuple[str, str] = ("MXN", "1"),
        attributes: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Json:
        """An order that nobody has paid yet. `presentment`: the buyer's currency, and how much of it is a peso."""
        number, now = next(self._numbers), self._now()
        money = Money(*presentment)
        lines = [line(next(self._numbers), item, money, included=included) for item in items]
        ways = [] if shipping is None else [shipping_line(next(self._numbers), shipping, money, included=included)]
        tax = sum((Decimal(each["price"]) for one in lines + ways for each in one["tax_lines"]), Decimal(0))
        goods = sum((net_of(item) for item in items), Decimal(0))
        total = goods + (net_of(shipping) if shipping else 0) + (0 if included else tax) + Decimal(tip)
        identifier = 6000000000000 + number
        order = {
            "id": identifier,
            "admin_graphql_api_id": f"gid://shopify/Order/{identifier}",
            "name": f"#{1000 + number}",
            **dict.fromkeys(("created_at", "processed_at", "updated_at"), now),
            **dict.fromkeys(
                ("cancelled_at", "cancel_reason", "note", "phone", "po_number", "merchant_of_record_app_id")
            ),
            "confirmed": True,
            "test": False,
            "tax_exempt": False,
            "tags": "",
            "source_name": "web",
            "refunds": [],
            "currency": "MXN",
            "presentment_currency": presentment[0],
            "financial_status": "pending",
            "taxes_included": included,
            "email": "ana@cliente.example",
            "customer": {"id": 7000001, "email": "ana@cliente.example", "first_name": "Ana", "last_name": "Pérez"},
            "billing_address": dict(ADDRESS),
            "note_attributes": [{"name": name, "value": value} for name, value in (attributes or {}).items()],
            "payment_gateway_names": [],
            "line_items": lines,
            "shipping_lines": ways,
            "total_price": str(total),
            **{name: money.of(total) for name in ("total_price_set", "current_total_price_set")},
            "total_tax": str(tax),
            "total_tax_set": money.of(tax),
            "total_tip_received": tip,
            "total_tip_received_set": money.of(Decimal(tip)),
        }
        self.put(order | fields)
        self.tell("orders/create", self.orders[identifier].order)
        return self.orders[identifier].order

    def pay(
        self, order: Json, amount: str = "", *, gateway: str = "shopify_payments", kind: str = "sale", **fields: Any
    ) -> Json:
        """A payment of all that is owed, or of an amount; `kind="authorization"` only reserves it."""
        held, test = self.orders[order["id"]], order["test"]
        details = dict(CARD) if gateway == "shopify_payments" else None
        made = self._transaction(
            order, kind, amount or order["total_price"], gateway, payment_details=details, test=test
        )
        held.transactions.append({**made, **fields})
        paid = sum(
            (Decimal(each["amount"]) for each in held.transactions if each["kind"] != "authorization"), Decimal(0)
        )
        status = "paid" if paid >= Decimal(order["total_price"]) else "partially_paid" if paid else "authorized"
        self._changed(order, financial_status=status)
        if status == "paid":
            self.tell("orders/paid", order)
        return held.transactions[-1]

    def sell(self, items: Sequence[Item], *, gateway: str = "shopify_payments", **fields: Any) -> Json:
        """An order that is paid at once."""
        order = self.order(items, **fields)
        self.pay(order, gateway=gateway)
        return order

    def refund(self, order: Json, amount: str, *, status: str = "success", note: str = "", **fields: Any) -> Json:
        """Money given back; with an amount of 0 the goods only come back."""
        number = next(self._numbers)
        given = (
            [self._transaction(order, "refund", amount, "shopify_payments", status=status)] if Decimal(amount) else []
        )
        refund = {
            "id": 990000 + number,
            "admin_graphql_api_id": f"gid://shopify/Refund/{990000 + number}",
            "order_id": order["id"],
            "created_at": self._now(),
            "note": note,
            "refund_line_items": [],
            "order_adjustments": [],
            "transactions": given,
            **fields,
        }
        order["refunds"].append(refund)
        back = sum((Decimal(each["amount"]) for one in order["refunds"] for each in one["transactions"]), Decimal(0))
        if back:
            whole = back >= Decimal(order["total_price"])
            order["financial_status"] = "refunded" if whole else "partially_refunded"
        self._changed(order)
        self.tell("refunds/create", refund)
        return refund

    def cancel(self, order: Json) -> None:
        """The order is cancelled; its money stays where it is."""
        self._changed(order, cancelled_at=self._now(), cancel_reason="customer")
        self.tell("orders/cancelled", order)

    def dispute(
        self, order: Json, amount: str = "", *, status: str = "needs_response", kind: str = "chargeback"
    ) -> Json:
        """A chargeback begins."""
        number = next(self._numbers)
        dispute = {
            "id": 850000 + number,
            "order_id": order["id"],
            "type": kind,
            "amount": amount or order["total_price"],
            "currency": order["currency"],
            "reason": "fraudulent",
            "status": status,
            "initiated_at": self._now(),
            "finalized_on": None,
        }
        self.disputes[dispute["id"]] = dispute
        self.tell("disputes/create", dispute)
        return dispute

    def dispute_ends(self, dispute: Json, status: str = "lost") -> Json:
        """The bank decides."""
        dispute |= {"status": status, "finalized_on": self.clock().date().isoformat()}
        self.tell("disputes/update", dispute)
        return dispute

    def touch(self, held: Held) -> None:
        """Something beside the order changed, which makes it a changed order."""
        self._changed(held.order)

    def _changed(self, order: Json, **fields: Any) -> None:
        order |= {"updated_at": self._now(), **fields}
        self.tell("orders/updated", order)

    def _transaction(self, order: Json, kind: str, amount: str, gateway: str, **fields: Any) -> Json:
        number = 77000 + next(self._numbers)
        price = order["total_price_set"]
        shop, there = Decimal(price["shop_money"]["amount"]), Decimal(price["presentment_money"]["amount"])
        money = Money(order["presentment_currency"], str(there / shop) if shop else "1")
        return {
            "id": number,
            "admin_graphql_api_id": f"gid://shopify/OrderTransaction/{number}",
            "kind": kind,
            "status": "success",
            "gateway": gateway,
            "amount": amount,
            "amount_set": money.of(Decimal(amount)),
            "processed_at": self._now(),
            "test": False,
            **fields,
        }

    def _now(self) -> str:
        return self.clock().astimezone(SHOP_ZONE).replace(microsecond=0).isoformat()
