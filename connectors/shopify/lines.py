"""What was charged: goods, shipping, fees, duties and tip, as lines that add up to the payment."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from hub.plugin import DataError

from .config import ShopifyConfig
from .taxes import ZERO, Stated, taxes_of

CENTS = Decimal("0.00")
ADVANCE = {"clave_prod_serv": "84111506", "clave_unidad": "ACT"}
"""SAT's keys of an advance payment (Anexo 20, guía de llenado, apéndice 6)."""


def lines_of(
    order: Mapping[str, Any], config: ShopifyConfig, key: str, charged: Decimal
) -> tuple[list[Stated], Decimal]:
    """The arguments of each `Line`, and what they add up to: the charge less the gift cards that are left out.

    Raises:
        DataError: the lines do not add up to what was charged.
    """
    included = bool(order["taxesIncluded"])
    lines = _complete(order, key, charged, included=included)
    if any(line.get("gift_card") for line in lines):
        lines = _gift_cards(lines, config)
        charged = sum((line["total"] for line in lines), CENTS)
    return lines, charged


def _complete(order: Mapping[str, Any], key: str, charged: Decimal, *, included: bool) -> list[Stated]:
    lines = list(_lines(order, key, included=included, removed=True))
    tip = _amount(order["totalTipReceivedSet"], key)
    added = sum([line["total"] for line in lines], CENTS)
    if added == charged - tip:
        return [*lines, _plain("Propina", tip, "tip")] if tip else lines
    if added == charged:
        return [_tip(line) if line["total"] == tip and line["taxes"] is None else line for line in lines]
    # What was taken out of the order before it was paid is still listed.
    kept = list(_lines(order, key, included=included, removed=False))
    if sum([line["total"] for line in kept], CENTS) == charged - tip:
        return [*kept, _plain("Propina", tip, "tip")] if tip else kept
    raise DataError(
        f"order {order['name']}: the lines add up to {added + tip}, {charged} was charged",
        hint="an edited order, rounded cash or a payment in parts; invoice this one by hand",
        field="total",
    )


def _lines(order: Mapping[str, Any], key: str, *, included: bool, removed: bool) -> Iterator[Stated]:
    for item in order["lineItems"]:
        quantity = item["quantity"] if removed else item["currentQuantity"]
        unit_price = Decimal(item["originalUnitPriceSet"][key]["amount"])
        if quantity and unit_price:
            line = _line(item["name"], quantity, unit_price, item, key, included=included)
            line["sku"] = (item["sku"] or "")[:100] or None
            if item["isGiftCard"]:
                line["gift_card"] = True
            yield line
    for shipping in order["shippingLines"]:
        price = Decimal(shipping["originalPriceSet"][key]["amount"])
        if price and (removed or not shipping["isRemoved"]):
            line = _line(shipping["title"] or "Envío", 1, price, shipping, key, included=included)
            line["kind"] = "shipping"
            yield line
    for fee in order["additionalFees"]:
        price = Decimal(fee["price"][key]["amount"])
        if price:
            line = _line(fee["name"] or "Cargo adicional", 1, price, fee, key, included=included)
            line["kind"] = "fee"
            yield line
    duties = _amount(order["originalTotalDutiesSet"], key)
    if duties:
        yield _plain("Impuestos de importación", duties, "fee")


def _line(
    description: str, quantity: int, unit_price: Decimal, item: Mapping[str, Any], key: str, *, included: bool
) -> Stated:
    discount = ZERO
    for allocation in item.get("discountAllocations") or ():
        discount += Decimal(allocation["allocatedAmountSet"][key]["amount"])
    price = unit_price * quantity - discount
    taxes, tax = taxes_of(item["taxLines"], key, price, included=included)
    return {
        "description": description[:1000],
        "quantity": quantity,
        "unit_price": unit_price,
        "discount": discount,
        "total": (price if included else price + tax) + CENTS,
        "taxes": taxes,
    }


def _plain(description: str, amount: Decimal, kind: str) -> Stated:
    return {"description": description, "unit_price": amount, "total": amount + CENTS, "taxes": None, "kind": kind}


def _tip(line: Stated) -> Stated:
    return {**line, "kind": "tip"}


def _gift_cards(lines: list[Stated], config: ShopifyConfig) -> list[Stated]:
    kept = []
    for line in lines:
        card = line.pop("gift_card", False)
        if not card:
            kept.append(line)
        elif config.gift_cards_sold == "advance":
            kept.append({**line, **ADVANCE})
    return kept


def _amount(bag: Mapping[str, Any] | None, key: str) -> Decimal:
    return ZERO if bag is None else Decimal(bag[key]["amount"])
