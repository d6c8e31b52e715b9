"""Adds up Conceptos into the document's SubTotal, Descuento, tax summary and Total."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.document import Concepto, ImpuestoRetenido, Impuestos, Traslado, record
from hub.cfdi.limits import half_up

_ZERO = Decimal(0)
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
    sub_total = half_up(sum([c.importe for c in conceptos], _ZERO), quantum)
    discounts = [c.descuento for c in conceptos if c.descuento is not None]
    descuento = half_up(sum(discounts, _ZERO), quantum) if discounts else None
    impuestos = summary(conceptos, quantum)
    total = sub_total if descuento is None else sub_total - descuento
    if impuestos:
        total += (impuestos.total_impuestos_trasladados or _ZERO) - (impuestos.total_impuestos_retenidos or _ZERO)
    return record(Amounts, (tuple(conceptos), sub_total, descuento, impuestos, total))


def summary(conceptos: Sequence[Concepto], quantum: Decimal) -> Impuestos | None:
    """One row for each (impuesto, factor, tasa) transferred (CFDI40218) and each impuesto withheld (CFDI40208)."""
    transferred: dict[_Rate, tuple[Decimal, Decimal]] = {}
    withheld: dict[str, Decimal] = {}
    for concepto in conceptos:
        for base, impuesto, tipo_factor, tasa, importe in concepto.traslados:
            rate = impuesto, tipo_factor, tasa
            if rate in transferred:
                bases, importes = transferred[rate]
                transferred[rate] = bases + base, importes + importe if importe else importes
            else:
                transferred[rate] = base, importe or _ZERO
        for r in concepto.retenciones:
            withheld[r.impuesto] = withheld.get(r.impuesto, _ZERO) + r.importe
    if not (transferred or withheld):
        return None
    retenciones = [ImpuestoRetenido(impuesto, half_up(sum_, quantum)) for impuesto, sum_ in withheld.items()]
    traslados = [_row(rate, *sums, quantum) for rate, sums in transferred.items()]
    retenidos = sum([r.importe for r in retenciones], _ZERO) if retenciones else None
    taxed = [t.importe for t in traslados if t.importe is not None]
    trasladados = sum(taxed, _ZERO) if taxed else None
    return Impuestos(tuple(retenciones), tuple(traslados), retenidos, trasladados)


def _row(rate: _Rate, base: Decimal, importe: Decimal, quantum: Decimal) -> Traslado:
    taxed = None if rate[1] == "Exento" else half_up(importe, quantum)
    return record(Traslado, (half_up(base, quantum), *rate, taxed))
