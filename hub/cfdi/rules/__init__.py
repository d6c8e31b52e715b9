"""SAT's rules for CFDI 4.0 that a document can break on its own, checked before it is sealed.

What depends on SAT's lists of taxpayers (whether the RFC, name and CP belong together) only a PAC can tell; its
answer is read with `lookup`. `hub.cfdi.rules.matrix` tells for each code of SAT's who finds it.
"""

from hub.cfdi.document import Comprobante
from hub.cfdi.rules import header, shape, summary, walk  # noqa: F401 - header and summary register their rules
from hub.cfdi.rules.codes import CODES, Code, lookup
from hub.cfdi.rules.rule import Violation
from hub.cfdi.schema import validate

__all__ = ["CODES", "Code", "Violation", "check", "lookup"]


def check(comprobante: Comprobante, xml: bytes | None = None) -> tuple[Violation, ...]:
    """Every rule the document breaks; empty for one that a PAC should accept. Never raises for odd values.

    As at a PAC, the schema comes first: a value that it refuses is told alone, with code 301. With `xml`, the sealed
    bytes of this document, SAT's own schema is asked about them; without, the hub knows what it demands of values.
    A key that is in no catalog has a code of its own: that is what is told, not that the schema does not list it.
    """
    if xml is None:
        return shape.broken(comprobante) or tuple(walk.broken(comprobante))
    if problems := validate(xml, keys=comprobante.pagos is not None):  # no rule looks MonedaP up
        return shape.broken(comprobante) or shape.of_schema(problems)
    return tuple(walk.broken(comprobante))
