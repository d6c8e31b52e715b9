"""A CFDI that was found after a restore is joined with its sale: the one that makes the very same document.

The document is made once more from each sale that may be it, with the receiver that the CFDI names; where all but
folio, date and seal is equal, it may be of this sale. Sales that nobody could tell apart may be taken one for the
other; where that would decide whose invoice it is, a person decides.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from hub.cfdi.document import Comprobante
from hub.cfdi.read import read
from hub.cfdi.xml import to_xml
from hub.plugin import Sale
from hub.store import Cfdi, CfdiTicket, CfdiXml, Ticket, TicketState
from hub.store.states import IN_FORCE, move_ticket, note

from . import buyers
from .adopt import made_at
from .context import Flow
from .draft import NeedsPersonError, prepare
from .joined import INTO
from .outbox import send_invoice
from .portal_model import FiscalData
from .refunds import nothing_owed, refunded_so_far
from .work import due, finish

FREE = frozenset({TicketState.OPEN, TicketState.CLAIMED, TicketState.HELD, TicketState.VOID})
"""States of a ticket that may be joined with a CFDI, if it has none yet; void, if all was refunded after it."""
FOUND = "found"
"""Who claimed a ticket whose CFDI was found after a restore: nobody knows any more."""
SEALED_BEHIND = timedelta(minutes=15)
"""A Fecha lies a little behind the moment of sealing, and that may be the moment of the sale."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sale that may be the one, and the RFC it will be invoiced to if that is known."""

    ticket: Ticket
    amounts: tuple[Decimal, ...]
    rfc: str


@dataclass(slots=True)
class _Document:
    cfdi: Cfdi
    document: Comprobante
    sales: list[_Candidate] = field(default_factory=list)
    """Those that make the same document."""

    @property
    def is_joinable(self) -> bool:
        return self.cfdi.tipo == "I" and self.cfdi.state in IN_FORCE


def rejoin(flow: Flow, issuer: str) -> list[_Document]:
    """Join what can be joined without a doubt; answers what is left."""
    with flow.store.read() as session:
        found = _unjoined(session, issuer)
        candidates = _candidates(flow, session, issuer, found) if found else []
    for one in found:
        one.sales = [sale for sale in candidates if _may_be(sale, one) and _makes(flow, sale, one)]
    pairs = list(_pairs([one for one in found if one.is_joinable]))
    for one, sale in pairs:
        with flow.store.write() as session:
            join(flow, session, one.cfdi.id, sale.ticket.id, who="hub", why="it makes the same document")
    joined = {one.cfdi.id for one, _ in pairs}
    return [one for one in found if one.cfdi.id not in joined]


def any_unjoined(session: Session, issuer: str) -> bool:
    """Whether a CFDI was found whose sale is not known."""
    mine = select(Cfdi.id).where(Cfdi.issuer == issuer, col(Cfdi.unjoined_since).is_not(None))
    return session.exec(mine.limit(1)).first() is not None


def stands_in_the_way(flow: Flow, ticket: Ticket) -> str:
    """Why a ticket must not be invoiced now: a CFDI that was found may be of this sale. Empty if none is."""
    with flow.store.read() as session:
        found = _unjoined(session, ticket.issuer)
        sale = _as_candidate(flow, session, ticket)
    if not any(_may_be(sale, one) for one in found):
        return ""
    suspects = [one.cfdi for one in rejoin(flow, ticket.issuer) if _is_suspect(sale, one)]
    if not suspects:
        return ""
    names = ", ".join(f"{cfdi.key} ({cfdi.state}, for {cfdi.rfc_receptor})" for cfdi in suspects[:3])
    return f"a CFDI that was found after a restore may be of this sale: {names}; `hub doubts list` shows it"


def join(flow: Flow, session: Session, cfdi_id: int, ticket_id: int, *, who: str, why: str) -> bool:
    """The CFDI is of this sale. False if one of them is not free any more."""
    cfdi = session.get_one(Cfdi, cfdi_id, with_for_update=True)
    ticket = session.get_one(Ticket, ticket_id, with_for_update=True)
    if cfdi.unjoined_since is None or _covered(session, ticket) or ticket.state not in FREE:
        return False
    now, reason = flow.now(), f"CFDI {cfdi.key}, found after a restore: {why}"
    data = _receiver(read(session.get_one(CfdiXml, cfdi.id).stamped or b""))
    known = (ticket.receiver or {}).get("rfc") == data.rfc
    if not known:
        ticket.receiver, ticket.claimed_by, ticket.claimed_at = asdict(data), FOUND, cfdi.sealed_at
    if ticket.state == TicketState.VOID:
        move_ticket(session, ticket, TicketState.OPEN, at=now, why=reason, who=who)
    if ticket.state != TicketState.CLAIMED:
        move_ticket(session, ticket, TicketState.CLAIMED, at=now, why=reason, who=who)
    session.add(CfdiTicket(cfdi_id=cfdi.id, ticket_id=ticket.id))
    move_ticket(session, ticket, TicketState.INVOICED, at=now, why=reason, who=who)
    ticket.reason, ticket.hint, ticket.problems = "", "", []
    finish(ticket)
    cfdi.unjoined_since = None
    note(session, "cfdi", cfdi, at=now, who=who, why=f"joined with ticket {ticket.id}: {why}")
    if known:
        send_invoice(flow, session, ticket, cfdi)  # to whom it was sent before is not known any more
    return True


