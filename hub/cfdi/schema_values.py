"""What SAT's schema allows in one attribute, as a regular expression for the text between the quotes.

Every expression takes a part of what the schema allows, never more: values without entities, without white space at
the ends or twice in a row, numbers of the usual length. `None` stands for a type that none of the shapes below fits.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST_NUMBER = 24
"""Digits libxml2 takes in a decimal."""
# A word of a text: nothing that XML escapes or forbids, no white space, no `|`.
_WORD = r'[^ "&<|\x00-\x1f\x7f-\x9f\ufffe\uffff]++'
_TEXT = f"{_WORD}(?: {_WORD})*+"
_FREE_TEXT = re.compile(r"\[\^\|\]\{(\d+),(\d+)\}")
# Classes without `^` and `\`, literals, groups and counts mean the same to XSD and to Python.
_PLAIN_PATTERN = re.compile(r"(?:\[[^\[\]\\^(]+\]|[\w(){},:| -])+")
_AMOUNT = "[0-9]{{1,18}}(.[0-9]{{1,{}}})?"
_DAY_THAT_EXISTS = r"[0-9]{4}-(?:[0-9]{2}-(?:0[1-9]|1[0-9]|2[0-8])|(?!02)[0-9]{2}-(?:29|30)|(?:0[13578]|1[02])-31)T"


def value_expression(restriction: "_Element") -> str | None:
    """The expression of an `xs:restriction` that lists no keys."""
    facets = Facets(restriction)
    return _BY_BASE.get(facets.base, _unknown)(facets)


def is_any_text(restriction: "_Element") -> bool:
    """Whether it is a text without any limit, as Sello and Certificado are."""
    facets = Facets(restriction)
    return facets.base == "string" and facets.only()


class Facets:
    """The facets of one restriction."""

    def __init__(self, restriction: "_Element") -> None:
        from lxml import etree

        self.base = restriction.get("base", "").removeprefix("xs:")
        self._found = [(etree.QName(facet).localname, facet.get("value", "")) for facet in restriction]

    def __getitem__(self, name: str) -> str | None:
        return next((value for found, value in self._found if found == name), None)

    def only(self, *names: str) -> bool:
        """Whether there is no facet besides these, each at most once, and the white space that all collapse."""
        found = [name for name, _ in self._found]
        return len(found) == len(set(found)) and set(found) <= {"whiteSpace", *names}


def _unknown(_: Facets) -> None:
    return None


def _string(facets: Facets) -> str | None:
    if not facets.only("pattern", "length", "minLength", "maxLength"):
        return None
    if facets.only():
        return _TEXT
    least, most = facets["minLength"] or facets["length"] or "1", facets["maxLength"] or facets["length"] or ""
    length = f'(?=[^"]{{{least},{most}}}+")'
    pattern = facets["pattern"]
    if pattern is None:
        return length + _TEXT
    if free := _FREE_TEXT.fullmatch(pattern):
        return f'{length}(?=[^"]{{{free[1]},{free[2]}}}+"){_TEXT}' if free.groups() != (least, most) else length + _TEXT
    plain = _plain(pattern)
    if plain is None or (" " in pattern and facets["whiteSpace"] is not None):
        return None  # what the pattern is asked about is not what is written
    return length + plain


def _plain(pattern: str) -> str | None:
    """The pattern without `&`, which XML writes as an entity; `None` if Python might read it otherwise than XSD."""
    pattern = pattern.replace("&", "")
    return f"(?:{pattern.replace('(', '(?:')})" if _PLAIN_PATTERN.fullmatch(pattern) else None


def _decimal(facets: Facets) -> str | None:
    decimals, least = facets["fractionDigits"], facets["minInclusive"]
    if not facets.only("fractionDigits", "minInclusive", "pattern") or decimals is None or least is None:
        return None
    if facets["pattern"] not in (None, _AMOUNT.format(decimals)):
        return None
    smallest = f"0.{'1':0>{decimals}}"
    if least not in (smallest, "0." + "0" * int(decimals)):
        return None
    whole = min(18, _LARGEST_NUMBER - int(decimals))
    above_zero = r'(?![0.]++")' if least == smallest else ""
    return rf"{above_zero}[0-9]{{1,{whole}}}+(?:\.[0-9]{{1,{decimals}}}+)?+"


def _datetime(facets: Facets) -> str | None:
    pattern = facets["pattern"]
    plain = _plain(pattern) if facets.only("pattern") and pattern is not None else None
    return plain and f"(?={_DAY_THAT_EXISTS}){plain}"


def _integer(facets: Facets) -> str | None:
    pattern = facets["pattern"]
    return _plain(pattern) if facets.only("pattern") and pattern is not None else None


def _short(facets: Facets) -> str | None:
    """The hundred numbers from the least on: it is a year."""
    least = facets["minInclusive"]
    if not facets.only("minInclusive") or least is None:
        return None
    return f"(?:{'|'.join(str(int(least) + more) for more in range(100))})"


_BY_BASE = {"string": _string, "decimal": _decimal, "dateTime": _datetime, "integer": _integer, "short": _short}
