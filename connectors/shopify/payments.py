"""Who paid what, how and when: the order's transactions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from hub.plugin import DataError

from .taxes import ZERO

Transaction = Mapping[str, Any]


def received(order: Mapping[str, Any]) -> list[Transaction]:
    """The transactions that brought money; an authorization alone brings none."""
    return [
        transaction
        for transaction in order["transactions"]
        if transaction["status"] == "SUCCESS" and transaction["kind"] in {"SALE", "CAPTURE"}
    ]


def references(paid: Sequence[Transaction]) -> tuple[str, ...]:
    """What the gateways call the payments, as far as Shopify knows; records of before do not say."""
    told = (transaction.get(name) for transaction in paid for name in ("authorizationCode", "paymentId"))
    return tuple(dict.fromkeys(str(one)[:200] for one in told if one))


def charged(order: Mapping[str, Any], paid: Sequence[Transaction], key: str) -> Decimal:
    """What the buyer paid for the order, in the shop's currency or in his own.

    In the shop's currency each payment was converted at the rate of its own day, so there the order's total counts,
    once the payments are seen to be the whole of it in the buyer's currency.

    Raises:
        DataError: the payments are not the order's total in the buyer's currency.
    """
    total = Decimal(order["totalPriceSet"][key]["amount"])
    if not paid:
        return total  # an app made the order as paid elsewhere
    if key == "presentmentMoney" or order["currencyCode"] == order["presentmentCurrencyCode"]:
        return _sum(order, paid, key)
    there, owed = _sum(order, paid, "presentmentMoney"), Decimal(order["totalPriceSet"]["presentmentMoney"]["amount"])
    if there != owed:
        raise DataError(
            f"order {order['name']}: {there} {order['presentmentCurrencyCode']} were paid, the order says {owed}",
            hint="an edited order or a payment in parts in a foreign currency; invoice this one by hand",
            field="total",
        )
    return total


def _sum(order: Mapping[str, Any], paid: Sequence[Transaction], key: str) -> Decimal:
    change = [t for t in order["transactions"] if t["kind"] == "CHANGE" and t["status"] == "SUCCESS"]
    came = sum([Decimal(transaction["amountSet"][key]["amount"]) for transaction in paid], ZERO)
    return came - sum([Decimal(transaction["amountSet"][key]["amount"]) for transaction in change], ZERO)


def paid_at(order: Mapping[str, Any], paid: Sequence[Transaction]) -> datetime:
    """When the last of the money came."""
    moments = [transaction["processedAt"] for transaction in paid if transaction["processedAt"]]
    return max(map(datetime.fromisoformat, moments or [order["processedAt"]]))
