"""From an identifier to composed records: a capture with its order, a refund, a payment of a subscription, a dispute.

Whichever event told of it, and the search too, lead to the same records.
"""

from collections.abc import Callable, Iterator
from typing import Any

from hub.plugin import Http, Record

PAID = frozenset({"COMPLETED", "REFUNDED", "PARTIALLY_REFUNDED"})
"""States of a capture that was made, whatever came after."""
SALE_PAID = frozenset({"completed", "refunded", "partially_refunded"})
"""The same of a payment of a subscription."""

# All that the sale needs; the rest changes without changing it, or is nobody's business.
_CAPTURE = ("id", "amount", "custom_id", "invoice_id", "create_time")
_UNIT = ("description", "custom_id", "invoice_id", "amount", "items")
_V1_SALE = ("id", "amount", "custom", "invoice_number", "billing_agreement_id", "create_time", "description")


def read(http: Http, identifier: str) -> list[Record]:
    """The records behind `kind:id`; empty if PayPal does not know it."""
    kind, _, target = identifier.partition(":")
    return list(READERS[kind](http, target)) if kind in READERS else []


def _capture(http: Http, capture_id: str) -> Iterator[Record]:
    capture = http.find(f"/v2/payments/captures/{capture_id}")
    if capture is None:
        return
    order = _order(http, capture)
    unit = _unit_of(order, capture_id)
    yield {
        "object_kind": "capture",
        "id": str(capture["id"]),
        "capture": {
            **_kept(capture, _CAPTURE),
            "status": "COMPLETED" if capture["status"] in PAID else capture["status"],
        },
        "unit": unit and {**_kept(unit, _UNIT), "captures": len(_payments(unit, "captures"))},
        "payer": (order or {}).get("payer"),
        "payment_source": (order or {}).get("payment_source"),
    }
    for refund in _payments(unit or {}, "refunds"):
        if capture_of(refund) == capture_id:
            yield refund_record(refund)


def _order(http: Http, capture: Record) -> Record | None:
    related = (capture.get("supplementary_data") or {}).get("related_ids") or {}
    order_id = related.get("order_id") or _linked(capture, "/v2/checkout/orders/")
    return http.find(f"/v2/checkout/orders/{order_id}") if order_id else None


def _unit_of(order: Record | None, capture_id: str) -> Record | None:
    units: list[Record] = (order or {}).get("purchase_units") or []
    return next((unit for unit in units if capture_id in {c.get("id") for c in _payments(unit, "captures")}), None)


def _payments(unit: Record, kind: str) -> list[Record]:
    found: list[Record] = (unit.get("payments") or {}).get(kind) or []
    return found


def refund_record(refund: Record) -> Record:
    """A refund of a capture."""
    return {
        "object_kind": "refund",
        "id": str(refund["id"]),
        "sale_id": capture_of(refund),
        "amount": refund.get("amount"),
        "status": refund.get("status"),
        "at": refund.get("create_time"),
        "reason": refund.get("note_to_payer"),
    }


def capture_of(refund: Record) -> str:
    """Whose money a refund gave back; only a link says it."""
    return _linked(refund, "/v2/payments/captures/")


def _linked(found: Record, path: str) -> str:
    addresses = [str(link.get("href")) for link in found.get("links") or [] if link.get("rel") == "up"]
    return next((address.rpartition(path)[2] for address in addresses if path in address), "")


def _refund(http: Http, refund_id: str) -> Iterator[Record]:
    refund = http.find(f"/v2/payments/refunds/{refund_id}")
    if refund is not None:
        yield refund_record(refund)


def _sale(http: Http, sale_id: str) -> Iterator[Record]:
    sale = http.find(f"/v1/payments/sale/{sale_id}")
    if sale is not None:
        state = "completed" if sale.get("state") in SALE_PAID else sale.get("state")
        yield {"object_kind": "sale", "id": str(sale["id"]), "sale": {**_kept(sale, _V1_SALE), "state": state}}


def _sale_refund(http: Http, refund_id: str) -> Iterator[Record]:
    refund = http.find(f"/v1/payments/refund/{refund_id}")
    if refund is not None:
        told = refund.get("amount") or {}
        yield {
            "object_kind": "refund",
            "id": str(refund["id"]),
            "sale_id": str(refund.get("sale_id") or refund.get("capture_id") or ""),
            "amount": {"currency_code": told.get("currency"), "value": str(told.get("total", "")).removeprefix("-")},
            "status": str(refund.get("state") or "").upper(),
            "at": refund.get("create_time"),
            "reason": refund.get("reason") or refund.get("description"),
        }


def _dispute(http: Http, dispute_id: str) -> Iterator[Record]:
    dispute = http.find(f"/v1/customer/disputes/{dispute_id}")
    if dispute is None:
        return
    disputed = dispute.get("disputed_transactions") or [{}]
    sale_id = str(disputed[0].get("seller_transaction_id") or "")
    found = READERS["capture"](http, sale_id) if sale_id else iter(())
    names = ("dispute_id", "reason", "status", "dispute_amount", "dispute_outcome", "create_time", "update_time")
    yield {
        "object_kind": "dispute",
        "id": f"dispute-{dispute['dispute_id']}",
        "sale_id": sale_id,
        "transactions": len(disputed),
        "dispute": _kept(dispute, names),
        "refunds": [record for record in found if record["object_kind"] == "refund"],
    }


def _kept(found: Record, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: found[name] for name in names if found.get(name) is not None}


READERS: dict[str, Callable[[Http, str], Iterator[Record]]] = {
    "capture": _capture,
    "refund": _refund,
    "sale": _sale,
    "sale_refund": _sale_refund,
    "dispute": _dispute,
}
