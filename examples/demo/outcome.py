"""What became of every sale, read from the hub's own tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from hub.flow.whereabouts import whereabouts
from hub.store import Cfdi, CfdiTicket, CfdiXml, Delivery, InboxItem, InboxState, Store, Ticket

from .sales import EXPECTED, Expected

SOON = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Document:
    """The CFDI of a sale."""

    key: str
    uuid: str
    rfc: str
    total: Decimal
    currency: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """A mail about a sale: sent, or waiting for its time."""

    kind: str
    recipient: str
    state: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One sale and its end."""

    expected: Expected
    source: str
    total: Decimal
    currency: str
    state: str
    why: str
    next: str
    link: str
    document: Document | None
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that could not be used."""

    source: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Results:
    """All of it; `tickets` counts every ticket, expected or not."""

    outcomes: tuple[Outcome, ...]
    set_aside: tuple[SetAside, ...]
    tickets: int


def results(store: Store) -> Results:
    """What there is at this moment."""
    with store.read() as session:
        count = len(session.exec(select(Ticket.id)).all())
    return Results(tuple(outcomes(store)), tuple(_set_aside(store)), count)


def outcomes(store: Store) -> list[Outcome]:
    """Every expected sale that has arrived."""
    with store.read() as session:
        by_reference = {ticket.reference: ticket for ticket in session.exec(select(Ticket))}
        known = [(sale, by_reference[sale.reference]) for sale in EXPECTED if sale.reference in by_reference]
        return [_outcome(session, sale, ticket) for sale, ticket in known]


def _set_aside(store: Store) -> list[SetAside]:
    with store.read() as session:
        items = session.exec(select(InboxItem).where(InboxItem.state == InboxState.SET_ASIDE))
        return [SetAside(item.source, item.reason, item.hint) for item in items]


def at_rest(store: Store) -> bool:
    """Whether the hub has nothing to do at this moment, nor is at anything."""
    soon = datetime.now(UTC) + SOON
    with store.read() as session:
        busy = (
            session.exec(select(table.id).where((col(table.due_at) <= soon) | col(table.token).is_not(None))).first()
            for table in _TABLES
        )
        return all(row is None for row in busy)


_TABLES = (InboxItem, Ticket, Cfdi, Delivery)


def _outcome(session: Session, sale: Expected, ticket: Ticket) -> Outcome:
    covering = _covering(session, ticket)
    why, what_next = whereabouts(ticket, covering)
    documents = [_document(session, cfdi) for cfdi in covering if cfdi.uuid]
    return Outcome(
        sale,
        ticket.source,
        ticket.total,
        ticket.currency,
        ticket.state,
        why,
        what_next,
        ticket.link,
        documents[0] if documents else None,
        tuple(_told(session, ticket)),
    )


def _covering(session: Session, ticket: Ticket) -> Sequence[Cfdi]:
    live = select(Cfdi).join(CfdiTicket, col(CfdiTicket.cfdi_id) == col(Cfdi.id))
    return session.exec(live.where(CfdiTicket.ticket_id == ticket.id, CfdiTicket.live)).all()


def _document(session: Session, cfdi: Cfdi) -> Document:
    xml = session.get_one(CfdiXml, cfdi.id).stamped or b""
    return Document(f"{cfdi.serie}-{cfdi.folio}", cfdi.uuid or "", cfdi.rfc_receptor, cfdi.total, cfdi.currency, xml)


def _told(session: Session, ticket: Ticket) -> Iterator[Told]:
    for row in session.exec(select(Delivery).where(Delivery.ticket_id == ticket.id).order_by(col(Delivery.id))):
        yield Told(row.kind, row.recipient, row.state, row.message_id)
