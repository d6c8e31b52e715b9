"""Which sources tell of orders, which of their payments, and how long one waits for the other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, select

from hub.config import Settings
from hub.plugin import Sale
from hub.store import LinkTurn, Ticket
from hub.store.inserts import insert_new

from .context import Flow
from .joined import forma_pago_of

Kind = Literal["order", "payment"]


@dataclass(frozen=True, slots=True)
class Link:
    """What a source is to others: a shop whose orders they pay, or a gateway that takes the money of theirs."""

    source: str
    kind: Kind
    others: dict[str, timedelta]
    """The sources on the other side, and how far apart a sale and its other half may be."""
    settle: timedelta
    """How long a payment waits for its order, or an order that does not know how it was paid for its payment."""


def link_of(settings: Settings, source: str) -> Link | None:
    """None if the source stands by itself."""
    mine = settings.sources.get(source)
    if mine is not None and mine.paid_through:
        return Link(source, "order", dict.fromkeys(mine.paid_through, mine.link_within), mine.settle)
    shops = {name: shop for name, shop in settings.sources.items() if source in shop.paid_through}
    if not shops:
        return None
    within = {name: shop.link_within for name, shop in shops.items()}
    return Link(source, "payment", within, max(shop.settle for shop in shops.values()))


def take_turn(flow: Flow, session: Session, source: str) -> None:
    """One at a time among the sources of an issuer that may tell of the same money; others do not wait.

    Taken before any other lock, so that nobody waits in a circle.
    """
    if link_of(flow.settings, source) is not None:
        turn_of(session, flow.settings.sources[source].issuer)


def turn_of(session: Session, issuer: str) -> None:
    """Until the end of the transaction."""
    insert_new(session, LinkTurn(issuer=issuer))
    session.exec(select(LinkTurn).where(LinkTurn.issuer == issuer).with_for_update()).one()


def settles_until(flow: Flow, ticket: Ticket) -> datetime | None:
    """Until when a ticket waits for its other half, which knows what was sold or how; None if it does not."""
    if ticket.linked is not None or ticket.reviewed:
        return None
    link = link_of(flow.settings, ticket.source)
    if link is None:
        return None
    if link.kind == "order" and forma_pago_of(flow, ticket, Sale.model_validate(ticket.sale)) is not None:
        return None
    until = ticket.created_at + link.settle
    return until if until > flow.now() else None
