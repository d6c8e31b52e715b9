"""New sales, many at once: what a shop's past consists of when it is read for the first time."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlmodel import Session, col, select

from hub.plugin import Sale
from hub.store import Event, RefundRow, Ticket, TicketAlias, TicketState
from hub.store.inserts import complete, insert_all, insert_all_new
from hub.store.states import event_values

from .buyers import AskedFor
from .context import Flow
from .decide import strangers
from .links import link_of
from .new_ticket import values_for
from .outbox import send_first_links
from .refunds import apply_refunds
from .work import due


def sales_by_themselves(flow: Flow, session: Session, source: str, sales: Sequence[Sale]) -> set[str]:
    """The ids of those that nobody told before and that have nothing to do with one another.

    Where a sale may have another half or another seller, each needs a look of its own.
    """
    if link_of(flow.settings, source) is not None or flow.settings.sources[source].sellers:
        return set()
    told = Counter(name for sale in sales for name in _names(sale))
    known = set(
        session.exec(
            select(TicketAlias.alias).where(TicketAlias.source == source, col(TicketAlias.alias).in_(list(told)))
        )
    )
    return {sale.id for sale in sales if all(told[name] == 1 and name not in known for name in _names(sale))}


def make_tickets(flow: Flow, session: Session, source: str, sales: Sequence[Sale]) -> int:
    """Their tickets; answers how many are new. Another worker may have made one between our look and our insert."""
    rows = [values_for(flow, source, sale) for sale in sales]
    decided = _decided(flow, session, sales, rows)
    made = insert_all_new(session, Ticket, rows, by="movement_key")
    new = [(made[sale.id], sale, row) for sale, row in zip(sales, rows, strict=True) if sale.id in made]
    named = [(name, ticket) for ticket, sale, _ in new for name in _names(sale)]
    insert_all(session, TicketAlias, [{"source": source, "alias": name, "ticket_id": ticket} for name, ticket in named])
    insert_all(session, Event, [_sold(source, ticket, sale, row) for ticket, sale, row in new])
    refunded = _apply_early_refunds(flow, session, made.values())
    asks = {ticket: row for ticket, sale, row in new if sale.id in decided and ticket not in refunded}
    send_first_links(flow, session, asks.items())
    for ticket, _, _ in new:
        if ticket not in asks:
            flow.kick(session, "ticket", ticket)
    return len(new)


def _decided(
    flow: Flow, session: Session, sales: Sequence[Sale], rows: Sequence[dict[str, Any]]
) -> AbstractSet[int | str]:
    """The ids of those whose buyer nobody knows: they get their link with their ticket and want no step."""
    asked = [
        (AskedFor(sale.id, row["issuer"], source=row["source"], email=row["email"]), sale.buyer)
        for sale, row in zip(sales, rows, strict=True)
        if row["due_at"] is not None
    ]
    nobody = strangers(flow, session, asked)
    for sale, row in zip(sales, rows, strict=True):
        if sale.id in nobody:
            row["due_at"] = None
    return nobody


def _sold(source: str, ticket: int, sale: Sale, row: Mapping[str, Any]) -> dict[str, Any]:
    why, at = f"sold {sale.id}", row["created_at"]
    values = event_values("ticket", ticket, at=at, who=source, before="", after=row["state"], why=why)
    return complete(Event, **values)


def _apply_early_refunds(flow: Flow, session: Session, tickets: Collection[int]) -> set[int]:
    """Those that were told before their sales; answers the tickets, which take their own step if they are open."""
    named = (col(TicketAlias.source) == col(RefundRow.source)) & (col(TicketAlias.alias) == col(RefundRow.movement_key))
    early = select(TicketAlias.ticket_id).join(RefundRow, named).where(col(TicketAlias.ticket_id).in_(tickets))
    refunded = set(session.exec(early))
    for ticket_id in sorted(refunded):
        ticket, now = session.get_one(Ticket, ticket_id), flow.now()
        apply_refunds(session, ticket, at=now)
        if ticket.state == TicketState.OPEN:
            due(ticket, now)
    return refunded


def _names(sale: Sale) -> set[str]:
    return {sale.id, *sale.aliases}
