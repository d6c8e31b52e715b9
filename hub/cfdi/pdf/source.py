"""Reading a stamped CFDI without trusting it: no entities, no DTD, no network."""

from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from hub.cfdi.parse import MalformedXmlError, parse
from hub.cfdi.pdf.errors import SourceError

Node: TypeAlias = etree._Element  # noqa: SLF001 - lxml gives its element type no public name

NAMESPACES = {
    "cfdi": "http://www.sat.gob.mx/cfd/4",
    "tfd": "http://www.sat.gob.mx/TimbreFiscalDigital",
    "pago20": "http://www.sat.gob.mx/Pagos20",
    "implocal": "http://www.sat.gob.mx/implocal",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A stamped CFDI: its root and the two nodes that must be there."""

    comprobante: Node
    emisor: Node
    receptor: Node
    timbre: Node

    @property
    def moneda(self) -> str:
        """The currency of the amounts outside the complementos."""
        return attribute(self.comprobante, "Moneda")


def read(xml: bytes) -> Source:
    """Parse a stamped CFDI 4.0.

    Raises:
        SourceError: Not well-formed, with a DTD, not a CFDI 4.0, or without TimbreFiscalDigital.
    """
    root = _parse(xml)
    if root.tag != f"{{{NAMESPACES['cfdi']}}}Comprobante" or root.get("Version") != "4.0":
        raise SourceError(f"the XML is {root.tag!r} version {root.get('Version')!r}; a CFDI 4.0 is needed")
    timbre = one(root, "cfdi:Complemento/tfd:TimbreFiscalDigital")
    if timbre is None:
        raise SourceError("the CFDI has no TimbreFiscalDigital; make the PDF from the XML that the PAC returned")
    return Source(root, _required(root, "cfdi:Emisor"), _required(root, "cfdi:Receptor"), timbre)


def one(node: Node, path: str) -> Node | None:
    """The first descendant at the path, prefixes as in NAMESPACES."""
    return node.find(path, NAMESPACES)


def every(node: Node, path: str) -> list[Node]:
    """All descendants at the path in document order."""
    return node.findall(path, NAMESPACES)


def attribute(node: Node, name: str) -> str:
    """An attribute that the XSD requires."""
    value = node.get(name)
    if value is None:
        raise SourceError(f"{etree.QName(node).localname} has no {name}; this is not what a PAC stamps")
    return value


def optional(node: Node | None, name: str) -> str:
    """An attribute that may be missing; empty if so."""
    return "" if node is None else node.get(name) or ""


def _parse(xml: bytes) -> Node:
    try:
        return parse(xml)
    except MalformedXmlError as error:
        raise SourceError(f"the CFDI cannot be read: {error}") from error


def _required(root: Node, path: str) -> Node:
    node = one(root, path)
    if node is None:
        raise SourceError(f"the CFDI has no {path}; this is not what a PAC stamps")
    return node
