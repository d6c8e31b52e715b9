"""One step of one row. Every delivery of work, from any engine, comes through here."""

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import update
from sqlmodel import col

from hub.flow import decide, deliver, inbox, poll, restoration, stamp, ticket, write_back
from hub.flow.call import Then
from hub.flow.context import Flow
from hub.flow.work import TABLES, LostClaimError
from hub.store import TicketState

log = structlog.get_logger()

STEPS: dict[str, Callable[[Flow, int], object]] = {
    "cfdi": stamp.step,
    "ticket": ticket.step,
    "delivery": deliver.step,
    "inbox": inbox.step,
    "source": poll.step,
    "write_back": write_back.step,
    "restoration": restoration.step,
}
"""In the order in which due work is looked for: what a buyer waits for comes first."""


class Many(NamedTuple):
    """Rows of one state that may take their step in one transaction; answered is which of them want their own."""

    state: str
    step: Callable[[Flow, Collection[int]], set[int]]


MANY = {"ticket": Many(TicketState.OPEN, decide.decide_many)}
MOST_AT_ONCE = 128

FAULT_PAUSE_S = 60


def advance(flow: Flow, entity: str, entity_id: int) -> None:
    """Run the step that is due, and those that it takes along."""
    then: Then | None = Then(entity_id, partial(STEPS[entity], flow, entity_id))
    while then is not None:
        then = _run(flow, entity, then)


def put_off(flow: Flow, entity: str, entity_id: int) -> None:
    """Not now, because its plugin hangs; a row that is with somebody stays with them."""
    table, now = TABLES[entity], flow.now()
    with flow.store.write() as session:
        mine = (col(table.id) == entity_id, col(table.due_at) <= now)
        session.execute(update(table).where(*mine).values(due_at=now + timedelta(seconds=FAULT_PAUSE_S)))


def may_go_together(flow: Flow) -> bool:
    """Not where a plugin is asked about each: a slow one would keep the others waiting."""
    return not flow.instances.registry.hook.knows_receivers


def advance_many(flow: Flow, entity: str, ids: Collection[int]) -> None:
    """Run a step for many rows; where that does not go, each by itself, so that one harms no other."""
    try:
        left = MANY[entity].step(flow, ids)
    except Exception:
        log.exception("step of many failed, each is tried by itself", entity=entity, rows=len(ids))
        left = set(ids)
    for entity_id in sorted(left):
        advance(flow, entity, entity_id)


def _run(flow: Flow, entity: str, then: Then) -> Then | None:
    """What a step did not foresee costs a pause, never the row."""
    try:
        said = then.run()
    except LostClaimError:
        log.warning("lease lost, another worker goes on", entity=entity, id=then.entity_id)
    except Exception:
        log.exception("step failed, will be tried again", entity=entity, id=then.entity_id, pause_s=FAULT_PAUSE_S)
        _pause(flow, entity, then.entity_id)
    else:
        return said if isinstance(said, Then) else None
    return None


def _pause(flow: Flow, entity: str, entity_id: int) -> None:
    table = TABLES[entity]
    now = flow.now()
    with flow.store.write() as session:
        wanting = (col(table.id) == entity_id, col(table.due_at).is_not(None))
        session.execute(update(table).where(*wanting).values(due_at=now + timedelta(seconds=FAULT_PAUSE_S), token=None))
