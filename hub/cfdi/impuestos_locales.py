"""The complement ImpuestosLocales of a document read in: state and municipal taxes, which are part of its Total."""

from decimal import Decimal, InvalidOperation

from hub.cfdi.document import Comprobante
from hub.cfdi.parse import MalformedXmlError, parse

IMPLOCAL = "http://www.sat.gob.mx/implocal"
_NAME = "ImpuestosLocales"
_ZERO = Decimal(0)


def refuse_local_taxes(original: Comprobante) -> None:
    """Raises ValueError for an ingreso with the complement: its egreso would silently leave a part of Total out."""
    if any([(c.namespace, c.name) == (IMPLOCAL, _NAME) for c in original.complementos]):
        raise ValueError(
            "the ingreso has the complement ImpuestosLocales, whose taxes an egreso would have to give back too and "
            "the hub does not write; cancel the ingreso, or make its egreso where the ingreso was made"
        )


def local_taxes(comprobante: Comprobante) -> Decimal:
    """TotaldeTraslados less TotaldeRetenciones, what the complement adds to Total (CFDI40119); 0 without it.

    A complement that cannot be read, as no document made by `read` has, adds nothing.
    """
    if not comprobante.complementos:
        return _ZERO
    found = [c.xml for c in comprobante.complementos if (c.namespace, c.name) == (IMPLOCAL, _NAME)]
    return sum(map(_added, found), _ZERO)


def _added(xml: str) -> Decimal:
    try:
        node = parse(xml.encode())
        added = Decimal(node.get("TotaldeTraslados", "0")) - Decimal(node.get("TotaldeRetenciones", "0"))
    except (MalformedXmlError, InvalidOperation, UnicodeEncodeError):
        return _ZERO
    return added if added.is_finite() else _ZERO
