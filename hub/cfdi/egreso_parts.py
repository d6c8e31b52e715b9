"""Which amounts an egreso takes from its ingreso: a part of everything, or some of its lines."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.balance import EgresoExceedsError, deduct
from hub.cfdi.document import Comprobante, Concepto
from hub.cfdi.egreso_amount import out_of
from hub.cfdi.limits import decimals_of, half_up
from hub.cfdi.share_split import parts
from hub.cfdi.shares import Mix, Share, apportion, share_of
from hub.sat import currency

_ZERO, _ONE, _SIX = Decimal(0), Decimal(1), Decimal("0.000001")


class ReturnedLine(NamedTuple):
    """A Concepto of the ingreso by its number, from 0, and how much of it comes back; `None` for all of it."""

    number: int
    cantidad: Decimal | None = None


class Part(NamedTuple):
    """Amounts in cents and the Concepto they come from; `None` for an amount of the whole document."""

    share: Share
    source: Concepto | None = None
    cantidad: Decimal = _ONE


def of_amount(original: Comprobante, amount: Decimal, left: dict[Mix, Share]) -> Iterator[Part]:
    """`amount`, taxes included, from all that is left in proportion; raises EgresoExceedsError if it is too much."""
    quantum = currency.quantum(original.moneda)
    shares = [share for share in left.values() if share.charge > 0]
    total = _charge(shares)
    if amount > total or not total:
        raise EgresoExceedsError(f"{amount} is more than is left of the ingreso: {total}")
    return iter([Part(share) for share in out_of(shares, amount, quantum, _written(original, quantum))])


def _written(original: Comprobante, quantum: Decimal) -> dict[Mix, list[Share]]:
    written: dict[Mix, list[Share]] = {}
    for share in map(share_of, original.conceptos):
        if _is_exact(share, quantum):
            written.setdefault(share.mix, []).append(share)
    return written


def _is_exact(share: Share, quantum: Decimal) -> bool:
    """Whether its amounts are written in the currency's decimals, so that rounding changes none of them."""
    return all(decimals_of(n) <= decimals_of(u) for n, u in zip(share.numbers(), share.units(quantum), strict=True))


def of_lines(original: Comprobante, lines: Sequence[ReturnedLine], left: dict[Mix, Share]) -> Iterator[Part]:
    """The lines, which are taken out of `left`; raises EgresoExceedsError if they are more than there is."""
    quantum = currency.quantum(original.moneda)
    for line in lines:
        if not 0 <= line.number < len(original.conceptos):
            raise ValueError(f"the ingreso has no Concepto {line.number}; it has {len(original.conceptos)}, from 0")
        source = original.conceptos[line.number]
        cantidad = source.cantidad if line.cantidad is None else line.cantidad
        if not 0 < cantidad <= source.cantidad:
            raise EgresoExceedsError(
                f"{cantidad} of Concepto {line.number} cannot come back, {source.cantidad} were sold"
            )
        shares = list(_shares_of_line(source, cantidad, left, quantum))
        quantities = apportion([cantidad * s.charge / _charge(shares) for s in shares], cantidad, _SIX)
        for share, part in zip(shares, quantities, strict=True):
            deduct(left, share)
            yield Part(share, source, cantidad if len(shares) == 1 else part)


def _charge(shares: Sequence[Share]) -> Decimal:
    return sum([share.charge for share in shares], _ZERO)


def _shares_of_line(source: Concepto, cantidad: Decimal, left: dict[Mix, Share], quantum: Decimal) -> Iterator[Share]:
    """A whole line as it is if it is written in cents and all of it is left, else its part of what is left."""
    own, rest = share_of(source), left[share_of(source).mix]
    charge = half_up(own.charge * cantidad / source.cantidad, quantum)
    if not charge:
        raise ValueError(f"nothing was charged for {cantidad} of {source.descripcion[:40]!r}: no amount to give back")
    if charge > rest.charge:
        raise EgresoExceedsError(f"{charge} for {source.descripcion[:40]!r} is more than is left: {rest.charge}")
    if cantidad == source.cantidad and _is_exact(own, quantum) and not rest.minus(own).is_negative():
        return iter((own,))
    return parts(rest, charge, quantum)
