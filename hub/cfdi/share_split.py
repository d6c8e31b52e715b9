"""Takes a part out of a share so that both keep SAT's limits of taxes, to the cent."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from hub.cfdi.document import Retencion, Traslado
from hub.cfdi.limits import half_up, tax_fits
from hub.cfdi.shares import Share
from hub.cfdi.sold import IEPS

_ZERO, _SIX = Decimal(0), Decimal("0.000001")
_CENTS = (0, 1, -1, 2, -2)


class UnsplittableError(ValueError):
    """No whole cents under SAT's limits give the amount asked for (CFDI40174, CFDI40180)."""


def take(share: Share, amount: Decimal, quantum: Decimal) -> Share:
    """The part of `share` whose charge is `amount`, its taxes in proportion; what is left can be taken later.

    Of the neighbouring cents those are chosen that leave the rest's taxes nearest to its rates; a rest that no
    Concepto could carry any more is not left.
    """
    if amount == share.charge:
        return share
    found = [part for part in _candidates(share, amount, quantum) if part.charge == amount and fits(part)]
    for part in sorted(found, key=lambda part: _disorder(share.minus(part))):
        if _can_be_taken(share.minus(part), quantum):
            return part
    raise UnsplittableError(
        f"CFDI40180: no part of {amount} with its taxes can be taken from a charge of {share.charge}; "
        "give back another amount, or all that is left"
    )


def parts(share: Share, amount: Decimal, quantum: Decimal) -> Iterator[Share]:
    """What `take` gives as Conceptos can carry it; an amount with no fitting cents is taken in two halves."""
    try:
        taken = take(share, amount, quantum)
    except UnsplittableError:
        half = half_up(amount / 2, quantum)
        if half in (0, amount):
            raise
        first = list(parts(share, half, quantum))
        yield from first
        for part in first:
            share = share.minus(part)
        yield from parts(share, amount - half, quantum)
    else:
        yield from pieces(taken, quantum)


def pieces(share: Share, quantum: Decimal) -> Iterator[Share]:
    """The share in as many parts as SAT's limits demand, nearly always one.

    A document of many lines may carry many roundings in one row, more than one Concepto may show (CFDI40180).
    """
    if fits(share):
        yield share
        return
    units = share.units(quantum)
    half = share.with_numbers([half_up(n / 2, unit) for n, unit in zip(share.numbers(), units, strict=True)])
    rest = share.minus(half)
    if half.importe <= 0 or rest.importe <= 0:
        raise UnsplittableError(
            f"CFDI40180: the taxes do not fit their base of {share.importe}; give back a larger amount at once"
        )
    half = _nearer(half, rest, quantum)
    yield from pieces(half, quantum)
    yield from pieces(share.minus(half), quantum)


def _can_be_taken(rest: Share, quantum: Decimal) -> bool:
    """Whether a later egreso can carry the rest, in however many parts."""
    if rest.is_negative():
        return False
    try:
        return bool(list(pieces(rest, quantum)))
    except UnsplittableError:
        return False


def fits(share: Share) -> bool:
    """Whether one Concepto may carry the share: amounts above zero, taxes within limits (CFDI40180, CFDI40186)."""
    return share.importe > 0 and all(_row_fits(row) for row in _rows(share))


def _rows(share: Share) -> tuple[Traslado | Retencion, ...]:
    return (*share.traslados, *share.retenciones)


def _row_fits(row: Traslado | Retencion) -> bool:
    if row.base <= 0:
        return False
    if row.tasa_o_cuota is None or row.importe is None:
        return True
    return row.importe >= 0 and tax_fits(row.base, row.tasa_o_cuota, row.importe)


def _nearer(half: Share, rest: Share, quantum: Decimal) -> Share:
    """A cent of each tax moved to the other half where that makes both fit better."""
    rows = []
    for mine, other in zip(half.traslados, rest.traslados, strict=True):
        choices = [mine.importe + cents * quantum for cents in (0, 1, -1)] if mine.importe is not None else [None]
        rows.append(min([mine._replace(importe=i) for i in choices], key=lambda row: _worst(row, mine, other)))
    return half._replace(traslados=tuple(rows))


