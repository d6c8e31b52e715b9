"""A person looked at a held ticket and lets it go on."""

from sqlmodel import Session, col, select

from hub.plugin import Sale
from hub.store import Ticket, TicketState
from hub.store.states import move_ticket

from .claim import NOT_YET
from .context import Flow
from .sellers import issuer_of
from .work import due

MOST_AT_ONCE = 200


def release_some(flow: Flow, session: Session, source: str, *, who: str) -> int:
    """Of those that only `invoice: hold` of their source keeps, as many as one transaction should take."""
    held = select(Ticket).where(Ticket.source == source, Ticket.state == TicketState.HELD, Ticket.reason == NOT_YET)
    tickets = session.exec(held.order_by(col(Ticket.id)).limit(MOST_AT_ONCE).with_for_update()).all()
    for ticket in tickets:
        release(flow, session, ticket, who=who)
    return len(tickets)


def release(flow: Flow, session: Session, ticket: Ticket, *, who: str) -> None:
    """Back to where it was held: claimed if its receiver is known, else open."""
    now = flow.now()
    to = TicketState.CLAIMED if ticket.receiver else TicketState.OPEN
    ticket.reviewed, ticket.reason, ticket.hint = True, "", ""
    ticket.issuer = issuer_of(flow, ticket, Sale.model_validate(ticket.sale))  # its seller may be known now
    move_ticket(session, ticket, to, at=now, why="released", who=who)
    due(ticket, now)
    flow.kick(session, "ticket", ticket.id)
