"""Which mark a table writes before decimals, and the numbers that two readings would fit."""

import re
from collections.abc import Iterable

from .values import bare_digits

_THOUSANDS_OR_DECIMALS = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")
_DECIMALS = re.compile(r"(?:\d+|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3})+)?([.,])\d+")


def decimal_marks(texts: Iterable[str]) -> frozenset[str]:
    """The marks that certainly stand before decimals: `12.50`, `0.500` and `1,160.000` show the point."""
    return frozenset(mark for text in texts if (mark := _decimal_mark(text)))


def _decimal_mark(text: str) -> str:
    digits = bare_digits(text)
    found = None if _THOUSANDS_OR_DECIMALS.fullmatch(digits) else _DECIMALS.fullmatch(digits)
    # 1,234,567 has only marks of thousands.
    return found[1] if found and digits.count(found[1]) == 1 else ""


def is_ambiguous(text: str, seen: frozenset[str], *, decimal_comma: bool) -> bool:
    """Whether the rest of the table speaks against how `12.345` or `12,345` would be read.

    Args:
        text: the cell.
        seen: the table's `decimal_marks`.
        decimal_comma: as for `values.number`.
    """
    found = _THOUSANDS_OR_DECIMALS.fullmatch(bare_digits(text))
    if found is None:
        return False
    mark, other = found[1], "," if found[1] == "." else "."
    reads_decimals = (mark == ",") == decimal_comma
    return mark not in seen and other in seen if reads_decimals else mark in seen
