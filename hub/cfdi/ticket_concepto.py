"""One Concepto for one ticket of a factura global, in whole cents.

Each mix of taxes on the ticket is written by Method B, then rows of the same rate are put together. Two roundings in
one row may leave SAT's limits (CFDI40180); then a neighbouring cent of a base is taken.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice, product

from hub.cfdi.document import Concepto, Traslado
from hub.cfdi.limits import half_up, tax_fits
from hub.cfdi.sold import SoldLine
from hub.cfdi.strategies import Priced, whole_cents
from hub.cfdi.tax_plan import Taxed, TaxPlan
from hub.cfdi.totals import summary

_ZERO, _ONE = Decimal(0), Decimal(1)
_CLAVE, _UNIDAD, _DESCRIPCION = "01010101", "ACT", "Venta"
_CENTS, _ATTEMPTS = (0, 1, -1), 729
_Nudge = tuple[int, int]
_Part = tuple[TaxPlan, Decimal]
_Split = tuple[Decimal, tuple[Traslado, ...]]


def ticket_concepto(folio: str, parts: Sequence[_Part], quantum: Decimal) -> Concepto:
    """`parts` are the plans of the ticket's taxes with what was paid under each, taxes included.

    Raises TaxRuleError when no cents satisfy SAT's limits.
    """
    if len(parts) == 1:
        plan, paid = parts[0]
        importe, traslados = _split(plan, paid, quantum)
        return _concepto(folio, importe, plan.objeto_imp, traslados)
    importe, traslados = _together(parts, quantum)
    return _concepto(folio, importe, _objeto_imp([plan for plan, _ in parts], traslados), traslados)


def _concepto(folio: str, importe: Decimal, objeto_imp: str, traslados: tuple[Traslado, ...]) -> Concepto:
    return Concepto(
        _CLAVE, _ONE, _UNIDAD, _DESCRIPCION, importe, importe, objeto_imp, no_identificacion=folio, traslados=traslados
    )


def _split(plan: TaxPlan, paid: Decimal, quantum: Decimal) -> _Split:
    """Importe and taxes of what was paid under one plan."""
    if plan.ieps or plan.cuota:
        concepto = whole_cents(Priced(1, _line(paid), plan, _ONE, quantum, gross_discount=True))
        return concepto.importe, concepto.traslados
    base = half_up(paid / plan.factor, quantum)
    return base, plan.traslados(Taxed(base, _ZERO, _ZERO, paid - base), _ONE)


def _nudges(plan: TaxPlan) -> Iterable[_Nudge]:
    """Cents to move the base and the IEPS by; what no tax is taken of stays."""
    has_ieps = any([rate is not None and rate.tasa_o_cuota for rate in (plan.ieps, plan.cuota)])
    return product(_CENTS if has_ieps or plan.tasa_iva else (0,), _CENTS if has_ieps and plan.tasa_iva else (0,))


def _nudged(plan: TaxPlan, first: _Split, nudge: _Nudge, quantum: Decimal) -> _Split:
    """The same charge with base and IEPS moved, a Cuota only where it is alone; the last tax is what is left."""
    importe, rows = first
    importes = [row.importe or _ZERO for row in rows]
    base = importe + nudge[0] * quantum
    taxes = importe + sum(importes, _ZERO) - base
    ieps, cuota = _ZERO, _ZERO
    if plan.ieps:
        cuota = importes[1] if plan.cuota else _ZERO
        ieps = importes[0] + nudge[1] * quantum if plan.tasa_iva else taxes - cuota
    elif plan.cuota:
        cuota = importes[0] + nudge[1] * quantum if plan.tasa_iva else taxes
    return base, plan.traslados(Taxed(base, ieps, cuota, taxes - ieps - cuota), _ONE)


def _line(paid: Decimal) -> SoldLine:
    return SoldLine(_DESCRIPCION, _ONE, paid, paid, _CLAVE, _UNIDAD, ())


def _together(parts: Sequence[_Part], quantum: Decimal) -> _Split:
    """The first combination of neighbouring cents whose joined rows keep the limits; else the rows stay apart."""
    first = [_split(plan, paid, quantum) for plan, paid in parts]
    if _fits(rows := _joined(first, quantum)):
        return _importe(first), rows
    plans = [plan for plan, _ in parts]
    for nudges in islice(product(*map(_nudges, plans)), _ATTEMPTS):
        splits = [_nudged(*part, quantum) for part in zip(plans, first, nudges, strict=True)]
        if _fits(rows := _joined(splits, quantum)):
            return _importe(splits), rows
    return _importe(first), tuple([row for _, rows in first for row in rows])


def _joined(splits: Iterable[_Split], quantum: Decimal) -> tuple[Traslado, ...]:
    parts = [_concepto("", importe, "02", rows) for importe, rows in splits]
    joined = summary(parts, quantum)
    return joined.traslados if joined else ()


def _importe(splits: Iterable[_Split]) -> Decimal:
    return sum([importe for importe, _ in splits], _ZERO)


def _fits(rows: Iterable[Traslado]) -> bool:
    for base, _, _, tasa_o_cuota, importe in rows:
        if tasa_o_cuota is None or importe is None:
            continue
        if base <= 0 or importe < 0 or not tax_fits(base, tasa_o_cuota, importe):
            return False
    return True


def _objeto_imp(plans: Sequence[TaxPlan], traslados: Sequence[Traslado]) -> str:
    """What is no object of tax has no row of its own: it is the part of Importe that no Base covers."""
    keys = {plan.objeto_imp for plan in plans}
    return keys.pop() if len(keys) == 1 else "02" if traslados else min(keys)
