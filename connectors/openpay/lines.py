"""The one line of a charge. OpenPay knows no lines, taxes or discounts; a shop may tell its sums in the metadata."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hub.plugin import DataError, Line, Tax, exact_amount, iva_rate, plain_name

from .config import AmountField, OpenPayConfig

ZERO = Decimal(0)
IGNORE = "correct the metadata, or set amounts: {} to leave taxes to your product rules"


def line_of(
    metadata: Mapping[str, Any], total: Decimal, currency: str, description: str, config: OpenPayConfig
) -> tuple[Line, bool]:
    """The line, and whether its price includes tax.

    Raises:
        DataError: the sums of the metadata do not make what was charged, or no legal rate makes the tax.
    """
    iva = _told("iva", metadata, currency, config)
    if iva is None:
        return Line(description=description[:1000], unit_price=total, total=total), True
    discount = _told("discount", metadata, currency, config) or ZERO
    subtotal = _told("subtotal", metadata, currency, config)
    base = total - iva
    if subtotal is not None and subtotal - discount != base:
        raise DataError(
            f"the metadata says {subtotal} - {discount} + {iva}, {total} was charged", hint=IGNORE, field="metadata"
        )
    rate = iva_rate(base, iva)
    if rate is None:
        raise DataError(f"{iva} is not IVA of 16 %, 8 % or 0 % on {base}", hint=IGNORE, field="metadata")
    line = Line(
        description=description[:1000],
        unit_price=base + discount,
        discount=discount,
        total=total,
        taxes=(Tax(rate=rate, base=base, amount=iva),),
    )
    return line, False


def _told(name: AmountField, metadata: Mapping[str, Any], currency: str, config: OpenPayConfig) -> Decimal | None:
    wanted = config.amounts.get(name)
    if wanted is None:
        return None
    key = next((key for key in metadata if plain_name(str(key)) == plain_name(wanted)), None)
    if key is None or metadata[key] in {None, ""}:
        return None
    try:
        return exact_amount(metadata[key], currency, f"metadata.{key}")
    except DataError as error:
        raise DataError(str(error), hint=IGNORE, field=error.field) from error
