"""Which part of an invoice's tax row a payment declares, so that all payments together declare the row exactly.

Each payment declares what is due of the row up to now minus what was declared before: with six decimals that is
row x ImpPagado / Total, and the last payment is the complement. SAT also wants every ImporteDR within the limits of
its BaseDR (CRP20254, CRP20261), with hardly any tolerance for six decimals. So each payment leaves a remainder whose
own tax is within limits, and a row whose tax was rounded to cents is declared in cents.
"""

from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.limits import Limits, half_up, tax_fits, tax_limits

_SIX = Decimal("0.000001")
_ZERO = Decimal(0)


class Share(NamedTuple):
    """Base and importe of a row; the importe is zero where there is none (Exento)."""

    base: Decimal = _ZERO
    importe: Decimal = _ZERO


class Progress(NamedTuple):
    """How far an invoice is paid with this payment: `paid` of `total`, both in its currency, 0 < paid <= total."""

    paid: Decimal
    total: Decimal

    def of(self, amount: Decimal, unit: Decimal) -> Decimal:
        """The part of an amount that is due by now, half-up."""
        return half_up(amount * self.paid / self.total, unit)


def share(row: Share, tasa: Decimal | None, declared: Share, progress: Progress, cents: Decimal) -> Share:
    """What this payment declares of `row`, of which `declared` was declared before. `cents` is the currency's unit.

    The sum over all payments is the row itself, unless its tax lies outside the limits of its base even in cents, as
    the sum of many rounded lines may: then the importe is the nearest one that SAT allows.
    """
    base = _base(row, declared, progress)
    if tasa is None:
        return Share(base)
    whole = half_up(row.base, _SIX)
    unit = _SIX if tax_fits(whole, tasa, half_up(row.importe, _SIX)) else cents
    wanted = progress.of(row.importe, unit) - half_up(declared.importe, unit)
    lowest, highest = _limits(row, tasa, declared, base, unit)
    return Share(base, min(max(wanted, lowest), highest))


def _base(row: Share, declared: Share, progress: Progress) -> Decimal:
    rest = half_up(row.base - declared.base, _SIX)
    if progress.paid == progress.total:
        return max(rest, _SIX)
    wanted = progress.of(row.base, _SIX) - half_up(declared.base, _SIX)
    return max(min(wanted, rest - _SIX), _SIX)  # BaseDR is above zero, now (CRP20255) and in the last payment


def _limits(row: Share, tasa: Decimal, declared: Share, base: Decimal, unit: Decimal) -> Limits:
    """Limits of the importe that also keep the remainder's importe within its own, where both can be had."""
    lowest, highest = tax_limits(base, tasa, unit)
    rest_of_base = half_up(row.base - declared.base, _SIX) - base
    if rest_of_base <= 0:
        return lowest, highest
    rest = half_up(row.importe - declared.importe, unit)
    lowest_rest, highest_rest = tax_limits(rest_of_base, tasa, unit)
    both = max(lowest, rest - highest_rest), min(highest, rest - lowest_rest)
    return both if both[0] <= both[1] else (lowest, highest)
