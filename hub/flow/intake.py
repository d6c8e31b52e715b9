"""Movements of money become tickets, refunds and payments; what is known already changes nothing."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

import simplejson
from pydantic import ValidationError
from sqlmodel import Session, col, select

from hub.plugin import DataError, Ignored, Movement, Payment, Record, Refund, Sale, Source
from hub.store import InboxItem, InboxState, PaymentRow, RefundRow, Ticket, TicketAlias, TicketState
from hub.store.inserts import insert_new
from hub.store.states import move_inbox, note, record

from .context import Flow
from .issuer_time import deadline_of, start_of
from .portal_port import canonical_reference
from .refunds import apply_refunds, follow_refunds, nothing_owed
from .work import due


@dataclass(frozen=True, slots=True)
class Mapped:
    """A raw record and what the source made of it."""

    body: bytes
    movement: Movement | DataError


@dataclass(slots=True)
class Counts:
    """What became of some records."""

    new: int = 0
    changed: int = 0
    known: int = 0
    ignored: int = 0
    set_aside: int = 0

    def __iadd__(self, other: "Counts") -> Self:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def map_records(source: Source[Any], records: Iterable[Record]) -> list[Mapped]:
    """Ask the source, outside any transaction; what it raises sets aside that record only."""
    return [Mapped(raw_bytes(item), map_record(source, item)) for item in records]


def map_record(source: Source[Any], item: Record) -> Movement | DataError:
    """One record; whatever goes wrong is this record's DataError."""
    try:
        return source.to_sale(item)
    except DataError as error:
        return error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        return DataError(f"{field or 'record'}: {first['msg']}", field=field)
    except Exception as error:
        return DataError(f"{source.name} cannot map this record: {type(error).__name__}: {error}")


def raw_bytes(item: Record) -> bytes:
    """A record as it is stored: canonical, so that equal records have equal hashes; numbers stay exact."""
    return simplejson.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def stored_record(body: bytes) -> Record:
    """The record again, its numbers exact."""
    record: Record = json.loads(body, parse_float=Decimal)
    return record


def take_in(flow: Flow, session: Session, source: str, mapped: Iterable[Mapped]) -> Counts:
    """Record what was mapped, in the caller's transaction."""
    counts = Counts()
    for one in mapped:
        outcome = _take_one(flow, session, source, one)
        setattr(counts, outcome, getattr(counts, outcome) + 1)
    return counts


def _take_one(flow: Flow, session: Session, source: str, one: Mapped) -> str:
    now = flow.now()
    item = InboxItem(
        source=source,
        kind="record",
        delivery_key=hashlib.sha256(one.body).hexdigest(),
        received_at=now,
        body=one.body,
        state=InboxState.DONE,
    )
    movement = judged(flow, source, one.movement)
    if isinstance(movement, DataError):
        item.state, item.reason, item.hint = InboxState.SET_ASIDE, str(movement), movement.hint
        return "set_aside" if insert_new(session, item) is not None else "known"
    if isinstance(movement, Ignored):
        item.state, item.reason = InboxState.IGNORED, movement.reason
        insert_new(session, item)
        return "ignored"
    # A sale is applied although its bytes are known: what was changed and changed back is news again.
    if insert_new(session, item) is None and not _usable_now(session, item, now) and not isinstance(movement, Sale):
        return "known"
    return apply(flow, session, source, movement)


def _usable_now(session: Session, item: InboxItem, now: datetime) -> bool:
    """The same record, of no use before: the plugin, its mapping or the source's start was changed."""
    earlier = session.exec(
        select(InboxItem).where(
            InboxItem.source == item.source,
            InboxItem.kind == "record",
            InboxItem.delivery_key == item.delivery_key,
            col(InboxItem.state).in_([InboxState.SET_ASIDE, InboxState.IGNORED]),
        )
    ).one_or_none()
    if earlier is None:
        return False
    move_inbox(session, earlier, InboxState.DONE, at=now, why="usable now")
    earlier.hint = ""
    return True


def judged(flow: Flow, source: str, movement: Movement | DataError) -> Movement | DataError:
    """What a source made of a record, unless it asks for no invoice here."""
    reason = _not_ours(flow, source, movement) if isinstance(movement, Sale) else ""
    return Ignored(reason) if reason else movement


def apply(flow: Flow, session: Session, source: str, movement: Sale | Refund | Payment) -> str:
    """Record one movement; answers what became of it (a field of Counts)."""
    match movement:
        case Sale():
            return _sale(flow, session, source, movement)
        case Refund():
            return _refund(flow, session, source, movement)
        case Payment():
            return _payment(session, source, movement)


def _sale(flow: Flow, session: Session, source: str, sale: Sale) -> str:
    settings = flow.settings.sources[source]
    digest = hashlib.sha256(sale.model_dump_json(exclude={"updated_at"}).encode()).hexdigest()
    known = _ticket(session, source, (sale.id, *sale.aliases))
    if known is not None:
        return _seen_again(flow, session, known, sale, digest)
    now = flow.now()
    held = settings.invoice == "hold"
    ticket = Ticket(
        issuer=settings.issuer,
        source=source,
        movement_key=sale.id,
        reference=sale.reference or sale.id,
        canonical_reference=canonical_reference(sale.reference or sale.id),
        link=secrets.token_urlsafe(16),
        purchase_link=secrets.token_urlsafe(16),
        sold_at=sale.sold_at,
        currency=sale.currency,
        total=sale.total,
        sale=sale.model_dump(mode="json"),
        content_hash=digest,
        email=(sale.buyer.email or "").strip().lower(),
        deadline=deadline_of(flow.issuer(settings.issuer), sale.sold_at),
        created_at=now,
        updated_at=now,
        state=TicketState.HELD if held else TicketState.OPEN,
        reason="this source is set not to be invoiced yet (invoice: hold)" if held else "",
        due_at=None if held else now,
    )
    ticket_id = insert_new(session, ticket)
    if ticket_id is None:  # another worker made it between our look and our insert
        return "known"
    for alias in {sale.id, *sale.aliases}:
        insert_alias(session, source, alias, ticket_id)
    record(session, "ticket", ticket_id, at=now, who=source, before="", after=ticket.state, why=f"sold {sale.id}")
    apply_refunds(session, session.get_one(Ticket, ticket_id), at=now)
    flow.kick(session, "ticket", ticket_id)
    return "new"


