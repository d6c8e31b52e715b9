"""The lines of an order: its items and its shipping. Rows are told without tax, their tax beside them.

`grand_total` = rows + shipping + taxes - discounts + discount tax compensation, which is the tax inside of a discount
where the catalogue's prices include tax.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from hub.plugin import DataError, Line, Record, Tax, exponent_of, number_of, rounded, spread, text_of

from .taxes import applied, taxes_of

ZERO = Decimal(0)
FINE = 6


@dataclass(slots=True)
class Part:
    """A line without its tax, before and after its discount."""

    description: str
    before: Decimal
    net: Decimal
    tax: Decimal
    taxes: tuple[Tax, ...] | None
    quantity: Decimal = Decimal(1)
    kind: Literal["product", "shipping"] = "product"
    sku: str | None = None


def lines_of(record: Record, currency: str, total: Decimal) -> tuple[Line, ...]:
    """The lines; they add up to the total.

    Raises:
        DataError: they do not, by more than the rounding of each, or a tax is not a Mexican one.
    """
    decimals = exponent_of(currency)
    parts = [part for part in _parts(record) if rounded(part.net + part.tax, decimals) > 0]
    charged = [rounded(part.net + part.tax, decimals) for part in parts]
    off = total - sum(charged, ZERO)
    if abs(off) > Decimal(len(parts)).scaleb(-decimals):
        raise DataError(
            f"order {record['order']['increment_id']}: its lines add up to {total - off}, {total} was charged",
            hint="a gift card, store credit, points or a charge of an extension; invoice this one by hand",
            field="grand_total",
        )
    cents = spread(off, charged, currency) if off else [ZERO] * len(parts)
    return tuple(_line(part, gross + cent) for part, gross, cent in zip(parts, charged, cents, strict=True))


def _parts(record: Record) -> Iterator[Part]:
    order = record["order"]
    told = applied(order)
    for item in _sold(record["items"]):
        before, net = _before_and_net(item, "row_total", "discount")
        tax = number(item, "tax_amount")
        yield Part(
            description=(text_of(item["name"]) or "Artículo")[:1000],
            before=before,
            net=net,
            tax=tax,
            taxes=taxes_of(told.get(str(item["item_id"])), item["tax_percent"], net, tax),
            quantity=number(item, "qty_ordered"),
            sku=text_of(item["sku"])[:100] or None,
        )
    before, net = _before_and_net(order, "shipping_amount", "shipping_discount")
    tax = number(order, "shipping_tax_amount")
    if before or tax:
        description = (text_of(order["shipping_description"]) or "Envío")[:1000]
        yield Part(description, before, net, tax, taxes_of(told.get("shipping"), None, net, tax), kind="shipping")


def _sold(items: list[Record]) -> Iterator[Record]:
    """A row for each thing that was sold: not the variant beneath it, but the parts of a bundle that has no price."""
    for item in items:
        if item["parent_item_id"]:
            continue
        parts = [one for one in items if one["parent_item_id"] == item["item_id"] and number(one, "row_total")]
        yield from parts if item["product_type"] == "bundle" and parts else [item]


def _before_and_net(found: Record, price: str, discount: str) -> tuple[Decimal, Decimal]:
    before = number(found, price)
    return before, before - number(found, f"{discount}_amount") + number(found, f"{discount}_tax_compensation_amount")


def _line(part: Part, total: Decimal) -> Line:
    before = max(part.before, part.net)
    return Line(
        description=part.description,
        quantity=part.quantity,
        unit_price=rounded(before / part.quantity, FINE),
        discount=before - part.net,
        total=total,
        taxes=part.taxes,
        kind=part.kind,
        sku=part.sku,
    )


def number(found: Record, name: str) -> Decimal:
    """A number as Magento writes it, a JSON number or text; nothing at all is zero.

    Raises:
        DataError: it is none.
    """
    value: Any = found.get(name)
    return ZERO if value is None else number_of(value, name)
