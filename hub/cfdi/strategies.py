"""Ways to write one sold line as a Concepto, from the most literal to the most forgiving.

- `as_priced`: net prices as given, taxes computed from them. For prices without tax.
- `as_priced_in_cents`: the same, taxes in cents, the last one being what is left of the line's charge.
- `six_decimals` (Method A): base with six decimals from the line's charge, tax = charge - base.
- `whole_cents` (Method B): everything in cents, the last tax = charge - rest; for mixes of rates and IEPS.

Why both A and B: with one taxed rate A always adds up to the charge; with several it misses a cent in a quarter of the
documents, B never does.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.document import Concepto, Retencion, Traslado, record
from hub.cfdi.limits import decimals_of, half_up, importe_fits, tax_fits
from hub.cfdi.sold import SoldLine, TaxRate
from hub.cfdi.tax_plan import Taxed, TaxPlan, cuota_base, tasa
from hub.cfdi.text import clean
from hub.cfdi.unsolvable import TaxRuleError

_ZERO, _ONE = Decimal(0), Decimal(1)
_SIX = Decimal("0.000001")
_TOO_LONG = Decimal(10) ** 18
_NEAR = (0, 1, -1, 2, -2)


class Priced(NamedTuple):
    """A line with its taxes sorted and its numbers tidied.

    `number` counts from 1; `gross_discount` says whether the discount includes taxes.
    """

    number: int
    line: SoldLine
    plan: TaxPlan
    quantity: Decimal
    quantum: Decimal
    gross_discount: bool


Strategy = Callable[[Priced], Concepto]


def as_priced(p: Priced) -> Concepto:
    """Importe = quantity x price, taxes computed on it."""
    importe = shorten(p.quantity * p.line.unit_price, p.quantum)
    descuento = shorten(p.line.discount, p.quantum) if p.line.discount else None
    base = importe
    if descuento is not None:
        if decimals_of(descuento) > decimals_of(importe):
            importe = half_up(importe, descuento)
        base = importe - descuento
    ieps, cuota = shorten(base * p.plan.tasa_ieps, p.quantum), _cuota(p)
    iva = shorten((base + ieps + cuota) * p.plan.tasa_iva, p.quantum)
    return _concepto(p, shorten(p.line.unit_price, p.quantum), importe, descuento, Taxed(base, ieps, cuota, iva))


def as_priced_in_cents(p: Priced) -> Concepto:
    """As shops that round each line's tax: the tax is what the line's charge leaves."""
    importe = half_up(p.quantity * p.line.unit_price, p.quantum)
    descuento = half_up(p.line.discount, p.quantum) if p.line.discount else None
    base = importe - (descuento or _ZERO)
    taxed = _fitting_taxes(p, base, p.line.total + _withheld(p, base))
    return _concepto(p, shorten(p.line.unit_price, p.quantum), importe, descuento, taxed)


def six_decimals(p: Priced) -> Concepto:
    """Method A: exact to the cent in the sum as long as one rate above 0 % is in the document."""
    plan = p.plan
    gross = _gross(p) if plan.retenciones else p.line.total
    base = shorten(gross / plan.factor, p.quantum)
    tax = gross - base
    return _from_base(p, Taxed(base, tax, _ZERO, _ZERO) if plan.tasa_ieps else Taxed(base, _ZERO, _ZERO, tax))


def whole_cents(p: Priced) -> Concepto:
    """Method B: cents everywhere. A neighbouring cent of the base is tried where the taxes pull apart.

    There is always one that fits if the base can be above zero. Let h be half a cent: a tax may lie up to 2h + h·rate
    from base x rate. Take base + IEPS = the nearest cent to gross / (1 + IVA) and base = the nearest to
    (base + IEPS) / (1 + rate of IEPS): what each leaves to its tax lies within h·(1 + rate). A Cuota beside a Tasa is
    whole cents that both steps set apart. Each retention moves the gross by less than a cent more, and with it the base
    by a cent or two.
    """
    gross = _gross(p) if p.plan.retenciones else p.line.total
    nearest = half_up(gross / p.plan.factor - _cuota(p) / (_ONE + p.plan.tasa_ieps), p.quantum)
    problems = []
    for cents in _NEAR:
        base = nearest + cents * p.quantum
        try:
            return _from_base(p, _fitting_taxes(p, base, p.line.total + _withheld(p, base)))
        except TaxRuleError as misfit:
            problems.append(misfit)
    raise problems[0]


def _from_base(p: Priced, taxed: Taxed) -> Concepto:
    importe, descuento = taxed.base, None
    if p.line.discount:
        descuento = _net_discount(p)
        importe += descuento
    valor_unitario = importe if p.quantity == _ONE else half_up(importe / p.quantity, _SIX)
    return _concepto(p, valor_unitario, importe, descuento, taxed)


def _net_discount(p: Priced) -> Decimal:
    discount = p.line.discount
    return half_up(discount / p.plan.factor if p.gross_discount else discount, p.quantum)


def _gross(p: Priced) -> Decimal:
    """What the buyer would have paid for the line without retentions."""
    paid, plan = p.line.total, p.plan
    kept = plan.factor - sum((tasa(rate) for rate in plan.retenciones), _ZERO)
    if kept <= 0:
        raise TaxRuleError(
            "CFDI40119", "the retentions take all of the price, no Total is left", "correct the rates withheld"
        )
    base = half_up((paid + _withheld(p, _ZERO) - _cuota(p) * (_ONE + plan.tasa_iva)) / kept, _SIX)
    return paid + _withheld(p, base)


def _withheld(p: Priced, base: Decimal) -> Decimal:
    return sum((row.importe for row in p.plan.withheld(base, p.quantity, p.quantum)), _ZERO)


def _cuota(p: Priced) -> Decimal:
    """IEPS that depends on litres and the like, not on money."""
    rate = p.plan.cuota
    return _ZERO if rate is None else shorten(cuota_base(rate, p.quantity) * (rate.tasa_o_cuota or _ZERO), p.quantum)


def _fitting_taxes(p: Priced, base: Decimal, gross: Decimal) -> Taxed:
    """IEPS and IVA in cents that add up to gross - base, both inside SAT's limits."""
    rest = gross - base
    if base <= 0:
        raise _no_base(f"a charge of {gross} leaves no base above zero to tax")
    for ieps, cuota in _ieps_candidates(p, base, rest):
        iva = rest - ieps - cuota
        if _ieps_fit(p, base, ieps, cuota) and _iva_fits(p, base + ieps + cuota, iva):
            return Taxed(base, ieps, cuota, iva)
    raise TaxRuleError(
        "CFDI40180", f"taxes of {rest} on a base of {base} are outside SAT's limits", "correct the taxes of the line"
    )


