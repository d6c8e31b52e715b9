"""An amount out of all that is left of an ingreso, in proportion, so that what stays can be given back later."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from hub.cfdi.share_split import UnsplittableError, parts
from hub.cfdi.shares import Mix, Share, apportion

_ZERO = Decimal(0)
Written = Mapping[Mix, Sequence[Share]]
"""The Conceptos of an ingreso whose amounts have the currency's decimals, by their mix."""


def out_of(shares: Sequence[Share], amount: Decimal, quantum: Decimal, written: Written) -> list[Share]:
    """What Conceptos carry of `shares` for `amount`, which is not above what they charge; none is left unusable.

    A share that cannot be split, such as a cent of Importe under some pesos of Cuota, comes back whole if the amount
    has room for it, and else later. Raises UnsplittableError.
    """
    try:
        return _in_proportion(shares, amount, quantum, written)
    except UnsplittableError:
        found, failed = _taken(shares, _smallest_first(shares, amount), quantum, written)
        if failed:
            raise
        return found


def _in_proportion(shares: Sequence[Share], amount: Decimal, quantum: Decimal, written: Written) -> list[Share]:
    unsplit: set[int] = set()
    while True:
        found, failed = _taken(shares, _proportional(shares, amount, quantum, unsplit), quantum, written)
        if not failed:
            return found
        if failed <= unsplit:
            raise UnsplittableError(f"CFDI40180: no Concepto can carry the taxes of {shares[min(failed)].charge}")
        unsplit |= failed


def _taken(
    shares: Sequence[Share], amounts: Sequence[Decimal], quantum: Decimal, written: Written
) -> tuple[list[Share], set[int]]:
    """The parts, and the numbers of the shares that do not give theirs."""
    found: list[Share] = []
    failed: set[int] = set()
    for number, (share, amount) in enumerate(zip(shares, amounts, strict=True)):
        try:
            found += _parts(share, amount, quantum, written) if amount else ()
        except UnsplittableError:
            failed.add(number)
    return found, failed


def _parts(share: Share, amount: Decimal, quantum: Decimal, written: Written) -> list[Share]:
    try:
        return list(parts(share, amount, quantum))
    except UnsplittableError:
        as_written = _as_written(share, written) if amount == share.charge else []
        if not as_written:
            raise
        return as_written


def _as_written(share: Share, written: Written) -> list[Share]:
    """Conceptos of the ingreso that are just what is left; SAT's limits are wider for what was never rounded."""
    found = []
    for concepto in written.get(share.mix, ()):
        rest = share.minus(concepto)
        if concepto.importe > 0 and not rest.is_negative():
            found.append(concepto)
            share = rest
    return [] if any(share.numbers()) else found


def _proportional(shares: Sequence[Share], amount: Decimal, quantum: Decimal, unsplit: set[int]) -> list[Decimal]:
    """`unsplit` shares as far as they fit into the amount, the largest first; the others in proportion."""
    asked, taken = amount, dict.fromkeys(range(len(shares)), _ZERO)
    for number in sorted(unsplit, key=lambda n: -shares[n].charge):
        if shares[number].charge <= amount:
            taken[number] = shares[number].charge
            amount -= taken[number]
    others = [number for number in taken if number not in unsplit]
    total = sum([shares[number].charge for number in others], _ZERO)
    if amount > total:
        raise UnsplittableError(
            f"CFDI40180: {asked} can only come out of taxes that cannot be split; "
            "give back another amount, or all that is left"
        )
    if amount:
        amounts = apportion([shares[number].charge * amount / total for number in others], amount, quantum)
        taken.update(zip(others, amounts, strict=True))
    return list(taken.values())


def _smallest_first(shares: Sequence[Share], amount: Decimal) -> list[Decimal]:
    """`amount` from whole shares and a part of the largest of them: the taxes of a few cents cannot be split."""
    taken = dict.fromkeys(range(len(shares)), _ZERO)
    for number in sorted(taken, key=lambda n: shares[n].charge):
        taken[number] = min(shares[number].charge, amount)
        amount -= taken[number]
    return list(taken.values())
