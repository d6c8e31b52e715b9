"""What the fake's shop sells: products, prices, tax rates, and the lines that Stripe makes of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .testing_rest import Store

Json = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One thing sold: `unit_amount` and `discount` (of the whole line) in minor units, before exclusive tax."""

    description: str
    unit_amount: int
    quantity: int = 1
    discount: int = 0
    iva: str | None = "0.16"
    inclusive: bool = True
    product_metadata: tuple[tuple[str, str], ...] = ()

    @property
    def subtotal(self) -> int:
        """Before the discount."""
        return self.unit_amount * self.quantity

    @property
    def net(self) -> int:
        """After the discount."""
        return self.subtotal - self.discount

    @property
    def tax(self) -> int:
        """Inside of `net`, or on top of it."""
        rate = Decimal(self.iva or 0)
        return included(self.net, rate) if self.inclusive else _whole(self.net * rate)

    @property
    def base(self) -> int:
        """What the tax is calculated on."""
        return self.net - self.tax if self.inclusive else self.net


@dataclass(frozen=True)
class Catalogue:
    """Products, prices and tax rates, made when something is sold."""

    store: Store
    numbers: Iterator[str]

    def session_line(self, item: Item) -> Json:
        """A line of a Checkout session."""
        return {
            "id": f"li_{next(self.numbers)}",
            "object": "item",
            "amount_discount": item.discount,
            "amount_subtotal": item.subtotal,
            "amount_tax": item.tax,
            "amount_total": item.net if item.inclusive else item.net + item.tax,
            "currency": "mxn",
            "description": item.description,
            "price": self._price(item),
            "quantity": item.quantity,
            "taxes": [] if item.iva is None else [{**_stated(item), "rate": self._rate(item)}],
        }

    def invoice_line(self, identifier: str, item: Item) -> Json:
        """A line of an invoice."""
        price = self._price(item)
        return {
            "id": identifier,
            "object": "line_item",
            "amount": item.subtotal,
            "currency": "mxn",
            "description": item.description,
            "discount_amounts": [{"amount": item.discount, "discount": "di_1"}] if item.discount else [],
            "metadata": {},
            "pricing": {"type": "price_details", "price_details": {"price": price["id"], "product": price["product"]}},
            "quantity": item.quantity,
            "subtotal": item.subtotal,
            "taxes": [] if item.iva is None else [self._invoice_tax(item)],
        }

    def _invoice_tax(self, item: Item) -> Json:
        behavior = "inclusive" if item.inclusive else "exclusive"
        details = {"tax_rate_details": {"tax_rate": self._rate(item)["id"]}, "type": "tax_rate_details"}
        return {**_stated(item), "tax_behavior": behavior, **details}

    def _price(self, item: Item) -> Json:
        number, metadata = next(self.numbers), dict(item.product_metadata)
        product = {"id": f"prod_{number}", "object": "product", "name": item.description, "metadata": metadata}
        price = {"id": f"price_{number}", "object": "price", "product": self.store.put(product)["id"], "metadata": {}}
        return self.store.put({**price, "currency": "mxn", "unit_amount": item.unit_amount})

    def _rate(self, item: Item) -> Json:
        percentage = float(Decimal(item.iva or 0) * 100)
        identifier = f"txr_iva_{percentage:g}_{'in' if item.inclusive else 'ex'}"
        rate = {"id": identifier, "object": "tax_rate", "active": True, "country": "MX", "display_name": "IVA"}
        return self.store.put({**rate, "inclusive": item.inclusive, "percentage": percentage, "tax_type": "vat"})


def included(amount: int, rate: Decimal) -> int:
    """The tax inside of an amount."""
    return _whole(amount * rate / (1 + rate))


def line_total(line: Json) -> int:
    """What an invoice line adds to the invoice."""
    added = sum(tax["amount"] for tax in line["taxes"] if tax["tax_behavior"] == "exclusive")
    return int(line["amount"] + added - sum(each["amount"] for each in line["discount_amounts"]))


def _stated(item: Item) -> Json:
    reason = "standard_rated" if Decimal(item.iva or 0) else "zero_rated"
    return {"amount": item.tax, "taxability_reason": reason, "taxable_amount": item.base}


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
