"""Attributes of a parsed CFDI: names that are there, amounts that are amounts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from hub.cfdi.parse import MalformedXmlError

if TYPE_CHECKING:
    from lxml.etree import _Element


def attributes(node: "_Element") -> Mapping[str, str]:
    """The attributes as text; a missing one raises KeyError."""
    return cast("Mapping[str, str]", node.attrib)


def decimal(node: "_Element", name: str) -> Decimal | None:
    """An optional amount, with the decimals written."""
    text = node.get(name)
    return None if text is None else number(text)


def number(text: str) -> Decimal:
    """An amount with the decimals written; raises MalformedXmlError if the text is none."""
    if not text.isascii() or not text.replace(".", "", 1).isdigit():
        raise MalformedXmlError(f"{text[:40]!r} is not an amount of a CFDI")
    return Decimal(text)
