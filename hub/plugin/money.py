"""Exact money: a Decimal that refuses to be born from a float."""

import re
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator

from .errors import DataError

_MAX_DIGITS = 24


def _exact(value: object) -> object:
    # Counting is most of what a sale costs to make; without an exponent there are no more digits than characters.
    if type(value) is Decimal and len(text := str(value)) <= _MAX_DIGITS and "E" not in text:
        return value
    if isinstance(value, float):
        raise ValueError("a float has already lost cents; pass a Decimal, a str or an int")  # noqa: TRY004 (pydantic)
    number = value if type(value) is Decimal else _decimal(value)
    if number is not None and number.is_finite() and _digits(number) > _MAX_DIGITS:
        raise ValueError(f"more than {_MAX_DIGITS} digits")
    return value


def _decimal(value: object) -> Decimal | None:
    """Nothing for what is no number; pydantic says so."""
    try:
        return Decimal(value) if isinstance(value, (str, int)) else None
    except InvalidOperation:
        return None


def _digits(number: Decimal) -> int:
    """Before and behind the point together, as written without an exponent."""
    _, digits, exponent = number.normalize().as_tuple()
    behind = -int(exponent)
    return len(digits) - behind if behind < 0 else max(len(digits), behind)


Exact = Annotated[Decimal, BeforeValidator(_exact)]
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
_LEGAL_IVA = (Decimal("0.16"), Decimal("0.08"), Decimal(0))
_CENT = Decimal("0.01")
_FINE = 6
_TOO_MUCH = Decimal(10**12)
_WRITTEN = re.compile(r"-?[0-9]{1,20}(\.[0-9]+)?")


def exponent_of(currency: str) -> int:
    """Decimals of a currency's minor unit: 2 for MXN, 0 for JPY, 3 for KWD."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def from_minor(amount: int, currency: str) -> Decimal:
    """`116000` centavos of MXN -> `Decimal("1160.00")`; `5000` of JPY -> `Decimal("5000")`."""
    return Decimal(amount) * _minor_unit(currency)


@lru_cache(maxsize=256)
def _minor_unit(currency: str) -> Decimal:
    return _unit(exponent_of(currency))


@lru_cache(maxsize=64)
def _unit(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def rounded(amount: Decimal, decimals: int) -> Decimal:
    """Round half up to a number of decimals, as SAT means by "redondeo"."""
    return amount.quantize(_unit(decimals), ROUND_HALF_UP)


def exact_amount(value: object, currency: str, field: str = "") -> Decimal:
    """An amount as a service writes it, in units of the currency: a JSON number (Decimal or int) or text.

    Raises:
        DataError: not a number, a float, or finer than the currency's minor unit.
    """
    written = value.strip() if isinstance(value, str) else value
    readable = _WRITTEN.fullmatch(written) if isinstance(written, str) else type(written) in {int, Decimal}
    if not readable:
        raise DataError(f"{field or 'amount'} is {value!r}, not an amount", field=field)
    try:
        amount = Decimal(written)  # type: ignore[arg-type]  # text, int or Decimal: see above
        exact = rounded(amount, exponent_of(currency))
    except InvalidOperation as error:
        raise DataError(f"{field or 'amount'} is {value}, not an amount", field=field) from error
    if exact != amount:
        raise DataError(f"{field or 'amount'} is {value}, finer than {currency} can be charged", field=field)
    return exact


def number_of(value: object, field: str, *, decimals: int | None = _FINE) -> Decimal:
    """A number as shops write it, text or JSON number: an amount without tax, a quantity, a rate.

    Rounded to six decimals, the most that a CFDI can hold, or left as it stands with `decimals=None`. For what was
    charged use `exact_amount`, which rounds nothing.

    Raises:
        DataError: it is none, a float, or 10^12 and more.
    """
    if type(value) in {str, int, Decimal}:
        try:
            found = Decimal(value)  # type: ignore[arg-type]  # text, int or Decimal: see above
        except InvalidOperation:
            found = Decimal("NaN")
        if found.is_finite() and abs(found) < _TOO_MUCH:
            return found if decimals is None else rounded(found, decimals)
    raise DataError(f"{field} is {value!r:.60}, not a number", field=field)


def spread(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Parts of an amount in proportion to weights that are not negative, to the minor unit; their sum is the amount.

    What rounding leaves goes, a unit each, to the parts that lost most of it. Weights of zero all get nothing, unless
    all are zero: then the first gets all.
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        return [amount, *(Decimal(0) for _ in weights[1:])]
    unit = Decimal(1).scaleb(-exponent_of(currency))
    shares = [amount * weight / whole for weight in weights]
    parts = [share.quantize(unit, ROUND_DOWN) for share in shares]
    left = amount - sum(parts, Decimal(0))
    step = unit.copy_sign(left)
    for place in sorted(range(len(parts)), key=lambda place: abs(parts[place] - shares[place]), reverse=True):
        if not left or not weights[place]:
            break
        parts[place] += step
        left -= step
    return parts


def iva_rate(base: Decimal, amount: Decimal, parts: int = 1) -> Decimal | None:
    """The one legal rate of IVA (0.16, 0.08, 0) that makes the amount of the base, to the cent; else None.

    `parts` is how many amounts were rounded before they were added up; each may be a cent off.
    """
    fitting = [rate for rate in _LEGAL_IVA if abs(base * rate - amount) < _CENT * parts and (rate or not amount)]
    return fitting[0] if len(fitting) == 1 else None
