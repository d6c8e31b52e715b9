"""301 and 307: is it an XML that SAT's XSD accepts, and not stamped yet?"""

from lxml import etree

from .. import sat_files
from ..comprobante import NS, TIMBRE, Comprobante, read
from ..refusal import Refused


def parsed(xml: bytes) -> Comprobante:
    """The document that the XSD accepts; entities are not resolved and nothing is fetched."""
    root = _root(xml)
    # The Addenda is the parties' own: neither sealed nor validated.
    for addenda in root.findall(f"{NS}Addenda"):
        root.remove(addenda)
    if root.find(f"{NS}Complemento/{TIMBRE}") is not None:
        raise Refused("307", "El CFDI contiene un timbre previo (707: ya incluye un TimbreFiscalDigital).")
    try:
        sat_files.schema().assertValid(root)
    except etree.DocumentInvalid as error:
        raise Refused("301", f"XML mal formado: {error}") from error
    complemento = root.find(f"{NS}Complemento")
    if complemento is not None and not len(complemento):
        raise Refused("301", "El nodo Complemento viene vacío: no lo incluyas si no lleva complementos.")
    return read(root)


def _root(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("301", f"XML mal formado: {error}") from error
    docinfo = root.getroottree().docinfo
    if docinfo.internalDTD is not None:
        raise Refused("301", "XML mal formado: un CFDI no lleva DOCTYPE.")
    if (docinfo.encoding or "UTF-8").upper() != "UTF-8":
        raise Refused("301", "XML mal formado: la codificación debe ser UTF-8.")
    return root