def insert_alias(session: Session, source: str, alias: str, ticket_id: int) -> None:
    """Another name of the same money."""
    insert_new(session, TicketAlias(source=source, alias=alias, ticket_id=ticket_id))


def _not_ours(flow: Flow, source: str, sale: Sale) -> str:
    """Why a sale asks for no invoice here; empty if it does."""
    if sale.total == 0:
        return "no money moved"
    if sale.sold_at < start_of(flow, source):
        return f"sold before the start of {source}"
    if flow.settings.environment == "production" and not sale.live:
        return "a test sale"
    return ""


def _ticket(session: Session, source: str, names: Iterable[str]) -> Ticket | None:
    alias = session.exec(
        select(TicketAlias).where(TicketAlias.source == source, col(TicketAlias.alias).in_(list(names)))
    ).first()
    # Locked: what is told of it must not cross a step that makes its document.
    return session.get_one(Ticket, alias.ticket_id, with_for_update=True) if alias else None


def _seen_again(flow: Flow, session: Session, ticket: Ticket, sale: Sale, digest: str) -> str:
    for alias in sale.aliases:
        insert_alias(session, ticket.source, alias, ticket.id)
    earlier = Sale.model_validate(ticket.sale)
    if sale.updated_at and earlier.updated_at and sale.updated_at < earlier.updated_at:
        return "known"  # told late: the source has said something newer
    if sale.updated_at:
        ticket.sale = {**ticket.sale, "updated_at": sale.updated_at.isoformat()}
    if ticket.content_hash == digest and not ticket.difference:
        return "known"
    material = _material(earlier) != _material(sale)
    if ticket.state in {TicketState.OPEN, TicketState.HELD} or _void_by_refunds(ticket):
        if earlier.buyer != sale.buyer:
            ticket.problems = []  # SAT refused other data than these
        _update(flow, session, ticket, sale, digest, why="changed at the source" if material else "more is known")
        return "changed"
    difference = f"the source now says {sale.total} {sale.currency} in {len(sale.lines)} lines" if material else ""
    if ticket.difference == difference:
        return "known"
    ticket.difference = difference
    why = f"changed at the source after it was {ticket.state}: {difference or 'back to what it was'}"
    note(session, "ticket", ticket, at=flow.now(), who=ticket.source, why=why)
    return "changed"


def _void_by_refunds(ticket: Ticket) -> bool:
    return ticket.state == TicketState.VOID and nothing_owed(ticket)


def _material(sale: Sale) -> tuple[Decimal, str, tuple[tuple[Decimal, str], ...]]:
    return sale.total, sale.currency, tuple((line.total, line.description) for line in sale.lines)


def _update(flow: Flow, session: Session, ticket: Ticket, sale: Sale, digest: str, *, why: str) -> None:
    now, all_back = flow.now(), nothing_owed(ticket)
    ticket.sale, ticket.content_hash = sale.model_dump(mode="json"), digest
    ticket.total, ticket.currency, ticket.difference = sale.total, sale.currency, ""
    ticket.reference = sale.reference or ticket.reference
    ticket.canonical_reference = canonical_reference(ticket.reference)
    ticket.email = (sale.buyer.email or ticket.email).strip().lower()
    ticket.updated_at = now
    note(session, "ticket", ticket, at=now, who=ticket.source, why=why)
    follow_refunds(session, ticket, all_back=all_back, at=now)
    if ticket.state == TicketState.OPEN:
        due(ticket, now)
        flow.kick(session, "ticket", ticket.id)


def _refund(flow: Flow, session: Session, source: str, refund: Refund) -> str:
    now = flow.now()
    row = RefundRow(
        source=source,
        refund_key=refund.id,
        movement_key=refund.sale_id,
        amount=refund.amount,
        currency=refund.currency,
        status=refund.status,
        kind=refund.kind,
        refunded_at=refund.refunded_at,
        reason=refund.reason,
    )
    outcome = "new"
    if insert_new(session, row) is None:
        known = session.exec(
            select(RefundRow).where(RefundRow.source == source, RefundRow.refund_key == refund.id)
        ).one()
        # A reversal is the last word on a refund: whatever else is told of it was told before, and came late.
        if known.status == "reversed" or (known.status, known.amount) == (refund.status, refund.amount):
            return "known"
        known.status, known.amount = refund.status, refund.amount
        session.flush()
        outcome = "changed"
    ticket = _ticket(session, source, (refund.sale_id,))
    if ticket is not None:
        apply_refunds(session, ticket, at=now)
        if ticket.due_at is not None:
            flow.kick(session, "ticket", ticket.id)
    return outcome


def _payment(session: Session, source: str, payment: Payment) -> str:
    row = PaymentRow(
        source=source,
        payment_key=payment.id,
        movement_key=payment.sale_id,
        amount=payment.amount,
        currency=payment.currency,
        forma_pago=payment.forma_pago or "",
        paid_at=payment.paid_at,
    )
    return "new" if insert_new(session, row) is not None else "known"
