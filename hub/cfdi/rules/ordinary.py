"""All rules of an ordinary sale in one go: the short way of `hub.cfdi.rules.walk`.

Asking each of some forty rules takes nearly as long as building the document. Most documents are an ingreso in MXN to a
buyer with an RFC of their own, each Concepto with one Traslado, no discount, no retention, and keys that were found
sound before. For those the sums are taken and compared right here. A yes says that no rule is broken; anything else
says nothing: then every rule is asked.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal

from hub.cfdi.document import Comprobante, Concepto, Impuestos
from hub.cfdi.limits import half_up, importe_fits, tax_fits
from hub.cfdi.rules.concepto_taxes import of_rate
from hub.cfdi.rules.conceptos import RARE_OBJETOS, of_goods
from hub.cfdi.rules.emisor import of_emisor
from hub.cfdi.rules.head import head_of, of_head
from hub.cfdi.rules.receptor import of_situation
from hub.cfdi.rules.rule import of_document
from hub.cfdi.rules.sums import of_row_rate
from hub.sat import rfc

Sound = Mapping[str, AbstractSet[object]]
"""`catalogs.found_sound()`: a look at it is all that a value seen before costs."""
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_NOTHING = (_ZERO, _ZERO)
_AFTER_IMPUESTOS = slice(Comprobante._fields.index("informacion_global"), None)
_NO_MORE = tuple(Comprobante._field_defaults.values())[-len(Comprobante._fields[_AFTER_IMPUESTOS]) :]
_AFTER_TRASLADOS = slice(Concepto._fields.index("retenciones"), None)
_NO_RARE_PARTS = tuple(Concepto._field_defaults.values())[-len(Concepto._fields[_AFTER_TRASLADOS]) :]
_Rate = tuple[str, str, Decimal | None]
_Sums = dict[_Rate, tuple[Decimal, Decimal]]


def keeps_every_rule(c: Comprobante, sound: Sound) -> bool:
    """Whether it is an ordinary sale that surely breaks no rule. Its values have the shape SAT's schema demands."""
    receptor, impuestos = c.receptor, c.impuestos
    if c.tipo_de_comprobante != "I" or c.moneda != "MXN" or impuestos is None or c[_AFTER_IMPUESTOS] != _NO_MORE:
        return False
    if c.descuento is not None or c.tipo_cambio is not None:
        return False
    if receptor.residencia_fiscal or receptor.num_reg_id_trib:
        return False
    if receptor.rfc in rfc.GENERIC or receptor.nombre == rfc.PUBLICO_EN_GENERAL:
        return False
    situation = receptor.regimen_fiscal, receptor.uso_cfdi, rfc.person(receptor.rfc)
    if situation not in sound[of_situation.name] or c.emisor not in sound[of_emisor.name]:
        return False
    if head_of(c) not in sound[of_head.name] or not of_document.hold(c, c):
        return False
    sums: _Sums = {}
    importes = _added(c.conceptos, sums, sound)
    return importes is not None and _is_cents(c.sub_total, importes) and _sums_up(impuestos, sums, sound)


def _added(conceptos: tuple[Concepto, ...], sums: _Sums, sound: Sound) -> Decimal | None:
    """The sum of Importe, with those of the Traslados put into `sums`; nothing if a Concepto is not ordinary."""
    sound_goods, sound_rates = sound[of_goods.name], sound[of_rate.name]
    importes = _ZERO
    for x in conceptos:
        clave, cantidad, unidad, _, valor_unitario, importe, objeto_imp, _, _, descuento, traslados = x[:11]
        if descuento is not None or len(traslados) != 1 or x[_AFTER_TRASLADOS] != _NO_RARE_PARTS:
            return None
        if objeto_imp in RARE_OBJETOS or (clave, unidad, objeto_imp, True) not in sound_goods:
            return None
        ((base, impuesto, factor, tasa, tax),) = traslados
        rate = impuesto, factor, tasa
        if tasa is None or tax is None or factor == "Exento" or rate not in sound_rates:
            return None
        if valor_unitario <= _ZERO or not importe_fits(cantidad, valor_unitario, importe):
            return None
        if base <= _ZERO or not tax_fits(base, tasa, tax):
            return None
        bases, taxes = sums.get(rate, _NOTHING)
        sums[rate] = bases + base, taxes + tax
        importes += importe
    return importes


def _sums_up(impuestos: Impuestos, sums: _Sums, sound: Sound) -> bool:
    retenciones, traslados, retenidos, trasladados, _ = impuestos
    if retenciones or retenidos is not None or trasladados is None or len(traslados) != len(sums):
        return False
    sound_rates, added = sound[of_row_rate.name], _ZERO
    for base, impuesto, factor, tasa, tax in traslados:
        rate = impuesto, factor, tasa
        bases, taxes = sums.pop(rate, _NOTHING)
        if tax is None or rate not in sound_rates or not (_is_cents(base, bases) and _is_cents(tax, taxes)):
            return False
        added += tax
    return not sums and trasladados == added and trasladados.same_quantum(_CENT)


def _is_cents(written: Decimal, exact: Decimal) -> bool:
    return written.same_quantum(_CENT) and written == half_up(exact, _CENT)
