"""SAT's rules for CFDI 4.0 that a document can break on its own, checked before it is sealed.

What depends on SAT's lists of taxpayers (whether the RFC, name and CP belong together) only a PAC can tell; its
answer is read with `lookup`.
"""

from hub.cfdi.document import Comprobante, Concepto

# The rule modules register their functions; their order here is the order of the findings.
from hub.cfdi.rules import (  # noqa: F401
    concepto_taxes,
    conceptos,
    header,
    pagos,
    receptor,
    shape,
    summary,
)
from hub.cfdi.rules.codes import CODES, Code, lookup
from hub.cfdi.rules.informacion_global import of_global
from hub.cfdi.rules.partes import of_parte
from hub.cfdi.rules.rule import Violation, of_concepto, of_document, of_retencion, of_traslado
from hub.cfdi.rules.sums import Sums, of_row, of_sums, of_withheld, sums_of
from hub.cfdi.rules.terceros import of_tercero

__all__ = ["CODES", "Code", "Violation", "check", "lookup"]


def check(comprobante: Comprobante) -> tuple[Violation, ...]:
    """Every rule the document breaks; empty for one that a PAC should accept. Never raises for odd values.

    As at a PAC, the schema comes first: a value that it refuses is told alone, with code 301.
    """
    if misshapen := tuple(shape.broken(comprobante)):
        return misshapen
    sums = sums_of(comprobante)
    found = [*of_document.broken(comprobante, comprobante), *_of_summary(sums, comprobante)]
    if comprobante.informacion_global:
        found += of_global.broken(comprobante.informacion_global, comprobante, "informacion_global.")
    for index, concepto in enumerate(comprobante.conceptos):
        found += _of_concepto(concepto, comprobante, f"conceptos[{index}].")
    return (*found, *pagos.broken(comprobante))


def _of_summary(sums: Sums, c: Comprobante) -> list[Violation]:
    found = [*of_sums.broken(sums, c)]
    if sums.is_withheld:
        found += of_withheld.broken(sums, c)
    for index, row in enumerate(sums.rows()):
        found += of_row.broken(row, c, f"impuestos.traslados[{index}].")
    return found


def _of_concepto(concepto: Concepto, c: Comprobante, path: str) -> list[Violation]:
    found = [*of_concepto.broken(concepto, c, path)]
    for index, traslado in enumerate(concepto.traslados):
        found += of_traslado.broken(traslado, c, f"{path}traslados[{index}].")
    for index, retencion in enumerate(concepto.retenciones):
        found += of_retencion.broken(retencion, c, f"{path}retenciones[{index}].")
    if concepto.a_cuenta_terceros:
        found += of_tercero.broken(concepto.a_cuenta_terceros, c, f"{path}a_cuenta_terceros.")
    for index, parte in enumerate(concepto.partes):
        found += of_parte.broken(parte, c, f"{path}partes[{index}].")
    return found
