"""Adds an Addenda to a finished CFDI. It is no part of the cadena original, so seal and timbre stay good."""

from collections.abc import Sequence

from hub.cfdi.parse import MalformedXmlError, parse
from hub.cfdi.read import cfdi_root
from hub.cfdi.text import escape

_END = b"</cfdi:Comprobante>"
_ADDENDA = "{*}Addenda"
LEYENDAS_NAMESPACE = "urn:autofactura:leyendas"


def with_addenda(xml: bytes, content: bytes) -> bytes:
    """The bytes of a sealed or stamped CFDI with `content`, one XML element, in its Addenda; the rest is untouched.

    Best after stamping: a PAC may refuse an element whose schema it does not know.

    Raises MalformedXmlError (a ValueError) if either is no XML, the document is no CFDI with SAT's prefix, or it
    has an Addenda already.
    """
    if cfdi_root(xml).find(_ADDENDA) is not None:
        raise MalformedXmlError("the CFDI has an Addenda already; put everything into one")
    before, end, after = xml.rpartition(_END)
    if not end:
        raise MalformedXmlError("the CFDI does not use SAT's prefix cfdi, which the standard prescribes")
    return b"".join((before, b"<cfdi:Addenda>", _element(content), b"</cfdi:Addenda>", end, after))


def with_leyendas(xml: bytes, leyendas: Sequence[str]) -> bytes:
    """The CFDI with plain texts for the reader, such as an order number or the date of the sale."""
    rows = "".join([f'<l:Leyenda texto="{escape(text)}"/>' for text in leyendas])
    return with_addenda(xml, f'<l:Leyendas xmlns:l="{LEYENDAS_NAMESPACE}">{rows}</l:Leyendas>'.encode())


def _element(content: bytes) -> bytes:
    """In UTF-8 and without a declaration of its own, whatever it came in."""
    from lxml import etree

    return etree.tostring(parse(content), encoding="utf-8", xml_declaration=False)
