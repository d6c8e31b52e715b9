"""SAT's rules for CFDI 4.0 that a document can break on its own, checked before it is sealed.

What depends on SAT's lists of taxpayers (whether the RFC, name and CP belong together) only a PAC can tell; its
answer is read with `lookup`.
"""

from hub.cfdi.document import Comprobante, Concepto

from hub.cfdi.rules import conceptos, header, pagos, shape, summary  # noqa: F401 - they register their rules
from hub.cfdi.rules.codes import CODES, Code, lookup
from hub.cfdi.rules.concepto_taxes import of_rate
from hub.cfdi.rules.emisor import of_emisor
from hub.cfdi.rules.exchange import of_exchange
from hub.cfdi.rules.head import head_of, of_head
from hub.cfdi.rules.informacion_global import of_global
from hub.cfdi.rules.partes import of_parte
from hub.cfdi.rules.receptor import of_foreigner
from hub.cfdi.rules.rule import Violation, of_concepto, of_document, of_retencion, of_traslado
from hub.cfdi.rules.sums import Rate, Sums, of_row, of_sums, of_withheld, sums_of
from hub.cfdi.rules.terceros import of_tercero

__all__ = ["CODES", "Code", "Violation", "check", "lookup"]


def check(comprobante: Comprobante) -> tuple[Violation, ...]:
    """Every rule the document breaks; empty for one that a PAC should accept. Never raises for odd values.

    As at a PAC, the schema comes first: a value that it refuses is told alone, with code 301.
    """
    if misshapen := tuple(shape.broken(comprobante)):
        return misshapen
    sums = sums_of(comprobante)
    found = [*_of_document(comprobante), *_of_sums(sums, comprobante)]
    unsound = [rate for rate in sums.rates() if of_rate.broken(rate)]
    for index, concepto in enumerate(comprobante.conceptos):
        found += _of_concepto(concepto, comprobante, unsound, f"conceptos[{index}].")
    if comprobante.pagos:
        found += pagos.broken(comprobante)
    return tuple(found)


def _of_document(c: Comprobante) -> list[Violation]:
    found = [*of_head.broken(head_of(c)), *of_emisor.broken(c.emisor, "emisor."), *of_document.broken(c, c)]
    if c.moneda != "MXN" or c.tipo_cambio is not None:
        found += of_exchange.broken(c, c)
    if c.receptor.residencia_fiscal or c.receptor.num_reg_id_trib:
        found += of_foreigner.broken(c, c)
    if c.informacion_global:
        found += of_global.broken(c.informacion_global, c, "informacion_global.")
    return found


def _of_sums(sums: Sums, c: Comprobante) -> list[Violation]:
    found = [*of_sums.broken(sums, c)]
    if sums.is_withheld:
        found += of_withheld.broken(sums, c)
    for index, row in enumerate(sums.rows()):
        found += of_row.broken(row, c, f"impuestos.traslados[{index}].")
    return found


def _of_concepto(concepto: Concepto, c: Comprobante, unsound: list[Rate], path: str) -> list[Violation]:
    found = [*of_concepto.broken(concepto, c, path)]
    for index, traslado in enumerate(concepto.traslados):
        found += of_traslado.broken(traslado, c, f"{path}traslados[{index}].")
        if traslado.rate in unsound:
            found += of_rate.broken(Rate(*traslado.rate), f"{path}traslados[{index}].")
    for index, retencion in enumerate(concepto.retenciones):
        found += of_retencion.broken(retencion, c, f"{path}retenciones[{index}].")
    if concepto.a_cuenta_terceros:
        found += of_tercero.broken(concepto.a_cuenta_terceros, c, f"{path}a_cuenta_terceros.")
    for index, parte in enumerate(concepto.partes):
        found += of_parte.broken(parte, c, f"{path}partes[{index}].")
    return found
