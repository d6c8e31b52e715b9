"""A CFDI as the checks read it: nodes with their attributes, amounts as Decimal with the decimals written."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

NS = "{http://www.sat.gob.mx/cfd/4}"
PAGOS = "{http://www.sat.gob.mx/Pagos20}"
IMPLOCAL = "{http://www.sat.gob.mx/implocal}"
COMERCIO_EXTERIOR = "http://www.sat.gob.mx/ComercioExterior"
TIMBRE = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
# The XSD has already refused what is no number, so decimals are counted on the text as written.
_DECIMALS = {"CLF": 4, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3, "LYD": 3, "IQD": 3} | dict.fromkeys(
    ("XXX", "JPY", "CLP", "KRW", "PYG", "VND", "ISK", "UGX", "XAF", "XOF", "XPF", "BIF", "DJF", "GNF", "KMF",
     "RWF", "VUV", "UYI"), 0
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    attributes: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    def amount(self, name: str) -> Decimal:
        return Decimal(self.attributes.get(name, "0"))

    def decimals(self, name: str) -> int:
        return decimals_of(self.attributes.get(name, ""))


@dataclass(frozen=True, slots=True)
class Impuestos:
    """The taxes of a concepto or the summary of the comprobante; `node` is None if there is none."""

    node: Node | None
    traslados: tuple[Node, ...] = ()
    retenciones: tuple[Node, ...] = ()

    def __bool__(self) -> bool:
        return self.node is not None


@dataclass(frozen=True, slots=True)
class Concepto:
    node: Node
    impuestos: Impuestos
    a_cuenta_terceros: Node | None = None
    partes: tuple[Node, ...] = ()
    children: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Comprobante:
    root: etree._Element
    node: Node
    emisor: Node
    receptor: Node
    conceptos: tuple[Concepto, ...]
    impuestos: Impuestos
    informacion_global: Node | None
    relacionados: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def tipo(self) -> str:
        return self.node["TipoDeComprobante"]

    @property
    def decimals(self) -> int:
        return decimals_of_currency(self.node["Moneda"])

    @property
    def traslados(self) -> list[Node]:
        return [row for concepto in self.conceptos for row in concepto.impuestos.traslados]

    @property
    def retenciones(self) -> list[Node]:
        return [row for concepto in self.conceptos for row in concepto.impuestos.retenciones]

    @property
    def sello(self) -> str:
        return "".join(self.node["Sello"].split())

    def rounded(self, amount: Decimal) -> Decimal:
        return amount.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)

    def has_complement(self, namespace: str) -> bool:
        return any(str(child.tag).startswith(f"{{{namespace}") for child in self.root.iterfind(f"{NS}Complemento/*"))


def read(root: etree._Element) -> Comprobante:
    """Read a document that the XSD has accepted."""
    informacion_global = root.find(f"{NS}InformacionGlobal")
    return Comprobante(
        root=root,
        node=node(root),
        emisor=node(_child(root, "Emisor")),
        receptor=node(_child(root, "Receptor")),
        conceptos=tuple(_concepto(concepto) for concepto in root.iterfind(f"{NS}Conceptos/{NS}Concepto")),
        impuestos=_impuestos(root),
        informacion_global=None if informacion_global is None else node(informacion_global),
        relacionados=tuple(
            (str(group.get("TipoRelacion")), tuple(str(child.get("UUID")).upper() for child in group))
            for group in root.iterfind(f"{NS}CfdiRelacionados")
        ),
    )


def node(element: etree._Element) -> Node:
    return Node({str(name): str(value).strip() for name, value in element.attrib.items()})


def decimals_of_currency(moneda: str) -> int:
    return _DECIMALS.get(moneda, 2)


def decimals_of(text: str) -> int:
    return len(text.partition(".")[2])


def _concepto(element: etree._Element) -> Concepto:
    tercero = element.find(f"{NS}ACuentaTerceros")
    return Concepto(
        node(element),
        _impuestos(element),
        None if tercero is None else node(tercero),
        tuple(node(parte) for parte in element.iterfind(f"{NS}Parte")),
        frozenset(str(child.tag).removeprefix(NS) for child in element),
    )


def _impuestos(parent: etree._Element) -> Impuestos:
    element = parent.find(f"{NS}Impuestos")
    if element is None:
        return Impuestos(None)
    return Impuestos(
        node(element),
        tuple(node(row) for row in element.iterfind(f"{NS}Traslados/{NS}Traslado")),
        tuple(node(row) for row in element.iterfind(f"{NS}Retenciones/{NS}Retencion")),
    )


def _child(parent: etree._Element, name: str) -> etree._Element:
    element = parent.find(f"{NS}{name}")
    if element is None:
        raise LookupError(f"{name} is missing although the XSD demands it")
    return element
