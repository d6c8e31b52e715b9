"""The lines of an order: items, shipping, fees. All amounts are without tax, however prices were typed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from hub.plugin import DataError, Line, Record, Tax, exponent_of, number_of, plain_name, rounded, spread, text_of

from .taxes import Rate, rates_of

ZERO = Decimal(0)
FINE = 6
TIPS = frozenset({"propina", "tip"})
Kind = Literal["product", "shipping", "fee", "tip"]


@dataclass(slots=True)
class Part:
    """A line without its tax: before and after its discount; the amount of each tax, by the number of its rate."""

    description: str
    before: Decimal
    net: Decimal
    taxes: dict[str, Decimal] = field(default_factory=dict)
    quantity: Decimal = Decimal(1)
    kind: Kind = "product"
    sku: str | None = None

    @property
    def gross(self) -> Decimal:
        """With tax."""
        return self.net + sum(self.taxes.values(), ZERO)


def lines_of(order: Record, currency: str, total: Decimal) -> tuple[Line, ...]:
    """The lines; they add up to the total.

    Raises:
        DataError: they do not, by more than the rounding of each, or a tax is not a Mexican one.
    """
    rates = rates_of(order)
    told = [part for part in _parts(order) if part.before or part.net]
    parts = [part for part in told if part.gross > 0]
    for less in (part for part in told if part.gross < 0):
        _take_off(less, parts, currency)
    parts = [part for part in parts if rounded(part.gross, exponent_of(currency)) > 0]
    charged = [rounded(part.gross, exponent_of(currency)) for part in parts]
    off = total - sum(charged, ZERO)
    if abs(off) > Decimal(len(parts)).scaleb(-exponent_of(currency)):
        raise DataError(
            f"order {order.get('number')}: its lines add up to {total - off}, {total} was charged",
            hint="a gift card, store credit or a plugin that changes the total; invoice this one by hand",
            field="total",
        )
    cents = spread(off, charged, currency) if off else [ZERO] * len(parts)
    return tuple(_line(part, gross + cent, rates) for part, gross, cent in zip(parts, charged, cents, strict=True))


def _parts(order: Record) -> Iterator[Part]:
    for item in order["line_items"]:
        part = _part(item, text_of(item.get("name")) or "Artículo", "product")
        part.before = max(number(item, "subtotal"), part.net)
        part.quantity = number(item, "quantity")
        part.sku = text_of(item.get("sku"))[:100] or None
        yield part
    for shipping in order["shipping_lines"]:
        yield _part(shipping, text_of(shipping.get("method_title")) or "Envío", "shipping")
    for fee in order["fee_lines"]:
        name = text_of(fee.get("name")) or "Cargo adicional"
        yield _part(fee, name, "tip" if plain_name(name) in TIPS else "fee")


def _part(item: Record, description: str, kind: Kind) -> Part:
    net = number(item, "total")
    # Each tax keeps more decimals than `total_tax`, which is rounded.
    taxes = {
        str(tax["id"]): number(tax, "total") for tax in item.get("taxes") or () if tax.get("total") not in {"", None}
    }
    if sum(taxes.values(), ZERO) == 0 and number(item, "total_tax"):
        raise DataError(f"{description}: total_tax is {item['total_tax']} and no tax is named", field="taxes")
    return Part(description[:1000], net, net, taxes, kind=kind)


def _take_off(less: Part, parts: list[Part], currency: str) -> None:
    """A negative fee is a discount: spread over what was sold, each of its taxes over what carries that tax."""
    decimals = exponent_of(currency)

    def shares(amount: Decimal, weights: list[Decimal]) -> list[Decimal]:
        finer = FINE - decimals
        return [part.scaleb(-finer) for part in spread(rounded(amount, FINE).scaleb(finer), weights, currency)]

    if not parts:
        raise DataError(f"{less.description} takes off more than was sold", field="fee_lines")
    weights = [part.net for part in parts]
    for rate_id, amount in less.taxes.items():
        taxed = [part.taxes.get(rate_id) is not None for part in parts]
        if amount and not any(taxed):
            raise DataError(f"{less.description} takes off a tax that no line carries", field="fee_lines")
        carried = [weight if has else ZERO for weight, has in zip(weights, taxed, strict=True)]
        for part, share in zip(parts, shares(amount, carried), strict=True):
            if share:
                part.taxes[rate_id] += share
    for part, share in zip(parts, shares(less.net, weights), strict=True):
        part.net += share
    if any(part.net < 0 for part in parts):
        raise DataError(f"{less.description} takes off more than was sold", field="fee_lines")


def _line(part: Part, total: Decimal, rates: dict[str, Rate]) -> Line:
    before, net = rounded(part.before, FINE), rounded(part.net, FINE)
    return Line(
        description=part.description,
        quantity=part.quantity,
        unit_price=rounded(before / part.quantity, FINE),
        discount=before - net,
        total=total,
        taxes=_taxes(part, net, rates),
        kind=part.kind,
        sku=part.sku,
    )


def _taxes(part: Part, net: Decimal, rates: dict[str, Rate]) -> tuple[Tax, ...] | None:
    # Without a tax it may be exempt, of rate zero, or of a shop that has not set up its taxes: nobody knows.
    if not part.taxes:
        return None
    one = len(part.taxes) == 1
    return tuple(rates[rate_id].tax(net, rounded(amount, FINE), only=one) for rate_id, amount in part.taxes.items())


def number(item: Record, name: str) -> Decimal:
    """A number as WooCommerce writes it, text or JSON number; nothing at all is zero.

    Raises:
        DataError: it is none.
    """
    value: Any = item.get(name)
    # Unrounded: several are added up first.
    return ZERO if value is None or value == "" else number_of(value, name, decimals=None)
