"""Puts an order into records: the sale, each refund, each chargeback."""

from collections.abc import Iterator
from typing import Any

from hub.plugin import Http, Record, text_of

CANCELLED = frozenset({"canceled", "voided", "reversed"})
LISTS = ("line_items", "tax_lines", "discount_lines", "shipping_lines", "charges")
LONGEST = "250"

# What changes without changing the sale: refunds and chargebacks have records of their own.
VOLATILE = frozenset({"amount_refunded", "is_refundable", "updated_at", "payment_status", "charges", "checkout"})
VOLATILE_OF_CHARGE = frozenset({"refunds", "chargeback", "is_refundable", "status", "updated_at", "fee"})


def read(http: Http, order_id: str) -> list[Record]:
    """The records behind an order; empty if Conekta does not know it."""
    order = http.find(f"/orders/{order_id}")
    return [] if order is None else list(compose(http, order))


def compose(http: Http, order: Record) -> Iterator[Record]:
    """All that an order tells."""
    order = {**order, **{name: _whole(http, order, name) for name in LISTS}}
    charges: list[Record] = order["charges"]["data"]
    paid = sorted((charge for charge in charges if charge.get("paid_at")), key=lambda charge: str(charge["id"]))
    yield {
        "object_kind": "sale",
        "id": order["id"],
        "order": {name: value for name, value in order.items() if name not in VOLATILE},
        # A state that is later than paid is told by the records of the money back.
        "payment_status": "paid" if paid else order.get("payment_status"),
        "charges": [_stable(charge) for charge in paid],
        "more_charges": order["charges"]["has_more"],
        "customer": _customer(http, order),
    }
    yield from _refunds(order, charges, paid)
    for charge in charges:
        if isinstance(charge.get("chargeback"), dict):
            yield chargeback_record(order["id"], charge)


def chargeback_record(order_id: str, charge: Record) -> Record:
    """The chargeback of a charge."""
    chargeback = charge["chargeback"]
    return {
        "object_kind": "chargeback",
        "id": chargeback["id"],
        **_about(order_id, charge),
        "amount": charge.get("amount"),
        "refunds": _refunds_of(charge),
        "chargeback": {name: chargeback.get(name) for name in ("id", "status", "reason", "created_at")},
    }


def _refunds(order: Record, charges: list[Record], paid: list[Record]) -> Iterator[Record]:
    listed = 0
    for charge in charges:
        for refund in _refunds_of(charge):
            listed += abs(_whole_number(refund.get("amount"))) if refund.get("status") != "failed" else 0
            yield {"object_kind": "refund", "id": refund["id"], **_about(order["id"], charge), "refund": refund}
    back = _whole_number(order.get("amount_refunded"))
    status = order.get("payment_status")
    if paid and status in CANCELLED:
        amount = _whole_number(order.get("amount")) - listed
        yield _unlisted(order, f"{order['id']}-{status}", amount, "cancellation")
    elif back > listed and status != "charged_back":
        # Conekta tells of their sum alone.
        yield _unlisted(order, f"{order['id']}-refunded-{back}", back - listed, "refund")


def _unlisted(order: Record, identifier: str, amount: int, kind: str) -> Record:
    refund = {
        "id": identifier,
        "amount": amount,
        "status": "success",
        "created_at": order.get("updated_at"),
        "kind": kind,
    }
    return {"object_kind": "refund", "id": identifier, **_about(order["id"], order), "refund": refund}


def _about(order_id: str, found: Record) -> Record:
    return {"order_id": order_id, "currency": found.get("currency"), "livemode": found.get("livemode")}


def _refunds_of(charge: Record) -> list[Record]:
    refunds: list[Record] = (charge.get("refunds") or {}).get("data") or []
    return refunds


def _whole_number(value: Any) -> int:
    # What is no number is refused when the record is mapped, and stops no other.
    return value if type(value) is int else 0


def _stable(charge: Record) -> Record:
    return {name: value for name, value in charge.items() if name not in VOLATILE_OF_CHARGE}


def _whole(http: Http, order: Record, name: str) -> Record:
    """A list inside of an order, to its end; `has_more` stays true if Conekta does not tell the rest."""
    part = order.get(name) or {}
    data: list[Any] = list(part.get("data") or [])
    has_more = bool(part.get("has_more"))
    while has_more and data:
        answer = http.find(f"/orders/{order['id']}/{name}", {"limit": LONGEST, "next": str(data[-1]["id"])})
        if not isinstance(answer, dict) or not answer.get("data"):
            break
        data += answer["data"]
        has_more = bool(answer.get("has_more"))
    return {"data": data, "has_more": has_more}


def _customer(http: Http, order: Record) -> Record | None:
    """The customer's own fiscal entity, for an order without one."""
    customer_id = text_of((order.get("customer_info") or {}).get("customer_id"))
    if order.get("fiscal_entity") or not customer_id:
        return None
    customer = http.find(f"/customers/{customer_id}")
    entities = ((customer or {}).get("fiscal_entities") or {}).get("data") or []
    chosen = next((entity for entity in entities if entity.get("default")), entities[0] if entities else None)
    return {"id": customer_id, "fiscal_entity": chosen}
