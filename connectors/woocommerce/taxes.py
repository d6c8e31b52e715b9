"""The tax rates of an order -> SAT's taxes."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from hub.plugin import DataError, Record, Tax, iva_rate, plain_name, text_of

LEGAL_IVA = (Decimal("0.16"), Decimal("0.08"), Decimal(0))
WITHHELD = ("isr", "reten")


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate as the shop has set it up; `fraction` is None where an old WooCommerce does not tell it."""

    label: str
    fraction: Decimal | None

    def tax(self, base: Decimal, amount: Decimal, *, only: bool) -> Tax:
        """What it makes of a line, whose only tax it is or not.

        Raises:
            DataError: it is no Mexican tax.
        """
        fraction = iva_rate(base, amount) if self.fraction is None else self.fraction
        return Tax(tax=_kind(self.label, fraction), rate=fraction, base=base if only else None, amount=amount)


@lru_cache(maxsize=256)
def _kind(label: str, fraction: Decimal | None) -> Literal["IVA", "IEPS"]:
    words = plain_name(label)
    if (fraction or 0) < 0 or any(word in words for word in WITHHELD):
        raise DataError(
            f"the tax {label} is withheld, and WooCommerce adds it to the price",
            hint="withheld taxes have no place in an order of a shop; invoice this one by hand",
            field="tax_lines",
        )
    if "ieps" in words and fraction is not None:
        return "IEPS"
    if fraction in LEGAL_IVA:
        return "IVA"
    told = "an unknown rate" if fraction is None else f"{(fraction * 100).normalize():f} %"
    raise DataError(
        f"the tax {label} of {told} is not IVA at 16 %, 8 % or 0 %, nor IEPS",
        hint="in WooCommerce, Settings, Tax: name IEPS so, and correct the rate of the other taxes",
        field="tax_lines",
    )


class Rates(dict[str, Rate]):
    """Rates by their number."""

    def __missing__(self, rate_id: str) -> Rate:
        raise DataError(f"a line has the tax {rate_id}, which the order does not explain", field="tax_lines")


def rates_of(order: Record) -> Rates:
    """Every rate that the order used."""
    return Rates(
        (str(line["rate_id"]), Rate(text_of(line.get("label")) or text_of(line.get("rate_code")), _fraction(line)))
        for line in order["tax_lines"]
    )


def _fraction(line: Record) -> Decimal | None:
    percent = line.get("rate_percent")
    return None if percent is None else Decimal(str(percent)) / 100
