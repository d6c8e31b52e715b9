"""Which event of the audit trail is which event that can be subscribed to."""

from collections.abc import Callable, Mapping

from hub.store import CfdiState, Event, TicketState

from .api_model import InvoiceView, TicketView


def _becomes(entity: str, state: str) -> Callable[[Event], bool]:
    return lambda event: event.entity == entity and event.before != event.after == state


def _begins(event: Event) -> bool:
    return event.entity == "ticket" and not event.before


def _asks_again(event: Event) -> bool:
    return event.entity == "ticket" and (event.before, event.after) == (TicketState.CLAIMED, TicketState.OPEN)


EVENTS: Mapping[str, tuple[Callable[[Event], bool], str]] = {
    "ticket.created": (_begins, "a sale arrived"),
    "ticket.claimed": (_becomes("ticket", TicketState.CLAIMED), "it is known whom to invoice"),
    "ticket.needs_data": (_asks_again, "SAT did not accept the buyer's data, who is asked again"),
    "ticket.held": (_becomes("ticket", TicketState.HELD), "a person must look at it"),
    "ticket.invoiced": (_becomes("ticket", TicketState.INVOICED), "it has its CFDI"),
    "ticket.globalized": (_becomes("ticket", TicketState.GLOBALIZED), "it is in the factura global"),
    "ticket.void": (_becomes("ticket", TicketState.VOID), "there is nothing to invoice"),
    "cfdi.stamped": (_becomes("cfdi", CfdiState.STAMPED), "a CFDI was stamped"),
    "cfdi.cancelled": (_becomes("cfdi", CfdiState.CANCELLED), "SAT cancelled a CFDI"),
    "cfdi.rejected": (_becomes("cfdi", CfdiState.REJECTED), "SAT or the PAC refused a CFDI"),
}
"""What can be subscribed to: how it is told from the other events, and what it means."""

OTHER_NAMES = {
    "invoice.stamped": "cfdi.stamped",
    "invoice.cancelled": "cfdi.cancelled",
    "invoice.failed": "cfdi.rejected",
}
"""Words that tools use for the same; whoever subscribes with one hears that word."""


def names_of(event: Event) -> list[str]:
    """The words under which an event may be subscribed to."""
    own = [name for name, (is_it, _) in EVENTS.items() if is_it(event)]
    return own + [other for other, name in OTHER_NAMES.items() if name in own]


def is_known(name: str) -> bool:
    """Whether that can be subscribed to."""
    return name in EVENTS or name in OTHER_NAMES


def body_type(name: str) -> type[TicketView | InvoiceView]:
    """What a delivery of that event carries."""
    return TicketView if name.startswith("ticket.") else InvoiceView
