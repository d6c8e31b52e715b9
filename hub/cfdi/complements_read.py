"""What stands in `Complemento`, `ComplementoConcepto` and `Addenda`: complements the hub knows, and all others."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from hub.cfdi.document import ForeignXml, TimbreFiscal
from hub.cfdi.pagos import Pagos
from hub.cfdi.pagos10 import Pagos10
from hub.cfdi.pagos10_read import pagos_10_of
from hub.cfdi.pagos_read import pagos_of
from hub.cfdi.parse import MalformedXmlError
from hub.cfdi.read_node import Node, checked
from hub.cfdi.shapes import PAGOS_10, PAGOS_20, TIMBRE, Shape

if TYPE_CHECKING:
    from lxml.etree import _Element

Value = TypeVar("Value")

_TIMBRE = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
_PAGOS_20 = "{http://www.sat.gob.mx/Pagos20}Pagos"
_PAGOS_10 = "{http://www.sat.gob.mx/Pagos}Pagos"


class Complementos(NamedTuple):
    """Everything in the Complemento of a document."""

    timbre: TimbreFiscal | None
    pagos: Pagos | None
    pagos_10: Pagos10 | None
    others: tuple[ForeignXml, ...]


def complementos(comprobante: Node) -> Complementos:
    """The complements under a document; raises MalformedXmlError for two timbres, an unknown version, ..."""
    elements = [element for node in comprobante.every("Complemento") for element in node.elements]
    if comprobante.text("Version") == "3.3":
        pagos, pagos_10, known = None, _only(elements, _PAGOS_10, "1.0", PAGOS_10, pagos_10_of), {_TIMBRE, _PAGOS_10}
    else:
        pagos, pagos_10, known = _only(elements, _PAGOS_20, "2.0", PAGOS_20, pagos_of), None, {_TIMBRE, _PAGOS_20}
    return Complementos(
        timbre=_only(elements, _TIMBRE, "1.1", TIMBRE, _timbre),
        pagos=pagos,
        pagos_10=pagos_10,
        others=foreign(element for element in elements if element.tag not in known),
    )


def foreign(elements: "Iterable[_Element]") -> tuple[ForeignXml, ...]:
    """Elements as they stand, each with the namespaces that it inherits."""
    return tuple([_foreign(element) for element in elements])


def _foreign(element: "_Element") -> ForeignXml:
    from lxml import etree

    name = etree.QName(element)
    xml = etree.tostring(element, encoding="unicode", with_tail=False)
    return ForeignXml(name.namespace or "", name.localname, xml)


def _only(
    elements: "list[_Element]", tag: str, version: str, shape: Shape, make: Callable[[Node], Value]
) -> Value | None:
    found = [element for element in elements if element.tag == tag]
    if not found:
        return None
    node = checked(found[-1], shape)
    if len(found) > 1:
        raise MalformedXmlError("stands here more than once", node.where())
    if node.text("Version") != version:
        raise MalformedXmlError(f"the hub reads {version} only, not {node.text('Version')[:20]}", node.where("Version"))
    return make(node)


def _timbre(node: Node) -> TimbreFiscal:
    return TimbreFiscal(
        uuid=node.text("UUID"),
        fecha_timbrado=node.text("FechaTimbrado"),
        rfc_prov_certif=node.text("RfcProvCertif"),
        sello_cfd=node.text("SelloCFD"),
        no_certificado_sat=node.text("NoCertificadoSAT"),
        sello_sat=node.text("SelloSAT"),
        leyenda=node.maybe("Leyenda"),
    )
