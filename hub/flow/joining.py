"""Two sales of different systems become one ticket: the order tells what was sold, the gateway what was paid."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from hub.plugin import Sale
from hub.store import Ticket, TicketAlias, TicketSale, TicketState
from hub.store.inserts import insert_new
from hub.store.states import move_ticket, note

from .amended import digest_of, email_of
from .claim import NOT_YET, claim_for, hold
from .context import Flow
from .issuer_time import deadline_of
from .joined import FORMA_PAGO_HINT, INTO, differences, forma_pago_of, kept_parts, order_of, payments_of, summary
from .links import Link
from .partners import wrong_payments
from .portal_model import FiscalData
from .portal_port import canonical_reference
from .refunds import apply_refunds, follow_refunds, nothing_made, void_for_refunds
from .sellers import issuer_of, unknown
from .work import due, finish

LINK_HINT = "if they are one, `hub tickets link` makes them so; if they are not, let it go on"
"""How a ticket is told apart that is held only because it may be another's other half."""
SELLER_HINT = "add it to the `sellers` of its source, or its source's issuer invoices it"
PAYMENTS_HINT = "mend it at its source or take it apart with `hub tickets unlink`"


def not_invoiced(session: Session, ticket: Ticket) -> bool:
    """Whether no CFDI of it exists or ever decided its fate."""
    return nothing_made(session, ticket) or void_for_refunds(session, ticket)


def add(flow: Flow, session: Session, ticket: Ticket, link: Link, sale: Sale) -> None:
    """A sale without a ticket of its own joins a ticket."""
    now = flow.now()
    session.add(
        TicketSale(
            ticket_id=ticket.id,
            source=link.source,
            movement_key=sale.id,
            kind=link.kind,
            sale=sale.model_dump(mode="json"),
            content_hash=digest_of(sale),
            joined_at=now,
        )
    )
    session.flush()
    name_it(session, link.source, sale, ticket)
    note(session, "ticket", ticket, at=now, who=link.source, why=f"one sale with {link.kind} {sale.id}")
    order_first(flow, session, ticket)
    settle(flow, session, ticket)


def unite(flow: Flow, session: Session, order: Ticket, payment: Ticket, *, who: str, why: str) -> bool:
    """Two tickets become one, the one that has a CFDI if one has; False if both have."""
    order_free, payment_free = not_invoiced(session, order), not_invoiced(session, payment)
    if not order_free and not payment_free:
        return False
    kept, gone, kind = (order, payment, "payment") if payment_free else (payment, order, "order")
    now = flow.now()
    sale = Sale.model_validate(gone.sale)
    session.add(
        TicketSale(
            ticket_id=kept.id,
            source=gone.source,
            movement_key=gone.movement_key,
            kind=kind,
            sale=gone.sale,
            content_hash=gone.content_hash,
            joined_at=now,
        )
    )
    for table in (TicketSale, TicketAlias):
        session.execute(update(table).where(col(table.ticket_id) == gone.id).values(ticket_id=kept.id))
    note(session, "ticket", kept, at=now, who=who, why=f"one sale with {kind} {sale.id} of {gone.source}: {why}")
    _end(session, gone, kept, at=now, who=who)
    settle(flow, session, kept)
    _carry_claim(flow, session, gone, kept, at=now)
    return True


def name_it(session: Session, source: str, sale: Sale, ticket: Ticket) -> None:
    """All names of a sale lead to the ticket."""
    for alias in {sale.id, *sale.aliases}:
        insert_new(session, TicketAlias(source=source, alias=alias, ticket_id=ticket.id))


def told_again(flow: Flow, session: Session, ticket: Ticket, part: TicketSale, sale: Sale) -> str:
    """A source tells again of a joined sale: only what that source owns changes."""
    earlier = Sale.model_validate(part.sale)
    if sale.updated_at and earlier.updated_at and sale.updated_at < earlier.updated_at:
        return "known"
    digest = digest_of(sale)
    if part.content_hash == digest:
        return "known"
    part.sale, part.content_hash = sale.model_dump(mode="json"), digest
    session.flush()
    if part.kind == "order":
        order_first(flow, session, ticket)
    settle(flow, session, ticket)
    return "changed"


