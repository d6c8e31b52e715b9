"""SAT's rules for the Complemento de Pagos 2.0 (Matriz de errores, revision B), CRP20101 to CRP20279.

`hub.cfdi.rules.matrix` says which codes are no rule's, and why.
"""

from collections.abc import Iterator

from hub.cfdi.document import Comprobante
from hub.cfdi.pagos import DoctoRelacionado, Pago

# The rule modules register their functions; their order here is the order of the findings.
from hub.cfdi.rules.pagos import bank, comprobante, documento, documento_taxes, pago, pago_taxes, totales  # noqa: F401
from hub.cfdi.rules.pagos.kinds import (
    of_documento,
    of_pago,
    of_recibo,
    of_retencion_dr,
    of_retencion_p,
    of_traslado_dr,
    of_traslado_p,
)
from hub.cfdi.rules.rule import Violation


def broken(c: Comprobante) -> Iterator[Violation]:
    """Every rule of payments that the document breaks; nothing for one without the complement."""
    if c.pagos is None:
        return
    yield from of_recibo.broken(c, c)
    for index, payment in enumerate(c.pagos.pagos):
        yield from _of_pago(payment, c, f"pagos.pagos[{index}].")


def _of_pago(payment: Pago, c: Comprobante, path: str) -> Iterator[Violation]:
    yield from of_pago.broken(payment, c, path)
    for index, paid in enumerate(payment.documentos):
        yield from _of_documento(paid, c, f"{path}documentos[{index}].")
    for index, withheld in enumerate(payment.retenciones_p):
        yield from of_retencion_p.broken(withheld, c, f"{path}retenciones_p[{index}].")
    for index, transferred in enumerate(payment.traslados_p):
        yield from of_traslado_p.broken(transferred, c, f"{path}traslados_p[{index}].")


def _of_documento(paid: DoctoRelacionado, c: Comprobante, path: str) -> Iterator[Violation]:
    yield from of_documento.broken(paid, c, path)
    for index, withheld in enumerate(paid.retenciones_dr):
        yield from of_retencion_dr.broken(withheld, c, f"{path}retenciones_dr[{index}].")
    for index, transferred in enumerate(paid.traslados_dr):
        yield from of_traslado_dr.broken(transferred, c, f"{path}traslados_dr[{index}].")
