"""Things sold on the fake, and the lines that Shopify's REST makes of them."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One thing sold; `discount` is of the whole line, both amounts in the shop's own basis."""

    name: str
    price: str
    quantity: int = 1
    discount: str = "0"
    rate: str | None = "0.16"
    sku: str | None = None
    tax: str = "IVA"
    gift_card: bool = False
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Money:
    """Pesos, and the same in the buyer's currency."""

    currency: str
    rate: str

    def of(self, amount: Decimal) -> Json:
        """An amount in both."""
        there = cents(amount * Decimal(self.rate))
        return {
            "shop_money": {"amount": str(cents(amount)), "currency_code": "MXN"},
            "presentment_money": {"amount": str(there), "currency_code": self.currency},
        }


def net_of(item: Item) -> Decimal:
    """What a line costs, in the shop's own basis."""
    return Decimal(item.price) * item.quantity - Decimal(item.discount)


def _taxes(item: Item, money: Money, *, included: bool) -> list[Json]:
    if item.rate is None:
        return []
    rate = Decimal(item.rate)
    tax = cents(net_of(item) * rate / (1 + rate) if included else net_of(item) * rate)
    return [
        {"title": item.tax, "rate": float(rate), "price": str(tax), "price_set": money.of(tax), "channel_liable": False}
    ]


def _shared(number: int, item: Item, money: Money, *, included: bool) -> Json:
    discount = Decimal(item.discount)
    allocated = [{"amount": item.discount, "amount_set": money.of(discount), "discount_application_index": 0}]
    return {
        "id": number,
        "title": item.name,
        "price": item.price,
        "price_set": money.of(Decimal(item.price)),
        "discount_allocations": allocated if discount else [],
        "tax_lines": _taxes(item, money, included=included),
    }


def line(number: int, item: Item, money: Money, *, included: bool) -> Json:
    """A line of goods."""
    return {
        **_shared(number, item, money, included=included),
        "admin_graphql_api_id": f"gid://shopify/LineItem/{number}",
        "name": item.name,
        "sku": item.sku,
        "quantity": item.quantity,
        "current_quantity": item.quantity,
        "gift_card": item.gift_card,
        "taxable": item.rate is not None,
        "total_discount": "0.00",
        "properties": [{"name": name, "value": value} for name, value in item.properties],
    }


def shipping_line(number: int, item: Item, money: Money, *, included: bool) -> Json:
    """A way of shipping."""
    return {
        **_shared(number, item, money, included=included),
        "code": item.name,
        "is_removed": False,
        "discounted_price": str(net_of(item)),
        "discounted_price_set": money.of(net_of(item)),
    }


def cents(amount: Decimal) -> Decimal:
    """To the cent, half up."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
