"""The Complemento de Pagos 2.0 as the checks read it. Names lose their suffix: `BaseDR` and `BaseP` are `Base`."""

from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from .comprobante import PAGOS, Comprobante, Node, node


@dataclass(frozen=True, slots=True)
class Documento:
    """A DoctoRelacionado with its ImpuestosDR."""

    node: Node
    has_impuestos: bool
    traslados: tuple[Node, ...]
    retenciones: tuple[Node, ...]

    @property
    def equivalencia(self) -> Decimal:
        return self.node.amount("EquivalenciaDR") if "EquivalenciaDR" in self.node else Decimal(1)


@dataclass(frozen=True, slots=True)
class Pago:
    """A Pago with its ImpuestosP."""

    node: Node
    documentos: tuple[Documento, ...]
    traslados: tuple[Node, ...]
    retenciones: tuple[Node, ...]

    @property
    def tipo_cambio(self) -> Decimal:
        return self.node.amount("TipoCambioP") if "TipoCambioP" in self.node else Decimal(1)

    @property
    def mixes_currencies(self) -> bool:
        return any(documento.node["MonedaDR"] != self.node["MonedaP"] for documento in self.documentos)


@dataclass(frozen=True, slots=True)
class Recibo:
    cfdi: Comprobante
    totales: Node
    pagos: tuple[Pago, ...]

    @property
    def documentos(self) -> list[Documento]:
        return [documento for pago in self.pagos for documento in pago.documentos]


def recibo_in(cfdi: Comprobante) -> Recibo | None:
    pagos = next(cfdi.root.iter(f"{PAGOS}Pagos"), None)
    if pagos is None:
        return None
    totales = pagos.find(f"{PAGOS}Totales")
    return Recibo(
        cfdi,
        Node({}) if totales is None else node(totales),
        tuple(_pago(pago) for pago in pagos.iterfind(f"{PAGOS}Pago")),
    )


def _pago(element: etree._Element) -> Pago:
    return Pago(
        node(element),
        tuple(_documento(documento) for documento in element.iterfind(f"{PAGOS}DoctoRelacionado")),
        _rows(element, "ImpuestosP/TrasladosP/TrasladoP"),
        _rows(element, "ImpuestosP/RetencionesP/RetencionP"),
    )


def _documento(element: etree._Element) -> Documento:
    return Documento(
        node(element),
        element.find(f"{PAGOS}ImpuestosDR") is not None,
        _rows(element, "ImpuestosDR/TrasladosDR/TrasladoDR"),
        _rows(element, "ImpuestosDR/RetencionesDR/RetencionDR"),
    )


def _rows(element: etree._Element, path: str) -> tuple[Node, ...]:
    steps = "/".join(f"{PAGOS}{step}" for step in path.split("/"))
    return tuple(_without_suffix(node(row)) for row in element.iterfind(steps))


def _without_suffix(row: Node) -> Node:
    # The same rules about rates and limits serve conceptos, documents and payments.
    return Node({name.removesuffix("DR").removesuffix("P"): value for name, value in row.attributes.items()})
