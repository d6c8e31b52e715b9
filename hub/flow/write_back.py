"""Writing back: sources that want it are told what became of their sales, as due work beside the sale's own.

Every change of a ticket leaves an event; whoever tells the events to plugins asks for the ticket's outcome here, in the
transaction that marks them told. So nothing of a sale waits for it, and no change can be forgotten.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import cast

import structlog
from sqlalchemy import update
from sqlmodel import Session, col, select

from hub.plugin import ConfigError, DataError, Http, InDoubtError, Outcome, TransientError, WritesBack
from hub.secrecy import masked
from hub.store import Ticket, TicketSale, WriteBackItem, WriteBackState
from hub.store.inserts import insert_new

from .conditions import end, wait_out
from .context import Flow
from .outcome_told import outcome_of
from .work import claim, due, finish, held

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _News:
    """An outcome to write, and which asking it answers."""

    item: int
    asked: int
    outcome: Outcome
    digest: str
    same: bool


def is_wanted(flow: Flow) -> bool:
    """Whether any source is told."""
    return bool(_wanting(flow))


def want_tickets(flow: Flow, session: Session, tickets: Collection[int]) -> None:
    """Ask for the outcomes of tickets, those whose source wants to know."""
    wanting = _wanting(flow)
    if not wanting or not tickets:
        return
    named = select(Ticket.source, Ticket.movement_key, Ticket.id).where(
        col(Ticket.id).in_(tickets), col(Ticket.source).in_(wanting)
    )
    joined = select(TicketSale.source, TicketSale.movement_key, TicketSale.ticket_id).where(
        col(TicketSale.ticket_id).in_(tickets), col(TicketSale.source).in_(wanting)
    )
    found = [*session.exec(named.order_by(col(Ticket.id))), *session.exec(joined.order_by(col(TicketSale.id)))]
    _wake(flow, session, {source for source, _, _ in found})
    for source, key, ticket in found:
        _want(flow, session, source, key, ticket_id=ticket)


def want_problem(flow: Flow, session: Session, source: str, body: bytes, error: DataError) -> None:
    """Ask that the reason why a record cannot be used is written beside it, unless that is what was asked last."""
    key = _id_of(flow, source, body) if source in _wanting(flow) else ""
    if not key:
        return
    said = masked(f"{error}. {error.hint}".strip())
    query = select(WriteBackItem.problem).where(WriteBackItem.source == source, WriteBackItem.external_id == key)
    if session.exec(query).one_or_none() != said:
        _wake(flow, session, {source})
        _want(flow, session, source, key, problem=said)


def want_repaired(flow: Flow, session: Session, source: str, keys: Collection[str]) -> None:
    """Ask that a reason is taken away again, where these sales had one."""
    if not keys or source not in _wanting(flow):
        return
    query = select(WriteBackItem.external_id).where(WriteBackItem.source == source, col(WriteBackItem.problem) != "")
    repaired = sorted(set(session.exec(query)) & set(keys))
    if repaired:
        _wake(flow, session, {source})
    for key in repaired:
        _want(flow, session, source, key, problem="")


def step(flow: Flow, state_id: int) -> None:
    """Write one batch to one source."""
    lease = timedelta(seconds=flow.settings.engine.lease_s)
    taken = claim(flow.store, WriteBackState, state_id, now=flow.now(), lease=lease)
    if taken is None:
        return
    state, token = taken
    news: list[_News] = []
    refused: Mapping[str, str] = {}
    if state.name in _wanting(flow):
        instance = flow.instances.sources[state.name]
        writer = cast("WritesBack", instance.plugin)
        news = _news(flow, state.name, writer.batch)
        try:
            refused = _written(writer, instance.http, [one.outcome for one in news if not one.same])
        except (ConfigError, TransientError) as error:
            _wait(flow, state, token, error)
            return
        except InDoubtError as error:
            _wait(flow, state, token, TransientError(str(error), hint=error.hint))
            return
    _done(flow, state, token, news, refused)


def _wanting(flow: Flow) -> set[str]:
    return {name for name in flow.instances.sources if flow.settings.sources[name].write_back}


def _id_of(flow: Flow, source: str, body: bytes) -> str:
    writer = cast("WritesBack", flow.instances.sources[source].plugin)
    try:
        return writer.id_of(json.loads(body, parse_float=Decimal))[:200]
    except Exception:
        # The record is one that cannot be used: that its id cannot be read either is no news.
        return ""


def _want(
    flow: Flow, session: Session, source: str, key: str, *, ticket_id: int | None = None, problem: str | None = None
) -> None:
    now = flow.now()
    given = {"ticket_id": ticket_id, "problem": problem}
    news = {name: value for name, value in given.items() if value is not None}
    row = WriteBackItem(source=source, external_id=key, asked_at=now, ticket_id=ticket_id, problem=problem or "")
    if insert_new(session, row) is None:
        known = update(WriteBackItem).where(col(WriteBackItem.source) == source, col(WriteBackItem.external_id) == key)
        session.execute(known.values(asked=col(WriteBackItem.asked) + 1, asked_at=now, wanted=True, **news))


def _wake(flow: Flow, session: Session, sources: Iterable[str]) -> None:
    for source in sorted(sources):
        insert_new(session, WriteBackState(name=source))
        # Locked, and before the items are touched, as the end of a batch does: it looks for more before or after
        # this and never meanwhile, and neither waits for the other in a circle.
        state = session.exec(select(WriteBackState).where(WriteBackState.name == source).with_for_update()).one()
        if state.due_at is None:
            due(state, flow.now())
            flow.kick(session, "write_back", state.id)


def _news(flow: Flow, source: str, batch: int) -> list[_News]:
    with flow.store.read() as session:
        query = select(WriteBackItem).where(WriteBackItem.source == source, col(WriteBackItem.wanted))
        items = session.exec(query.order_by(col(WriteBackItem.id)).limit(batch)).all()
        found = [(item, outcome_of(flow, session, item)) for item in items]
    return [_one(item, outcome) for item, outcome in found]


def _one(item: WriteBackItem, outcome: Outcome) -> _News:
    digest = hashlib.sha256(outcome.model_dump_json(exclude={"at"}).encode()).hexdigest()
    return _News(item.id, item.asked, outcome, digest, same=digest == item.digest)


def _written(writer: WritesBack, http: Http, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    if not outcomes:
        return {}
    try:
        return writer.write_back(http, outcomes)
    except (ConfigError, TransientError, InDoubtError):
        raise
    except Exception as error:
        if len(outcomes) == 1:
            return {outcomes[0].id: f"{type(error).__name__}: {error}"}
    # One of them is at fault and the others are not: each by itself.
    refused: dict[str, str] = {}
    for outcome in outcomes:
        refused |= _written(writer, http, [outcome])
    return refused


def _done(flow: Flow, state: WriteBackState, token: str, news: Sequence[_News], refused: Mapping[str, str]) -> None:
    now = flow.now()
    with flow.store.write() as session:
        row = held(session, WriteBackState, state.id, token)
        for one in news:
            reason = refused.get(one.outcome.id, "")
            done: dict[str, object] = {} if one.same else {"written_at": None if reason else now, "refused": reason}
            if not one.same:
                done["digest"] = "" if reason else one.digest
            item = update(WriteBackItem).where(col(WriteBackItem.id) == one.item)
            if done:
                session.execute(item.values(**done))
            # Asked again meanwhile: it stays wanted.
            session.execute(item.where(col(WriteBackItem.asked) == one.asked).values(wanted=False))
        finish(row)
        more = select(WriteBackItem.id).where(WriteBackItem.source == row.name, col(WriteBackItem.wanted)).limit(1)
        if row.name in _wanting(flow) and session.exec(more).first() is not None:
            due(row, now)
            flow.kick(session, "write_back", row.id)
        if any(not one.same for one in news):
            end(flow, session, _subject(row.name))
    for key, reason in refused.items():
        log.warning("could not be written back", source=state.name, sale=key, reason=reason)


def _wait(flow: Flow, state: WriteBackState, token: str, error: ConfigError | TransientError) -> None:
    with flow.store.write() as session:
        row = held(session, WriteBackState, state.id, token)
        wait_out(flow, session, row, _subject(row.name), error)


def _subject(source: str) -> str:
    return f"write-back {source}"
