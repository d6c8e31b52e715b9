"""Tell plugins, sources and subscribers what happened, after it is committed, in the order it happened."""

from sqlalchemy import update
from sqlmodel import col, select

from hub.plugin import Event as PluginEvent
from hub.store import Event

from .context import Flow
from .hooks import enqueue
from .write_back import want_tickets

BATCH = 500


def tell_events(flow: Flow) -> None:
    """Hand untold events to the `hub_event` hook, at least once, and to the outbox of the subscribers, once.

    A plugin that fails changes nothing.
    """
    while _tell_batch(flow) == BATCH:
        pass


def _tell_batch(flow: Flow) -> int:
    with flow.store.read() as session:
        rows = session.exec(select(Event).where(col(Event.told).is_(False)).order_by(col(Event.id)).limit(BATCH)).all()
    for row in rows:
        flow.instances.registry.hook.hub_event(
            PluginEvent(f"{row.entity}.{row.after}", str(row.entity_id), row.at, {"why": row.why, "who": row.who})
        )
    if rows:
        with flow.store.write() as session:
            untold = select(Event).where(col(Event.id).in_([row.id for row in rows]), col(Event.told).is_(False))
            events = session.exec(untold.order_by(col(Event.id)).with_for_update()).all()
            want_tickets(flow, session, {event.entity_id for event in events if event.entity == "ticket"})
            enqueue(flow, session, events)
            told = update(Event).where(col(Event.id).in_([event.id for event in events])).values(told=True)
            session.execute(told, execution_options={"synchronize_session": False})
    return len(rows)
