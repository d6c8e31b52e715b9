"""What a support bundle tells of the database: how much there is of what, never of whom or of what worth."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, SQLModel, col, select

from hub.store import Cfdi, Condition, Delivery, Event, InboxItem, JobRun, PacHealth, SourceState, Store, Ticket

LAST_EVENTS = 1000


def database(store: Store, session: Session) -> dict[str, Any]:
    """Which database it is, and whether its tables are those of this version."""
    version = "sqlite_version()" if store.is_sqlite else "version()"
    return {
        "address": store.url.render_as_string(hide_password=True),
        "version": session.execute(text(f"SELECT {version}")).scalar_one(),
        "revision": store.revision(),
        "current": store.is_current(),
    }


def counts(_store: Store, session: Session) -> list[dict[str, Any]]:
    """Rows by state; how many are due, and since when."""
    now = datetime.now(UTC)
    found = []
    for table in (InboxItem, Ticket, Cfdi, Delivery):
        due = col(table.due_at) <= now
        asked = select(table.state, func.count(), func.count().filter(due), func.min(table.due_at).filter(due))
        for state, rows, waiting, since in session.execute(asked.group_by(table.state).order_by(table.state)):
            found.append({"table": table.__tablename__, "state": state, "rows": rows, "due": waiting, "since": since})
    return found


def conditions(_store: Store, session: Session) -> list[dict[str, Any]]:
    """What waits for a person."""
    return _all(session, Condition, "subject", "since", "message", "hint")


def events(_store: Store, session: Session) -> list[dict[str, Any]]:
    """The last changes of state, the newest first; without the words, which may name a buyer."""
    newest = select(Event).order_by(col(Event.id).desc()).limit(LAST_EVENTS)
    names = ("at", "entity", "entity_id", "who", "before", "after")
    return [{name: getattr(event, name) for name in names} for event in session.exec(newest)]


def running(_store: Store, session: Session) -> dict[str, Any]:
    """How far the sources are read, how the PACs do, which jobs of the clock ran."""
    return {
        "sources": _all(session, SourceState, "name", "plugin", "complete_until", "read_at", "due_at", "attempts"),
        "pacs": _all(session, PacHealth, "pac", "failures", "open_until", "next_at"),
        "jobs": _all(session, JobRun, "job", "period", "started_at", "finished_at")[-100:],
    }


def _all(session: Session, table: type[SQLModel], *names: str) -> list[dict[str, Any]]:
    rows = session.exec(select(table).order_by(*(getattr(table, name) for name in names[:2])))
    return [{name: getattr(row, name) for name in names} for row in rows]


OF_THE_DATABASE: Mapping[str, Callable[[Store, Session], Any]] = {
    "database": database,
    "counts": counts,
    "conditions": conditions,
    "events": events,
    "running": running,
}
"""The parts, by the name of their file."""