def order_first(flow: Flow, session: Session, ticket: Ticket) -> bool:
    """Where no CFDI says otherwise, the order is what the ticket is about, and the payment is joined to it."""
    order = next((part for part in kept_parts(session, ticket) if part.kind == "order"), None)
    if order is None or not not_invoiced(session, ticket):
        return False
    sale, earlier = Sale.model_validate(order.sale), Sale.model_validate(ticket.sale)
    now = flow.now()
    session.delete(order)
    session.flush()
    session.add(
        TicketSale(
            ticket_id=ticket.id,
            source=ticket.source,
            movement_key=ticket.movement_key,
            kind="payment",
            sale=ticket.sale,
            content_hash=ticket.content_hash,
            joined_at=order.joined_at,
        )
    )
    before = ticket.source
    if earlier.buyer != sale.buyer:
        ticket.problems = []  # SAT refused other data than these
    ticket.source, ticket.movement_key = order.source, order.movement_key
    ticket.sale, ticket.content_hash = order.sale, order.content_hash
    ticket.total, ticket.currency, ticket.sold_at, ticket.difference = sale.total, sale.currency, sale.sold_at, ""
    ticket.reference = sale.reference or sale.id
    ticket.canonical_reference = canonical_reference(ticket.reference)
    ticket.email = email_of(sale) or ticket.email
    ticket.updated_at = now
    session.flush()
    ticket.deadline = max(ticket.deadline, deadline_of(flow.issuer(ticket.issuer), sale.sold_at))
    why = f"its order of {order.source} tells what was sold, {before} what was paid"
    note(session, "ticket", ticket, at=now, who="hub", why=why)
    waits = flow.settings.sources[order.source].invoice == "hold"
    if waits and ticket.state in {TicketState.OPEN, TicketState.CLAIMED}:
        hold(flow, session, ticket, why=NOT_YET, hint="", at=now)
    ticket.linked = summary(flow, kept_parts(session, ticket))
    return True


def settle(flow: Flow, session: Session, ticket: Ticket) -> None:
    """Bring a ticket in line with the sales that are joined to it."""
    now = flow.now()
    parts = kept_parts(session, ticket)
    ticket.linked = summary(flow, parts) if parts else ({} if ticket.linked is not None else None)
    session.flush()
    apply_refunds(session, ticket, at=now)
    if not not_invoiced(session, ticket):
        _differ(flow, session, ticket)
        return
    sale = Sale.model_validate(ticket.sale)
    ticket.issuer = issuer_of(flow, ticket, sale)
    follow_refunds(session, ticket, at=now)
    _hold_or_go_on(flow, session, ticket, _in_the_way(flow, session, ticket, sale), now)


def _in_the_way(flow: Flow, session: Session, ticket: Ticket, sale: Sale) -> tuple[str, str]:
    if why := unknown(flow, ticket, sale):
        return why, SELLER_HINT
    is_order = "order" not in (ticket.linked or {}).get("kinds", "")
    order = order_of(session, ticket, is_order=is_order)
    paid = payments_of(session, ticket, is_order=is_order) if ticket.linked else []
    return wrong_payments(order, paid), PAYMENTS_HINT


def _hold_or_go_on(flow: Flow, session: Session, ticket: Ticket, wrong: tuple[str, str], now: datetime) -> None:
    why, hint = wrong
    if why:
        if ticket.state in {TicketState.OPEN, TicketState.CLAIMED} and not ticket.reviewed:
            hold(flow, session, ticket, why=why, hint=hint, at=now)
        return
    if ticket.state == TicketState.HELD and _held_for_link(flow, ticket):
        to = TicketState.CLAIMED if ticket.receiver else TicketState.OPEN
        move_ticket(session, ticket, to, at=now, why="what it waited for is known now", who="hub")
        ticket.reason, ticket.hint = "", ""
    move_due(flow, session, ticket)


def _held_for_link(flow: Flow, ticket: Ticket) -> bool:
    if ticket.hint in {LINK_HINT, PAYMENTS_HINT, SELLER_HINT}:
        return True
    if ticket.hint.startswith(FORMA_PAGO_HINT):
        return forma_pago_of(flow, ticket, Sale.model_validate(ticket.sale)) is not None
    return ticket.reason == NOT_YET and flow.settings.sources[ticket.source].invoice == "yes"


def _differ(flow: Flow, session: Session, ticket: Ticket) -> None:
    told = "; ".join(differences(flow, session, ticket))
    if told and told != ticket.difference:
        ticket.difference = told
        why = f"known after it was {ticket.state}: {told}"
        note(session, "ticket", ticket, at=flow.now(), who="hub", why=why)


def _end(session: Session, gone: Ticket, kept: Ticket, *, at: datetime, who: str) -> None:
    """The row stays for its history; its link leads to the other."""
    gone.movement_key = f"{gone.movement_key[:180]}~{gone.id}"
    gone.linked, gone.reason, gone.hint, gone.difference = {INTO: str(kept.id)}, "", "", ""
    if gone.state != TicketState.VOID:
        move_ticket(session, gone, TicketState.VOID, at=at, why=f"one sale with ticket {kept.id}", who=who)
    finish(gone)
    session.flush()


def _carry_claim(flow: Flow, session: Session, gone: Ticket, kept: Ticket, *, at: datetime) -> None:
    kept.email = kept.email or gone.email
    if gone.receiver is None or not not_invoiced(session, kept):
        return
    if kept.state == TicketState.OPEN:
        claim_for(flow, session, kept, FiscalData(**gone.receiver), by=gone.claimed_by, at=at)
    elif kept.state == TicketState.CLAIMED and kept.receiver != gone.receiver:
        hold(flow, session, kept, why="it was asked for with two different RFCs", hint="ask the buyer", at=at)


def move_due(flow: Flow, session: Session, ticket: Ticket) -> None:
    """The next step may run at once."""
    if ticket.state in {TicketState.OPEN, TicketState.CLAIMED}:
        due(ticket, flow.now())
        flow.kick(session, "ticket", ticket.id)
