"""An order as a webhook tells it (REST) -> the same order as GraphQL tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


@dataclass
class Held:
    """An order of the fake: its REST shape, and what only GraphQL tells."""

    order: Json
    transactions: list[Json] = field(default_factory=list)
    localized: list[Json] = field(default_factory=list)
    metafields: dict[tuple[str, str], str] = field(default_factory=dict)
    customer_metafields: dict[tuple[str, str], str] = field(default_factory=dict)


def node(held: Held) -> Json:
    """The order as a node; values with arguments are callables."""
    order, currencies = held.order, (held.order["currency"], held.order["presentment_currency"])
    seller = order.get("merchant_of_record_app_id")
    return {
        "id": order["admin_graphql_api_id"],
        "legacyResourceId": str(order["id"]),
        "name": order["name"],
        "createdAt": utc(order["created_at"]),
        "processedAt": utc(order["processed_at"]),
        "updatedAt": utc(order["updated_at"]),
        "cancelledAt": utc(order["cancelled_at"]),
        "cancelReason": (order["cancel_reason"] or "").upper() or None,
        "test": order["test"],
        "confirmed": order["confirmed"],
        "edited": False,
        "taxesIncluded": order["taxes_included"],
        "taxExempt": order["tax_exempt"],
        "currencyCode": currencies[0],
        "presentmentCurrencyCode": currencies[1],
        "displayFinancialStatus": order["financial_status"].upper(),
        "email": order["email"],
        "phone": order["phone"],
        "note": order["note"],
        "poNumber": order["po_number"],
        "sourceName": order["source_name"],
        "tags": [tag for tag in order["tags"].split(", ") if tag],
        "totalPriceSet": bag(order["total_price_set"]),
        "currentTotalPriceSet": bag(order["current_total_price_set"]),
        "totalTaxSet": bag(order["total_tax_set"]),
        "totalTipReceivedSet": bag(order.get("total_tip_received_set"))
        or money(order["total_tip_received"], *currencies),
        "originalTotalDutiesSet": bag(order.get("original_total_duties_set")),
        "additionalFees": [_fee(fee) for fee in order.get("additional_fees") or ()],
        "merchantOfRecordApp": {"id": f"gid://shopify/App/{seller}", "name": f"App {seller}"} if seller else None,
        "customAttributes": _attributes(order["note_attributes"]),
        "localizedFields": [
            {"id": each["key"], "purpose": "TAX", "countryCode": "MX", **each} for each in held.localized
        ],
        "billingAddress": _address(order.get("billing_address")),
        "shippingAddress": _address(order.get("shipping_address")),
        "customer": _customer(order.get("customer"), held.customer_metafields),
        "metafield": _metafields(held.metafields),
        "lineItems": [_line(line) for line in order["line_items"]],
        "shippingLines": _shipping(order["shipping_lines"]),
        "transactions": [transaction(each, currencies) for each in held.transactions],
        "refunds": [_refund(refund, currencies) for refund in order["refunds"]],
    }


def bag(amounts: Mapping[str, Any] | None) -> Json | None:
    """`shop_money` and `presentment_money` as GraphQL spells them."""
    if amounts is None:
        return None
    return {
        "shopMoney": _money(amounts["shop_money"]),
        "presentmentMoney": _money(amounts["presentment_money"]),
    }


def money(amount: Any, shop: str, presentment: str) -> Json:
    """The same amount in both."""
    spelt = spelling(amount)
    return {
        "shopMoney": {"amount": spelt, "currencyCode": shop},
        "presentmentMoney": {"amount": spelt, "currencyCode": presentment},
    }


def spelling(amount: Any) -> str:
    """GraphQL drops zeros at the end but keeps one: `1160.00` -> `1160.0`."""
    text = f"{Decimal(str(amount)).normalize():f}"
    return text if "." in text else f"{text}.0"


def utc(moment: str | None) -> str | None:
    """GraphQL tells times in UTC, webhooks in the shop's zone."""
    return None if moment is None else datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def transaction(told: Mapping[str, Any], currencies: tuple[str, str]) -> Json:
    """A transaction as REST tells it."""
    details = told.get("payment_details")
    return {
        "id": told["admin_graphql_api_id"],
        "kind": told["kind"].upper(),
        "status": told["status"].upper(),
        "test": told["test"],
        "gateway": told["gateway"],
        "formattedGateway": told["gateway"].replace("_", " ").title() if "_" in told["gateway"] else told["gateway"],
        "manualPaymentGateway": told.get("manual_payment_gateway", False),
        "processedAt": utc(told["processed_at"]),
        "paymentId": told.get("payment_id"),
        "authorizationCode": told.get("authorization"),
        "amountSet": bag(told.get("amount_set")) or money(told["amount"], *currencies),
        "paymentDetails": details and _details(details),
    }


