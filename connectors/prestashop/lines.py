"""The lines of an order: rows, shipping, wrapping; each tells its price with tax and without, and no tax by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from hub.plugin import DataError, Line, Record, Tax, exponent_of, iva_rate, rounded, spread, text_of

from .amounts import FINE, ZERO, cents, finely, number


@dataclass(slots=True)
class Part:
    """A line: both prices of all of it, before and after what is taken off."""

    description: str
    net: Decimal
    gross: Decimal
    kind: Literal["product", "shipping", "fee"]
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = ZERO
    sku: str | None = None
    discount: Decimal = ZERO
    tax: Tax | None = None


def lines_of(record: Record, currency: str, total: Decimal) -> tuple[Line, ...]:
    """The lines; they add up to the total.

    Raises:
        DataError: they do not, by more than the rounding of each, or a tax fits no legal rate of IVA.
    """
    order = record["order"]
    parts = [part for part in _parts(order) if part.gross]
    for part in parts:
        part.tax = _tax(part, currency)
        part.gross = cents(part.gross, currency)
    _discount(record, parts, currency)
    parts = [part for part in parts if part.gross > 0]
    off = total - sum((part.gross for part in parts), ZERO)
    if abs(off) > Decimal(len(parts)).scaleb(-exponent_of(currency)):
        raise DataError(
            f"order {order['reference']}: its lines add up to {total - off}, {total} was charged",
            hint="invoice this one by hand",
            field="total_paid_tax_incl",
        )
    shares = spread(off, [part.gross for part in parts], currency) if off else [ZERO] * len(parts)
    return tuple(_line(part, part.gross + share) for part, share in zip(parts, shares, strict=True))


def _parts(order: Record) -> Iterator[Part]:
    for row in order["associations"]["order_rows"]:
        quantity = number(row, "product_quantity")
        unit = number(row, "unit_price_tax_excl")
        yield Part(
            description=(text_of(row.get("product_name")) or "Artículo")[:1000],
            net=rounded(unit * quantity, FINE),
            gross=number(row, "unit_price_tax_incl") * quantity,
            kind="product",
            quantity=quantity,
            unit_price=unit,
            sku=text_of(row.get("product_reference"))[:100] or None,
        )
    for name, description, kind in _CHARGES:
        net = number(order, f"{name}_tax_excl")
        yield Part(description, net, number(order, f"{name}_tax_incl"), kind, unit_price=net)


_CHARGES: tuple[tuple[str, str, Literal["shipping", "fee"]], ...] = (
    ("total_shipping", "Envío", "shipping"),
    ("total_wrapping", "Envoltura", "fee"),
)


def _tax(part: Part, currency: str) -> Tax | None:
    """The IVA that the difference of both prices is.

    None where there is no tax, which may be exempt or of rate zero, and where it is so little that two rates fit.
    """
    amount = part.gross - part.net
    if not amount:
        return None
    # Whoever rounds each piece is off by as many cents as there are pieces.
    pieces = max(1, int(part.quantity))
    rate = iva_rate(part.net, amount, pieces)
    if rate is not None:
        return Tax(rate=rate)
    if 0 < amount <= Decimal(2 * pieces).scaleb(-exponent_of(currency)):
        return None
    raise DataError(
        f"{part.description}: a tax of {amount} on {part.net} is not IVA at 16 or 8 %",
        hint="IEPS and withheld taxes cannot be told apart in PrestaShop; invoice this one by hand",
        field="unit_price_tax_incl",
    )


def _discount(record: Record, parts: list[Part], currency: str) -> None:
    """Vouchers are told for the whole order: they lower the goods, free shipping first of all the shipping."""
    order = record["order"]
    net, gross = number(order, "total_discounts_tax_excl"), cents(number(order, "total_discounts_tax_incl"), currency)
    if not gross:
        return
    shipping = [part for part in parts if part.kind == "shipping"]
    if record["free_shipping"]:
        for part in shipping:
            net, gross = net - part.net, gross - part.gross
            part.discount, part.gross = part.net, ZERO
    goods = [part for part in parts if part.kind == "product"]
    if not 0 <= gross <= sum((part.gross for part in goods), ZERO) or net < 0:
        raise DataError(
            f"order {order['reference']}: its vouchers take off more than was sold",
            hint="invoice this one by hand",
            field="total_discounts_tax_incl",
        )
    if not gross:
        return
    nets = finely(net, [part.net for part in goods], currency)
    for part, less, paid_less in zip(goods, nets, spread(gross, [p.gross for p in goods], currency), strict=True):
        part.discount, part.gross = less, part.gross - paid_less


def _line(part: Part, total: Decimal) -> Line:
    base = part.net - part.discount
    tax = part.tax and Tax(rate=part.tax.rate, base=base, amount=rounded(max(total - base, ZERO), FINE))
    return Line(
        description=part.description,
        quantity=part.quantity,
        unit_price=part.unit_price,
        discount=part.discount,
        total=total,
        taxes=None if tax is None else (tax,),
        kind=part.kind,
        sku=part.sku,
    )
