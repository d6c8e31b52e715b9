"""What a factura global is made of: tickets nobody asked an invoice for (RMF 2.7.1.21)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.sold import SoldLine, TaxRate
from hub.cfdi.tax_plan import cuota_base

_ZERO = Decimal(0)


class PaidUnder(NamedTuple):
    """What was paid under one mix of taxes, taxes included. Empty `taxes`: no object of tax (ObjetoImp 01)."""

    taxes: tuple[TaxRate, ...]
    total: Decimal
    objeto_imp: str | None = None


class GlobalTicket(NamedTuple):
    """One sale. `total` is the charge in `currency`, taxes included; `amounts` say under which taxes it was paid.

    `folio` becomes NoIdentificacion (at most 100 characters). `sold_at` is an aware datetime. `branch` is the CP that
    sold (LugarExpedicion), `None` for the issuer's main one.
    """

    folio: str
    amounts: tuple[PaidUnder, ...]
    total: Decimal
    forma_pago: str
    sold_at: datetime
    branch: str | None = None
    currency: str = "MXN"

    @classmethod
    def of_lines(
        cls,
        folio: str,
        lines: Sequence[SoldLine],
        *,
        forma_pago: str,
        sold_at: datetime,
        branch: str | None = None,
        currency: str = "MXN",
    ) -> "GlobalTicket":
        """The ticket of these sold lines, those under the same taxes put together."""
        total = sum([line.total for line in lines], _ZERO)
        return cls(folio, _by_taxes(lines), total, forma_pago, sold_at, branch, currency)


class GlobalTicketError(ValueError):
    """Tickets that cannot go into a global; `folios` names them, the message says why and what to do."""

    def __init__(self, folios: Iterable[str], reason: str) -> None:
        self.folios = tuple(folios)
        shown = ", ".join(self.folios[:5]) + (", ..." if len(self.folios) > 5 else "")
        super().__init__(f"ticket {shown}: {reason}")


class WithheldTicketError(GlobalTicketError):
    """Sales with retentions need a CFDI of their own (SAT's guide of the CFDI global)."""


def _by_taxes(lines: Sequence[SoldLine]) -> tuple[PaidUnder, ...]:
    groups: dict[tuple[tuple[TaxRate, ...], str | None], list[SoldLine]] = {}
    for line in lines:
        kind = tuple([rate._replace(cuota_base=None) for rate in line.taxes])
        groups.setdefault((kind, line.objeto_imp), []).append(line)
    return tuple([_paid_under(kind, objeto, found) for (kind, objeto), found in groups.items()])


def _paid_under(kind: tuple[TaxRate, ...], objeto_imp: str | None, lines: list[SoldLine]) -> PaidUnder:
    taxes = tuple([rate._replace(cuota_base=_levied_on(n, lines)) for n, rate in enumerate(kind)])
    return PaidUnder(taxes, sum([line.total for line in lines], _ZERO), objeto_imp)


def _levied_on(number: int, lines: list[SoldLine]) -> Decimal | None:
    """Litres and the like of all the lines: a ticket keeps no quantities of its own."""
    if lines[0].taxes[number].tipo_factor != "Cuota":
        return None
    return sum([cuota_base(line.taxes[number], line.quantity) for line in lines], _ZERO)