def _ieps_candidates(p: Priced, base: Decimal, rest: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
    """IEPS by Tasa and by Cuota. Where there are both, the neighbouring cents of the Tasa suffice."""
    plan = p.plan
    cuota = half_up(_cuota(p), p.quantum)
    if plan.ieps is None and plan.cuota is None:
        yield _ZERO, _ZERO
    elif plan.ieps is None:
        yield from ((_ZERO, found) for found in _near(p, cuota, rest))
    else:
        nearest = half_up(base * plan.tasa_ieps, p.quantum)
        yield from ((found, cuota) for found in _near(p, nearest, rest - cuota))


def _near(p: Priced, nearest: Decimal, rest: Decimal) -> Iterator[Decimal]:
    """An IEPS in cents; without an IVA that takes the cents left over, all of them."""
    if not p.plan.tasa_iva:
        yield rest
    else:
        yield from (nearest + cents * p.quantum for cents in _NEAR)


def _ieps_fit(p: Priced, base: Decimal, ieps: Decimal, cuota: Decimal) -> bool:
    levied_on = cuota_base(p.plan.cuota, p.quantity) if p.plan.cuota else _ZERO
    return _row_fits(p.plan.ieps, base, ieps) and _row_fits(p.plan.cuota, levied_on, cuota)


def _row_fits(rate: TaxRate | None, levied_on: Decimal, importe: Decimal) -> bool:
    if rate is None or rate.tasa_o_cuota is None:
        return importe == 0
    return tax_fits(levied_on, rate.tasa_o_cuota, importe)


def _iva_fits(p: Priced, base: Decimal, iva: Decimal) -> bool:
    rate = p.plan.tasa_iva
    return tax_fits(base, rate, iva) if rate else iva == 0


def _concepto(
    p: Priced, valor_unitario: Decimal, importe: Decimal, descuento: Decimal | None, taxed: Taxed
) -> Concepto:
    _, line, plan, quantity, quantum, _ = p
    base = taxed.base
    if not _ZERO < valor_unitario < _TOO_LONG:
        valor_unitario = _writable_price(quantity, importe)
    if base <= _ZERO and (base < _ZERO or plan.is_taxed):
        raise _no_base("nothing is left to tax after the discount")
    traslados = plan.traslados(taxed, quantity) if plan.is_taxed else ()
    retenciones = plan.withheld(base, quantity, quantum) if plan.retenciones else ()
    return as_concepto(line, plan, quantity, valor_unitario, importe, descuento, traslados, retenciones)


def as_concepto(
    line: SoldLine,
    plan: TaxPlan,
    quantity: Decimal,
    valor_unitario: Decimal,
    importe: Decimal,
    descuento: Decimal | None,
    traslados: tuple[Traslado, ...],
    retenciones: tuple[Retencion, ...],
) -> Concepto:
    """The Concepto with these amounts, and the texts of the line as a CFDI carries them."""
    description, _, _, _, clave_prod_serv, clave_unidad, _, _, _, sku, unidad, terceros, pedimentos, prediales = line
    fields = (
        clave_prod_serv,
        quantity,
        clave_unidad,
        clean(description, 1000),
        valor_unitario,
        importe,
        plan.objeto_imp,
        (clean(sku, 100) or None) if sku else None,
        (clean(unidad, 20) or None) if unidad else None,
        descuento,
        traslados,
        retenciones,
        terceros,
        pedimentos,
        prediales,
        (),  # Partes
        (),  # ComplementoConcepto
    )
    return record(Concepto, fields)


def _writable_price(quantity: Decimal, importe: Decimal) -> Decimal:
    """The smallest ValorUnitario, where it rounds to zero and Importe is still within its limits."""
    if importe_fits(quantity, _SIX, importe):
        return _SIX
    raise TaxRuleError(
        "CFDI40166",
        f"the price of one unit, {importe} / {quantity}, is below 0.000001 or has more than 18 digits",
        "sell it as one lot: quantity 1 at the price of all",
    )


def _no_base(reason: str) -> TaxRuleError:
    return TaxRuleError("CFDI40174", reason, "correct the charge, the discount or the IEPS per unit of the line")


def shorten(value: Decimal, quantum: Decimal) -> Decimal:
    """A value in the currency's decimals if that is exact, else in six."""
    short = half_up(value, quantum)
    return short if short == value else half_up(value, _SIX)
