"""Refunds and lost chargebacks: money that went back to the buyer."""

from datetime import datetime
from decimal import Decimal

from hub.plugin import DataError, Ignored, Record, Refund

from .config import ShopifyConfig
from .taxes import ZERO


def refund(record: Record, config: ShopifyConfig, key: str) -> Refund | Ignored:
    """A refund: what its transactions gave back. Its lines, shipping and adjustments only explain that amount."""
    name, found = f"refund {record['id']} of order {record['name']}", record["refund"]
    given = [transaction for transaction in found["transactions"] if transaction["kind"] == "REFUND"]
    test = record["test"] or any(transaction["test"] for transaction in given)
    if test == config.live_mode:
        return Ignored(f"{name}: of a {'test' if test else 'real'} order")
    if not found["complete"]:
        raise DataError(f"{name} has more transactions than were read", hint="enter it by hand", field="transactions")
    if config.gift_cards_sold == "ignore" and record["gift_cards"] == "all":
        return Ignored(f"{name}: of gift cards, which are not invoiced")
    if config.gift_cards_sold == "ignore" and record["gift_cards"] == "some":
        raise DataError(
            f"{name} may be of the gift cards, which are not in the sale, or of the rest",
            hint="see in Shopify what it gave back; if it is of the rest, correct the invoice by hand",
        )
    done = [transaction for transaction in given if transaction["status"] == "SUCCESS"]
    amount = sum([Decimal(transaction["amountSet"][key]["amount"]) for transaction in done], ZERO)
    if not amount:
        states = ", ".join(sorted({transaction["status"] for transaction in given})) or "goods only"
        return Ignored(f"{name}: no money went back ({states})")
    moments = [transaction["processedAt"] for transaction in done if transaction["processedAt"]]
    return Refund(
        id=record["id"],
        sale_id=record["order_id"],
        refunded_at=max(map(datetime.fromisoformat, moments or [found["createdAt"]])),
        currency=record["currencyCode" if key == "shopMoney" else "presentmentCurrencyCode"],
        amount=amount,
        reason=(found["note"] or "")[:500],
    )


def dispute(record: Record, config: ShopifyConfig) -> Refund | Ignored:
    """A lost chargeback; the bank took the money when it began."""
    found = record["dispute"]
    name, order = f"chargeback {record['id']} of order {found['order']['name']}", found["order"]
    if found["type"] != "CHARGEBACK" or found["status"] not in {"LOST", "ACCEPTED"}:
        return Ignored(f"{name}: {found['type']} is {found['status']}")
    if config.lost_disputes == "ignore":
        return Ignored(f"{name} was lost; lost_disputes is set to ignore")
    if bool(order["test"]) == config.live_mode:
        return Ignored(f"{name}: of a {'test' if order['test'] else 'real'} order")
    return Refund(
        id=record["id"],
        sale_id=str(order["legacyResourceId"]),
        refunded_at=datetime.fromisoformat(found["initiatedAt"]),
        currency=found["amount"]["currencyCode"],
        amount=Decimal(found["amount"]["amount"]),
        kind="dispute_lost",
        reason=(found["reasonDetails"] or {}).get("reason") or "",
    )
