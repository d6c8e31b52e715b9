"""Goes through a document once and asks of each node its rules."""

from hub.cfdi.document import Comprobante, Concepto
from hub.cfdi.rules import pagos
from hub.cfdi.rules.concepto_taxes import of_rate, of_untaxed
from hub.cfdi.rules.conceptos import (
    RARE_OBJETOS,
    Goods,
    of_demanding,
    of_discounted,
    of_goods,
    of_imported,
    of_rare_objeto,
)
from hub.cfdi.rules.emisor import of_emisor
from hub.cfdi.rules.exchange import of_exchange
from hub.cfdi.rules.head import Head, head_of, of_head
from hub.cfdi.rules.header import of_related, of_sealed
from hub.cfdi.rules.informacion_global import of_global
from hub.cfdi.rules.ordinary import Sound, keeps_every_rule
from hub.cfdi.rules.partes import of_parte
from hub.cfdi.rules.receptor import Situation, of_foreigner, of_public, of_situation
from hub.cfdi.rules.rule import Violation, of_concepto, of_document, of_retencion, of_traslado, of_unsold
from hub.cfdi.rules.sums import (
    Rate,
    Sums,
    of_discounts,
    of_row,
    of_row_rate,
    of_sums,
    of_withheld,
    sums_of,
)
from hub.cfdi.rules.terceros import of_tercero
from hub.sat import catalogs, rfc

_RARE_PARTS = slice(Concepto._fields.index("retenciones"), None)
_NO_RARE_PARTS = tuple(Concepto._field_defaults.values())[-len(Concepto._fields[_RARE_PARTS]) :]


def broken(c: Comprobante) -> list[Violation]:
    """Every rule that a document whose values have SAT's shape breaks."""
    sound = catalogs.found_sound()
    return [] if keeps_every_rule(c, sound) else each_broken(c, sound)


def each_broken(c: Comprobante, sound: Sound) -> list[Violation]:
    """The same without the short way."""
    sums = sums_of(c)
    found = [*_of_document(c, sound), *_of_sums(sums, c, sound), *_of_conceptos(sums, c, sound)]
    if c.pagos:
        found += pagos.broken(c)
    return found


def _of_document(c: Comprobante, sound: Sound) -> list[Violation]:
    head, receptor = head_of(c), c.receptor
    situation = receptor.regimen_fiscal, receptor.uso_cfdi, rfc.person(receptor.rfc)
    found = [*of_document.broken(c, c)]
    if head not in sound[of_head.name]:
        found += of_head.broken(Head._make(head))
    if c.emisor not in sound[of_emisor.name]:
        found += of_emisor.broken(c.emisor, "emisor.")
    if situation not in sound[of_situation.name]:
        found += of_situation.broken(Situation(*situation), "receptor.")
    if c.tipo_de_comprobante in ("T", "P"):
        found += of_unsold.broken(c, c)
    if c.no_certificado:
        found += of_sealed.broken(c, c)
    if c.cfdi_relacionados:
        found += of_related.broken(c, c)
    if c.moneda != "MXN" or c.tipo_cambio is not None:
        found += of_exchange.broken(c, c)
    if receptor.rfc in rfc.GENERIC or receptor.nombre == rfc.PUBLICO_EN_GENERAL or c.informacion_global:
        found += of_public.broken(c, c)
    if receptor.residencia_fiscal or receptor.num_reg_id_trib:
        found += of_foreigner.broken(c, c)
    if c.informacion_global:
        found += of_global.broken(c.informacion_global, c, "informacion_global.")
    return found


def _of_sums(sums: Sums, c: Comprobante, sound: Sound) -> list[Violation]:
    found = [*of_sums.broken(sums, c)]
    if c.descuento is not None or sums.descuento is not None:
        found += of_discounts.broken(sums, c)
    if sums.is_withheld:
        found += of_withheld.broken(sums, c)
    for index, row in enumerate(sums.rows()):
        if not of_row.hold(row, c):
            found += of_row.broken(row, c, f"impuestos.traslados[{index}].")
        if row.row.rate not in sound[of_row_rate.name]:
            found += of_row_rate.broken(Rate(*row.row.rate), f"impuestos.traslados[{index}].")
    return found


def _of_conceptos(sums: Sums, c: Comprobante, sound: Sound) -> list[Violation]:
    found: list[Violation] = []
    sound_goods = sound[of_goods.name]
    for index, x in enumerate(c.conceptos):
        goods = x.clave_prod_serv, x.clave_unidad, x.objeto_imp, bool(x.traslados or x.retenciones)
        if goods not in sound_goods:  # one that demands something never is
            is_demanding = catalogs.product_demands(x.clave_prod_serv) != catalogs.NO_DEMANDS
            found += of_goods.broken(Goods(*goods), f"conceptos[{index}].", keep=not is_demanding)
            if is_demanding:
                found += of_demanding.broken(x, c, f"conceptos[{index}].")
        if not of_concepto.hold(x, c):
            found += of_concepto.broken(x, c, f"conceptos[{index}].")
        for row, traslado in enumerate(x.traslados):
            if not of_traslado.hold(traslado, c):
                found += of_traslado.broken(traslado, c, f"conceptos[{index}].traslados[{row}].")
            _, _, factor, tasa, importe = traslado
            if factor == "Exento" or tasa is None or importe is None:
                found += of_untaxed.broken(traslado, c, f"conceptos[{index}].traslados[{row}].")
        if x.descuento is not None or x.objeto_imp in RARE_OBJETOS or x[_RARE_PARTS] != _NO_RARE_PARTS:
            found += _of_rare_parts(x, c, f"conceptos[{index}].")
    if not sound[of_rate.name] >= sums.traslados.keys():
        found += _of_rates(c)
    return found


def _of_rates(c: Comprobante) -> list[Violation]:
    return [
        violation
        for index, x in enumerate(c.conceptos)
        for row, traslado in enumerate(x.traslados)
        for violation in of_rate.broken(Rate(*traslado.rate), f"conceptos[{index}].traslados[{row}].")
    ]


def _of_rare_parts(x: Concepto, c: Comprobante, path: str) -> list[Violation]:
    found: list[Violation] = []
    if x.descuento is not None:
        found += of_discounted.broken(x, c, path)
    if x.objeto_imp in RARE_OBJETOS:
        found += of_rare_objeto.broken(x, c, path)
    for row, retencion in enumerate(x.retenciones):
        found += of_retencion.broken(retencion, c, f"{path}retenciones[{row}].")
    if x.a_cuenta_terceros:
        found += of_tercero.broken(x.a_cuenta_terceros, c, f"{path}a_cuenta_terceros.")
    if x.informacion_aduanera:
        found += of_imported.broken(x, c, path)
    for row, parte in enumerate(x.partes):
        found += of_parte.broken(parte, c, f"{path}partes[{row}].")
    return found
