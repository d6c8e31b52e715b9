"""Tell plugins what happened, after it is committed, in the order it happened."""

from sqlmodel import col, select

from hub.plugin import Event as PluginEvent
from hub.store import Event

from .context import Flow

BATCH = 500


def tell_events(flow: Flow) -> None:
    """Hand untold events to the `hub_event` hook; at least once, and a plugin that fails changes nothing."""
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
            for event in session.exec(select(Event).where(col(Event.id).in_([row.id for row in rows]))):
                event.told = True
    return len(rows)