def _worst(row: Traslado, mine: Traslado, other: Traslado) -> Decimal:
    moved = (row.importe or _ZERO) - (mine.importe or _ZERO)
    return max(_off(row), _off(other._replace(importe=(other.importe or _ZERO) - moved)))


def _off(row: Traslado | Retencion) -> Decimal:
    return abs((row.importe or _ZERO) - row.base * row.tasa_o_cuota) if row.tasa_o_cuota is not None else _ZERO


def _disorder(rest: Share) -> tuple[bool, Decimal]:
    return not fits(rest), max([_off(row) for row in _rows(rest)], default=_ZERO)


def _candidates(share: Share, amount: Decimal, quantum: Decimal) -> Iterator[Share]:
    if share.importe <= 0:
        return
    fraction = amount / share.charge
    nearest = half_up(share.importe * fraction, quantum)
    ieps_cents = _CENTS if any(t.impuesto == IEPS for t in share.traslados) else _CENTS[:1]
    for cents, more_ieps in product(_CENTS, ieps_cents):
        importe = nearest + cents * quantum
        retenciones = tuple([_withheld(r, importe, share.importe, quantum) for r in share.retenciones])
        part = share._replace(importe=importe, traslados=(), retenciones=retenciones)
        yield _with_traslados(part, share, amount, more_ieps * quantum, quantum)


def _withheld(row: Retencion, importe: Decimal, of: Decimal, quantum: Decimal) -> Retencion:
    base = importe if row.base == of else half_up(row.base * importe / of, quantum)
    return row._replace(base=base, importe=half_up(row.importe * importe / of, quantum))


def _with_traslados(part: Share, share: Share, amount: Decimal, more_ieps: Decimal, quantum: Decimal) -> Share:
    """The rows in the share's order; the last one that is taxed is what the amount leaves.

    `more_ieps` goes to the larger IEPS: tobacco has two, and a cent of a Cuota is soon outside its limits.
    """
    levied = {number: row.importe or _ZERO for number, row in enumerate(share.traslados) if row.impuesto == IEPS}
    moved = max(levied, key=lambda number: levied[number], default=None)
    rows: dict[int, Traslado] = {}
    ieps = _ZERO
    for number, row in sorted(enumerate(share.traslados), key=lambda item: item[1].impuesto != IEPS):
        if row.tipo_factor == "Cuota":
            rows[number] = made = _row_of_cuota(row, amount / share.charge, quantum)
        else:
            rows[number] = made = _row(row, part.importe, share, ieps, quantum)
        if row.impuesto == IEPS and made.importe is not None:
            if number == moved:
                rows[number] = made = made._replace(importe=made.importe + more_ieps)
            ieps += made.importe or _ZERO
    taxed = [number for number, row in rows.items() if row.tasa_o_cuota]
    filled = part._replace(traslados=tuple([rows[number] for number in range(len(rows))]))
    if not taxed:
        return filled
    last = rows[taxed[-1]]
    rows[taxed[-1]] = last._replace(importe=(last.importe or _ZERO) + amount - filled.charge)
    return part._replace(traslados=tuple([rows[number] for number in range(len(rows))]))


def _row_of_cuota(row: Traslado, fraction: Decimal, quantum: Decimal) -> Traslado:
    """A Cuota is levied on the charge's part of the litres."""
    base = max(half_up(row.base * fraction, _SIX), _SIX)
    return row._replace(base=base, importe=half_up(base * (row.tasa_o_cuota or _ZERO), quantum))


def _row(row: Traslado, importe: Decimal, share: Share, ieps: Decimal, quantum: Decimal) -> Traslado:
    """IVA is levied on the importe with the IEPS in it (LIVA 12)."""
    share_ieps = sum([t.importe or _ZERO for t in share.traslados if t.impuesto == IEPS], _ZERO)
    if row.base == share.importe:
        base = importe
    elif row.base == share.importe + share_ieps:
        base = importe + ieps
    else:
        base = half_up(row.base * importe / share.importe, quantum)
    taxed = None if row.tasa_o_cuota is None else half_up(base * row.tasa_o_cuota, quantum)
    return row._replace(base=base, importe=taxed)
