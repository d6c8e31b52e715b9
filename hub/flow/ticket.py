"""One step of a ticket: decide whose it is, or make its invoice."""

from datetime import timedelta

from hub.store import Ticket, TicketState

from .context import Flow
from .decide import decide
from .invoice import invoice
from .work import claim


def step(flow: Flow, ticket_id: int) -> None:
    """Advance a ticket that is due."""
    lease = timedelta(seconds=flow.settings.engine.lease_s)
    taken = claim(flow.store, Ticket, ticket_id, now=flow.now(), lease=lease)
    if taken is None:
        return
    ticket, token = taken
    if ticket.state == TicketState.OPEN:
        decide(flow, ticket.id, token)
    elif ticket.state == TicketState.CLAIMED:
        invoice(flow, ticket.id, token)
    else:
        with flow.store.write() as session:
            session.get_one(Ticket, ticket.id).due_at = None
