"""Facturas globales: all the tickets of a period that nobody asked an invoice for (RMF 2.7.1.21).

The split into documents depends on the tickets alone, not on the order they come in: by branch, currency and month, in
each by the moment of the sale, at most `item_limit` Conceptos in a document.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from hub.cfdi.document import Comprobante, Concepto, Emisor, InformacionGlobal
from hub.cfdi.global_period import BIMESTRAL, PERIODICIDADES, GlobalPeriod, informacion_global
from hub.cfdi.global_ticket import GlobalTicket, GlobalTicketError, WithheldTicketError
from hub.cfdi.ingreso import local_fecha, receptor_publico_en_general, tipo_cambio
from hub.cfdi.limits import half_up
from hub.cfdi.tax_plan import tax_plan
from hub.cfdi.text import clean
from hub.cfdi.ticket_concepto import ticket_concepto
from hub.cfdi.totals import add_up
from hub.cfdi.uncollected import uncollected
from hub.cfdi.unsolvable import TaxRuleError
from hub.sat import currency
from hub.sat.zone import zone_of

_ZERO = Decimal(0)
_ONLY_BIMONTHLY = "621"
_FOLIO = 100
_CHARGE = attrgetter("total")
ITEM_LIMIT = 5000
"""Conceptos in a document unless told otherwise: about 2 MB of XML. SAT sets no limit, PACs do."""


class FacturaGlobal(NamedTuple):
    """A global with the tickets in it, in the order of its Conceptos."""

    comprobante: Comprobante
    tickets: tuple[GlobalTicket, ...]


class FacturasGlobales(NamedTuple):
    """The globals of a period. `left_out` are tickets of 0.00, which no CFDI can carry (CFDI40166)."""

    documents: tuple[FacturaGlobal, ...]
    left_out: tuple[GlobalTicket, ...]


class _Group(NamedTuple):
    """What the tickets of one document have in common."""

    branch: str
    currency: str
    informacion: InformacionGlobal


class _Sold(NamedTuple):
    """A ticket with its place in the split."""

    group: _Group
    sold_at: datetime
    folio: str
    ticket: GlobalTicket


@uncollected()
def facturas_globales(
    *,
    emisor: Emisor,
    tickets: Iterable[GlobalTicket],
    periodicidad: str,
    period: GlobalPeriod,
    fecha: datetime,
    lugar_expedicion: str,
    serie: str | None = None,
    folios: Iterator[str] | None = None,
    exchange_rates: Mapping[str, Decimal] | None = None,
    item_limit: int = ITEM_LIMIT,
) -> FacturasGlobales:
    """The globals whose Totals are the sums of their tickets, to the cent; every ticket is in exactly one.

    `fecha` as for `ingreso`. `lugar_expedicion` is the CP of tickets without branch. `folios` yields a Folio for each
    document. `exchange_rates` is MXN for one unit of each currency other than MXN (CFDI40115).
    Raises WithheldTicketError for sales with retentions, GlobalTicketError for other tickets that cannot go into these
    globals, ValueError for a periodicidad that is not the issuer's (CFDI40131, CFDI40132), LookupError for an unknown
    CP or currency.
    """
    _check_periodicidad(periodicidad, emisor)
    if item_limit < 1:
        raise ValueError(f"item_limit is {item_limit}; a document has at least one Concepto")
    every = tuple(tickets)
    _refuse_withheld(every)
    head = _Head(emisor, fecha, clean(serie, 25) or None, folios, exchange_rates or {})
    sold = _sorted([t for t in every if t.total], periodicidad, period, lugar_expedicion)
    documents = [
        FacturaGlobal(_comprobante(head, group, chunk), chunk) for group, chunk in _documents(sold, item_limit)
    ]
    return FacturasGlobales(tuple(documents), tuple([t for t in every if not t.total]))


class _Head(NamedTuple):
    """What the documents of a period have in common."""

    emisor: Emisor
    fecha: datetime
    serie: str | None
    folios: Iterator[str] | None
    exchange_rates: Mapping[str, Decimal]


def _check_periodicidad(periodicidad: str, emisor: Emisor) -> None:
    if periodicidad not in PERIODICIDADES:
        raise ValueError(f"CFDI40131: c_Periodicidad has no key {periodicidad!r}; use 01 to 05")
    if periodicidad == BIMESTRAL and emisor.regimen_fiscal != _ONLY_BIMONTHLY:
        raise ValueError(
            f"CFDI40132: two-month globals are for régimen 621 only, the issuer has {emisor.regimen_fiscal}; use 04"
        )


def _refuse_withheld(tickets: Sequence[GlobalTicket]) -> None:
    withheld = [t.folio for t in tickets if any(tax.retencion for paid in t.amounts for tax in paid.taxes)]
    if withheld:
        raise WithheldTicketError(withheld, "a sale with retentions cannot be in a global; issue a CFDI of its own")


def _sorted(
    tickets: Sequence[GlobalTicket], periodicidad: str, period: GlobalPeriod, lugar_expedicion: str
) -> list[_Sold]:
    sold = [_placed(t, periodicidad, period, t.branch or lugar_expedicion) for t in tickets]
    _refuse_twins(sold)
    return sorted(sold, key=_place)


def _place(sold: _Sold) -> tuple[str, str, datetime, str]:
    """By the clock within a branch and currency, which keeps each month together, January after December."""
    return sold.group.branch, sold.group.currency, sold.sold_at, sold.folio


def _placed(ticket: GlobalTicket, periodicidad: str, period: GlobalPeriod, branch: str) -> _Sold:
    folio = clean(ticket.folio, _FOLIO)
    if not folio or folio != ticket.folio:
        raise GlobalTicketError(
            [ticket.folio], "the folio must be 1 to 100 tidy characters without | (NoIdentificacion)"
        )
    if ticket.sold_at.tzinfo is None:
        raise GlobalTicketError([folio], f"sold_at needs a time zone, got the naive {ticket.sold_at.isoformat()}")
    day = ticket.sold_at.astimezone(zone_of(branch)).date()
    if day not in period:
        raise GlobalTicketError([folio], f"sold on {day}, outside the period {period.first} to {period.last}")
    return _Sold(_Group(branch, ticket.currency, informacion_global(periodicidad, day)), ticket.sold_at, folio, ticket)


def _refuse_twins(sold: Sequence[_Sold]) -> None:
    times_seen = Counter([(s.group.branch, s.folio) for s in sold])
    if len(times_seen) < len(sold):
        twins = sorted({folio for (_, folio), times in times_seen.items() if times > 1})
        raise GlobalTicketError(twins, "the folio is there more than once for one branch; each sale is invoiced once")


def _documents(sold: Sequence[_Sold], item_limit: int) -> Iterator[tuple[_Group, tuple[GlobalTicket, ...]]]:
    for group, members in groupby(sold, key=itemgetter(0)):
        tickets = [member.ticket for member in members]
        for start in range(0, len(tickets), item_limit):
            yield group, tuple(tickets[start : start + item_limit])


def _comprobante(head: _Head, group: _Group, tickets: Sequence[GlobalTicket]) -> Comprobante:
    quantum = currency.quantum(group.currency)
    amounts = add_up([_concepto(ticket, quantum) for ticket in tickets], quantum)
    return Comprobante(
        fecha=local_fecha(head.fecha, group.branch),
        emisor=head.emisor,
        receptor=receptor_publico_en_general(group.branch),
        conceptos=amounts.conceptos,
        sub_total=amounts.sub_total,
        moneda=group.currency,
        total=amounts.total,
        tipo_de_comprobante="I",
        lugar_expedicion=group.branch,
        serie=head.serie,
        folio=clean(next(head.folios), 40) or None if head.folios else None,
        forma_pago=max(tickets, key=_CHARGE).forma_pago,  # of equal ones the first sold
        metodo_pago="PUE",
        tipo_cambio=tipo_cambio(group.currency, head.exchange_rates.get(group.currency)),
        impuestos=amounts.impuestos,
        informacion_global=group.informacion,
    )


def _concepto(ticket: GlobalTicket, quantum: Decimal) -> Concepto:
    paid = [amount for amount in ticket.amounts if amount.total]
    if sum([amount.total for amount in paid], _ZERO) != ticket.total:
        reason = f"CFDI40119: its amounts do not add up to its total of {ticket.total}; correct the sale"
        raise GlobalTicketError([ticket.folio], reason)
    if any(amount.total < 0 or half_up(amount.total, quantum) != amount.total for amount in paid):
        reason = f"CFDI40107: amounts must be above zero and in the decimals of {ticket.currency}; correct the sale"
        raise GlobalTicketError([ticket.folio], reason)
    try:
        return ticket_concepto(ticket.folio, [(tax_plan(a.taxes, a.objeto_imp), a.total) for a in paid], quantum)
    except TaxRuleError as problem:
        raise GlobalTicketError([ticket.folio], f"{problem}; {problem.hint}") from problem
