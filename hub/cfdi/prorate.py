"""Which part of an invoice's tax row a payment declares, so that all payments together declare the row exactly.

Each payment declares what is due of the row up to now minus what was declared before: with six decimals that is
row x ImpPagado / Total, and the last payment is the complement. SAT also wants every ImporteDR within the limits of
its BaseDR (CRP20254, CRP20261), with hardly any tolerance for six decimals. So each payment leaves a remainder whose
own tax is within limits, and a row whose tax was rounded to cents is declared in cents. A tax that lies outside of its
base's limits even in cents, as the sum of many rounded Conceptos may, stays so in each payment: `tax_rows` writes it.
"""

from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.limits import Limits, half_up, tax_fits, tax_limits
from hub.cfdi.tax_rows import Share

_SIX = Decimal("0.000001")
_ZERO = Decimal(0)


class Progress(NamedTuple):
    """How far an invoice is paid with this payment: `paid` of `total`, both in its currency, 0 < paid <= total."""

    paid: Decimal
    total: Decimal

    def of(self, amount: Decimal, unit: Decimal) -> Decimal:
        """The part of an amount that is due by now, half-up."""
        return half_up(amount * self.paid / self.total, unit)


def share(row: Share, tasa: Decimal | None, declared: Share, progress: Progress, cents: Decimal) -> Share:
    """What this payment declares of `row`, of which `declared` was declared before. `cents` is the currency's unit.

    The sum over all payments is the row itself.
    """
    base = _base(row, declared, progress)
    if tasa is None:
        return Share(base)
    whole = Share(half_up(row.base, _SIX), half_up(row.importe, _SIX))
    unit = _SIX if tax_fits(whole.base, tasa, whole.importe) else cents
    wanted = progress.of(row.importe, unit) - half_up(declared.importe, unit)
    rest = Share(half_up(row.base - declared.base, _SIX), half_up(row.importe - declared.importe, unit))
    lowest, highest = _limits(base, rest, tasa, unit, _excess(whole, tasa, unit))
    return Share(base, half_up(min(max(wanted, lowest), highest), unit))


def _base(row: Share, declared: Share, progress: Progress) -> Decimal:
    rest = half_up(row.base - declared.base, _SIX)
    if progress.paid == progress.total:
        return max(rest, _SIX)
    wanted = progress.of(row.base, _SIX) - half_up(declared.base, _SIX)
    return max(min(wanted, rest - _SIX), _SIX)  # BaseDR is above zero, now (CRP20255) and in the last payment


def _excess(whole: Share, tasa: Decimal, unit: Decimal) -> Decimal:
    """How far the invoice's own tax lies outside the limits of its base; of one row, mostly zero."""
    lowest, highest = tax_limits(whole.base, tasa, unit)
    return max(lowest - whole.importe, whole.importe - highest, _ZERO)


def _limits(base: Decimal, rest: Share, tasa: Decimal, unit: Decimal, excess: Decimal) -> Limits:
    """Limits of the importe that also keep the remainder's importe within its own, where both can be had.

    `rest` is what was not declared before this payment.
    """
    lowest, highest = _widened(base, tasa, unit, excess)
    if rest.base <= base:
        return lowest, highest
    lowest_left, highest_left = _widened(rest.base - base, tasa, unit, excess)
    both = max(lowest, rest.importe - highest_left), min(highest, rest.importe - lowest_left)
    return both if both[0] <= both[1] else (lowest, highest)


def _widened(base: Decimal, tasa: Decimal, unit: Decimal, excess: Decimal) -> Limits:
    lowest, highest = tax_limits(base, tasa, unit)
    return max(lowest - excess, _ZERO), highest + excess
