"""From an identifier to composed records: a payment, each of its refunds, its chargeback.

Whichever notification told of a payment, and the search too, lead to the same records.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.plugin import Http, Record, TransientError, text_of

PAID = frozenset({"approved", "refunded", "charged_back", "in_mediation"})
"""States of a payment that was made, whatever came after."""

SOON = timedelta(minutes=15)
"""How long after a notification its payment may not be readable yet."""

# What changes without changing the sale (refunds and chargebacks have records of their own), and nobody's business.
VOLATILE = frozenset(
    {
        "card",
        "charges_details",
        "date_last_updated",
        "fee_details",
        "money_release_date",
        "money_release_schema",
        "money_release_status",
        "notification_url",
        "point_of_interaction",
        "refunds",
        "release_info",
        "status_detail",
        "transaction_amount_refunded",
        "transaction_details",
    }
)


def identifier(kind: str, subject: str, told_at: datetime) -> str:
    """`payment:81000000001@1795197600`: what to read, and when Mercado Pago told of it."""
    return f"{kind}:{subject}@{int(told_at.timestamp())}"


def read(http: Http, named: str) -> list[Record]:
    """The records behind an identifier; empty if there is nothing.

    Raises:
        TransientError: a payment just told of that is not there yet.
    """
    kind, _, rest = named.partition(":")
    subject, _, told_at = rest.partition("@")
    reader = READERS.get(kind)
    return list(reader(http, subject, int(told_at))) if reader else []


def payment_records(http: Http, payment_id: str) -> Iterator[Record]:
    """A payment that is read now, as records; nothing if it is gone."""
    payment = http.find(f"/v1/payments/{payment_id}")
    if payment is not None:
        yield from compose(http, payment)


def compose(http: Http, payment: Record) -> Iterator[Record]:
    """The sale, each refund, the chargeback."""
    yield {
        "object_kind": "sale",
        "id": str(payment["id"]),
        "payment": _stable(payment),
        "order": _order(http, payment),
    }
    refunds = _refunds(http, payment)
    for refund in refunds:
        yield {"object_kind": "refund", "id": str(refund["id"]), **_about(payment), "refund": refund}
    if payment["status"] == "charged_back":
        yield {
            "object_kind": "chargeback",
            "id": f"chargeback-{payment['id']}",
            **_about(payment),
            "status_detail": payment.get("status_detail"),
            "date_last_updated": payment.get("date_last_updated"),
            "transaction_amount": payment.get("transaction_amount"),
            "refunds": refunds,
        }


def _stable(payment: Record) -> Record:
    kept = {name: value for name, value in payment.items() if name not in VOLATILE}
    if payment.get("date_approved") and payment["status"] in PAID:
        kept["status"] = "approved"
    return kept


def _about(payment: Record) -> Record:
    """What a movement of money back needs to know of its payment."""
    return {
        "payment_id": str(payment["id"]),
        "currency_id": payment.get("currency_id"),
        "collector_id": payment.get("collector_id"),
        "live_mode": payment.get("live_mode"),
    }


def _refunds(http: Http, payment: Record) -> list[Record]:
    listed: list[Record] = payment.get("refunds") or []
    # Should it tell of their sum alone.
    if not listed and payment.get("transaction_amount_refunded"):
        listed = http.find(f"/v1/payments/{payment['id']}/refunds") or []
    return sorted(listed, key=lambda refund: str(refund["id"]))


def _order(http: Http, payment: Record) -> Record | None:
    """The merchant order's items, for a payment that tells of none."""
    items = (payment.get("additional_info") or {}).get("items")
    told = payment.get("order") or {}
    order_id = text_of(told.get("id"))
    # Orders of Mercado Libre are of another API.
    if items or not order_id or told.get("type") not in {None, "mercadopago"}:
        return None
    order = http.find(f"/merchant_orders/{order_id}")
    if order is None:
        return None
    return {"id": order_id, "items": order.get("items") or [], "payments": len(_paid_in(order))}


def _paid_in(order: Record) -> list[Any]:
    return [payment for payment in order.get("payments") or [] if payment.get("status") in PAID]


def _payment(http: Http, payment_id: str, told_at: int) -> Iterator[Record]:
    records = list(payment_records(http, payment_id))
    told = datetime.fromtimestamp(told_at, UTC)
    if not records and timedelta(0) <= datetime.now(UTC) - told < SOON:
        raise TransientError(f"Mercado Pago told of payment {payment_id}, which is not there yet", retry_after_s=60)
    yield from records


def _merchant_order(http: Http, order_id: str, _: int) -> Iterator[Record]:
    order = http.find(f"/merchant_orders/{order_id}") or {}
    for payment in _paid_in(order):
        yield from payment_records(http, str(payment["id"]))


def _order_of_api(http: Http, order_id: str, _: int) -> Iterator[Record]:
    order = http.find(f"/v1/orders/{order_id}") or {}
    for transaction in (order.get("transactions") or {}).get("payments") or []:
        payment_id = text_of(transaction.get("reference_id"))
        if payment_id.isdecimal():
            yield from payment_records(http, payment_id)


def _chargeback(http: Http, chargeback_id: str, _: int) -> Iterator[Record]:
    chargeback = http.find(f"/v1/chargebacks/{chargeback_id}") or {}
    for payment_id in chargeback.get("payments") or []:
        yield from payment_records(http, str(payment_id))


READERS: dict[str, Callable[[Http, str, int], Iterator[Record]]] = {
    "payment": _payment,
    "merchant_order": _merchant_order,
    "order": _order_of_api,
    "chargeback": _chargeback,
}
