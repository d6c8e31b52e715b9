"""Adds up Conceptos into the document's SubTotal, Descuento, tax summary and Total."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.document import Concepto, ImpuestoRetenido, Impuestos, Traslado, record
from hub.cfdi.limits import half_up

_ZERO = Decimal(0)
_NOTHING = (_ZERO, _ZERO)
_Rate = tuple[str, str, Decimal | None]


class Amounts(NamedTuple):
    """Conceptos with everything SAT derives from them, in the decimals of the currency."""

    conceptos: tuple[Concepto, ...]
    sub_total: Decimal
    descuento: Decimal | None
    impuestos: Impuestos | None
    total: Decimal


def add_up(conceptos: Sequence[Concepto], quantum: Decimal) -> Amounts:
    """Sums first, then rounds half-up to `quantum` (CFDI40108, 40111, 40215, 40221); Total is exact (CFDI40119)."""
    importes, descuento = _ZERO, None
    for concepto in conceptos:
        importes += concepto.importe
        if concepto.descuento is not None:
            descuento = concepto.descuento + (descuento or _ZERO)
    total = sub_total = half_up(importes, quantum)
    if descuento is not None:
        descuento = half_up(descuento, quantum)
        total -= descuento
    impuestos = summary(conceptos, quantum)
    if impuestos is not None:
        _, _, retenidos, trasladados, _ = impuestos
        if trasladados is not None:
            total += trasladados
        if retenidos is not None:
            total -= retenidos
    return record(Amounts, (tuple(conceptos), sub_total, descuento, impuestos, total))


def summary(conceptos: Sequence[Concepto], quantum: Decimal) -> Impuestos | None:
    """One row for each (impuesto, factor, tasa) transferred (CFDI40218) and each impuesto withheld (CFDI40208)."""
    transferred: dict[_Rate, tuple[Decimal, Decimal]] = {}
    withheld: dict[str, Decimal] = {}
    for concepto in conceptos:
        for base, impuesto, tipo_factor, tasa, importe in concepto.traslados:
            rate = impuesto, tipo_factor, tasa
            bases, importes = transferred.get(rate, _NOTHING)
            transferred[rate] = bases + base, importes + importe if importe else importes
        for r in concepto.retenciones:
            withheld[r.impuesto] = withheld.get(r.impuesto, _ZERO) + r.importe
    if not (transferred or withheld):
        return None
    retenciones: tuple[ImpuestoRetenido, ...] = ()
    retenidos = None
    if withheld:
        retenciones = tuple([ImpuestoRetenido(impuesto, half_up(sum_, quantum)) for impuesto, sum_ in withheld.items()])
        retenidos = sum([r.importe for r in retenciones], _ZERO)
    rows, trasladados = [], None
    for (impuesto, tipo_factor, tasa), (bases, importes) in transferred.items():
        importe = None
        if tipo_factor != "Exento":
            importe = half_up(importes, quantum)
            trasladados = importe if trasladados is None else trasladados + importe
        rows.append(record(Traslado, (half_up(bases, quantum), impuesto, tipo_factor, tasa, importe)))
    return record(Impuestos, (retenciones, tuple(rows), retenidos, trasladados, ()))
