"""Puts an order into records: the sale with its invoices' numbers, each credit memo."""

from decimal import Decimal, InvalidOperation
from typing import Any

from hub.plugin import Http, Record

from .api import of_order

# What is kept of an order; the rest repeats it in another currency, or changes without changing the sale.
OF_ORDER = (
    "increment_id",
    "order_currency_code",
    "grand_total",
    "shipping_amount",
    "shipping_tax_amount",
    "shipping_discount_amount",
    "shipping_discount_tax_compensation_amount",
    "shipping_description",
    "created_at",
    "customer_email",
    "customer_firstname",
    "customer_lastname",
    "customer_taxvat",
    "billing_address",
    "extension_attributes",
)
OF_ITEM = (
    "item_id",
    "parent_item_id",
    "product_type",
    "sku",
    "name",
    "qty_ordered",
    "price",
    "row_total",
    "tax_amount",
    "tax_percent",
    "discount_amount",
    "discount_tax_compensation_amount",
)
OF_MEMO = ("entity_id", "order_id", "state", "grand_total", "order_currency_code", "created_at", "increment_id")
KEPT_EXTENSIONS = frozenset({"item_applied_taxes"})
PAID_INVOICE = 2


def read(http: Http, order_id: str) -> list[Record]:
    """The records behind an order; empty if it is gone."""
    order: Any = http.find(f"/orders/{order_id}")
    if order is None:
        return []
    return [compose(http, order), *(memo_record(memo) for memo in of_order(http, "creditmemos", order_id))]


def compose(http: Http, order: Record) -> Record:
    """An order as a record; its credit memos are records of their own."""
    order_id, state = str(order.get("entity_id")), _state(order)
    invoices = of_order(http, "invoices", order_id) if state == "paid" else []
    payment = order.get("payment") or {}
    kept = {name: order.get(name) for name in OF_ORDER}
    kept["extension_attributes"] = {
        name: value
        for name, value in (order.get("extension_attributes") or {}).items()
        if name in KEPT_EXTENSIONS or isinstance(value, str | int)
    }
    return {
        "object_kind": "sale",
        "id": order_id,
        "state": state,
        "order": kept,
        "items": [{name: item.get(name) for name in OF_ITEM} for item in order.get("items") or ()],
        "method": payment.get("method"),
        # After a refund the payment names that one; the invoices keep the numbers of what was paid.
        "transactions": [invoice.get("transaction_id") for invoice in invoices if invoice.get("transaction_id")]
        or ([] if order.get("total_refunded") else [payment.get("last_trans_id")]),
        "paid_at": max((str(one["created_at"]) for one in invoices if one.get("state") == PAID_INVOICE), default=None),
    }


def memo_record(memo: Record) -> Record:
    """A credit memo as a record."""
    kept = {name: memo.get(name) for name in OF_MEMO}
    return {"object_kind": "refund", "id": f"creditmemo-{memo.get('entity_id')}", "memo": kept}


def _state(order: Record) -> str:
    """`paid`, `unpaid`, or `part`: paid in part, and the rest will never be."""
    total, paid = _amount(order, "grand_total"), _amount(order, "total_paid")
    if paid >= total:
        return "paid"
    return "part" if paid and _amount(order, "total_canceled") else "unpaid"


def _amount(order: Record, name: str) -> Decimal:
    # What is no number is refused when the record is mapped, and stops no other.
    try:
        return Decimal(str(order.get(name) or 0))
    except InvalidOperation:
        return Decimal(0)
