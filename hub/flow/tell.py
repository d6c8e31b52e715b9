"""Tell plugins what happened, after it is committed, in the order it happened."""

from sqlmodel import select

from hub.plugin import Event as PluginEvent
from hub.store import Event

from .context import Flow

BATCH = 500


def tell_events(flow: Flow) -> int:
    """Hand untold events to the `hub_event` hook; at least once, and a plugin that fails changes nothing."""
    with flow.store.read() as session:
        rows = session.exec(select(Event).where(Event.told.is_(False)).order_by(Event.id).limit(BATCH)).all()  # type: ignore[attr-defined]
    for row in rows:
        flow.instances.registry.hook.hub_event(
            PluginEvent(f"{row.entity}.{row.after}", str(row.entity_id), row.at, {"why": row.why, "who": row.who})
        )
    if rows:
        with flow.store.write() as session:
            for event in session.exec(select(Event).where(Event.id.in_([row.id for row in rows]))):  # type: ignore[attr-defined]
                event.told = True
    return len(rows)
