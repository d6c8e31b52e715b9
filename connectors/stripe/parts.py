"""The parts of a charge, before they are lines of one sale."""

from decimal import Decimal
from typing import Literal, NamedTuple

from hub.plugin import DataError, Line, Tax, rounded

ZERO = Decimal(0)


class Codes(NamedTuple):
    """SAT's keys and the shop's own, as far as the catalogue in Stripe carries them."""

    sku: str | None = None
    clave_prod_serv: str | None = None
    clave_unidad: str | None = None
    objeto_imp: str | None = None


NO_CODES = Codes()


class Part(NamedTuple):
    """Amounts in Stripe's own basis; `includes_tax` is None where it makes no difference."""

    description: str
    quantity: Decimal
    subtotal: Decimal
    discount: Decimal
    total: Decimal
    includes_tax: bool | None
    taxes: tuple[Tax, ...] | None = None
    kind: Literal["product", "shipping", "tip"] = "product"
    codes: Codes = NO_CODES


def in_one_basis(parts: list[Part]) -> tuple[tuple[Line, ...], bool]:
    """Lines that all include tax, or all do not; a mixture is told with tax."""
    bases = {part.includes_tax for part in parts} - {None}
    with_tax = bases != {False}
    return tuple([_line(part, with_tax=with_tax) for part in parts]), with_tax


def absorb_credits(parts: list[Part]) -> list[Part]:
    """Take negative parts (the unused time of a changed plan) off a part with the same taxes, as a discount.

    A CFDI has no negative lines (CFDI40166: ValorUnitario above zero).
    """
    hosts = [part for part in parts if part.subtotal > 0]
    if len(hosts) == len(parts):
        return hosts
    for credit in (part for part in parts if part.subtotal < 0):
        fitting = [host for host in hosts if _taxed_as(host) == _taxed_as(credit) and host.total >= -credit.total]
        if not fitting:
            raise DataError(
                f"the credit {credit.description!r} of {credit.total} has no line with the same taxes to come off",
                hint="invoice this one by hand",
                field="lines",
            )
        host = max(fitting, key=lambda part: part.total)
        hosts[hosts.index(host)] = _less(host, credit)
    return hosts


def _taxed_as(part: Part) -> object:
    if part.taxes is None:
        return None
    return [(tax.tax, tax.factor, tax.rate, tax.withheld) for tax in part.taxes]


def _less(host: Part, credit: Part) -> Part:
    return host._replace(
        discount=host.discount - credit.subtotal + credit.discount,
        total=host.total + credit.total,
        includes_tax=host.includes_tax if host.includes_tax is not None else credit.includes_tax,
        taxes=None if host.taxes is None else tuple(map(_sum, host.taxes, credit.taxes or ())),
    )


def _sum(tax: Tax, credit: Tax) -> Tax:
    amount = None if tax.amount is None or credit.amount is None else tax.amount + credit.amount
    return tax.model_copy(update={"base": (tax.base or ZERO) + (credit.base or ZERO), "amount": amount})


def _line(part: Part, *, with_tax: bool) -> Line:
    converted = with_tax and part.includes_tax is False
    paid = part.total if converted else part.subtotal
    return Line(
        description=part.description[:1000],
        quantity=part.quantity,
        unit_price=_each(paid, part.quantity),
        discount=ZERO if converted else part.discount,
        total=part.total,
        taxes=part.taxes,
        kind=part.kind,
        sku=part.codes.sku,
        clave_prod_serv=part.codes.clave_prod_serv,
        clave_unidad=part.codes.clave_unidad,
        objeto_imp=part.codes.objeto_imp,
    )


def _each(amount: Decimal, quantity: Decimal) -> Decimal:
    if quantity == 1:
        return amount
    each = amount / quantity
    # SAT takes six decimals at most (ValorUnitario, t_Importe).
    six = rounded(each, 6)
    return each if each == six else six
