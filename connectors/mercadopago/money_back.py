"""Refunds and lost chargebacks: money that went back to the buyer."""

from datetime import datetime
from decimal import Decimal

from hub.plugin import Ignored, Record, Refund, exact_amount

from .config import MercadoPagoConfig

REVERSED = frozenset({"rejected", "cancelled"})


def refund(record: Record) -> Refund | Ignored:
    """A refund; one that was rejected is told as reversed."""
    found, currency = record["refund"], record["currency_id"]
    status = found.get("status") or "approved"
    if status != "approved" and status not in REVERSED:
        return Ignored(f"refund {found['id']} is {status}; it counts once it is approved")
    return Refund(
        id=record["id"],
        sale_id=record["payment_id"],
        refunded_at=datetime.fromisoformat(found["date_created"]),
        currency=currency,
        amount=exact_amount(found["amount"], currency, "amount"),
        status="reversed" if status in REVERSED else "succeeded",
        reason=str(found.get("reason") or ""),
    )


def chargeback(record: Record, config: MercadoPagoConfig) -> Refund | Ignored:
    """A chargeback that was decided against the seller (settled), or for him after all (reimbursed)."""
    named, detail, currency = (
        f"chargeback on payment {record['payment_id']}",
        record["status_detail"],
        record["currency_id"],
    )
    amount = exact_amount(record["transaction_amount"], currency, "transaction_amount") - sum(
        (_given_back(refund, currency) for refund in record["refunds"]), Decimal(0)
    )
    if detail not in {"settled", "reimbursed"}:
        return Ignored(
            f"{named} opened: {amount} {currency}, {detail}; answer it in Mercado Pago,"
            " the invoice changes only if it is lost"
        )
    if config.lost_chargebacks == "ignore":
        return Ignored(f"{named} is {detail}; lost_chargebacks is set to ignore")
    return Refund(
        id=record["id"],
        sale_id=record["payment_id"],
        refunded_at=datetime.fromisoformat(record["date_last_updated"]),
        currency=currency,
        amount=amount,
        kind="dispute_lost",
        status="succeeded" if detail == "settled" else "reversed",
        reason=str(detail),
    )


def _given_back(refund: Record, currency: str) -> Decimal:
    approved = (refund.get("status") or "approved") == "approved"
    return exact_amount(refund["amount"], currency, "refunds.amount") if approved else Decimal(0)
