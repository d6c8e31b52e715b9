"""SAT says that a CFDI is cancelled: its sales are free again, void, or covered by the substitute."""

from datetime import datetime

from sqlmodel import Session, col, select

from hub.store import Cancellation, Cfdi, CfdiState, CfdiTicket, Ticket, TicketState
from hub.store.states import LIVE_CFDI, move_cfdi, move_ticket, note

from .amended import catch_up
from .conditions import end
from .context import Flow
from .joining import order_first
from .outbox import send_cancelled
from .refunds import NEVER_HAPPENED, WITH_SUBSTITUTE, nothing_owed
from .work import finish


def cancelled(flow: Flow, session: Session, cfdi: Cfdi, asked: Cancellation, *, how: str) -> None:
    """End the document. `how` is SAT's word for it."""
    now = flow.now()
    asked.ended_at = now
    cfdi.code, cfdi.reason = "", ""
    move_cfdi(session, cfdi, CfdiState.CANCELLED, at=now, why=how, who="SAT")
    finish(cfdi)
    end(flow, session, f"cfdi {cfdi.key}")
    substitute = _substitute(session, asked)
    links = select(CfdiTicket).where(CfdiTicket.cfdi_id == cfdi.id, CfdiTicket.live)
    for link in session.exec(links).all():
        ticket = session.get_one(Ticket, link.ticket_id, with_for_update=True)
        link.live = False
        session.flush()
        if ticket.state == TicketState.INVOICED:
            send_cancelled(flow, session, ticket, cfdi)
        if substitute is not None:
            _cover(session, ticket, substitute, now)
        else:
            _give_back(session, ticket, asked, now)
            order_first(flow, session, ticket)


def _substitute(session: Session, asked: Cancellation) -> Cfdi | None:
    """The CFDI of ours that stands in its place."""
    if asked.folio_sustitucion is None:
        return None
    ours = select(Cfdi).where(Cfdi.uuid == asked.folio_sustitucion.lower(), col(Cfdi.state).in_(list(LIVE_CFDI)))
    return session.exec(ours).first()


def _cover(session: Session, ticket: Ticket, substitute: Cfdi, now: datetime) -> None:
    session.merge(CfdiTicket(cfdi_id=substitute.id, ticket_id=ticket.id, live=True))
    note(session, "ticket", ticket, at=now, who="hub", why=f"covered by the substitute {substitute.key}")


def _give_back(session: Session, ticket: Ticket, asked: Cancellation, now: datetime) -> None:
    finish(ticket)
    catch_up(session, ticket, at=now)
    if asked.motivo == WITH_SUBSTITUTE:
        why, to = f"its substitute {asked.folio_sustitucion} was made elsewhere", TicketState.VOID
    elif asked.motivo == NEVER_HAPPENED or nothing_owed(ticket):
        why, to = "its CFDI was cancelled and there is nothing to invoice", TicketState.VOID
    else:
        # Nothing is done by itself: whoever had it cancelled, or the buyer, says what is right.
        why, to = "its CFDI was cancelled", TicketState.OPEN
        ticket.receiver, ticket.claimed_by, ticket.claimed_at, ticket.reviewed = None, "", None, False
    move_ticket(session, ticket, to, at=now, why=why, who="hub")
