"""Money that went back: before the invoice it shrinks or voids the ticket, after it it is a difference."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate

from sqlmodel import Session, col, select

from hub.plugin import Line, Sale, exponent_of, rounded
from hub.store import Cancellation, Cfdi, CfdiState, CfdiTicket, RefundRow, Ticket, TicketAlias, TicketState
from hub.store.states import move_ticket, note

from .joined import parts_of
from .work import due, finish

WITH_SUBSTITUTE, NEVER_HAPPENED = "01", "03"
"""The motivos of a cancellation after which there is nothing to invoice, whatever is paid or goes back."""


def apply_refunds(session: Session, ticket: Ticket, *, at: datetime) -> None:
    """Bring the ticket in line with the refunds that are known of it, in whatever order they came."""
    refunded = refunded_so_far(session, ticket)[-1]
    if refunded == ticket.refunded:
        return
    ticket.refunded = refunded
    if not follow_refunds(session, ticket, at=at):
        note(session, "ticket", ticket, at=at, who="hub", why=f"refunded so far: {refunded} {ticket.currency}")


def refunded_so_far(session: Session, ticket: Ticket) -> list[Decimal]:
    """How much had gone back at each time, as far as it is known now: nothing at first, everything at last."""
    rows = _refunds(session, ticket)
    if ticket.linked:
        return _told_by_both(rows, _gateways(session, ticket))
    amounts = (row.amount for row in rows if row.status == "succeeded")
    return list(accumulate(amounts, initial=Decimal(0)))


def _refunds(session: Session, ticket: Ticket) -> Sequence[RefundRow]:
    named = (col(TicketAlias.source) == col(RefundRow.source)) & (col(TicketAlias.alias) == col(RefundRow.movement_key))
    mine = select(RefundRow).join(TicketAlias, named).where(TicketAlias.ticket_id == ticket.id)
    return session.exec(mine.order_by(col(RefundRow.refunded_at), col(RefundRow.id))).all()


def _gateways(session: Session, ticket: Ticket) -> set[str]:
    """The sources that tell of its money."""
    parts = parts_of(session, ticket)
    own = {ticket.source} if any(part.kind == "order" for part in parts) else set()
    return own | {part.source for part in parts if part.kind == "payment"}


def _told_by_both(rows: Iterable[RefundRow], gateways: Collection[str]) -> list[Decimal]:
    """The same money told by the shop and by the gateway goes back once: the side that tells of more is believed.

    What the gateway takes back again did not go back, whatever the shop still says of it.
    """
    told = list(rows)
    failed = sum((r.amount for r in told if r.source in gateways and r.status != "succeeded"), Decimal(0))
    gateway, shop, so_far = Decimal(0), -failed, [Decimal(0)]
    for row in told:
        if row.status == "succeeded" and row.source in gateways:
            gateway += row.amount
        elif row.status == "succeeded":
            shop += row.amount
        so_far.append(max(gateway, shop, Decimal(0)))
    return so_far


def nothing_owed(ticket: Ticket) -> bool:
    """Whether all that was paid went back."""
    return ticket.refunded >= ticket.total


def follow_refunds(session: Session, ticket: Ticket, *, at: datetime) -> bool:
    """Void a ticket of which nothing is owed and nothing was made; open one that was void because all was back."""
    if nothing_owed(ticket) and nothing_made(session, ticket):
        move_ticket(session, ticket, TicketState.VOID, at=at, why="refunded in full before an invoice", who="hub")
        finish(ticket)
    elif not nothing_owed(ticket) and void_for_refunds(session, ticket):
        move_ticket(session, ticket, TicketState.OPEN, at=at, why="something is owed again", who="hub")
        due(ticket, at)
    else:
        return False
    return True


def nothing_made(session: Session, ticket: Ticket) -> bool:
    """Whether the ticket waits for its CFDI and none has been sealed."""
    if ticket.state == TicketState.CLAIMED:
        covering = select(CfdiTicket).where(CfdiTicket.ticket_id == ticket.id, CfdiTicket.live)
        return session.exec(covering).first() is None
    return ticket.state in {TicketState.OPEN, TicketState.HELD}


def void_for_refunds(session: Session, ticket: Ticket) -> bool:
    """Whether it is void because all went back, and not because of what its CFDI was cancelled for."""
    if ticket.state != TicketState.VOID:
        return False
    motivos = (
        select(Cancellation.motivo)
        .join(Cfdi, col(Cfdi.id) == col(Cancellation.cfdi_id))
        .join(CfdiTicket, col(CfdiTicket.cfdi_id) == col(Cfdi.id))
        .where(CfdiTicket.ticket_id == ticket.id, Cfdi.state == CfdiState.CANCELLED)
        .order_by(col(Cancellation.ended_at).desc(), col(Cancellation.id).desc())
    )
    return session.exec(motivos).first() not in {WITH_SUBSTITUTE, NEVER_HAPPENED}


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