def _details(told: Mapping[str, Any]) -> Json:
    blank = dict.fromkeys(("bin", "company", "name", "number", "paymentMethodName", "wallet", "paymentDescriptor"))
    return {**blank, **told}


def _money(told: Mapping[str, Any]) -> Json:
    return {"amount": spelling(told["amount"]), "currencyCode": told.get("currency_code") or told["currency"]}


def _attributes(told: list[Mapping[str, Any]]) -> list[Json]:
    return [{"key": each["name"], "value": each["value"]} for each in told]


def _address(told: Mapping[str, Any] | None) -> Json | None:
    if told is None:
        return None
    kept = {name: told.get(name) for name in ("name", "company", "address1", "city", "zip", "phone")}
    return {**kept, "countryCodeV2": told.get("country_code")}


def _customer(told: Mapping[str, Any] | None, metafields: dict[tuple[str, str], str]) -> Json | None:
    if told is None:
        return None
    return {
        "id": f"gid://shopify/Customer/{told['id']}",
        "displayName": " ".join(filter(None, (told.get("first_name"), told.get("last_name")))),
        "state": (told.get("state") or "disabled").upper(),
        "taxExempt": told.get("tax_exempt", False),
        "defaultEmailAddress": {"emailAddress": told["email"]} if told.get("email") else None,
        "metafield": _metafields(metafields),
    }


def _metafields(values: dict[tuple[str, str], str]) -> Any:
    def metafield(namespace: str, key: str) -> Json | None:
        value = values.get((namespace, key))
        if value is None:
            return None
        return {"id": f"{namespace}.{key}", "namespace": namespace, "key": key, "value": value, "type": "text"}

    return metafield


def _line(told: Mapping[str, Any]) -> Json:
    return {
        "id": told["admin_graphql_api_id"],
        "name": told["name"],
        "title": told["title"],
        "sku": told["sku"],
        "quantity": told["quantity"],
        "currentQuantity": told["current_quantity"],
        "isGiftCard": told["gift_card"],
        "taxable": told["taxable"],
        "vendor": told.get("vendor"),
        "customAttributes": _attributes(told["properties"]),
        "originalUnitPriceSet": bag(told["price_set"]),
        "discountAllocations": _allocations(told["discount_allocations"]),
        "taxLines": _taxes(told["tax_lines"]),
    }


def _allocations(told: list[Mapping[str, Any]]) -> list[Json]:
    return [{"allocatedAmountSet": bag(each["amount_set"])} for each in told]


def _taxes(told: list[Mapping[str, Any]]) -> list[Json]:
    return [
        {
            "title": each["title"],
            "rate": each["rate"],
            "ratePercentage": None if each["rate"] is None else float(Decimal(str(each["rate"])) * 100),
            "priceSet": bag(each["price_set"]),
            "channelLiable": each.get("channel_liable", False),
        }
        for each in told
    ]


def _shipping(told: list[Mapping[str, Any]]) -> Any:
    def shipping_lines(*, includeRemovals: bool = False, **_: Any) -> list[Json]:  # noqa: N803 (Shopify's name)
        return [
            {
                "id": f"gid://shopify/ShippingLine/{line['id']}",
                "title": line["title"],
                "code": line["code"],
                "isRemoved": line["is_removed"],
                "originalPriceSet": bag(line["price_set"]),
                "discountedPriceSet": bag(line["discounted_price_set"]),
                "discountAllocations": _allocations(line["discount_allocations"]),
                "taxLines": _taxes(line["tax_lines"]),
            }
            for line in told
            if includeRemovals or not line["is_removed"]
        ]

    return shipping_lines


def _fee(told: Mapping[str, Any]) -> Json:
    identifier = f"gid://shopify/AdditionalFee/{told['id']}"
    return {
        "id": identifier,
        "name": told["name"],
        "price": bag(told["price_set"]),
        "taxLines": _taxes(told["tax_lines"]),
    }


def _refund(told: Mapping[str, Any], currencies: tuple[str, str]) -> Json:
    transactions = [transaction(each, currencies) for each in told["transactions"]]
    given = sum((Decimal(each["amountSet"]["shopMoney"]["amount"]) for each in transactions), Decimal(0))
    return {
        "id": told["admin_graphql_api_id"],
        "legacyResourceId": str(told["id"]),
        "createdAt": utc(told["created_at"]),
        "note": told["note"],
        "totalRefundedSet": money(given, *currencies),
        "transactions": transactions,
    }
