"""XML that others wrote: read without trusting it."""

from typing import TYPE_CHECKING

from .errors import InDoubtError

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST_XML = 10_000_000
"""Bytes; a CFDI has about 1 MB at most."""


def parse_xml(content: bytes) -> "_Element":
    """The root element, without comments: no DTD, no entities, no network, no giant documents.

    Raises:
        InDoubtError: it is not such XML. From a write, that answer proves nothing.
    """
    # Plugins without XML do not pay for lxml.
    from lxml import etree

    if len(content) > LARGEST_XML:
        raise InDoubtError(f"XML of {len(content)} bytes, more than the {LARGEST_XML} that are read")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        # The message of lxml quotes what it read.
        raise InDoubtError(f"{len(content)} bytes that are not well-formed XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise InDoubtError("XML with a DOCTYPE, which no PAC needs")
    return root
