"""Refunds and lost chargebacks: money that went back to the buyer."""

from datetime import datetime
from decimal import Decimal

from hub.plugin import Ignored, Record, Refund, exact_amount

from .config import OpenPayConfig

REVERSED = frozenset({"failed", "cancelled"})
LOST = "chargeback_accepted"


def refund(record: Record) -> Refund | Ignored:
    """A refund; one that failed is told as reversed."""
    found, currency = record["refund"], record["currency"]
    status = found.get("status") or "completed"
    if status != "completed" and status not in REVERSED:
        return Ignored(f"refund {record['id']} is {status}; it counts once it is completed")
    return Refund(
        id=record["id"],
        sale_id=record["charge_id"],
        refunded_at=datetime.fromisoformat(found.get("operation_date") or found["creation_date"]),
        currency=currency,
        amount=exact_amount(found["amount"], currency, "refund.amount"),
        status="reversed" if status in REVERSED else "succeeded",
        reason=str(found.get("description") or ""),
    )


def chargeback(record: Record, config: OpenPayConfig) -> Refund | Ignored:
    """A chargeback that was accepted: the money is gone. OpenPay does not tell when; its charge's time stands in."""
    currency, status = record["currency"], record["status"]
    given_back = sum(
        (
            exact_amount(one["amount"], currency, "refund.amount")
            for one in record["refunds"]
            if (one.get("status") or "completed") == "completed"
        ),
        Decimal(0),
    )
    amount = exact_amount(record["amount"], currency, "amount") - given_back
    named = f"chargeback on charge {record['charge_id']}"
    if status == "chargeback_pending":
        return Ignored(
            f"{named} opened: {amount} {currency}; answer it in OpenPay, the invoice changes only if it is accepted"
        )
    if status != LOST:
        return Ignored(f"{named}: {status}; the money stays")
    if config.lost_chargebacks == "ignore":
        return Ignored(f"{named} was lost; lost_chargebacks is set to ignore")
    return Refund(
        id=record["id"],
        sale_id=record["charge_id"],
        refunded_at=datetime.fromisoformat(record["operation_date"]),
        currency=currency,
        amount=amount,
        kind="dispute_lost",
    )
