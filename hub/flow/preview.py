"""What would become of a sale, without keeping anything."""

from dataclasses import dataclass

from hub.cfdi.sold import SoldLine
from hub.plugin import Sale
from hub.store import Ticket, TicketState

from . import buyers
from .classify import sold_lines
from .context import Flow
from .draft import NeedsPersonError, prepare
from .intake import judged
from .new_ticket import ticket_for
from .portal_model import FiscalData
from .sellers import unknown


@dataclass(frozen=True, slots=True)
class Preview:
    """The ticket that would be made, why it would be where it is, its lines as SAT sees them, and whose it is."""

    state: str
    why: str
    ticket: Ticket
    lines: list[SoldLine]
    receiver: FiscalData | None


def preview(flow: Flow, source: str, sale: Sale) -> Preview | str:
    """What would be made, or why nothing would."""
    movement = judged(flow, source, sale)
    if not isinstance(movement, Sale):
        return str(getattr(movement, "reason", movement))
    ticket = ticket_for(flow, source, sale)
    with flow.store.read() as session:
        receiver = buyers.in_sale(flow, ticket, sale) or buyers.stored(session, ticket, sale)
    state, why = _state(flow, ticket, receiver)
    return Preview(state, why, ticket, sold_lines(flow, sale, ticket.issuer), receiver)


def _state(flow: Flow, ticket: Ticket, receiver: FiscalData | None) -> tuple[str, str]:
    if ticket.state == TicketState.HELD:
        return TicketState.HELD, ticket.reason
    if why := unknown(flow, ticket, Sale.model_validate(ticket.sale)):
        return TicketState.HELD, why
    if receiver is None or flow.issuer(ticket.issuer).invoicing.known_buyers != "automatic":
        return (
            TicketState.OPEN,
            f"its link goes to {ticket.email}" if ticket.email else "there is no address for its link",
        )
    try:
        prepare(flow, ticket, receiver, now=flow.now())
    except NeedsPersonError as error:
        return TicketState.HELD, str(error)
    return TicketState.CLAIMED, f"it is invoiced at once to {receiver.rfc}"
