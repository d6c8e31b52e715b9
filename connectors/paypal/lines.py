"""The lines of a capture: those of its order, if the capture is all of it, else one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from hub.plugin import DataError, Line, Record, Tax, exact_amount, iva_rate, spread, text_of

from .config import PayPalConfig

ZERO = Decimal(0)
HINT = "let the shop send the tax of each item, or set lines: description to leave taxes to your product rules"


@dataclass(frozen=True, slots=True)
class Part:
    """A line before discount and tax are shared out; `tax` is what the item states, if it does."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    kind: Literal["product", "shipping", "fee"] = "product"
    sku: str | None = None
    tax: Decimal | None = None

    @property
    def gross(self) -> Decimal:
        """Before discount and tax."""
        return self.quantity * self.unit_price


def lines_of(record: Record, total: Decimal, currency: str, description: str, config: PayPalConfig) -> tuple[Line, ...]:
    """The lines; prices are without tax if any line has one.

    Raises:
        DataError: the order's sums do not make what was captured, or no legal rate makes its tax.
    """
    unit = record["unit"]
    if config.lines == "description" or not _is_whole(unit, total, currency):
        return (Line(description=description[:1000], unit_price=total, total=total),)
    breakdown = unit["amount"].get("breakdown") or {}
    sums = {name: _money(told, currency, name) for name, told in breakdown.items()}
    goods = [_item(item, currency) for item in unit["items"]]
    # What costs nothing has no place in a CFDI.
    parts = [part for part in (*goods, *_extras(sums)) if part.gross]
    discounts = _discounts(parts, sums.get("discount", ZERO), currency)
    bases = [part.gross - discount for part, discount in zip(parts, discounts, strict=True)]
    tax = sums.get("tax_total", ZERO)
    if sum(bases, ZERO) + tax != total:
        raise DataError(
            f"the order adds up to {sum(bases, ZERO) + tax}, {total} was captured", hint=HINT, field="items"
        )
    taxes = _taxes(parts, bases, tax, currency) if tax else [None] * len(parts)
    return tuple(
        _line(part, discount, base, of_it)
        for part, discount, base, of_it in zip(parts, discounts, bases, taxes, strict=True)
        if base
    )


def _is_whole(unit: Record | None, total: Decimal, currency: str) -> bool:
    if not unit or not unit.get("items") or unit["captures"] != 1:
        return False
    return _money(unit["amount"], currency, "amount") == total


def _item(item: Record, currency: str) -> Part:
    quantity = text_of(item.get("quantity"))
    if not (quantity.isascii() and quantity.isdigit() and 0 < len(quantity) <= 10 and int(quantity)):
        raise DataError(f"quantity of {item.get('name')!r} is {item.get('quantity')!r}", field="items.quantity")
    number = Decimal(quantity)
    each = _money(item["tax"], currency, "items.tax") if item.get("tax") else None
    return Part(
        (text_of(item.get("name")) or "Artículo")[:1000],
        number,
        _money(item["unit_amount"], currency, "items.unit_amount"),
        sku=text_of(item.get("sku"))[:100] or None,
        tax=None if each is None else each * number,
    )


def _extras(sums: dict[str, Decimal]) -> list[Part]:
    shipping = sums.get("shipping", ZERO) - sums.get("shipping_discount", ZERO)
    if shipping < 0:
        raise DataError("the discount on shipping is more than the shipping", field="shipping_discount")
    one = Decimal(1)
    return [
        Part("Envío", one, shipping, "shipping"),
        Part("Manejo", one, sums.get("handling", ZERO), "fee"),
        Part("Seguro de envío", one, sums.get("insurance", ZERO), "fee"),
    ]


def _discounts(parts: Sequence[Part], discount: Decimal, currency: str) -> list[Decimal]:
    # PayPal's discount is one of the items; shipping has its own.
    weights = [part.gross if part.kind == "product" else ZERO for part in parts]
    if discount > sum(weights, ZERO):
        raise DataError(f"a discount of {discount} is more than the items cost", field="discount")
    return spread(discount, weights, currency) if discount else [ZERO] * len(parts)


def _taxes(
    parts: Sequence[Part], bases: Sequence[Decimal], tax: Decimal, currency: str
) -> list[tuple[Decimal, Decimal]]:
    """Rate and amount of each line: one rate for all of it if that makes the tax, else what the items state."""
    stated = [part.tax or ZERO for part in parts]
    if sum(stated, ZERO) == tax and (found := _rated(parts, bases, stated)):
        return found
    pieces = sum(int(part.quantity) for part in parts)
    single = iva_rate(sum(bases, ZERO), tax, min(pieces, len(parts)) + 1)
    if single is not None:
        return [(single, share) for share in spread(tax, bases, currency)]
    # What no item states is the tax of the rest, such as shipping.
    left = tax - sum(stated, ZERO)
    unstated = [base if part.tax is None else ZERO for part, base in zip(parts, bases, strict=True)]
    if left > 0 and any(unstated):
        shares = spread(left, unstated, currency)
        if found := _rated(parts, bases, [one + share for one, share in zip(stated, shares, strict=True)]):
            return found
    raise DataError(f"{tax} is not IVA of 16 %, 8 % or 0 % on these items", hint=HINT, field="tax_total")


def _rated(
    parts: Sequence[Part], bases: Sequence[Decimal], amounts: Sequence[Decimal]
) -> list[tuple[Decimal, Decimal]]:
    """The legal rate that makes each amount; nothing if one has none."""
    told = zip(parts, bases, amounts, strict=True)
    rates = [iva_rate(base, amount, int(part.quantity)) for part, base, amount in told]
    pairs = [(rate, amount) for rate, amount in zip(rates, amounts, strict=True) if rate is not None]
    return pairs if len(pairs) == len(parts) else []


def _line(part: Part, discount: Decimal, base: Decimal, tax: tuple[Decimal, Decimal] | None) -> Line:
    rate, amount = tax or (None, ZERO)
    return Line(
        description=part.description,
        quantity=part.quantity,
        unit_price=part.unit_price,
        discount=discount,
        total=base + amount,
        taxes=None if rate is None else (Tax(rate=rate, base=base, amount=amount),),
        kind=part.kind,
        sku=part.sku,
    )


def _money(told: Any, currency: str, field: str) -> Decimal:
    if told["currency_code"] != currency:
        raise DataError(f"{field} is in {told['currency_code']}, the capture in {currency}", field=field)
    return exact_amount(told["value"], currency, field)
