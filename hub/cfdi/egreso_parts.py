"""Which amounts an egreso takes from its ingreso: a part of everything, or some of its lines."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.balance import EgresoExceedsError, deduct
from hub.cfdi.document import Comprobante, Concepto
from hub.cfdi.limits import decimals_of, half_up
from hub.cfdi.share_split import UnsplittableError, parts
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
    amounts = apportion([share.charge * amount / total for share in shares], amount, quantum)
    try:
        return iter(_taken(shares, amounts, quantum))
    except UnsplittableError:
        return iter(_taken(shares, _smallest_first(shares, amount), quantum))


def _taken(shares: Sequence[Share], amounts: Sequence[Decimal], quantum: Decimal) -> list[Part]:
    charged = [(share, charge) for share, charge in zip(shares, amounts, strict=True) if charge]
    return [Part(part) for share, charge in charged for part in parts(share, charge, quantum)]


def _smallest_first(shares: Sequence[Share], amount: Decimal) -> list[Decimal]:
    """`amount` from whole shares and a part of the largest of them: the taxes of a few cents cannot be split."""
    taken = dict.fromkeys(range(len(shares)), _ZERO)
    for number in sorted(taken, key=lambda n: shares[n].charge):
        taken[number] = min(shares[number].charge, amount)
        amount -= taken[number]
    return list(taken.values())


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
    if charge > rest.charge:
        raise EgresoExceedsError(f"{charge} for {source.descripcion[:40]!r} is more than is left: {rest.charge}")
    whole = cantidad == source.cantidad and max(map(decimals_of, own.numbers())) <= decimals_of(quantum)
    if whole and not rest.minus(own).is_negative():
        return iter((own,))
    return parts(rest, charge, quantum)
