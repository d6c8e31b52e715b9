"""A record -> the hub's values. Pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import InvalidOperation
from typing import Any

from pydantic import ValidationError

from hub.plugin import DataError, Ignored, Movement, Record, Sale

from .buyer import buyer_of
from .config import ShopifyConfig
from .forma_pago import forma_pago_of
from .lines import lines_of
from .money_back import dispute, refund
from .payments import Transaction, charged, paid_at, received, references

PAID = frozenset({"PAID", "PARTIALLY_REFUNDED", "REFUNDED"})
_NOT_YET = {
    "PENDING": "it becomes a sale once it is paid",
    "AUTHORIZED": "the card was authorized but not charged",
    "PARTIALLY_PAID": "it becomes a sale once it is paid in full",
    "VOIDED": "the authorization was given back, nothing was charged",
    "EXPIRED": "the authorization ran out, nothing was charged",
}


def to_sale(record: Record, config: ShopifyConfig) -> Movement:
    """Map one record that `read` made.

    Raises:
        DataError: the amounts do not add up, a tax is not a Mexican one, a value has the wrong form.
    """
    key = "shopMoney" if config.money == "shop" else "presentmentMoney"
    try:
        kind = record["object_kind"]
        if kind == "refund":
            return refund(record, config, key)
        if kind == "dispute":
            return dispute(record, config)
        return _sale(record, config, key)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"Shopify {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise DataError(
            f"Shopify {record.get('id')}: not as documented, {type(error).__name__}: {error}",
            hint="compare api_version with the version that the connector was written for",
        ) from error


def _sale(order: Record, config: ShopifyConfig, key: str) -> Sale | Ignored:
    paid = received(order)
    test = order["test"] or any(_bogus(transaction) for transaction in paid)
    unfit = _unfit(order, config, test=test)
    if unfit:
        return Ignored(f"order {order['name']}: {unfit}")
    total = charged(order, paid, key)
    if not total:
        return Ignored(f"order {order['name']}: no money moved")
    if order["cancelledAt"] and order["displayFinancialStatus"] != "REFUNDED":
        raise DataError(
            f"order {order['name']} was cancelled on {order['cancelledAt']} and its money was kept",
            hint="refund it in Shopify, or invoice what was kept by hand",
            field="cancelledAt",
        )
    lines, invoiced = lines_of(order, config, key, total)
    if not lines:
        return Ignored(f"order {order['name']}: gift cards only; they are invoiced when they are redeemed")
    # Made of plain values all at once: one by one takes half as long again.
    return Sale.model_validate(
        {
            "id": order["id"],
            "sold_at": paid_at(order, paid),
            "currency": order["currencyCode" if key == "shopMoney" else "presentmentCurrencyCode"],
            "total": invoiced,
            "lines": lines,
            "prices_include_tax": bool(order["taxesIncluded"]),
            "updated_at": datetime.fromisoformat(order["updatedAt"]),
            "reference": order["name"][:100] or None,
            "payment_references": references(paid),
            "forma_pago": forma_pago_of(paid, key, config.formas_pago),
            "buyer": buyer_of(order, config),
            "live": not test,
        }
    )


def _unfit(order: Mapping[str, Any], config: ShopifyConfig, *, test: bool) -> str:
    if test == config.live_mode:
        return f"a {'test' if test else 'real'} order; live_mode is {str(config.live_mode).lower()}"
    if order["merchantOfRecordApp"]:
        return f"{order['merchantOfRecordApp']['name']} sold it, not the shop"
    status = order["displayFinancialStatus"]
    if status in PAID:
        return ""
    return f"its payment is {status}: {_NOT_YET.get(status, 'this connector does not know this state')}"


def _bogus(transaction: Transaction) -> bool:
    return bool(transaction["test"]) or transaction["gateway"] == "bogus"
