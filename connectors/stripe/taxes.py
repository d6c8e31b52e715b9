"""Stripe's taxes of a line -> SAT's. What Stripe does not know stays unknown (None), it is never zero."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from hub.plugin import DataError, Record, Tax, from_minor

from .keys import plain

LEGAL_IVA = (Decimal("0.16"), Decimal("0.08"), Decimal(0))
CENT = Decimal("0.01")
EXEMPT = frozenset({"product_exempt", "product_exempt_holiday"})
# Stripe charged no tax and does not say why the product would carry none: the issuer's rules decide.
UNKNOWN = frozenset(
    {
        "customer_exempt",
        "excluded_territory",
        "jurisdiction_unsupported",
        "not_available",
        "not_collecting",
        "not_subject_to_tax",
        "not_supported",
        "reverse_charge",
    }
)


def taxes_of(stated: Iterable[Record], rates: Mapping[str, Record], currency: str) -> tuple[Tax, ...] | None:
    """The taxes of one line; None if Stripe states none or cannot know them."""
    items = list(stated)
    if not items or any(item.get("taxability_reason") in UNKNOWN and not item["amount"] for item in items):
        return None
    return tuple([_tax(item, rates, currency) for item in items])


def inferred_iva(base: Decimal | None, amount: Decimal) -> Decimal | None:
    """The only legal IVA rate that turns the base into the amount, to the cent; None if none or several do."""
    if not amount:
        return Decimal(0)
    if base is None:
        return None
    fitting = [rate for rate in LEGAL_IVA if abs(base * rate - amount) < CENT]
    return fitting[0] if len(fitting) == 1 else None


def _tax(item: Record, rates: Mapping[str, Record], currency: str) -> Tax:
    amount, taxable = from_minor(item["amount"], currency), item["taxable_amount"]
    base = None if taxable is None else from_minor(taxable, currency)
    if item.get("taxability_reason") in EXEMPT:
        return Tax(factor="Exento", base=base)
    rate = item.get("rate") or rates.get((item.get("tax_rate_details") or {}).get("tax_rate") or "")
    if rate is None:
        return _unnamed(base, amount)
    fraction = _fraction(str(rate["percentage"]))
    name = _name(rate)
    # The credit of a changed plan has a negative base, too: there a negative amount is an ordinary tax.
    withheld = fraction < 0 or (1 if base is None else base) * amount < 0
    if name == "ISR" and not withheld:
        raise DataError("ISR was charged on top; a seller can only have it withheld", field="taxes")
    return Tax(tax=name, rate=abs(fraction), withheld=withheld, base=base, amount=-amount if withheld else amount)


@lru_cache(maxsize=256)
def _fraction(percentage: str) -> Decimal:
    return Decimal(percentage) / 100


def _unnamed(base: Decimal | None, amount: Decimal) -> Tax:
    fraction = inferred_iva(base, amount)
    if fraction is None:
        raise DataError(
            f"a tax of {amount} on {base} is not IVA at 16 %, 8 % or 0 %",
            hint="let the key read Tax Rates, so that Stripe tells what it is",
            field="taxes",
        )
    return Tax(rate=fraction, base=base, amount=amount)


def _name(rate: Mapping[str, Any]) -> Literal["IVA", "IEPS", "ISR"]:
    label = plain(str(rate.get("display_name") or ""))
    if rate.get("country") not in {None, "MX"}:
        raise DataError(f"the tax {rate.get('display_name')} is of {rate['country']}, not of Mexico", field="taxes")
    if "ieps" in label:
        return "IEPS"
    if "isr" in label:
        return "ISR"
    if "iva" in label or rate.get("tax_type") in {None, "vat"}:
        return "IVA"
    raise DataError(
        f"the tax {rate.get('display_name')} is neither IVA, IEPS nor ISR",
        hint="name the tax rate in Stripe after the Mexican tax",
        field="taxes",
    )
