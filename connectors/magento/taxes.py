"""Magento's taxes -> SAT's."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from hub.plugin import DataError, Record, Tax, iva_rate, plain_name, text_of

LEGAL_IVA = (Decimal("0.16"), Decimal("0.08"), Decimal(0))
WITHHELD = ("isr", "reten")


def applied(order: Record) -> dict[str, list[Record]]:
    """The taxes by name that Magento applied, by the item's number; `shipping` for those of the shipping."""
    told: Sequence[Record] = (order["extension_attributes"] or {}).get("item_applied_taxes") or ()
    return {
        "shipping" if one.get("type") == "shipping" else str(one.get("item_id")): one.get("applied_taxes") or []
        for one in told
    }


def taxes_of(
    named: Sequence[Mapping[str, Any]] | None, percent: Any, base: Decimal, amount: Decimal
) -> tuple[Tax, ...] | None:
    """The taxes of a line, by their names if Magento told them, else by its percentage, else by its amount.

    None without tax: it may be exempt, of rate zero, or of a shop that has not set up its taxes.

    Raises:
        DataError: one is no Mexican tax.
    """
    if not amount:
        return None
    if named:
        only = len(named) == 1
        return tuple(
            _tax(
                text_of(tax.get("title")), Decimal(str(tax["percent"])) / 100, base if only else None, amount, only=only
            )
            for tax in named
        )
    rate = Decimal(str(percent)) / 100 if percent else iva_rate(base, amount)
    return (_tax("", rate, base, amount, only=True),)


def _tax(title: str, rate: Decimal | None, base: Decimal | None, amount: Decimal, *, only: bool) -> Tax:
    return Tax(tax=_kind(title, rate), rate=rate, base=base, amount=amount if only else None)


def _kind(title: str, rate: Decimal | None) -> Literal["IVA", "IEPS"]:
    label = plain_name(title)
    if (rate or 0) < 0 or any(word in label for word in WITHHELD):
        raise DataError(
            f"the tax {title} is withheld, and Magento adds it to the price",
            hint="withheld taxes have no place in an order of a shop; invoice this one by hand",
            field="tax_amount",
        )
    if "ieps" in label and rate is not None:
        return "IEPS"
    if rate in LEGAL_IVA:
        return "IVA"
    told = "an unknown rate" if rate is None else f"{(rate * 100).normalize():f} %"
    raise DataError(
        f"the tax {title} of {told} is not IVA at 16 %, 8 % or 0 %, nor IEPS",
        hint="in Stores, Tax Zones and Rates: name IEPS so, and correct the rate of the other taxes",
        field="tax_percent",
    )
