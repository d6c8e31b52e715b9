"""The lines of a sale: items where the shop told them, else one line. Prices are with tax, and no tax is ever told."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.plugin import DataError, Line, Record, exact_amount, rounded, spread, text_of

from .config import MercadoPagoConfig

ZERO = Decimal(0)


def lines_of(record: Record, config: MercadoPagoConfig, description: str) -> tuple[tuple[Line, ...], Decimal]:
    """The lines and what they add up to.

    Raises:
        DataError: the items are less than what was charged, or a tax is told that has no place.
    """
    payment, currency = record["payment"], record["payment"]["currency_id"]
    if exact_amount(payment.get("taxes_amount") or 0, currency, "taxes_amount"):
        raise DataError(
            f"payment {payment['id']} states taxes_amount {payment['taxes_amount']}, which no Mexican payment has",
            hint="invoice this one by hand",
            field="taxes_amount",
        )
    goods = _goods(payment, config, currency)
    items = _items(record, goods, config)
    lines = _item_lines(items, goods, currency) if items else [_one(description, goods)]
    shipping = exact_amount(payment.get("shipping_amount") or 0, currency, "shipping_amount")
    if shipping and config.shipping == "invoice":
        lines.append(Line(description="Envío", unit_price=shipping, total=shipping, kind="shipping"))
    return tuple(lines), sum((line.total for line in lines), ZERO)


def _goods(payment: Record, config: MercadoPagoConfig, currency: str) -> Decimal:
    charged = exact_amount(payment["transaction_amount"], currency, "transaction_amount")
    if config.coupons == "seller":
        return charged - exact_amount(payment.get("coupon_amount") or 0, currency, "coupon_amount")
    return charged


def _items(record: Record, goods: Decimal, config: MercadoPagoConfig) -> list[Mapping[str, Any]]:
    if config.lines == "description":
        return []
    own: list[Mapping[str, Any]] = (record["payment"].get("additional_info") or {}).get("items") or []
    if own:
        return own
    order = record["order"] or {}
    # An order that is paid in parts, or with something else in it, says nothing about one payment.
    shared: list[Mapping[str, Any]] = order.get("items") or []
    return shared if order.get("payments") == 1 and sum(map(_gross, shared), ZERO) == goods else []


def _item_lines(items: list[Mapping[str, Any]], goods: Decimal, currency: str) -> list[Line]:
    sold = [item for item in items if _gross(item) > 0]
    amounts = [_gross(item) for item in sold]
    discount = sum(amounts, ZERO) - goods
    if discount < 0:
        raise DataError(
            f"the items add up to {sum(amounts, ZERO)}, {goods} was charged",
            hint="let the shop send all its items, or set lines: description",
            field="additional_info.items",
        )
    return [
        _line(item, amount, less)
        for item, amount, less in zip(sold, amounts, spread(discount, amounts, currency), strict=True)
        if amount > less
    ]


def _line(item: Mapping[str, Any], amount: Decimal, discount: Decimal) -> Line:
    return Line(
        description=(text_of(item.get("title")) or text_of(item.get("description")) or "Artículo")[:1000],
        quantity=_number(item, "quantity"),
        unit_price=_number(item, "unit_price"),
        discount=discount,
        total=amount - discount,
        sku=text_of(item.get("id"))[:100] or None,
    )


def _one(description: str, amount: Decimal) -> Line:
    return Line(description=description[:1000], unit_price=amount, total=amount)


def _gross(item: Mapping[str, Any]) -> Decimal:
    """What the item costs; below zero for one that stands for a discount."""
    return rounded(_number(item, "quantity") * _number(item, "unit_price"), 2)


def _number(item: Mapping[str, Any], name: str) -> Decimal:
    value = item.get(name)
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        try:
            number = Decimal(value)
            if number.is_finite() and abs(number) < 10**12:
                return rounded(number, 6)
        except InvalidOperation:
            pass
    raise DataError(f"{name} of the item {item.get('title')!r} is {value!r}, not a number", field=f"items.{name}")
