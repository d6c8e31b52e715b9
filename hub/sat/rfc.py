"""The RFC: how it is written, whose it is, and whether it looks mistyped. Only SAT's l_RFC knows if it exists."""

import re
from typing import Literal

NACIONAL = "XAXX010101000"
EXTRANJERO = "XEXX010101000"
GENERIC = frozenset({NACIONAL, EXTRANJERO})
PUBLICO_EN_GENERAL = "PUBLICO EN GENERAL"

Person = Literal["fisica", "moral"]

_PATTERN = re.compile(r"[A-Z&Ñ]{3,4}[0-9]{2}(0[1-9]|1[012])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]")
_SEPARATORS = re.compile(r"[\s\-_.]+")
_VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ")}


def normalize(typed: str) -> str:
    """Upper case without blanks, hyphens and dots, which people type between the parts."""
    return _SEPARATORS.sub("", typed).upper()


def is_valid(rfc: str) -> bool:
    """Whether a normalised RFC has the shape of SAT's schema (t_RFC)."""
    return _PATTERN.fullmatch(rfc) is not None


def person(rfc: str) -> Person:
    """`moral` (company, 12 characters) or `fisica` (13). The generic RFCs count as persona física, as SAT does."""
    return "moral" if len(rfc) == 12 else "fisica"


def is_generic(rfc: str) -> bool:
    """Whether it stands for a buyer without RFC (XAXX) or from abroad (XEXX)."""
    return rfc in GENERIC


def check_digit(rfc: str) -> str:
    """The check digit that the first characters call for: `0`-`9` or `A`."""
    padded = rfc.rjust(13)
    total = sum(_VALUES[char] * (13 - position) for position, char in enumerate(padded[:12]))
    return "0A987654321"[total % 11]


def looks_mistyped(rfc: str) -> bool:
    """Whether it has no shape of an RFC or its check digit is odd.

    An odd digit is a warning only: SAT has issued real RFCs whose digit does not add up.
    """
    return rfc not in GENERIC and not (is_valid(rfc) and rfc[-1] == check_digit(rfc))
