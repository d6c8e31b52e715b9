"""Refunds and lost chargebacks: money that went back to the buyer."""

from datetime import UTC, datetime
from decimal import Decimal

from hub.plugin import Ignored, Record, Refund

from .config import ConektaConfig
from .lines import centavos

REVERSED = frozenset({"failed", "canceled", "rejected"})
WAITING = frozenset({"pending", "in_progress", "processing"})


def refund(record: Record) -> Refund | Ignored:
    """A refund; one that failed is told as reversed. Conekta writes amounts below zero, too."""
    found = record["refund"]
    if found.get("status") in WAITING:
        return Ignored(f"refund {found['id']} is {found['status']}; it counts once it has succeeded")
    return Refund(
        id=record["id"],
        sale_id=record["order_id"],
        refunded_at=datetime.fromtimestamp(int(found["created_at"]), UTC),
        currency=record["currency"],
        amount=abs(centavos(found["amount"], record["currency"], "refunds.amount")),
        kind=found.get("kind") or "refund",
        status="reversed" if found.get("status") in REVERSED else "succeeded",
        reason=str(found.get("reason") or ""),
    )


def chargeback(record: Record, config: ConektaConfig) -> Refund | Ignored:
    """A chargeback that is lost; any other state leaves the money where it is."""
    found, currency = record["chargeback"], record["currency"]
    given_back = sum(
        (
            abs(centavos(one["amount"], currency, "refunds.amount"))
            for one in record["refunds"]
            if one.get("status") not in REVERSED
        ),
        Decimal(0),
    )
    amount = centavos(record["amount"], currency, "amount") - given_back
    named = f"chargeback {found['id']} on order {record['order_id']}"
    if found["status"] in {"won", "covered"}:
        return Ignored(f"{named} is {found['status']}; the money stays")
    if found["status"] != "lost":
        return Ignored(
            f"{named} opened: {amount} {currency}, {found['status']}, reason {found.get('reason')};"
            " answer it in Conekta, the invoice changes only if it is lost"
        )
    if config.lost_chargebacks == "ignore":
        return Ignored(f"{named} was lost; lost_chargebacks is set to ignore")
    return Refund(
        id=record["id"],
        sale_id=record["order_id"],
        refunded_at=datetime.fromtimestamp(int(found["created_at"]), UTC),
        currency=currency,
        amount=amount,
        kind="dispute_lost",
        reason=str(found.get("reason") or ""),
    )
