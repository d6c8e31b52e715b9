"""Goes through a document once and asks of each node its rules."""

from hub.cfdi.document import Comprobante, Concepto
from hub.cfdi.rules import pagos
from hub.cfdi.rules.concepto_taxes import of_rate
from hub.cfdi.rules.conceptos import RARE_OBJETOS, Goods, of_discounted, of_goods, of_imported, of_rare_objeto
from hub.cfdi.rules.emisor import of_emisor
from hub.cfdi.rules.exchange import of_exchange
from hub.cfdi.rules.head import head_of, of_head
from hub.cfdi.rules.informacion_global import of_global
from hub.cfdi.rules.partes import of_parte
from hub.cfdi.rules.receptor import of_foreigner
from hub.cfdi.rules.rule import Violation, of_concepto, of_document, of_retencion, of_traslado
from hub.cfdi.rules.sums import Rate, Sums, of_row, of_sums, of_withheld, sums_of
from hub.cfdi.rules.terceros import of_tercero

_RARE_PARTS = slice(Concepto._fields.index("retenciones"), None)


def broken(c: Comprobante) -> list[Violation]:
    """Every rule that a document whose values have SAT's shape breaks."""
    sums = sums_of(c)
    found = [*_of_document(c), *_of_sums(sums, c), *_of_conceptos(sums, c)]
    if c.pagos:
        found += pagos.broken(c)
    return found


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


def _of_conceptos(sums: Sums, c: Comprobante) -> list[Violation]:
    found: list[Violation] = []
    unsound_rates = [rate for rate in sums.rates() if of_rate.broken(rate)]
    sound_goods = of_goods.sound()
    for index, x in enumerate(c.conceptos):
        path = f"conceptos[{index}]."
        goods = x.clave_prod_serv, x.clave_unidad, x.objeto_imp
        if goods not in sound_goods:
            found += of_goods.broken(Goods(*goods), path)
        found += of_concepto.broken(x, c, path)
        if x.descuento is not None:
            found += of_discounted.broken(x, c, path)
        if x.objeto_imp in RARE_OBJETOS:
            found += of_rare_objeto.broken(x, c, path)
        for row, traslado in enumerate(x.traslados):
            found += of_traslado.broken(traslado, c, f"{path}traslados[{row}].")
            if unsound_rates and traslado.rate in unsound_rates:
                found += of_rate.broken(Rate(*traslado.rate), f"{path}traslados[{row}].")
        if any(x[_RARE_PARTS]):
            found += _of_rare_parts(x, c, path)
    return found


def _of_rare_parts(x: Concepto, c: Comprobante, path: str) -> list[Violation]:
    found: list[Violation] = []
    for row, retencion in enumerate(x.retenciones):
        found += of_retencion.broken(retencion, c, f"{path}retenciones[{row}].")
    if x.a_cuenta_terceros:
        found += of_tercero.broken(x.a_cuenta_terceros, c, f"{path}a_cuenta_terceros.")
    if x.informacion_aduanera:
        found += of_imported.broken(x, c, path)
    for row, parte in enumerate(x.partes):
        found += of_parte.broken(parte, c, f"{path}partes[{row}].")
    return found
