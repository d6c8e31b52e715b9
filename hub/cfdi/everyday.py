"""The everyday sale by a short way: pieces with one and the same IVA in their prices, and nothing deducted.

Nearly every sale of a shop is one. `hub.cfdi.amounts` finds the same amounts by `six_decimals`, and is asked about
everything else: this way says nothing about a sale that it does not know.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from hub.cfdi.document import Impuestos, Traslado, record
from hub.cfdi.limits import half_up
from hub.cfdi.sold import SoldLine
from hub.cfdi.strategies import as_concepto, shorten
from hub.cfdi.tax_plan import tax_plan
from hub.cfdi.totals import Amounts
from hub.cfdi.unsolvable import TaxRuleError

_ZERO, _ONE, _SIX = Decimal(0), Decimal(1), Decimal("0.000001")


def everyday(lines: Sequence[SoldLine], total: Decimal, quantum: Decimal) -> Amounts | None:
    """What `solve` finds for a sale whose prices include the tax, or None if it is not an everyday one.

    `total` is a charge that `solve` has let pass: above zero, whole in `quantum` and below 10^18 (code 301).
    """
    try:
        return _everyday(lines, total, quantum)
    except (TaxRuleError, InvalidOperation):
        return None


def _everyday(lines: Sequence[SoldLine], total: Decimal, quantum: Decimal) -> Amounts | None:
    conceptos, bases, importes = [], _ZERO, _ZERO
    rate: tuple[str, str, Decimal] | None = None
    for line in lines:
        _, quantity, unit_price, charge, _, _, taxes, discount, objeto_imp, _, _, _, _, _ = line
        if not type(quantity) is type(unit_price) is type(charge) is type(discount) is Decimal:
            return None
        plan = tax_plan(taxes, objeto_imp)
        rate = rate or plan.iva_alone
        if rate is None or rate != plan.iva_alone:
            return None
        pieces = half_up(quantity, _ONE)
        if discount or pieces != quantity or pieces <= _ZERO or half_up(charge, quantum) != charge:
            return None
        base = shorten(charge / plan.factor, quantum)
        price = base if pieces == _ONE else half_up(base / pieces, _SIX)
        if price <= _ZERO:
            return None
        importe = charge - base
        bases += base
        importes += importe
        traslados = (record(Traslado, (base, *rate, importe)),)
        conceptos.append(as_concepto(line, plan, pieces, price, base, None, traslados, ()))
    if rate is None:
        return None
    sub_total, iva = half_up(bases, quantum), half_up(importes, quantum)
    if sub_total + iva != total:
        return None
    impuestos = record(Impuestos, ((), (record(Traslado, (sub_total, *rate, iva)),), None, iva, ()))
    return record(Amounts, (tuple(conceptos), sub_total, None, impuestos, sub_total + iva))
