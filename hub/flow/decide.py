"""An open ticket: known buyers are invoiced, the others get a link."""

from hub.plugin import Sale
from hub.store import Ticket

from . import buyers
from .claim import claim_for
from .context import Flow
from .outbox import send_link
from .work import finish, held


def decide(flow: Flow, ticket_id: int, token: str) -> None:
    """Find the receiver, or ask the buyer; data that SAT refused once are asked for again."""
    with flow.store.write() as session:
        ticket = held(session, Ticket, ticket_id, token)
        sale = Sale.model_validate(ticket.sale)
        now = flow.now()
        finish(ticket)
        if not ticket.problems and flow.issuer(ticket.issuer).invoicing.known_buyers == "automatic":
            if (data := buyers.in_sale(flow, ticket, sale)) is not None:
                return claim_for(flow, session, ticket, data, by=buyers.SALE, at=now)
            if (data := buyers.stored(session, ticket, sale)) is not None:
                return claim_for(flow, session, ticket, data, by=buyers.STORED, at=now)
        return send_link(flow, session, ticket)
