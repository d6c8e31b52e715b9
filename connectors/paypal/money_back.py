"""Refunds and lost disputes: money that went back to the buyer."""

from datetime import datetime
from decimal import Decimal

from hub.plugin import DataError, Ignored, Record, Refund, exact_amount

from .config import PayPalConfig

REVERSED = frozenset({"FAILED", "CANCELLED"})
LOST = frozenset({"RESOLVED_BUYER_FAVOUR", "ACCEPTED"})


def refund(record: Record) -> Refund | Ignored:
    """A refund; one that failed is told as reversed."""
    status = record["status"] or "COMPLETED"
    if status != "COMPLETED" and status not in REVERSED:
        return Ignored(f"refund {record['id']} is {status}; it counts once it is completed")
    currency = record["amount"]["currency_code"]
    return Refund(
        id=record["id"],
        sale_id=record["sale_id"],
        refunded_at=datetime.fromisoformat(record["at"]),
        currency=currency,
        amount=exact_amount(record["amount"]["value"], currency, "amount"),
        status="reversed" if status in REVERSED else "succeeded",
        reason=str(record.get("reason") or ""),
    )


def transaction_refund(info: Record) -> Refund | Ignored:
    """A refund that only the search tells of."""
    currency = info["transaction_amount"]["currency_code"]
    if info["transaction_status"] != "S":
        return Ignored(f"refund {info['transaction_id']} has status {info['transaction_status']}")
    return Refund(
        id=info["transaction_id"],
        sale_id=info["paypal_reference_id"],
        refunded_at=datetime.fromisoformat(info["transaction_initiation_date"]),
        currency=currency,
        amount=abs(exact_amount(info["transaction_amount"]["value"], currency, "transaction_amount")),
    )


def dispute(record: Record, config: PayPalConfig) -> Refund | Ignored:
    """A dispute that the seller lost. Refunds since it was opened are its money, and count by themselves."""
    found = record["dispute"]
    currency = found["dispute_amount"]["currency_code"]
    amount = exact_amount(found["dispute_amount"]["value"], currency, "dispute_amount")
    named = f"dispute {found['dispute_id']} on {record['sale_id']}"
    outcome = found.get("dispute_outcome") or {}
    code = outcome.get("outcome_code")
    if found["status"] != "RESOLVED":
        return Ignored(
            f"{named} opened: {amount} {currency}, {found.get('reason')};"
            " answer it in PayPal, the invoice changes only if it is lost"
        )
    if code not in LOST:
        return Ignored(f"{named} ended with {code}; the money stays")
    if config.lost_disputes == "ignore":
        return Ignored(f"{named} was lost; lost_disputes is set to ignore")
    if record["transactions"] != 1:
        raise DataError(f"{named} is about {record['transactions']} payments", hint="enter what each one gave back")
    if told := outcome.get("amount_refunded"):
        amount = exact_amount(told["value"], currency, "amount_refunded")
    opened = datetime.fromisoformat(found["create_time"])
    amount -= sum((_given_back(one, opened, currency) for one in record["refunds"]), Decimal(0))
    if amount <= 0:
        return Ignored(f"{named} was lost; its money went back by a refund, which counts by itself")
    return Refund(
        id=record["id"],
        sale_id=record["sale_id"],
        refunded_at=datetime.fromisoformat(found.get("update_time") or found["create_time"]),
        currency=currency,
        amount=amount,
        kind="dispute_lost",
        reason=str(found.get("reason") or ""),
    )


def _given_back(record: Record, opened: datetime, currency: str) -> Decimal:
    if record["status"] != "COMPLETED" or datetime.fromisoformat(record["at"]) < opened:
        return Decimal(0)
    return exact_amount(record["amount"]["value"], currency, "refunds.amount")
