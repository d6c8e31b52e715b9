"""Movements of money become tickets, refunds and payments; what is known already changes nothing."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby, islice
from typing import Any, NoReturn, Self

import simplejson
from pydantic import ValidationError
from sqlmodel import Session, col, select

from hub.plugin import DataError, Ignored, Movement, Payment, Record, Refund, Sale, Source
from hub.store import InboxItem, InboxState, PaymentRow, RefundRow, Ticket, TicketAlias, TicketState
from hub.store.inserts import complete, insert_all_new, insert_new
from hub.store.states import move_inbox, record

from .amended import seen_again
from .claim import hold
from .context import Flow
from .issuer_time import start_of
from .joined import part_for
from .joining import SELLER_HINT, name_it, settle, told_again
from .linking import hold_in_doubt, join_halves, look_again
from .links import link_of, take_turn
from .new_sales import make_tickets, sales_by_themselves
from .new_ticket import ticket_for
from .partners import NOTHING, keep_names, other_half
from .refunds import apply_refunds
from .sellers import unknown
from .settled import settle_outdated
from .write_back import want_problem, want_repaired

AHEAD = timedelta(days=2)
"""Further ahead of now than any zone: such a time of sale is a mistake, and its invoice would be one."""
AHEAD_HINT = "correct the date where the sale comes from; did day and month change places?"
MOST_AT_ONCE = 200
"""Sales in one statement: databases take only so many values."""


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
    return [_mapped(source, item) for item in records]


def _mapped(source: Source[Any], item: Record) -> Mapped:
    try:
        body = raw_bytes(item)
    except (TypeError, ValueError, RecursionError) as error:
        return Mapped(_in_words(item), DataError(f"{source.name} read a record that is no JSON: {error}"[:500]))
    return Mapped(body, map_record(source, item))


def _in_words(item: Record) -> bytes:
    try:
        return repr(item).encode("utf-8", "backslashreplace")
    except (ValueError, RecursionError):  # an endless number, or a record inside itself
        return f"{type(item).__name__} of {len(item)}".encode()


def map_stored(source: Source[Any], body: bytes) -> Movement | DataError:
    """A stored record, mapped again."""
    try:
        return map_record(source, stored_record(body))
    except (ValueError, RecursionError):
        return DataError(f"{source.name} read a record that is no JSON")


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
    try:
        text = _PLAIN.encode(item)
    except _NotPlainError:
        text = _EXACT.encode(item)
    return text.encode("utf-8", "surrogatepass")


class _NotPlainError(Exception):
    """A record has more in it than texts, whole numbers and floats."""


def _not_plain(_: object) -> NoReturn:
    raise _NotPlainError


_CANONICAL: dict[str, Any] = {
    "ensure_ascii": False,
    "sort_keys": True,
    "separators": (",", ":"),
    "allow_nan": False,
}
_PLAIN = json.JSONEncoder(**_CANONICAL, default=_not_plain)
"""At half the cost; most records are plain."""
_EXACT = simplejson.JSONEncoder(**_CANONICAL, default=str, use_decimal=True)


def stored_record(body: bytes) -> Record:
    """The record again, its numbers exact."""
    record: Record = json.loads(body, parse_float=Decimal)
    return record


def take_in(flow: Flow, session: Session, source: str, mapped: Iterable[Mapped]) -> Counts:
    """Record what was mapped, in the caller's transaction."""
    take_turn(flow, session, source)
    counts, usable = Counts(), []
    for told in _runs(mapped):
        settle_outdated(flow, session, source, (one.body for one in told))
        for one in _new_sales(flow, session, source, told, counts):
            outcome = _take_one(flow, session, source, one)
            setattr(counts, outcome, getattr(counts, outcome) + 1)
        usable += [one.movement.id for one in told if not isinstance(one.movement, DataError | Ignored)]
    want_repaired(flow, session, source, usable)
    return counts


def _runs(mapped: Iterable[Mapped]) -> Iterator[list[Mapped]]:
    """The same in the same order: sales that follow one another together, other things apart from them."""
    for _, several in groupby(mapped, lambda one: isinstance(one.movement, Sale)):
        while run := list(islice(several, MOST_AT_ONCE)):
            yield run


def _new_sales(flow: Flow, session: Session, source: str, told: Sequence[Mapped], counts: Counts) -> list[Mapped]:
    """Take in at once all sales that are surely by themselves and new; answers the others."""
    sales = [one.movement for one in told if isinstance(one.movement, Sale)]
    fresh = sales_by_themselves(flow, session, source, sales) if sales else set()
    mine = [
        (one, sale)
        for one in told
        if isinstance(one.movement, Sale)
        and one.movement.id in fresh
        and isinstance(sale := judged(flow, source, one.movement), Sale)
    ]
    if not mine:
        return list(told)
    now = flow.now()
    rows = [_kept(source, one, now) for one, _ in mine]
    new = insert_all_new(session, InboxItem, rows, by="delivery_key")
    for row in rows:
        if row["delivery_key"] not in new:
            _usable_now(session, source, row["delivery_key"], now)
    made = make_tickets(flow, session, source, [sale for _, sale in mine])
    counts.new += made
    counts.known += len(mine) - made
    taken = {sale.id for _, sale in mine}
    return [one for one in told if not (isinstance(one.movement, Sale) and one.movement.id in taken)]


