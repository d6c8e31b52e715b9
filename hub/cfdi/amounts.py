"""The money solver: from sold lines to Conceptos whose document adds up to the charge, to the cent.

A CFDI must repeat what the buyer paid and at the same time satisfy SAT's numeric rules. `solve` tries the ways of
`hub.cfdi.strategies` in order and takes the first whose Total is the charge.
"""

from collections.abc import Sequence
from decimal import Decimal

from hub.cfdi.limits import half_up
from hub.cfdi.sold import SoldLine
from hub.cfdi.strategies import Priced, Strategy, as_priced, as_priced_in_cents, six_decimals, whole_cents
from hub.cfdi.tax_plan import TaxRuleError, tax_plan
from hub.cfdi.totals import Amounts, add_up
from hub.sat import currency

_ONE, _SIX = Decimal(1), Decimal("0.000001")


class Unsolvable(ValueError):  # noqa: N818 - a finding about the sale, and the word the operator reads
    """No way of writing the lines gives the charge within SAT's rules; the message names the line or rule."""


def solve(lines: Sequence[SoldLine], *, total: Decimal, moneda: str, prices_include_tax: bool) -> Amounts:
    """Conceptos, summary and totals for `lines`, with `Amounts.total == total`.

    `total` is the charge in `moneda`. Gifts (lines paid with 0) are left out: SAT wants a tax base above zero
    (CFDI40174) and a price above zero (CFDI40166). Raises Unsolvable when no document can equal the charge.
    """
    quantum = currency.quantum(moneda)
    if half_up(total, quantum) != total:
        raise Unsolvable(f"CFDI40107: the charge {total} has more decimals than {moneda} allows")
    priced = [_priced(number, line, quantum, prices_include_tax) for number, line in enumerate(lines, 1) if line.total]
    if not priced or total <= 0:
        raise Unsolvable("nothing was charged: there is no amount to invoice")
    obstacles: list[str] = []
    for strategy in _strategies(priced, prices_include_tax):
        amounts = _attempt(strategy, priced, quantum, obstacles)
        if amounts and amounts.total == total:
            return amounts
    raise Unsolvable(_explain(priced, total, obstacles))


def _priced(number: int, line: SoldLine, quantum: Decimal, prices_include_tax: bool) -> Priced:
    total, quantity = line.total, _tidy_quantity(line.quantity)
    if total < 0 or line.discount < 0:
        raise Unsolvable(f"line {number}: negative amounts cannot be invoiced; give discounts as a positive discount")
    if half_up(total, quantum) != total:
        raise Unsolvable(f"line {number}: {total} has more decimals than the currency allows")
    if quantity <= 0:
        raise Unsolvable(f"line {number}: the quantity {line.quantity} is not above zero")
    try:
        plan = tax_plan(line.taxes, line.objeto_imp)
    except TaxRuleError as problem:
        raise Unsolvable(f"line {number}: {problem.code}: {problem}") from problem
    return Priced(number, line, plan, quantity, quantum, prices_include_tax)


def _tidy_quantity(quantity: Decimal) -> Decimal:
    """As few decimals as the quantity needs: a whole Cantidad gives Importe the widest limits (CFDI40167)."""
    whole = half_up(quantity, _ONE)
    return whole if whole == quantity else half_up(quantity, _SIX)


def _strategies(priced: list[Priced], prices_include_tax: bool) -> tuple[Strategy, ...]:
    rates: set[tuple[str, Decimal]] = set()
    has_cuota = False
    for p in priced:
        rates |= p.plan.rates
        has_cuota |= p.plan.has_cuota
    from_charge = (whole_cents,) if len(rates) > 1 or has_cuota else (six_decimals, whole_cents)
    return from_charge if prices_include_tax else (as_priced, as_priced_in_cents, *from_charge)


def _attempt(strategy: Strategy, priced: list[Priced], quantum: Decimal, obstacles: list[str]) -> Amounts | None:
    conceptos = []
    for p in priced:
        try:
            conceptos.append(strategy(p))
        except TaxRuleError as problem:
            obstacles.append(f"line {p.number} ({p.line.description[:40]}): {problem.code}: {problem}")
            return None
    return add_up(conceptos, quantum)


def _explain(priced: list[Priced], total: Decimal, obstacles: list[str]) -> str:
    lines_total = sum((p.line.total for p in priced), Decimal(0))
    if lines_total != total:
        return f"the lines add up to {lines_total} but the charge is {total}"
    return "; ".join(dict.fromkeys(obstacles)) or f"CFDI40119: no rounding of the lines adds up to {total}"