def of_no_sale(flow: Flow, session: Session, cfdi: Cfdi, *, who: str, why: str) -> None:
    """A person says that this CFDI is of no sale here: it stands in nobody's way any more."""
    cfdi.unjoined_since = None
    note(session, "cfdi", cfdi, at=flow.now(), who=who, why=f"of no sale here: {why}")
    for ticket in session.exec(
        select(Ticket).where(
            Ticket.issuer == cfdi.issuer, col(Ticket.state).in_(list(FREE)), col(Ticket.due_at).is_not(None)
        )
    ):
        if ticket.token is None:
            due(ticket, flow.now())
            flow.kick(session, "ticket", ticket.id)


def _unjoined(session: Session, issuer: str) -> list[_Document]:
    mine = select(Cfdi, CfdiXml).join(CfdiXml, col(CfdiXml.cfdi_id) == col(Cfdi.id))
    rows = session.exec(
        mine.where(Cfdi.issuer == issuer, col(Cfdi.unjoined_since).is_not(None)).order_by(col(Cfdi.folio))
    )
    return [_Document(cfdi, read(journal.stamped or journal.sealed)) for cfdi, journal in rows]


def _candidates(flow: Flow, session: Session, issuer: str, found: Sequence[_Document]) -> list[_Candidate]:
    """The sales without a CFDI whose amount is one of those found, the earliest first."""
    covered = select(CfdiTicket.ticket_id).where(CfdiTicket.live)
    free = select(Ticket).where(
        Ticket.issuer == issuer,
        col(Ticket.state).in_(list(FREE)),
        col(Ticket.currency).in_({one.cfdi.currency for one in found}),
        col(Ticket.id).not_in(covered),
    )
    totals = {one.cfdi.total for one in found}
    tickets = session.exec(free.order_by(col(Ticket.sold_at), col(Ticket.id)))
    tickets_of_these = (one for one in tickets if one.refunded or one.total in totals)
    return [
        _as_candidate(flow, session, one)
        for one in tickets_of_these
        if one.state != TicketState.VOID or (nothing_owed(one) and INTO not in (one.linked or {}))
    ]


def _as_candidate(flow: Flow, session: Session, ticket: Ticket) -> _Candidate:
    known = (ticket.receiver or {}).get("rfc", "")
    if not known:
        sale = Sale.model_validate(ticket.sale)
        data = buyers.in_sale(flow, ticket, sale) or buyers.stored(session, ticket, sale)
        known = data.rfc if data else ""
    amounts = tuple(ticket.total - refunded for refunded in refunded_so_far(session, ticket))
    return _Candidate(ticket, amounts, known)


def _may_be(sale: _Candidate, one: _Document) -> bool:
    cfdi, ticket = one.cfdi, sale.ticket
    if (ticket.currency, cfdi.total in sale.amounts) != (cfdi.currency, True):
        return False
    return made_at(one.document) + SEALED_BEHIND >= ticket.sold_at


def _is_suspect(sale: _Candidate, one: _Document) -> bool:
    """Where other sales make the document and this one does not, it is of one of those."""
    if one.sales:
        return any(other.ticket.id == sale.ticket.id for other in one.sales)
    return _may_be(sale, one)


def _makes(flow: Flow, sale: _Candidate, one: _Document) -> bool:
    """Whether the sale, as it was when the CFDI was made, makes the same document."""
    refunded = sale.ticket.total - one.cfdi.total
    then = Ticket.model_validate({**sale.ticket.model_dump(), "refunded": refunded, "reviewed": True})
    try:
        made = prepare(flow, then, _receiver(one.document), now=made_at(one.document))
    except NeedsPersonError:
        return False
    return _content(read(to_xml(made))) == _content(one.document)


def _content(document: Comprobante) -> Comprobante:
    """What does not depend on when it was made, and under which number."""
    return document._replace(
        serie=None, folio=None, fecha="", no_certificado="", certificado="", sello="", timbre=None, addenda=()
    )


def _receiver(document: Comprobante) -> FiscalData:
    it = document.receptor
    return FiscalData(it.rfc, it.nombre, it.domicilio_fiscal, it.regimen_fiscal, it.uso_cfdi, "")


def _pairs(found: Sequence[_Document]) -> Iterator[tuple[_Document, _Candidate]]:
    """Each CFDI with the earliest sale to its receiver that makes it; then those where only one answer is left."""
    taken: set[int] = set()
    left: list[_Document] = []
    for one in found:
        mine = (sale for sale in one.sales if sale.rfc == one.cfdi.rfc_receptor and sale.ticket.id not in taken)
        sale = next(mine, None)
        if sale is None:
            left.append(one)
        else:
            taken.add(sale.ticket.id)
            yield one, sale
    for alike in _alike(left):
        open_sales = {s.ticket.id: s for one in alike for s in one.sales if not s.rfc and s.ticket.id not in taken}
        same_receiver = len({one.cfdi.rfc_receptor for one in alike}) == 1
        if same_receiver and len(open_sales) <= len(alike):
            yield from zip(alike, open_sales.values(), strict=False)


def _alike(found: Sequence[_Document]) -> list[list[_Document]]:
    """CFDIs that the same sales make."""
    groups: dict[int, list[_Document]] = defaultdict(list)
    for one in found:
        if one.sales:
            groups[one.sales[0].ticket.id].append(one)
    return list(groups.values())


def _covered(session: Session, ticket: Ticket) -> bool:
    live = select(CfdiTicket).where(CfdiTicket.ticket_id == ticket.id, CfdiTicket.live)
    return session.exec(live).first() is not None
