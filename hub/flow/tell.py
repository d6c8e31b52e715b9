"""Tell plugins, sources and subscribers what happened, after it is committed, in the order it happened."""

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from hub.plugin import Event as PluginEvent
from hub.plugin import TransientError
from hub.store import Condition, Event, Hook

from . import write_back
from .conditions import begin, end
from .context import Flow
from .hooks import enqueue

UNHEARD = 2000
"""So many events that nobody hears are marked in one statement."""
BATCH = 100
"""Few enough that deliveries which wait for the database meanwhile do not notice."""
PATIENCE_S = 30.0
"""How long a plugin may take to hear so many events."""
HANGS = "hung events of "
HANGS_HINT = (
    "it hears no more events until that call ends, everything else goes on. Report it to the plugin's author; "
    "a restart of the hub ends the call"
)


def tell_events(flow: Flow) -> None:
    """Hand untold events to the `hub_event` hook, at least once, and to the outbox of the subscribers, once.

    A plugin that fails changes nothing. One that hangs is waited for once, and hears nothing more until it comes back.
    """
    if _nobody_hears(flow):
        while _mark_batch(flow) == UNHEARD:
            pass
    while _tell_batch(flow) == BATCH:
        pass


def _nobody_hears(flow: Flow) -> bool:
    with flow.store.read() as session:
        subscribed = session.exec(select(Hook.id).limit(1)).first() is not None
    return not (subscribed or write_back.is_wanted(flow) or flow.instances.registry.hook.hears_events)


def _mark_batch(flow: Flow) -> int:
    with flow.store.write() as session:
        if session.exec(select(Hook.id).limit(1)).first() is not None:
            return 0  # somebody has subscribed meanwhile
        _note_hanging(flow, session, ())
        untold = select(Event.id).where(col(Event.told).is_(False)).order_by(col(Event.id)).limit(UNHEARD)
        marked = update(Event).where(col(Event.id).in_(untold.with_for_update(skip_locked=True))).values(told=True)
        done = session.execute(marked, execution_options={"synchronize_session": False})
        return cast("CursorResult[Any]", done).rowcount


def _tell_batch(flow: Flow) -> int:
    with flow.store.read() as session:
        rows = session.exec(select(Event).where(col(Event.told).is_(False)).order_by(col(Event.id)).limit(BATCH)).all()
    if rows:
        hanging = flow.instances.registry.hook.hub_event([_told(row) for row in rows], patience_s=PATIENCE_S)
        with flow.store.write() as session:
            untold = select(Event).where(col(Event.id).in_([row.id for row in rows]), col(Event.told).is_(False))
            events = session.exec(untold.order_by(col(Event.id)).with_for_update()).all()
            write_back.want_tickets(flow, session, {event.entity_id for event in events if event.entity == "ticket"})
            enqueue(flow, session, events)
            told = update(Event).where(col(Event.id).in_([event.id for event in events])).values(told=True)
            session.execute(told, execution_options={"synchronize_session": False})
            _note_hanging(flow, session, hanging)
    return len(rows)


def _told(row: Event) -> PluginEvent:
    return PluginEvent(f"{row.entity}.{row.after}", str(row.entity_id), row.at, {"why": row.why, "who": row.who})


def _note_hanging(flow: Flow, session: Session, hanging: Collection[str]) -> None:
    known = session.exec(select(Condition.subject).where(col(Condition.subject).startswith(HANGS))).all()
    for subject in known:
        if subject.removeprefix(HANGS) not in hanging:
            end(flow, session, subject)
    for plugin in hanging:
        error = TransientError("a call of hub_event does not end: the plugin hangs", hint=HANGS_HINT)
        begin(flow, session, f"{HANGS}{plugin}", error)
