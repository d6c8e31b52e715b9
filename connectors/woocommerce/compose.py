"""Puts an order into records: the sale, each refund."""

from collections.abc import Iterator
from decimal import Decimal

from hub.plugin import Record

from .api import WooApi
from .payment import is_test

PAID_ONCE = "refunded"
"""The status of an order that was paid and given back."""

# What changes without changing the sale, what opens the order to anybody who has it, and what is nobody's business.
LEFT_OUT = frozenset(
    {
        "_links",
        "cart_hash",
        "customer_ip_address",
        "customer_user_agent",
        "date_completed",
        "date_completed_gmt",
        "date_modified",
        "date_modified_gmt",
        "is_editable",
        "meta_data",
        "needs_payment",
        "needs_processing",
        "order_key",
        "payment_url",
        "refunds",
        "status",
    }
)


def read(api: WooApi, order_id: str, paid_statuses: tuple[str, ...]) -> list[Record]:
    """The records behind an order; empty if it is gone."""
    order = api.order(order_id)
    return [] if order is None else list(compose(api, order, paid_statuses))


def compose(api: WooApi, order: Record, paid_statuses: tuple[str, ...]) -> Iterator[Record]:
    """All that an order tells. The list of orders tells as much as the order itself, but for the refunds."""
    order_id, meta = str(order.get("id")), _meta(order)
    refunds = sorted(api.refunds(order_id), key=lambda refund: str(refund.get("id"))) if order.get("refunds") else []
    settled = order.get("status") in {*paid_statuses, PAID_ONCE} or _all_back(order)
    paid = bool(order.get("date_paid_gmt")) and settled
    yield {
        "object_kind": "sale",
        "id": order_id,
        # Which of its paid states it is in changes nothing.
        "status": "paid" if paid else order.get("status"),
        "order": {name: value for name, value in order.items() if name not in LEFT_OUT},
        "meta": meta,
    }
    for refund in refunds:
        yield {
            "object_kind": "refund",
            "id": str(refund.get("id")),
            "order_id": order_id,
            "currency": order.get("currency"),
            "test": is_test(meta),
            "refund": {name: refund.get(name) for name in ("amount", "date_created_gmt", "reason", "refunded_payment")},
        }


def _all_back(order: Record) -> bool:
    """Whether its refunds make all that was paid, such as of an order that was cancelled after them."""
    try:
        back = sum((abs(Decimal(refund["total"])) for refund in order.get("refunds") or ()), Decimal(0))
        return back > 0 and back == Decimal(order["total"])
    except (KeyError, TypeError, ArithmeticError):
        return False


def _meta(order: Record) -> Record:
    """The meta data with text in it, by its key."""
    return {
        str(entry["key"]): entry["value"]
        for entry in order.get("meta_data") or ()
        if isinstance(entry, dict) and isinstance(entry.get("value"), str | int) and "key" in entry
    }
