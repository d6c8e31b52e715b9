"""Shopify's tax lines -> SAT's taxes. What Shopify does not charge stays unknown (None), it is never zero."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hub.plugin import DataError

from .keys import plain

ZERO = Decimal(0)
LEGAL_IVA = (Decimal("0.16"), Decimal("0.08"), ZERO)

Stated = dict[str, Any]
"""The arguments of a `Tax`; the values are made all at once, which is faster."""


def taxes_of(
    lines: list[Mapping[str, Any]], key: str, taxed: Decimal, *, included: bool
) -> tuple[list[Stated] | None, Decimal]:
    """The taxes of a line whose price is `taxed`, and their sum; None if Shopify states none.

    A line without taxes may be exempt, of rate zero, or of a shop that has not set up its taxes: the issuer's
    product rules decide.
    """
    if not lines:
        return None, ZERO
    if len(lines) == 1:
        stated = _tax(lines[0], key)
        amount = stated["amount"]
        stated["base"] = taxed - amount if included else taxed
        return [stated], amount
    several = [_tax(line, key) for line in lines]
    return several, sum([stated["amount"] for stated in several], ZERO)


def _tax(line: Mapping[str, Any], key: str) -> Stated:
    rate = _rate(line)
    return {"tax": _name(line["title"] or "", rate), "rate": rate, "amount": Decimal(line["priceSet"][key]["amount"])}


def _rate(line: Mapping[str, Any]) -> Decimal:
    rate = line["rate"]
    if rate is None:
        percentage = line["ratePercentage"]
        if percentage is None:
            raise DataError(f"the tax {line['title']} has no rate", field="taxLines")
        return _exact(percentage) / 100
    return _exact(rate)


def _exact(rate: Any) -> Decimal:
    # A whole rate comes as an integer; a fraction was read from its digits, not from a float.
    return rate if isinstance(rate, Decimal) else Decimal(str(rate))


def _name(title: str, rate: Decimal) -> str:
    label = plain(title)
    if rate < 0 or "isr" in label or "reten" in label:
        raise DataError(
            f"the tax {title} is withheld, and Shopify charges it on top",
            hint="a seller's withheld taxes have no place in a Shopify order; invoice this one by hand",
            field="taxLines",
        )
    if "ieps" in label:
        return "IEPS"
    if rate in LEGAL_IVA:
        return "IVA"
    raise DataError(
        f"the tax {title} of {(rate * 100).normalize():f} % is not IVA at 16 %, 8 % or 0 %, nor IEPS",
        hint="in Shopify, Settings, Taxes: name IEPS so, and correct the rate of the other taxes",
        field="taxLines",
    )