def _kept(source: str, one: Mapped, now: datetime) -> dict[str, Any]:
    return complete(
        InboxItem,
        source=source,
        kind="record",
        delivery_key=hashlib.sha256(one.body).hexdigest(),
        received_at=now,
        body=one.body,
        state=InboxState.DONE,
    )


def _take_one(flow: Flow, session: Session, source: str, one: Mapped) -> str:
    now = flow.now()
    item = InboxItem(**_kept(source, one, now))
    movement = judged(flow, source, one.movement)
    if isinstance(movement, DataError):
        item.state, item.reason, item.hint = InboxState.SET_ASIDE, str(movement), movement.hint
        want_problem(flow, session, source, one.body, movement)
        return "set_aside" if insert_new(session, item) is not None else "known"
    if isinstance(movement, Ignored):
        item.state, item.reason = InboxState.IGNORED, movement.reason
        insert_new(session, item)
        return "ignored"
    # A sale is applied although its bytes are known: what was changed and changed back is news again.
    known = insert_new(session, item) is None and not _usable_now(session, source, item.delivery_key, now)
    if known and not isinstance(movement, Sale):
        return "known"
    return apply(flow, session, source, movement)


def _usable_now(session: Session, source: str, delivery_key: str, now: datetime) -> bool:
    """The same record, of no use before: the plugin, its mapping or the source's start was changed."""
    earlier = session.exec(
        select(InboxItem).where(
            InboxItem.source == source,
            InboxItem.kind == "record",
            InboxItem.delivery_key == delivery_key,
            col(InboxItem.state).in_([InboxState.SET_ASIDE, InboxState.IGNORED]),
        )
    ).one_or_none()
    if earlier is None:
        return False
    move_inbox(session, earlier, InboxState.DONE, at=now, why="usable now")
    earlier.hint = ""
    return True


def judged(flow: Flow, source: str, movement: Movement | DataError) -> Movement | DataError:
    """What a source made of a record, unless it asks for no invoice here, or cannot have been sold yet."""
    if not isinstance(movement, Sale):
        return movement
    if why := not_yet_sold(flow, movement):
        hint = f"{AHEAD_HINT}; if it is right, `hub inbox retry` takes the sale in when its time has come"
        return DataError(f"sold_at {why}", field="sold_at", hint=hint)
    reason = _not_ours(flow, source, movement)
    return Ignored(reason) if reason else movement


def not_yet_sold(flow: Flow, sale: Sale) -> str:
    """Why its time cannot be the time of a sale, to be read after the field's name; empty if it can."""
    if sale.sold_at <= flow.now() + AHEAD:
        return ""
    return f"is {sale.sold_at.isoformat()}, more than {AHEAD.days} days ahead of now"


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
    link = link_of(flow.settings, source)
    if link is not None:
        keep_names(session, source, sale)
    known = _ticket(session, source, (sale.id, *sale.aliases))
    if known is not None:
        outcome = _known(flow, session, source, known, sale)
        return look_again(flow, session, link, known, sale) or outcome if link else outcome
    found = other_half(flow, session, link, sale) if link else NOTHING
    if link and found.halves and join_halves(flow, session, link, sale, found):
        return "new"
    ticket = ticket_for(flow, source, sale)
    ticket_id = insert_new(session, ticket)
    if ticket_id is None:  # another worker made it between our look and our insert
        return "known"
    now, row = ticket.created_at, session.get_one(Ticket, ticket_id)
    name_it(session, source, sale, row)
    record(session, "ticket", ticket_id, at=now, who=source, before="", after=ticket.state, why=f"sold {sale.id}")
    apply_refunds(session, row, at=now)
    if found.doubt:
        hold_in_doubt(flow, session, row, found)
    if row.state == TicketState.OPEN and (why := unknown(flow, row, sale)):
        hold(flow, session, row, why=why, hint=SELLER_HINT, at=now)
    flow.kick(session, "ticket", ticket_id)
    return "new"


def _known(flow: Flow, session: Session, source: str, ticket: Ticket, sale: Sale) -> str:
    name_it(session, source, sale, ticket)
    part = part_for(session, ticket, source, sale)
    if part is not None:
        return told_again(flow, session, ticket, part, sale)
    outcome = seen_again(flow, session, ticket, sale)
    if outcome == "changed" and (ticket.linked or flow.settings.sources[source].sellers):
        settle(flow, session, ticket)
    return outcome


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
