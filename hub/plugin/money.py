"""Exact money: a Decimal that refuses to be born from a float."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("a float has already lost cents; pass a Decimal, a str or an int")  # noqa: TRY004 (pydantic)
    return value


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False, max_digits=24)]
"""A finite Decimal for amounts, quantities and rates; floats are refused."""

# ISO 4217 exponents that are not 2, as payment processors use them for minor units.
_ZERO_DECIMAL = {
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "JPY",
    "KMF",
    "KRW",
    "MGA",
    "PYG",
    "RWF",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
}
_THREE_DECIMAL = {"BHD", "JOD", "KWD", "OMR", "TND"}


def exponent_of(currency: str) -> int:
    """Decimals of a currency's minor unit: 2 for MXN, 0 for JPY, 3 for KWD."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def from_minor(amount: int, currency: str) -> Decimal:
    """`116000` centavos of MXN -> `Decimal("1160.00")`; `5000` of JPY -> `Decimal("5000")`."""
    return Decimal(amount).scaleb(-exponent_of(currency))


def rounded(amount: Decimal, decimals: int) -> Decimal:
    """Round half up to a number of decimals, as SAT means by "redondeo"."""
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
