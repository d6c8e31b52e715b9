"""What every database and wire can carry: PostgreSQL keeps no NUL, UTF-8 no half of a surrogate pair."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

_UNFIT = re.compile("[\0\ud800-\udfff]")
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_WHOLE_DIGITS, _DECIMALS = 18, 6


def is_fit(text: str) -> bool:
    """Whether nothing in it would be refused."""
    return _UNFIT.search(text) is None


def fit(text: str) -> str:
    """The text with U+FFFD in the place of what would be refused."""
    return _UNFIT.sub("\ufffd", text)


def surely_fit(values: Iterable[Any]) -> bool:
    """Whether all can be kept, by one look at all their texts. `False` means: ask `unfit` of each."""
    texts: list[str] = []
    for value in values:
        if value is None:
            continue
        kind = type(value)
        if kind is str:
            texts.append(value)
        elif kind is tuple:
            texts += [inner for inner in value if type(inner) is str]
        elif kind is not datetime or not _FIRST <= value < _LAST:
            return False
    return is_fit("".join(texts))


def unfit(value: object) -> str:
    """Why a text, an aware time, or one of several texts cannot be kept; empty if it can."""
    if isinstance(value, str):
        return "" if is_fit(value) else "holds a NUL or half a character, which no database keeps"
    if isinstance(value, datetime):
        return "" if _FIRST <= value < _LAST else "is no time at which anything was sold"
    if isinstance(value, tuple):
        return next((why for inner in value if isinstance(inner, str) and (why := unfit(inner))), "")
    return ""


def unfit_amount(amount: Decimal) -> str:
    """Why an amount of money cannot be kept exactly; empty if it can."""
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -_DECIMALS and amount.adjusted() < _WHOLE_DIGITS:
        return ""
    return f"has more than {_WHOLE_DIGITS} digits before the point or {_DECIMALS} behind it"
