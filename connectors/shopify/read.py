"""An order of Shopify -> its records: one of the sale and one of each refund."""

from collections.abc import Iterable, Iterator
from typing import Any

from hub.plugin import DataError, Record

from . import queries
from .api import Json, ShopifyApi
from .config import ShopifyConfig


def read(api: ShopifyApi, order_id: str, config: ShopifyConfig) -> list[Record]:
    """The records of one order; none if Shopify does not know it.

    Raises:
        DataError: the app may lack the right to see it: Shopify hides an old order as if it were gone.
    """
    found = api.query(queries.one(config), id=f"gid://shopify/Order/{order_id}", lines=queries.LINES_INSIDE)
    order = found.get("order")
    if order is not None:
        return list(records(api, order, config))
    if sees_old_orders(api):
        return []
    raise DataError(
        f"Shopify told of order {order_id} and does not show it: it is older than 60 days, or deleted",
        hint="give the app read_all_orders and say `hub inbox retry`; if the order was deleted, `hub inbox dismiss`",
    )


def scopes_of(told: Json) -> set[str]:
    """The scopes in an answer to `queries.SHOP`."""
    return {scope["handle"] for scope in told["currentAppInstallation"]["accessScopes"]}


def sees_old_orders(api: ShopifyApi) -> bool:
    """Whether the app sees orders of more than 60 days ago."""
    return "read_all_orders" in scopes_of(api.query(queries.SHOP))


def records(api: ShopifyApi, order: Json, config: ShopifyConfig) -> Iterator[Record]:
    """Every record of an order that a query told."""
    refunds, sale = order["refunds"], _sale(api, order, config)
    yield sale
    shared = {name: order[name] for name in ("currencyCode", "presentmentCurrencyCode", "test", "name", "updatedAt")}
    for refund in refunds:
        transactions = refund["transactions"]
        told = {
            **refund,
            "transactions": transactions["nodes"],
            "complete": not transactions["pageInfo"]["hasNextPage"],
        }
        yield {
            "object_kind": "refund",
            "id": str(refund["legacyResourceId"]),
            "order_id": sale["id"],
            **shared,
            "gift_cards": _gift_cards(sale),
            "refund": told,
        }


def read_dispute(api: ShopifyApi, dispute_id: str) -> list[Record]:
    """The record of a chargeback; none if Shopify does not know it, or if it is of no order."""
    found = api.query(queries.DISPUTE, id=f"gid://shopify/ShopifyPaymentsDispute/{dispute_id}")["dispute"]
    return [] if found is None else disputes_of([found])


def disputes_of(found: Iterable[Json]) -> list[Record]:
    """Records of chargebacks."""
    return [
        {"object_kind": "dispute", "id": f"dispute-{dispute['legacyResourceId']}", "dispute": dispute}
        for dispute in found
        if dispute["order"] is not None
    ]


def _sale(api: ShopifyApi, order: Json, config: ShopifyConfig) -> Record:
    # Refunds have records of their own and do not change the sale.
    kept = {name: value for name, value in order.items() if name not in {"id", "refunds"}}
    kept |= {
        "lineItems": _lines(api, order),
        "shippingLines": order["shippingLines"]["nodes"],
        "localizedFields": order["localizedFields"]["nodes"],
    }
    for alias, (owner, space, key) in queries.metafields(config).items():
        holder = kept.get("customer") if owner else kept
        value = (holder.pop(alias, None) or {}).get("value") if holder else None
        if value is not None:
            kept[f"{owner}.metafields.{space}.{key}" if owner else f"metafields.{space}.{key}"] = value
    return {"object_kind": "order", "id": str(order["legacyResourceId"]), **kept}


def _gift_cards(sale: Record) -> str:
    cards = [line["isGiftCard"] for line in sale["lineItems"]]
    return "all" if all(cards) else "some" if any(cards) else "none"


def _lines(api: ShopifyApi, order: Json) -> list[Any]:
    page = order["lineItems"]
    lines = list(page["nodes"])
    while page["pageInfo"]["hasNextPage"]:
        found = api.query(queries.LINES, id=order["id"], after=page["pageInfo"]["endCursor"])["order"]
        if found is None:
            return lines
        page = found["lineItems"]
        lines += page["nodes"]
    return lines
