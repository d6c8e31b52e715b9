"""SAT's rules for CFDI 4.0 that a document can break on its own, checked before it is sealed.

What depends on SAT's lists of taxpayers (whether the RFC, name and CP belong together) only a PAC can tell; its
answer is read with `lookup`. `hub.cfdi.rules.matrix` tells for each code of SAT's who finds it.
"""

from hub.cfdi.document import Comprobante, Concepto

# The rule modules register their functions; their order here is the order of the findings.
from hub.cfdi.rules import (  # noqa: F401
    concepto_taxes,
    conceptos,
    header,
    informacion_global,
    pagos,
    partes,
    receptor,
    shape,
    summary,
    terceros,
)
from hub.cfdi.rules.codes import CODES, Code, lookup
from hub.cfdi.rules.rule import Violation, of_concepto, of_document, of_retencion, of_traslado

__all__ = ["CODES", "Code", "Violation", "check", "lookup"]


def check(comprobante: Comprobante) -> tuple[Violation, ...]:
    """Every rule the document breaks; empty for one that a PAC should accept. Never raises for odd values.

    As at a PAC, the schema comes first: a value that it refuses is told alone, with code 301.
    """
    if misshapen := tuple(shape.broken(comprobante)):
        return misshapen
    found = of_document.broken(comprobante, comprobante)
    for index, concepto in enumerate(comprobante.conceptos):
        found += _of_concepto(concepto, comprobante, f"conceptos[{index}].")
    return (*found, *pagos.broken(comprobante))


def _of_concepto(concepto: Concepto, c: Comprobante, path: str) -> list[Violation]:
    found = of_concepto.broken(concepto, c, path)
    for row, traslado in enumerate(concepto.traslados):
        found += of_traslado.broken(traslado, c, f"{path}traslados[{row}].")
    for row, retencion in enumerate(concepto.retenciones):
        found += of_retencion.broken(retencion, c, f"{path}retenciones[{row}].")
    return found
