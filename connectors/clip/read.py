"""From an identifier or a listed payment to composed records."""

from collections.abc import Iterator
from typing import Any

from hub.plugin import Http, Record, exact_json, text_of

PAID = frozenset({"approved", "refunded", "partially_refunded"})
"""States of a payment that was made, whatever came after."""

# What the sale needs; the rest changes without changing it, or is nobody's business.
_PAYMENT = (
    "id",
    "amount",
    "tip_amount",
    "currency",
    "payment_method",
    "external_reference",
    "description",
    "receipt_no",
    "metadata",
    "created_at",
    "approved_at",
)
_CHECKOUT = ("payment_request_id", "purchase_description", "metadata")


def read(http: Http, identifier: str) -> list[Record]:
    """The records behind what a notification named; empty if Clip does not know it."""
    kind, _, named = identifier.partition(":")
    if kind == "refund":
        refund = http.find(f"/refunds/{named}")
        return [] if refund is None else [{"object_kind": "refund", "id": str(refund["id"]), "refund": refund}]
    payment_id, _, checkout_id = named.partition("/")
    return list(_payment(http, payment_id, checkout_id))


def _payment(http: Http, payment_id: str, checkout_id: str) -> Iterator[Record]:
    checkout = http.find(f"/v2/checkout/{checkout_id}") if checkout_id else None
    payment = http.find(f"/payments/{payment_id}")
    if payment is not None:
        yield from compose(payment, checkout)
    elif checkout is not None:
        yield {"object_kind": "checkout", "id": checkout_id, "status": checkout.get("status")}


def compose(payment: Record, checkout: Record | None = None) -> Iterator[Record]:
    """The sale, and a note if money of it went back: only a notification names a refund."""
    status = text_of(payment.get("status")).lower()
    yield {
        "object_kind": "payment",
        "id": str(payment["id"]),
        "status": "approved" if status in PAID else status,
        "payment": _kept(payment, _PAYMENT),
        "checkout": None if checkout is None else _kept(checkout, _CHECKOUT),
    }
    if refunded := payment.get("amount_refunded"):
        written = exact_json(refunded).decode()
        yield {"object_kind": "refunded", "id": f"refunded-{payment['id']}-{written}", "amount": refunded}


def _kept(found: Record, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: found[name] for name in names if found.get(name) is not None}
