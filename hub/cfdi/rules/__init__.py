"""SAT's rules for CFDI 4.0 that a document can break on its own, checked before it is sealed.

What depends on SAT's lists of taxpayers (whether the RFC, name and CP belong together) only a PAC can tell; its
answer is read with `lookup`.
"""

from collections.abc import Iterator

from hub.cfdi.document import Comprobante

# The rule modules register their functions; their order here is the order of the findings.
from hub.cfdi.rules import concepto_taxes, conceptos, header, pagos, receptor, summary  # noqa: F401
from hub.cfdi.rules.codes import CODES, Code, lookup
from hub.cfdi.rules.rule import Violation, of_concepto, of_document, of_retencion, of_traslado

__all__ = ["CODES", "Code", "Violation", "check", "lookup"]


def check(comprobante: Comprobante) -> tuple[Violation, ...]:
    """Every rule the document breaks; empty for one that a PAC should accept. Never raises for odd values."""
    return (*of_document.broken(comprobante, comprobante), *_of_conceptos(comprobante), *pagos.broken(comprobante))


def _of_conceptos(c: Comprobante) -> Iterator[Violation]:
    for index, concepto in enumerate(c.conceptos):
        path = f"conceptos[{index}]."
        yield from of_concepto.broken(concepto, c, path)
        for row, traslado in enumerate(concepto.traslados):
            yield from of_traslado.broken(traslado, c, f"{path}traslados[{row}].")
        for row, retencion in enumerate(concepto.retenciones):
            yield from of_retencion.broken(retencion, c, f"{path}retenciones[{row}].")
