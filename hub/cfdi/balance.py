"""What is left of an ingreso after its egresos. SAT does not watch over it, so the hub does."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.document import Comprobante, ImpuestoRetenido, Traslado
from hub.cfdi.shares import Mix, Share, shares_of

_ZERO = Decimal(0)


class EgresoExceedsError(ValueError):
    """An egreso, alone or with the earlier ones, is more than its ingreso."""


class Balance(NamedTuple):
    """The shares that no egreso has taken yet, in the decimals of the currency; none is negative."""

    shares: tuple[Share, ...]

    @property
    def total(self) -> Decimal:
        """What can still be given back."""
        return sum([share.charge for share in self.shares], _ZERO)

    @property
    def traslados(self) -> tuple[Traslado, ...]:
        """One row for each rate transferred, as in the document's summary."""
        rows: dict[tuple[str, str, Decimal | None], Traslado] = {}
        for t in [t for share in self.shares for t in share.traslados]:
            before = rows.get(t.rate)
            rows[t.rate] = t if before is None else _added(before, t)
        return tuple(rows.values())

    @property
    def retenciones(self) -> tuple[ImpuestoRetenido, ...]:
        """One row for each tax withheld."""
        withheld: dict[str, Decimal] = {}
        for r in [r for share in self.shares for r in share.retenciones]:
            withheld[r.impuesto] = withheld.get(r.impuesto, _ZERO) + r.importe
        return tuple([ImpuestoRetenido(impuesto, importe) for impuesto, importe in withheld.items()])


def remaining(original: Comprobante, egresos: Iterable[Comprobante]) -> Balance:
    """What is left of `original` after `egresos`, the live ones that refer to it (leave cancelled ones out).

    Raises EgresoExceedsError if they take more than there is of the charge or of any tax.
    """
    left = shares_of(original)
    for egreso in egresos:
        for share in shares_of(egreso).values():
            deduct(left, share)
    return Balance(tuple(left.values()))


def deduct(left: dict[Mix, Share], share: Share) -> None:
    """Takes `share` out of `left`; raises EgresoExceedsError if there is not enough of it.

    One that names no principal, as an egreso made elsewhere may be, is taken from whoever has as much under its taxes.
    """
    owners = [mix for mix in left if mix == share.mix or (mix[0], None) == share.mix]
    if not owners:
        raise EgresoExceedsError(f"the ingreso has nothing under the taxes {share.mix}")
    for mix in sorted(owners, key=lambda mix: mix != share.mix):
        rest = left[mix].minus(share._replace(a_cuenta_terceros=mix[1]))
        if not rest.is_negative():
            left[mix] = rest
            return
    charge = max(left[mix].charge for mix in owners)
    raise EgresoExceedsError(f"{share.charge} is more than is left of the ingreso: {charge} under these taxes")


def _added(one: Traslado, other: Traslado) -> Traslado:
    importe = None if one.importe is None else one.importe + (other.importe or _ZERO)
    return one._replace(base=one.base + other.base, importe=importe)
