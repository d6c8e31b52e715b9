"""A ticket gets its receiver; from here on its CFDI is on the way."""

from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from hub.store import Ticket, TicketState
from hub.store.states import move_ticket

from .context import Flow
from .outbox import Notice, tell_operator
from .portal_model import FiscalData
from .work import due, finish

NOT_YET = "this source is set not to be invoiced yet (invoice: hold)"


def claim_for(flow: Flow, session: Session, ticket: Ticket, data: FiscalData, *, by: str, at: datetime) -> None:
    """Claim an open ticket for these data."""
    ticket.receiver, ticket.claimed_by, ticket.claimed_at = asdict(data), by, at
    ticket.problems, ticket.reason, ticket.hint = [], "", ""
    move_ticket(session, ticket, TicketState.CLAIMED, at=at, why=f"receiver known by {by}", who=by)
    due(ticket, at)
    flow.kick(session, "ticket", ticket.id)


def hold(flow: Flow, session: Session, ticket: Ticket, *, why: str, hint: str, at: datetime) -> None:
    """Leave a ticket to a person, with the reason and the way out."""
    move_ticket(session, ticket, TicketState.HELD, at=at, why=why, who="hub")
    ticket.reason, ticket.hint = why, hint
    finish(ticket)
    told = f"{ticket.source} {ticket.reference}: {why}"
    tell_operator(flow, session, Notice("held", f"ticket {ticket.id}", told, at, hint=hint))
