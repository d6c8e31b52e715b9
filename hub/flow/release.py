"""A person looked at a held ticket and lets it go on."""

from sqlmodel import Session

from hub.plugin import Sale
from hub.store import Ticket, TicketState
from hub.store.states import move_ticket

from .context import Flow
from .sellers import issuer_of
from .work import due


def release(flow: Flow, session: Session, ticket: Ticket, *, who: str) -> None:
    """Back to where it was held: claimed if its receiver is known, else open."""
    now = flow.now()
    to = TicketState.CLAIMED if ticket.receiver else TicketState.OPEN
    ticket.reviewed, ticket.reason, ticket.hint = True, "", ""
    ticket.issuer = issuer_of(flow, ticket, Sale.model_validate(ticket.sale))  # its seller may be known now
    move_ticket(session, ticket, to, at=now, why="released", who=who)
    due(ticket, now)
    flow.kick(session, "ticket", ticket.id)
