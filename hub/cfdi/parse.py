"""Parses foreign XML without trusting it: no DTD, no entities, no network, within fixed limits."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import XPath, _Element

MAX_BYTES = 50_000_000
"""Size of a document; a factura global of 50,000 sales has about half of it."""
MAX_PARTS = 2_000_000
"""Start tags, end tags and attributes together, counted before anything is built."""
MAX_DEPTH = 100
"""Elements within each other; SAT's own nodes go nine deep, the rest is for complements and the Addenda."""

_BOM = b"\xef\xbb\xbf"
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]{0,80}?encoding\s*=\s*[\"']([^\"'>]{0,40})[\"']")


class MalformedXmlError(ValueError):
    """The bytes are not a document the hub can read without losing something.

    `what` is wrong, and `where`: the path of the node or attribute with SAT's prefixes, `/` for the document itself.
    """

    def __init__(self, what: str, where: str = "/") -> None:
        super().__init__(what if where == "/" else f"{where}: {what}")
        self.what = what
        self.where = where


def parse(xml: bytes) -> "_Element":
    """The root element without comments; raises MalformedXmlError for anything but plain XML within the limits."""
    return _parse(xml, remove_comments=True, remove_pis=True)


def parse_cfdi(xml: bytes) -> "_Element":
    """The same for a CFDI, which is always in UTF-8; with the comments and CDATA that an Addenda may have."""
    declared = _ENCODING.match(xml)
    if declared and declared[1].lower() != b"utf-8":
        raise MalformedXmlError(f"a CFDI is written in UTF-8, this says {declared[1].decode('ascii', 'replace')}")
    return _parse(xml, encoding="utf-8", strip_cdata=False)


def _parse(xml: bytes, **options: Any) -> "_Element":
    from lxml import etree

    _check_outside(xml)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, **options)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        said = " ".join((error.msg or "nothing is there").split())
        raise MalformedXmlError(f"not well-formed XML: {said}") from error
    # In UTF-16 a DOCTYPE looks different from outside.
    if root.getroottree().docinfo.internalDTD is not None:
        raise _has_doctype()
    if _too_deep()(root):
        raise MalformedXmlError(f"elements stand more than {MAX_DEPTH} deep within each other")
    return root


def _check_outside(xml: bytes) -> None:
    """What can be known of the bytes before a parser sees them."""
    if len(xml) > MAX_BYTES:
        raise MalformedXmlError(f"{len(xml):,} bytes; at most {MAX_BYTES:,} are read")
    if xml.count(b"<") + xml.count(b"=") > MAX_PARTS:
        raise MalformedXmlError(f"more than {MAX_PARTS:,} tags and attributes")
    if _begins_with_doctype(xml):
        raise _has_doctype()


def _begins_with_doctype(xml: bytes) -> bool:
    """Whether a DOCTYPE comes before the root, after whatever instructions and comments."""
    at = len(_BOM) if xml.startswith(_BOM) else 0
    while True:
        while xml[at : at + 1].isspace():
            at += 1
        for opened, closed in ((b"<?", b"?>"), (b"<!--", b"-->")):
            if xml.startswith(opened, at):
                end = xml.find(closed, at + len(opened))
                if end < 0:
                    return False
                at = end + len(closed)
                break
        else:
            return xml.startswith(b"<!DOCTYPE", at)


def _has_doctype() -> MalformedXmlError:
    return MalformedXmlError("a DOCTYPE, which no document of SAT has")


@cache
def _too_deep() -> "XPath":
    from lxml import etree

    return etree.XPath(f"boolean(/{'/'.join(['*'] * (MAX_DEPTH + 1))})")
