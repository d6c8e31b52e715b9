"""SAT's rules for CFDI 4.0 that a document can break on its own, checked before it is sealed.

What depends on SAT's lists of taxpayers (whether the RFC, name and CP belong together) only a PAC can tell; its
answer is read with `lookup`. `hub.cfdi.rules.matrix` tells for each code of SAT's who finds it.
"""

from hub.cfdi.document import Comprobante
from hub.cfdi.rules import header, shape, summary, walk  # noqa: F401 - header and summary register their rules
from hub.cfdi.rules.codes import CODES, Code, lookup
from hub.cfdi.rules.rule import Violation

__all__ = ["CODES", "Code", "Violation", "check", "lookup"]


def check(comprobante: Comprobante) -> tuple[Violation, ...]:
    """Every rule the document breaks; empty for one that a PAC should accept. Never raises for odd values.

    As at a PAC, the schema comes first: a value that it refuses is told alone, with code 301.
    """
    return shape.broken(comprobante) or tuple(walk.broken(comprobante))
