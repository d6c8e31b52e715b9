"""A sale meets its other half: at once, later, by a person's word; and what a person takes apart again."""

from sqlalchemy import update
from sqlmodel import Session, col

from hub.plugin import ConfigError, Sale
from hub.store import Ticket, TicketAlias, TicketSale, TicketState
from hub.store.inserts import insert_new
from hub.store.states import note, record

from .claim import hold
from .context import Flow
from .joined import kept_parts, order_of, payments_of
from .joining import LINK_HINT, add, move_due, not_invoiced, settle, unite
from .links import Kind, Link, link_of
from .new_ticket import ticket_for
from .partners import Found, Half, other_half, taken_apart, wrong_payments
from .refunds import apply_refunds


def join_halves(flow: Flow, session: Session, link: Link, sale: Sale, found: Found) -> bool:
    """A new sale joins what is its other half; False if that cannot be one ticket."""
    tickets = [half.ticket for half in found.halves]
    invoiced = [one for one in tickets if not not_invoiced(session, one)]
    if len(invoiced) > 1:
        return False
    first = next(iter(invoiced), tickets[0])
    add(flow, session, first, link, sale)
    for ticket in tickets:
        if ticket is not first:
            unite(flow, session, first, ticket, who=link.source, why="another payment of the same order")
    return True


def hold_in_doubt(flow: Flow, session: Session, ticket: Ticket, found: Found) -> None:
    """A new ticket waits for a person, who is told which other it may belong to."""
    why = f"it may be one sale with {_named(found.perhaps)}: {found.doubt}"
    if ticket.state == TicketState.OPEN:
        hold(flow, session, ticket, why=why, hint=LINK_HINT, at=flow.now())
    elif ticket.state == TicketState.HELD:
        ticket.reason = f"{ticket.reason}; {why}"


def _named(halves: tuple[Half, ...]) -> str:
    shown = [f"ticket {half.ticket.id} ({half.ticket.source} {half.ticket.reference})" for half in halves[:5]]
    return ", ".join(shown) + (f" and {len(halves) - 5} more" if len(halves) > 5 else "")


def look_again(flow: Flow, session: Session, link: Link, ticket: Ticket, sale: Sale) -> str:
    """A known sale may name its other half only now; answers "changed" if it does."""
    if taken_apart(ticket):
        return ""
    is_order = _is_order(flow, ticket)
    paid = payments_of(session, ticket, is_order=is_order)
    if link.kind == "payment" and order_of(session, ticket, is_order=is_order) is not None:
        return ""
    changed = ""
    for half in other_half(flow, session, link, sale, but=ticket.id, guess=False).halves:
        order = sale if link.kind == "order" else half.order
        if wrong_payments(order, [*paid, *half.payments]):
            continue
        pair = (ticket, half.ticket) if link.kind == "order" else (half.ticket, ticket)
        if unite(flow, session, *pair, who=ticket.source, why="it says so now") or _twice(flow, session, *pair):
            changed = "changed"
    return changed


def _twice(flow: Flow, session: Session, order: Ticket, payment: Ticket) -> bool:
    """Both have a CFDI: a person cancels one. False if that is known."""
    told = f"one sale with ticket {order.id}, which has a CFDI too: cancel one of them"
    if payment.difference == told:
        return False
    payment.difference = told
    note(session, "ticket", payment, at=flow.now(), who="hub", why=told)
    return True


def link_by_hand(flow: Flow, session: Session, one: Ticket, other: Ticket, *, why: str) -> Ticket:
    """A person says that two tickets are one movement of money; answers the one that is left.

    Raises:
        ConfigError: they cannot be one.
    """
    order, payment = _as_pair(flow, one, other)
    if not unite(flow, session, order, payment, who="operator", why=why):
        raise ConfigError(
            f"tickets {order.id} and {payment.id} have a CFDI each",
            hint="cancel one of them with `hub cfdi cancel`, then link them",
        )
    return order if payment.state == TicketState.VOID else payment


def _as_pair(flow: Flow, one: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    for order, payment in ((one, other), (other, one)):
        link = link_of(flow.settings, order.source)
        if link and link.kind == "order" and payment.source in link.others and "into" not in (payment.linked or {}):
            return order, payment
    raise ConfigError(
        f"ticket {one.id} is of {one.source} and ticket {other.id} of {other.source}: not an order and its payment",
        hint="name the gateway's source in `paid_through` of the shop's source",
    )


def take_apart(flow: Flow, session: Session, ticket: Ticket, *, why: str) -> list[int]:
    """A person says that the sales of a ticket are several; each gets its own ticket again.

    Raises:
        ConfigError: nothing is joined to it, or it is invoiced.
    """
    parts = kept_parts(session, ticket)
    if not parts:
        raise ConfigError(f"nothing is joined to ticket {ticket.id}")
    if not not_invoiced(session, ticket):
        raise ConfigError(f"ticket {ticket.id} is {ticket.state}: it has a CFDI", hint="cancel that first")
    note(session, "ticket", ticket, at=flow.now(), who="operator", why=f"taken apart: {why}")
    made = [_by_itself(flow, session, ticket, part) for part in parts]
    settle(flow, session, ticket)
    return made


def _by_itself(flow: Flow, session: Session, ticket: Ticket, part: TicketSale) -> int:
    sale, now = Sale.model_validate(part.sale), flow.now()
    new = ticket_for(flow, part.source, sale)
    new.linked = {}
    made = int(insert_new(session, new) or 0)
    session.delete(part)
    names = (sale.id, *sale.aliases)
    mine = update(TicketAlias).where(col(TicketAlias.ticket_id) == ticket.id, col(TicketAlias.source) == part.source)
    session.execute(mine.where(col(TicketAlias.alias).in_(names)).values(ticket_id=made))
    why = f"taken out of ticket {ticket.id}"
    record(session, "ticket", made, at=now, who="operator", before="", after=new.state, why=why)
    row = session.get_one(Ticket, made)
    apply_refunds(session, row, at=now)
    move_due(flow, session, row)
    return made


def _is_order(flow: Flow, ticket: Ticket) -> bool:
    link = link_of(flow.settings, ticket.source)
    kind: Kind = link.kind if link else "order"
    return kind == "order"
