"""One step of a ticket: decide whose it is, or make its invoice."""

from datetime import timedelta

from hub.store import Ticket, TicketState

from . import restored
from .context import Flow
from .decide import decide
from .invoice import invoice
from .links import settles_until
from .rejoin import any_unjoined, stands_in_the_way
from .work import again, claim, held

LOOK_AGAIN_S = 3600.0
"""Between two looks whether a person has said of which sale a CFDI is."""


def step(flow: Flow, ticket_id: int) -> None:
    """Advance a ticket that is due."""
    lease = timedelta(seconds=flow.settings.engine.lease_s)
    taken = claim(flow.store, Ticket, ticket_id, now=flow.now(), lease=lease)
    if taken is None:
        return
    ticket, token = taken
    if _settles(flow, ticket, token) or _waits(flow, ticket, token):
        return
    if ticket.state == TicketState.OPEN:
        decide(flow, ticket.id, token)
    elif ticket.state == TicketState.CLAIMED:
        invoice(flow, ticket.id, token)
    else:
        with flow.store.write() as session:
            session.get_one(Ticket, ticket.id).due_at = None


def _settles(flow: Flow, ticket: Ticket, token: str) -> bool:
    """A payment waits a little for its order, and an order that does not know how it was paid for its payment."""
    until = settles_until(flow, ticket) if ticket.state in {TicketState.OPEN, TicketState.CLAIMED} else None
    if until is None:
        return False
    with flow.store.write() as session:
        row = held(session, Ticket, ticket.id, token)
        row.reason = "its other half, an order or a payment, may come yet"
        again(row, flow.now(), after_s=(until - flow.now()).total_seconds())
    return True


def _waits(flow: Flow, ticket: Ticket, token: str) -> bool:
    """After a restore nothing is made of a ticket that may have its CFDI already."""
    if ticket.state not in {TicketState.OPEN, TicketState.CLAIMED}:
        return False
    with flow.store.read() as session:
        why = restored.WAITS if restored.waits(session, ticket.issuer) else ""
        found = not why and any_unjoined(session, ticket.issuer)
    after_s = restored.PAUSE_S
    if found:
        why, after_s = stands_in_the_way(flow, ticket), LOOK_AGAIN_S
        with flow.store.read() as session:
            if session.get_one(Ticket, ticket.id).token != token:
                return True  # it was joined
    if not why and not ticket.reason:
        return False
    with flow.store.write() as session:
        row = held(session, Ticket, ticket.id, token)
        row.reason = why
        if why:
            again(row, flow.now(), after_s=after_s)
    return bool(why)
