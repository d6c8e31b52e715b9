"""Writes the part of a tax that a payment declares as rows of which each keeps SAT's limits (CRP20254, CRP20261).

An invoice rounds its tax Concepto by Concepto: of twenty Conceptos of 10.03 at 16 % it charges 20 x 1.60 = 32.00, while
16 % of the 200.60 is 32.096. One row cannot say so: its importe must be its own base times the rate, with less than a
cent of tolerance. Several can, each with its own tolerance. SAT allows them: its schema takes any number of TrasladoDR
and RetencionDR, and no code of the matrix asks for one a rate. One a rate is TrasladoP, and one a tax RetencionP
(CRP20263, CRP20271); they are the sums of all rows (CRP20265, CRP20268, CRP20274).
"""

from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.limits import ceiling, half_up, tax_fits, tax_limits

_SIX = Decimal("0.000001")
_ZERO, _ONE = Decimal(0), Decimal(1)


class Share(NamedTuple):
    """Base and importe of a row; the importe is zero where there is none (Exento)."""

    base: Decimal = _ZERO
    importe: Decimal = _ZERO


def tax_rows(part: Share, tasa: Decimal | None, cents: Decimal) -> tuple[Share, ...]:
    """`part` in as few rows as its limits take, nearly equal ones. `cents` is the currency's unit.

    The rows add up to `part`, whose importe is in `cents` unless it fits its base as it is. An importe that no rows can
    declare of its base is declared as the nearest one that a single row can.
    """
    if tasa is None or tax_fits(part.base, tasa, part.importe):
        return (part,)
    in_cents = part._replace(base=half_up(part.base, cents))
    if in_cents.base == part.base and tax_fits(in_cents.base, tasa, in_cents.importe):
        return (in_cents,)  # fewer decimals written, wider limits
    if tasa > 0:
        fewest = int(ceiling(abs(part.base * tasa - part.importe) / cents, _ONE))
        for number in (fewest, fewest + 1):  # one more where the six decimals of the bases leave no room
            rows = _split(part, tasa, cents, number)
            if all(row.base > 0 and tax_fits(row.base, tasa, row.importe) for row in rows):
                return rows
    lowest, highest = tax_limits(part.base, tasa, cents)
    return (part._replace(importe=min(max(part.importe, lowest), highest)),)


def _split(part: Share, tasa: Decimal, cents: Decimal, number: int) -> tuple[Share, ...]:
    """So many rows, which share out evenly what the tax is off its base."""
    off = part.base * tasa - part.importe
    rows: list[Share] = []
    before = Share()
    for row in range(1, number):
        importe = half_up(part.importe * row / number, cents)
        upto = Share(half_up((importe + off * row / number) / tasa, _SIX), importe)
        rows.append(_minus(upto, before))
        before = upto
    return (*rows, _minus(part, before))


def _minus(one: Share, other: Share) -> Share:
    return Share(one.base - other.base, one.importe - other.importe)
