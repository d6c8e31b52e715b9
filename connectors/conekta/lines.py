"""The lines of an order: its items and its shipping, its discount over them, its taxes under them.

`amount` is items + taxes + shipping - discounts. Conekta tells how much each tax is, neither its rate nor its lines.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from hub.plugin import DataError, Line, Record, Tax, exact_amount, from_minor, iva_rate, plain_name, rounded, spread

ZERO = Decimal(0)
RATE_NAMES = frozenset({"tasaiva", "tasadeiva", "ivarate", "taxrate"})
EXEMPT = "exento"
OTHER_TAXES = ("ieps", "isr", "ish", "ret")


@dataclass(slots=True)
class Part:
    """A line before its tax; `rate` is what the shop typed about it, empty if nothing."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    kind: Literal["product", "shipping"]
    sku: str | None = None
    rate: str = ""
    discount: Decimal = ZERO
    tax: Tax | None = None

    @property
    def gross(self) -> Decimal:
        """Before the discount."""
        return self.quantity * self.unit_price

    @property
    def base(self) -> Decimal:
        """What the tax is calculated on."""
        return self.gross - self.discount


def lines_of(record: Record, total: Decimal) -> tuple[tuple[Line, ...], bool]:
    """The lines, and whether their prices include tax.

    Raises:
        DataError: they do not add up to what was charged, or the taxes fit no legal rate.
    """
    order, currency = record["order"], record["order"]["currency"]
    _complete(record)
    parts = [part for part in (*_items(order, currency), *_shipping(order, currency)) if part.gross]
    _discount(order, parts, currency)
    stated = _data(order, "tax_lines")
    if stated:
        _tax(order, parts, sum((_iva(tax, currency) for tax in stated), ZERO), currency)
    parts = [part for part in parts if part.base]
    added = sum((_total(part) for part in parts), ZERO)
    if added != total:
        raise DataError(
            f"Conekta {record['id']}: items, taxes, shipping and discounts make {added}, {total} was charged",
            hint="invoice this one by hand",
            field="amount",
        )
    return tuple(map(_line, parts)), not stated


def _complete(record: Record) -> None:
    cut = [name for name in ("line_items", "tax_lines", "discount_lines", "shipping_lines") if _more(record, name)]
    if cut or record["more_charges"]:
        named = ", ".join(cut) or "charges"
        raise DataError(f"Conekta {record['id']} has more {named} than it tells", hint="invoice this one by hand")


def _more(record: Record, name: str) -> bool:
    return bool(record["order"][name]["has_more"])


def _data(order: Record, name: str) -> list[Record]:
    data: list[Record] = order[name]["data"]
    return data


def _items(order: Record, currency: str) -> list[Part]:
    return [
        Part(
            description=str(item.get("name") or item.get("description") or "Artículo")[:1000],
            quantity=Decimal(str(item["quantity"])),
            unit_price=centavos(item["unit_price"], currency, "line_items.unit_price"),
            kind="product",
            sku=str(item.get("sku") or "")[:100] or None,
            rate=_typed_rate(item),
        )
        for item in _data(order, "line_items")
    ]


def _shipping(order: Record, currency: str) -> list[Part]:
    return [
        Part(
            description=" ".join(filter(None, ("Envío", line.get("carrier"), line.get("method"))))[:1000],
            quantity=Decimal(1),
            unit_price=centavos(line["amount"], currency, "shipping_lines.amount"),
            kind="shipping",
            rate=_typed_rate(line),
        )
        for line in _data(order, "shipping_lines")
    ]


def _typed_rate(line: Record) -> str:
    typed = line.get("metadata") or {}
    found = next((value for name, value in typed.items() if plain_name(str(name)) in RATE_NAMES), None)
    return "" if found is None else str(found).strip().lower()


def _discount(order: Record, parts: list[Part], currency: str) -> None:
    """Over the items; what is more than they cost comes off the shipping, too."""
    discount = sum(
        (centavos(line["amount"], currency, "discount_lines.amount") for line in _data(order, "discount_lines")), ZERO
    )
    products = [part for part in parts if part.kind == "product"]
    hosts = products if sum((part.gross for part in products), ZERO) >= discount else parts
    if discount > sum((part.gross for part in hosts), ZERO):
        raise DataError(f"a discount of {discount} is more than everything costs", field="discount_lines")
    for part, share in zip(hosts, spread(discount, [part.gross for part in hosts], currency), strict=True):
        part.discount = share


def _iva(tax: Record, currency: str) -> Decimal:
    amount = centavos(tax["amount"], currency, "tax_lines.amount")
    name = plain_name(str(tax.get("description") or ""))
    if amount < 0 or name.startswith(OTHER_TAXES):
        raise DataError(
            f"the tax {tax.get('description')} of {amount} is not IVA, and Conekta does not tell its rate",
            hint="invoice this one by hand",
            field="tax_lines",
        )
    return amount


def _tax(order: Record, parts: list[Part], amount: Decimal, currency: str) -> None:
    told = {id(part): _rate(part.rate) for part in parts if part.rate}
    open_parts = [part for part in parts if id(part) not in told]
    rates = dict(told)
    if open_parts:
        rest = amount - sum((rounded(part.base * (told.get(id(part)) or ZERO), 2) for part in parts), ZERO)
        base = sum((part.base for part in open_parts), ZERO)
        rate = iva_rate(base, rest, parts=len(parts)) if base else ZERO
        if rate is None:
            raise DataError(
                f"Conekta {order['id']}: {rest} is not IVA of 16 %, 8 % or 0 % on {base}",
                hint="where lines have different rates, let the shop send each line's in its metadata as tasa_iva",
                field="tax_lines",
            )
        rates |= dict.fromkeys(map(id, open_parts), rate)
    exact = [part.base * (rates[id(part)] or ZERO) for part in parts]
    off = abs(sum(exact, ZERO) - amount)
    if off >= Decimal("0.01") * len(parts) or (amount and not any(exact)):
        raise DataError(
            f"Conekta {order['id']}: the rates of the lines make {rounded(sum(exact, ZERO), 2)}, the tax is {amount}",
            hint="correct tasa_iva in the metadata of the lines",
            field="tax_lines",
        )
    for part, share in zip(parts, spread(amount, exact, currency), strict=True):
        part.tax = _stated(part, rates[id(part)], share)


def _stated(part: Part, rate: Decimal | None, amount: Decimal) -> Tax:
    if rate is None:
        return Tax(factor="Exento", base=part.base)
    return Tax(rate=rate, base=part.base, amount=amount)


def _rate(typed: str) -> Decimal | None:
    """`0.16`, `16` or `16%` -> 0.16; None for exento."""
    if typed == EXEMPT:
        return None
    number = exact_amount(typed.removesuffix("%"), "MXN", "metadata.tasa_iva")
    return number if number < 1 else number / 100


def _total(part: Part) -> Decimal:
    return part.base + ((part.tax and part.tax.amount) or ZERO)


def _line(part: Part) -> Line:
    return Line(
        description=part.description,
        quantity=part.quantity,
        unit_price=part.unit_price,
        discount=part.discount,
        total=_total(part),
        taxes=None if part.tax is None else (part.tax,),
        kind=part.kind,
        sku=part.sku,
    )


def centavos(value: Any, currency: str, field: str) -> Decimal:
    """A whole number of minor units.

    Raises:
        DataError: it is not one.
    """
    if type(value) is not int:
        raise DataError(f"{field} is {value!r}, not a whole number of centavos", field=field)
    return from_minor(value, currency)
