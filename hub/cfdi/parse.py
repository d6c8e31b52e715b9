"""Parses foreign XML without trusting it: no DTD, no entities, no network, no giant documents."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element


class MalformedXmlError(ValueError):
    """The bytes are not an XML document that a CFDI could be."""


def parse(xml: bytes) -> "_Element":
    """The root element; raises MalformedXmlError for anything that is not plain well-formed XML."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedXmlError(f"not well-formed XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise MalformedXmlError("a CFDI has no DOCTYPE")
    return root
