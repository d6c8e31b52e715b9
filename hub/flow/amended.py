"""A source tells again of a sale that is known: the ticket follows it until its CFDI is on the way.

From then on the CFDI holds what was sold when it was sealed: what the source says since is a difference for a person.
It is kept, and is what counts as soon as the ticket is free again.
"""

import hashlib
from datetime import datetime

from sqlmodel import Session, select

from hub.plugin import Sale
from hub.store import InboxItem, InboxState, Ticket, TicketState
from hub.store.states import note

from .context import Flow
from .joined import differences, material
from .portal_port import canonical_reference
from .refunds import follow_refunds, nothing_made, void_for_refunds
from .work import due

_LONGEST_ADDRESS = 254
LATER = "later"
"""The kind of inbox row that holds what a source said of a sale after its CFDI was on the way; the latest only."""


def digest_of(sale: Sale) -> str:
    """Equal for sales that say the same, whenever they were told."""
    return hashlib.sha256(sale.model_dump_json(exclude={"updated_at"}).encode()).hexdigest()


def email_of(sale: Sale) -> str:
    """Where the link goes; what is longer than any address is none (RFC 5321)."""
    address = (sale.buyer.email or "").strip().lower()
    return address if len(address) <= _LONGEST_ADDRESS else ""


def seen_again(flow: Flow, session: Session, ticket: Ticket, sale: Sale) -> str:
    """Record what the source says now; answers what became of it (a field of Counts)."""
    earlier = Sale.model_validate(ticket.sale)
    if sale.updated_at and earlier.updated_at and sale.updated_at < earlier.updated_at:
        return "known"  # told late: the source has said something newer
    if sale.updated_at:
        ticket.sale = {**ticket.sale, "updated_at": sale.updated_at.isoformat()}
    digest = digest_of(sale)
    if ticket.content_hash == digest:
        return "known"
    ticket.content_hash = digest
    if nothing_made(session, ticket) or void_for_refunds(session, ticket):
        _follow(flow, session, ticket, sale)
        return "changed"
    _keep(session, ticket, sale, at=flow.now())
    return _difference(flow, session, ticket, sale, at=flow.now())


def catch_up(session: Session, ticket: Ticket, *, at: datetime) -> bool:
    """Its CFDI is gone: what the source has said meanwhile counts from now on. False if it has said nothing."""
    kept = _later(session, ticket)
    if kept is None:
        return False
    _take_over(session, ticket, Sale.model_validate_json(kept.body), at)
    session.delete(kept)
    return True


def _follow(flow: Flow, session: Session, ticket: Ticket, sale: Sale) -> None:
    now = flow.now()
    _take_over(session, ticket, sale, now)
    follow_refunds(session, ticket, at=now)
    if ticket.state == TicketState.OPEN:
        due(ticket, now)
        flow.kick(session, "ticket", ticket.id)


def _take_over(session: Session, ticket: Ticket, sale: Sale, at: datetime) -> None:
    earlier = Sale.model_validate(ticket.sale)
    if earlier.buyer != sale.buyer:
        ticket.problems = []  # SAT refused other data than these
    ticket.sale = sale.model_dump(mode="json")
    ticket.total, ticket.currency, ticket.difference = sale.total, sale.currency, ""
    ticket.reference = sale.reference or ticket.reference
    ticket.canonical_reference = canonical_reference(ticket.reference)
    ticket.email = email_of(sale) or ticket.email
    ticket.updated_at = at
    why = "changed at the source" if material(earlier) != material(sale) else "more is known"
    note(session, "ticket", ticket, at=at, who=ticket.source, why=why)


def _keep(session: Session, ticket: Ticket, sale: Sale, *, at: datetime) -> None:
    """The latest word, unless it is what the ticket says anyhow."""
    kept = _later(session, ticket)
    if kept is not None:
        session.delete(kept)
        session.flush()
    if digest_of(sale) != digest_of(Sale.model_validate(ticket.sale)):
        session.add(
            InboxItem(
                source=ticket.source,
                kind=LATER,
                delivery_key=ticket.movement_key,
                received_at=at,
                body=sale.model_dump_json().encode(),
                state=InboxState.DONE,
            )
        )


def _difference(flow: Flow, session: Session, ticket: Ticket, sale: Sale, *, at: datetime) -> str:
    told = differences(flow, session, ticket)
    if material(Sale.model_validate(ticket.sale)) != material(sale):
        told.insert(0, f"the source now says {sale.total} {sale.currency} in {len(sale.lines)} lines")
    difference = "; ".join(told)
    if ticket.difference == difference:
        return "known"
    ticket.difference = difference
    why = f"changed at the source after it was {ticket.state}: {difference or 'back to what it was'}"
    note(session, "ticket", ticket, at=at, who=ticket.source, why=why)
    return "changed"


def _later(session: Session, ticket: Ticket) -> InboxItem | None:
    """Locked with its ticket: nobody else writes it."""
    mine = select(InboxItem).where(
        InboxItem.source == ticket.source, InboxItem.kind == LATER, InboxItem.delivery_key == ticket.movement_key
    )
    return session.exec(mine).one_or_none()
