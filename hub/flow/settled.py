"""A record that was set aside waits no longer: its source tells it anew, or a person settled it."""

from collections.abc import Iterable, Mapping
from typing import Any

import simplejson
from sqlmodel import Session, col, select

from hub.plugin import ConfigError
from hub.store import InboxItem, InboxState
from hub.store.states import move_inbox

from .context import Flow

NEWEST = 500
"""Of more that wait at one source the oldest stay until a person looks: each page is compared with all of them."""


def settle_outdated(flow: Flow, session: Session, source: str, told: Iterable[bytes]) -> None:
    """End the waiting of records of which the source tells otherwise now; these are judged by themselves.

    The same record is one with the same `id` and the same fields: order 17 is not refund 17.
    """
    waiting = select(InboxItem).where(
        InboxItem.source == source, InboxItem.kind == "record", InboxItem.state == InboxState.SET_ASIDE
    )
    items = session.exec(waiting.order_by(col(InboxItem.id).desc()).limit(NEWEST)).all()
    if not items:
        return
    bodies = set(told)
    names = {name for body in bodies if (name := _name(body))}
    for item in items:
        # The very same bytes, usable after the plugin was mended, are taken in as that item.
        if item.body not in bodies and _name(item.body) in names:
            move_inbox(session, item, InboxState.DONE, at=flow.now(), why="its source tells it anew")
            item.hint = ""


def dismiss(flow: Flow, session: Session, item_id: int, *, why: str, who: str) -> None:
    """A person dealt with a record or delivery in another way: it is not asked for again.

    Raises:
        ConfigError: it is not set aside.
    """
    item = session.get(InboxItem, item_id, with_for_update=True)
    if item is None or item.state != InboxState.SET_ASIDE:
        raise ConfigError(f"inbox item {item_id} is not set aside", hint="`hub inbox list` shows what is")
    move_inbox(session, item, InboxState.IGNORED, at=flow.now(), why=f"dismissed: {why}", who=who)
    item.hint = ""


def _name(body: bytes) -> tuple[str, frozenset[str]] | None:
    try:
        record: Any = simplejson.loads(body, use_decimal=True)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, Mapping) or not isinstance(record.get("id"), str | int):
        return None
    return str(record["id"]), frozenset(record)
