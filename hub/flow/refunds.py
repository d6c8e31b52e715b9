"""Money that went back: before the invoice it shrinks or voids the ticket, after it it is a difference."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from hub.plugin import Line, Sale, exponent_of, rounded
from hub.store import CfdiTicket, RefundRow, Ticket, TicketAlias, TicketState
from hub.store.states import move_ticket, note

from .work import due, finish


def apply_refunds(session: Session, ticket: Ticket, *, at: datetime) -> None:
    """Bring the ticket in line with the refunds that are known of it, in whatever order they came."""
    names = [a.alias for a in session.exec(select(TicketAlias).where(TicketAlias.ticket_id == ticket.id))]
    rows = session.exec(
        select(RefundRow).where(RefundRow.source == ticket.source, col(RefundRow.movement_key).in_(names))
    ).all()
    refunded = sum((row.amount for row in rows if row.status == "succeeded"), Decimal(0))
    if refunded == ticket.refunded:
        return
    all_back = nothing_owed(ticket)
    ticket.refunded = refunded
    if not follow_refunds(session, ticket, all_back=all_back, at=at):
        note(session, "ticket", ticket, at=at, who="hub", why=f"refunded so far: {refunded} {ticket.currency}")


def nothing_owed(ticket: Ticket) -> bool:
    """Whether all that was paid went back."""
    return ticket.refunded >= ticket.total


def follow_refunds(session: Session, ticket: Ticket, *, all_back: bool, at: datetime) -> bool:
    """Void a ticket of which nothing is owed and nothing was made; open one that was void because all was back."""
    if nothing_owed(ticket) and _nothing_made(session, ticket):
        move_ticket(session, ticket, TicketState.VOID, at=at, why="refunded in full before an invoice", who="hub")
        finish(ticket)
    elif all_back and not nothing_owed(ticket) and ticket.state == TicketState.VOID:
        move_ticket(session, ticket, TicketState.OPEN, at=at, why="something is owed again", who="hub")
        due(ticket, at)
    else:
        return False
    return True


def _nothing_made(session: Session, ticket: Ticket) -> bool:
    if ticket.state == TicketState.CLAIMED:
        covering = select(CfdiTicket).where(CfdiTicket.ticket_id == ticket.id, CfdiTicket.live)
        return session.exec(covering).first() is None
    return ticket.state in {TicketState.OPEN, TicketState.HELD}


def net_of_refunds(sale: Sale, refunded: Decimal) -> Sale:
    """The sale as it should be invoiced after a partial refund: what went back becomes a discount.

    It is spread over the lines by what each cost, with the largest remainders taking the odd cents, so
    that the lines add up to exactly what the buyer finally paid.
    """
    if refunded <= 0:
        return sale
    decimals = exponent_of(sale.currency)
    shares = _spread(refunded, [line.total for line in sale.lines], decimals)
    lines = [
        _cheaper(line, share, sale.prices_include_tax, decimals) for line, share in zip(sale.lines, shares, strict=True)
    ]
    kept = tuple(line for line in lines if line.total > 0)
    return sale.model_copy(update={"lines": kept, "total": sale.total - refunded})


def _spread(amount: Decimal, weights: list[Decimal], decimals: int) -> list[Decimal]:
    whole = sum(weights, Decimal(0))
    unit = Decimal(1).scaleb(-decimals)
    exact = [amount * weight / whole for weight in weights]
    shares = [(value // unit) * unit for value in exact]
    missing = int((amount - sum(shares, Decimal(0))) / unit)
    by_remainder = sorted(range(len(weights)), key=lambda i: exact[i] - shares[i], reverse=True)
    for index in by_remainder[:missing]:
        shares[index] += unit
    return shares


def _cheaper(line: Line, share: Decimal, prices_include_tax: bool, decimals: int) -> Line:
    total = line.total - share
    if prices_include_tax or not line.total:
        discount = line.discount + share
    else:
        net = line.quantity * line.unit_price - line.discount
        discount = line.discount + rounded(net * share / line.total, decimals)
    taxes = (
        None
        if line.taxes is None
        else tuple(tax.model_copy(update={"base": None, "amount": None}) for tax in line.taxes)
    )
    return line.model_copy(update={"total": total, "discount": discount, "taxes": taxes})
