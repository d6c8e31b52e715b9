"""The states of each entity, which changes are allowed, and the only functions that make them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from hub.secrecy import masked

if TYPE_CHECKING:
    from .tables import Cfdi, Delivery, InboxItem, Ticket


class InboxState(StrEnum):
    RECEIVED = "received"
    DONE = "done"
    IGNORED = "ignored"
    SET_ASIDE = "set_aside"


class TicketState(StrEnum):
    OPEN = "open"
    """Nobody claimed it yet."""
    CLAIMED = "claimed"
    """Whose it is is known; its CFDI is on the way."""
    INVOICED = "invoiced"
    GLOBALIZED = "globalized"
    VOID = "void"
    """Refunded or cancelled before an invoice: nothing to do."""
    HELD = "held"
    """A person must look; the reason says why and what to do."""


class CfdiState(StrEnum):
    SEALED = "sealed"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    STAMPED = "stamped"
    REJECTED = "rejected"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELLED = "cancelled"
    CANCEL_REFUSED = "cancel_refused"


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    """Not true any more when its time came."""


Changes = Mapping[str, frozenset[str]]

INBOX_CHANGES: Changes = {
    InboxState.RECEIVED: frozenset({InboxState.DONE, InboxState.IGNORED, InboxState.SET_ASIDE}),
    InboxState.SET_ASIDE: frozenset({InboxState.RECEIVED, InboxState.DONE, InboxState.IGNORED}),
    InboxState.IGNORED: frozenset({InboxState.RECEIVED, InboxState.DONE}),
    InboxState.DONE: frozenset(),
}
TICKET_CHANGES: Changes = {
    TicketState.OPEN: frozenset({TicketState.CLAIMED, TicketState.GLOBALIZED, TicketState.VOID, TicketState.HELD}),
    TicketState.CLAIMED: frozenset({TicketState.INVOICED, TicketState.OPEN, TicketState.HELD, TicketState.VOID}),
    TicketState.INVOICED: frozenset({TicketState.OPEN, TicketState.VOID}),
    TicketState.GLOBALIZED: frozenset({TicketState.OPEN, TicketState.INVOICED, TicketState.VOID}),
    TicketState.HELD: frozenset({TicketState.OPEN, TicketState.CLAIMED, TicketState.VOID}),
    TicketState.VOID: frozenset({TicketState.OPEN}),
}
CFDI_CHANGES: Changes = {
    CfdiState.SEALED: frozenset({CfdiState.SENDING, CfdiState.REJECTED}),
    CfdiState.SENDING: frozenset({CfdiState.STAMPED, CfdiState.REJECTED, CfdiState.IN_DOUBT, CfdiState.SEALED}),
    CfdiState.IN_DOUBT: frozenset({CfdiState.STAMPED, CfdiState.REJECTED, CfdiState.SEALED}),
    CfdiState.REJECTED: frozenset(),
    CfdiState.STAMPED: frozenset({CfdiState.CANCEL_REQUESTED, CfdiState.CANCELLED}),
    CfdiState.CANCEL_REQUESTED: frozenset({CfdiState.CANCELLED, CfdiState.CANCEL_REFUSED}),
    CfdiState.CANCEL_REFUSED: frozenset({CfdiState.CANCEL_REQUESTED, CfdiState.CANCELLED}),
    CfdiState.CANCELLED: frozenset(),
}
DELIVERY_CHANGES: Changes = {
    DeliveryState.PENDING: frozenset({DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DROPPED}),
    DeliveryState.FAILED: frozenset({DeliveryState.PENDING}),
    DeliveryState.SENT: frozenset({DeliveryState.PENDING}),
    DeliveryState.DROPPED: frozenset(),
}

LIVE_CFDI = frozenset(CfdiState) - {CfdiState.REJECTED, CfdiState.CANCELLED}
"""States in which a CFDI holds its tickets: no other CFDI may take them."""


IN_FORCE = frozenset({CfdiState.STAMPED, CfdiState.CANCEL_REQUESTED, CfdiState.CANCEL_REFUSED})
"""States in which a CFDI is valid before SAT."""


class ForbiddenChangeError(RuntimeError):
    """A step wanted a change of state that does not exist: a bug, never a user's mistake."""


def move_ticket(session: Session, ticket: "Ticket", to: TicketState, *, at: datetime, why: str, who: str) -> None:
    """Change a ticket's state and leave the event row."""
    _move(session, "ticket", ticket, to, TICKET_CHANGES, at=at, why=why, who=who)
    ticket.updated_at = at


def move_cfdi(session: Session, cfdi: "Cfdi", to: CfdiState, *, at: datetime, why: str, who: str) -> None:
    """Change a CFDI's state, let go of its tickets if it is live no more, and leave the event row."""
    _move(session, "cfdi", cfdi, to, CFDI_CHANGES, at=at, why=why, who=who)


def move_to_pac(session: Session, cfdi: "Cfdi", pac: str, *, at: datetime, why: str) -> None:
    """Give a CFDI to another PAC, which is only allowed while it is certain that none stamped it."""
    if cfdi.state != CfdiState.SEALED or cfdi.in_doubt_since is not None:
        raise ForbiddenChangeError(f"cfdi {cfdi.id}: {cfdi.state}, {cfdi.pac} -> {pac} ({why})")
    note(session, "cfdi", cfdi, at=at, who="hub", why=f"from {cfdi.pac} to {pac}: {why}")
    cfdi.pac = pac


def move_delivery(session: Session, delivery: "Delivery", to: DeliveryState, *, at: datetime, why: str) -> None:
    """Change a delivery's state and leave the event row."""
    _move(session, "delivery", delivery, to, DELIVERY_CHANGES, at=at, why=why, who="hub")


def move_inbox(
    session: Session, item: "InboxItem", to: InboxState, *, at: datetime, why: str, who: str = "hub"
) -> None:
    """Change an inbox item's state and leave the event row."""
    _move(session, "inbox", item, to, INBOX_CHANGES, at=at, why=why, who=who)
    item.reason = why


def _move(
    session: Session, entity: str, row: Any, to: str, changes: Changes, *, at: datetime, why: str, who: str
) -> None:
    if to not in changes[row.state]:
        raise ForbiddenChangeError(f"{entity} {row.id}: {row.state} -> {to} ({why})")
    record(session, entity, row.id, at=at, who=who, before=row.state, after=to, why=why)
    row.state = to


def note(session: Session, entity: str, row: Any, *, at: datetime, who: str, why: str) -> None:
    """Leave an event row about something that changed no state."""
    record(session, entity, row.id, at=at, who=who, before=row.state, after=row.state, why=why)


def record(
    session: Session, entity: str, entity_id: int, *, at: datetime, who: str, before: str, after: str, why: str
) -> None:
    """Leave an event row: the audit trail, and what `hub_event` tells."""
    from .tables import Event

    session.add(Event(**event_values(entity, entity_id, at=at, who=who, before=before, after=after, why=why)))


def event_values(
    entity: str, entity_id: int, *, at: datetime, who: str, before: str, after: str, why: str
) -> dict[str, Any]:
    """The same as values, for who leaves many."""
    short = masked(why)[:500]  # in this order: half a secret would not be known as one
    values = {"entity": entity, "entity_id": entity_id, "at": at, "who": who}
    return {**values, "before": before, "after": after, "why": short}
