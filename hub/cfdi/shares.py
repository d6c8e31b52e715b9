"""A document by its mixes of taxes, in whole cents: what egresos are taken from.

The cents of the shares add up to the document's own rows and Total, whatever decimals its Conceptos are written with:
what rounding leaves over goes to the shares with the largest remainders.
"""

from collections.abc import Hashable, Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from hub.cfdi.document import ACuentaTerceros, Comprobante, Concepto, Retencion, Traslado
from hub.cfdi.limits import half_up
from hub.sat import currency

_ZERO, _ONE, _SIX = Decimal(0), Decimal(1), Decimal("0.000001")
_Rate = tuple[str, str, Decimal | None]
Taxes = tuple[str, tuple[_Rate, ...], tuple[_Rate, ...]]
"""ObjetoImp, rates transferred, rates withheld."""
Mix = tuple[Taxes, ACuentaTerceros | None]
"""What tells shares apart: their taxes, and on whose behalf it was sold."""


class Share(NamedTuple):
    """What a document charges under one mix of taxes, for one principal. `importe` is after discounts."""

    objeto_imp: str
    importe: Decimal
    traslados: tuple[Traslado, ...] = ()
    retenciones: tuple[Retencion, ...] = ()
    a_cuenta_terceros: ACuentaTerceros | None = None

    @property
    def taxes(self) -> Taxes:
        """ObjetoImp and the rates."""
        return self.objeto_imp, tuple([t.rate for t in self.traslados]), tuple([r[1:4] for r in self.retenciones])

    @property
    def mix(self) -> Mix:
        """The key of the share."""
        return self.taxes, self.a_cuenta_terceros

    @property
    def charge(self) -> Decimal:
        """Importe with taxes, retentions deducted: the share's part of Total."""
        transferred = sum([t.importe or _ZERO for t in self.traslados], _ZERO)
        return self.importe + transferred - sum([r.importe for r in self.retenciones], _ZERO)

    def numbers(self) -> tuple[Decimal, ...]:
        """All the amounts in a fixed order, the importe first."""
        transferred = [n for t in self.traslados for n in (t.base, t.importe or _ZERO)]
        return self.importe, *transferred, *[n for r in self.retenciones for n in (r.base, r.importe)]

    def units(self, quantum: Decimal) -> tuple[Decimal, ...]:
        """The last decimal of each of `numbers()`: cents, and six decimals for litres and the like of a Cuota."""
        transferred = [unit for t in self.traslados for unit in (_unit_of_base(t, quantum), quantum)]
        return quantum, *transferred, *[n for r in self.retenciones for n in (_unit_of_base(r, quantum), quantum)]

    def with_numbers(self, numbers: Iterable[Decimal]) -> "Share":
        """The same mix with other amounts, given in the order of `numbers`."""
        left = iter(numbers)
        importe = next(left)
        traslados = tuple([_with(t, next(left), next(left)) for t in self.traslados])
        retenciones = tuple([r._replace(base=_base_of(r, next(left)), importe=next(left)) for r in self.retenciones])
        return self._replace(importe=importe, traslados=traslados, retenciones=retenciones)

    def plus(self, other: "Share") -> "Share":
        """Both together; they must be of one mix."""
        return self.with_numbers([a + b for a, b in zip(self.numbers(), other.numbers(), strict=True)])

    def minus(self, other: "Share") -> "Share":
        """What is left; an amount below zero says that more was taken than there is."""
        return self.with_numbers([a - b for a, b in zip(self.numbers(), other.numbers(), strict=True)])

    def is_negative(self) -> bool:
        """Whether any amount is below zero."""
        return min(self.numbers()) < 0


def share_of(concepto: Concepto) -> Share:
    """A Concepto's share, in the decimals it is written with."""
    importe = concepto.importe - (concepto.descuento or _ZERO)
    return Share(concepto.objeto_imp, importe, concepto.traslados, concepto.retenciones, concepto.a_cuenta_terceros)


def shares_of(comprobante: Comprobante) -> dict[Mix, Share]:
    """The shares of a document in the decimals of its currency; their sums are the document's rows and Total.

    Litres and the like, which a Cuota is levied on, are no money and keep six decimals.
    """
    exact: dict[Mix, Share] = {}
    for concepto in comprobante.conceptos:
        share = share_of(concepto)
        exact[share.mix] = exact[share.mix].plus(share) if share.mix in exact else share
    rounded = _rounded(tuple(exact.values()), comprobante)
    return {share.mix: share for share in rounded}


def apportion(values: Sequence[Decimal], total: Decimal, quantum: Decimal) -> list[Decimal]:
    """`values` in whole `quantum` that add up to `total`, by largest remainders; the first of equal ones."""
    floors = [value.quantize(quantum, ROUND_FLOOR) for value in values]
    missing = int((total - sum(floors, _ZERO)) / quantum)
    by_remainder = sorted(range(len(values)), key=lambda n: floors[n] - values[n])
    for n in by_remainder[:missing] if missing >= 0 else by_remainder[missing:]:
        floors[n] += quantum if missing > 0 else -quantum
    return floors


def _rounded(shares: Sequence[Share], comprobante: Comprobante) -> list[Share]:
    """Column by column: what the document adds up and rounds together is apportioned together."""
    quantum = currency.quantum(comprobante.moneda)
    cells: dict[Hashable, list[tuple[int, int]]] = {}
    for row, share in enumerate(shares):
        for column, key in enumerate(_columns(share)):
            cells.setdefault(key, []).append((row, column))
    numbers = [list(share.numbers()) for share in shares]
    units = [share.units(quantum) for share in shares]
    for key, places in cells.items():
        values = [numbers[row][column] for row, column in places]
        unit = units[places[0][0]][places[0][1]]
        net = comprobante.sub_total - (comprobante.descuento or _ZERO)
        target = net if key == _IMPORTE else half_up(sum(values, _ZERO), unit)
        for (row, column), value in zip(places, apportion(values, target, unit), strict=True):
            numbers[row][column] = value
    return [share.with_numbers(found) for share, found in zip(shares, numbers, strict=True)]


_IMPORTE = ("importe",)


def _columns(share: Share) -> list[Hashable]:
    transferred = [(kind, t.rate) for t in share.traslados for kind in ("base", "importe")]
    withheld: list[Hashable] = [
        key for r in share.retenciones for key in (("withheld base", r[1:4]), ("withheld", r.impuesto))
    ]
    return [_IMPORTE, *transferred, *withheld]


def _unit_of_base(row: Traslado | Retencion, quantum: Decimal) -> Decimal:
    return _SIX if row.tipo_factor == "Cuota" else quantum


def _with(row: Traslado, base: Decimal, importe: Decimal) -> Traslado:
    return row._replace(base=_base_of(row, base), importe=None if row.importe is None else importe)


def _base_of(row: Traslado | Retencion, base: Decimal) -> Decimal:
    """Litres and the like without zeros at the end: the decimals that an ingreso did not write narrow SAT's limits."""
    if row.tipo_factor != "Cuota":
        return base
    whole = half_up(base, _ONE)
    return whole if whole == base else base.normalize()
