"""The money solver: from sold lines to Conceptos whose document adds up to the charge, to the cent.

A CFDI must repeat what the buyer paid and at the same time satisfy SAT's numeric rules. `solve` tries the ways of
`hub.cfdi.strategies` in order and takes the first whose Total is the charge. The last of them, whole cents, finds a
solution for every line whose taxes leave a base above zero, so what it cannot write, nobody can. For most sales
`hub.cfdi.everyday` finds the same amounts in half of the time.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import repeat

from hub.cfdi.document import Concepto, record
from hub.cfdi.everyday import everyday
from hub.cfdi.limits import half_up
from hub.cfdi.shares import apportion
from hub.cfdi.sold import SoldLine
from hub.cfdi.strategies import Priced, Strategy, as_priced, as_priced_in_cents, six_decimals, whole_cents
from hub.cfdi.tax_plan import tax_plan
from hub.cfdi.totals import Amounts, add_up
from hub.cfdi.unsolvable import TaxRuleError, Unsolvable
from hub.sat import currency

_ZERO, _ONE, _SIX = Decimal(0), Decimal(1), Decimal("0.000001")
_TOO_LONG = Decimal(10) ** 18
_SHOWN = 40
_Problem = tuple[Priced, TaxRuleError]


def solve(lines: Sequence[SoldLine], *, total: Decimal, moneda: str, prices_include_tax: bool) -> Amounts:
    """Conceptos, summary and totals for `lines`, with `Amounts.total == total`.

    `total` is the charge in `moneda`. Gifts (lines paid with 0) are left out: SAT wants a tax base above zero
    (CFDI40174) and a price above zero (CFDI40166). Line totals finer than `moneda` are put into its decimals by the
    largest remainders, if together they are the charge. Raises Unsolvable, which says the rule, the lines and what to
    do, when no document can equal the charge; TypeError for a float, LookupError for an unknown currency.
    """
    quantum = currency.quantum(moneda)
    _refuse_inexact("the charge", total)
    try:
        return _solve(lines, total, moneda, quantum, prices_include_tax)
    except InvalidOperation:
        raise Unsolvable(
            "301",
            "an amount is no number, or has more digits than SAT's schema holds (18, and six decimals)",
            "correct the amounts of the sale",
        ) from None


def _solve(
    lines: Sequence[SoldLine], total: Decimal, moneda: str, quantum: Decimal, prices_include_tax: bool
) -> Amounts:
    if not -_TOO_LONG < total < _TOO_LONG:
        raise InvalidOperation
    if half_up(total, quantum) != total:
        raise Unsolvable(
            "CFDI40107",
            f"the charge {total} has more decimals than {moneda} allows",
            f"correct the charge to whole units of {quantum}",
        )
    if total <= 0:
        raise Unsolvable(
            "CFDI40166", f"nothing was charged ({total}): no price to invoice", "void the sale, or correct the charge"
        )
    short = everyday(lines, total, quantum) if prices_include_tax else None
    return short or by_strategies(lines, total, quantum, prices_include_tax)


def by_strategies(lines: Sequence[SoldLine], total: Decimal, quantum: Decimal, prices_include_tax: bool) -> Amounts:
    """The amounts of the first way whose Total is `total`; raises Unsolvable as `solve` does."""
    priced = [_priced(number, line, quantum, prices_include_tax) for number, line in enumerate(lines, 1)]
    totals = [line.total for line in lines]
    if list(map(half_up, totals, repeat(quantum))) != totals:
        totals = _whole(priced, totals, total, quantum)
        priced = [p._replace(line=p.line._replace(total=t)) for p, t in zip(priced, totals, strict=True)]
    if not all(totals):
        priced = [p for p in priced if p.line.total]
    problems: list[_Problem] = []
    for strategy in _strategies(priced, prices_include_tax):
        conceptos, problems = _attempt(strategy, priced)
        if not problems and (amounts := add_up(conceptos, quantum)).total == total:
            return amounts
    raise _in_the_way(priced, total, problems)


def _refuse_inexact(what: str, *numbers: Decimal) -> None:
    for number in numbers:
        if type(number) not in (Decimal, int):
            raise TypeError(f"{what} is given as {type(number).__name__}; a float has lost cents, give Decimals")


def _priced(number: int, line: SoldLine, quantum: Decimal, prices_include_tax: bool) -> Priced:
    description, given, unit_price, total, _, _, taxes, discount, objeto_imp, _, _, _, _, _ = line
    if not type(given) is type(unit_price) is type(total) is type(discount) is Decimal:
        _refuse_inexact(repr(description[:_SHOWN]), given, unit_price, total, discount)
    quantity = half_up(given, _ONE)  # a whole Cantidad gives Importe the widest limits (CFDI40167)
    if quantity != given:
        quantity = half_up(given, _SIX)
    if not (_ZERO <= total < _TOO_LONG and _ZERO <= discount < _TOO_LONG):
        raise Unsolvable(
            "301",
            f"{_named(number, line)}: a CFDI has no negative amounts, nor any of more than 18 digits",
            "give a discount as the positive discount of the line it lowers",
            [number],
        )
    if quantity <= _ZERO:
        raise Unsolvable(
            "301",
            f"{_named(number, line)}: the quantity {given} is not above zero at SAT's six decimals",
            "correct the quantity, 1 for a sale as a whole",
            [number],
        )
    try:
        plan = tax_plan(taxes, objeto_imp)
    except TaxRuleError as problem:
        reason = f"{_named(number, line)}: {problem.reason}"
        raise Unsolvable(problem.code, reason, problem.hint, [number]) from problem
    return record(Priced, (number, line, plan, quantity, quantum, prices_include_tax))


def _whole(priced: list[Priced], totals: list[Decimal], total: Decimal, quantum: Decimal) -> list[Decimal]:
    """Totals of lines of which some are finer than the currency, put into its decimals together."""
    if sum(totals, _ZERO) != total:
        finer = [p.number for p in priced if half_up(p.line.total, quantum) != p.line.total]
        raise _does_not_add_up(sum(totals, _ZERO), total, finer)
    return apportion(totals, total, quantum)


def _strategies(priced: list[Priced], prices_include_tax: bool) -> tuple[Strategy, ...]:
    rates: set[tuple[str, Decimal]] = set()
    has_cuota = False
    for p in priced:
        rates |= p.plan.rates
        has_cuota |= p.plan.cuota is not None
    from_charge = (whole_cents,) if len(rates) > 1 or has_cuota else (six_decimals, whole_cents)
    return from_charge if prices_include_tax else (as_priced, as_priced_in_cents, *from_charge)


def _attempt(strategy: Strategy, priced: list[Priced]) -> tuple[list[Concepto], list[_Problem]]:
    try:
        return [strategy(p) for p in priced], []
    except TaxRuleError:
        return [], list(_problems(strategy, priced))


def _problems(strategy: Strategy, priced: list[Priced]) -> Iterator[_Problem]:
    """Of every line, because all are told at once."""
    for p in priced:
        try:
            strategy(p)
        except TaxRuleError as problem:
            yield p, problem


def _in_the_way(priced: list[Priced], total: Decimal, problems: list[_Problem]) -> Unsolvable:
    """`problems` are those of the last strategy, which always adds up to the lines."""
    lines_total = sum((p.line.total for p in priced), _ZERO)
    if lines_total != total:
        return _does_not_add_up(lines_total, total, [p.number for p in priced])
    reasons = dict.fromkeys(f"{_named(p.number, p.line)}: {problem.reason}" for p, problem in problems)
    hints = dict.fromkeys(problem.hint for _, problem in problems)
    code = problems[0][1].code
    return Unsolvable(code, "; ".join(reasons), "; ".join(hints), [p.number for p, _ in problems])


def _does_not_add_up(lines_total: Decimal, total: Decimal, numbers: Sequence[int]) -> Unsolvable:
    return Unsolvable(
        "CFDI40119",
        f"the lines add up to {lines_total} but the charge is {total}",
        f"correct the lines by {total - lines_total}: a shipping, tip, discount or rounding is missing or too much",
        numbers,
    )


def _named(number: int, line: SoldLine) -> str:
    return f"line {number} ({line.description[:_SHOWN]})"
