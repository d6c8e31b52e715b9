"""Refunds and lost disputes: money that went back to the buyer."""

from datetime import UTC, datetime

from hub.plugin import Ignored, Record, Refund, from_minor

from .config import StripeConfig

REVERSED = frozenset({"failed", "canceled"})


def refund(record: Record) -> Refund | Ignored:
    """A refund; one that failed after all is told as reversed."""
    found = record["refund"]
    status = found["status"]
    if status != "succeeded" and status not in REVERSED:
        return Ignored(f"refund {found['id']} is {status}; it counts once it has succeeded")
    currency = str(found["currency"]).upper()
    return Refund(
        id=_key(record, record["id"]),
        sale_id=_key(record, record["sale_key"]),
        refunded_at=datetime.fromtimestamp(int(found["created"]), UTC),
        currency=currency,
        amount=from_minor(found["amount"], currency),
        status="reversed" if status in REVERSED else "succeeded",
        reason=str(found.get("failure_reason") or found.get("reason") or ""),
    )


def dispute_lost(record: Record, config: StripeConfig) -> Refund | Ignored:
    """A lost dispute; Stripe took the money back when the dispute was opened."""
    found = record["dispute"]
    if found["status"] != "lost":
        return Ignored(f"dispute {found['id']} is {found['status']}")
    if config.lost_disputes == "ignore":
        return Ignored(f"dispute {found['id']} was lost; lost_disputes is set to ignore")
    currency = str(found["currency"]).upper()
    return Refund(
        id=_key(record, record["id"]),
        sale_id=_key(record, record["sale_key"]),
        refunded_at=datetime.fromtimestamp(int(found["created"]), UTC),
        currency=currency,
        amount=from_minor(found["amount"], currency),
        kind="dispute_lost",
        reason=str(found.get("reason") or ""),
    )


def _key(record: Record, identifier: str) -> str:
    account = record["account"]
    return f"{account}:{identifier}" if account else identifier
