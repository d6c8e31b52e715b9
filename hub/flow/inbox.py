"""A delivery is opened: what it speaks of is read again at its source and becomes movements."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from hub.plugin import ApiSource, ConfigError, DataError, Ignored, RawRequest, Record, TransientError, WebhookSource
from hub.store import InboxItem, InboxState
from hub.store.states import move_inbox

from .conditions import end, wait_out
from .context import Flow
from .instances import Instance
from .intake import Counts, Mapped, apply, judged, map_records, map_stored, take_in
from .links import take_turn
from .work import claim, finish, held
from .write_back import want_repaired


def step(flow: Flow, item_id: int) -> None:
    """Open one delivery, or map one record again."""
    taken = claim(flow.store, InboxItem, item_id, now=flow.now(), lease=timedelta(seconds=flow.settings.engine.lease_s))
    if taken is None:
        return
    _advance(flow, *taken)


def open_claimed(flow: Flow, item_id: int, token: str) -> None:
    """Open a delivery that was claimed when it was committed."""
    with flow.store.read() as session:
        item = session.get_one(InboxItem, item_id)
    _advance(flow, item, token)


def _advance(flow: Flow, item: InboxItem, token: str) -> None:
    instance = flow.instances.sources.get(item.source)
    if instance is None:
        gone = ConfigError(f"there is no source {item.source} any more; its deliveries are kept")
        _wait(flow, item, token, flow.instances.broken.get(f"source {item.source}", gone))
    elif item.kind == "record":
        _map_again(flow, item, token, instance)
    else:
        _open(flow, item, token, instance)


def _open(flow: Flow, item: InboxItem, token: str, instance: Instance[Any]) -> None:
    try:
        outcome = _records(instance, RawRequest(item.headers, item.body, item.received_at))
    except DataError as error:
        _close(flow, item, token, InboxState.SET_ASIDE, why=str(error), hint=error.hint)
    except (ConfigError, TransientError) as error:
        _wait(flow, item, token, error)
    except Exception as error:
        _wait(flow, item, token, TransientError(f"{type(error).__name__}: {error}"))
    else:
        if isinstance(outcome, Ignored):
            _close(flow, item, token, InboxState.IGNORED, why=outcome.reason)
        else:
            _close(flow, item, token, InboxState.DONE, mapped=map_records(instance.plugin, outcome))


def _records(instance: Instance[Any], request: RawRequest) -> list[Record] | Ignored:
    plugin = instance.plugin
    if isinstance(plugin, ApiSource):
        return [plugin.record(request)]
    if not isinstance(plugin, WebhookSource):
        return Ignored(f"{plugin.name} takes no deliveries any more")
    changed = plugin.changed(request)
    if isinstance(changed, Ignored):
        return changed
    return list(_read(plugin, instance, changed))


def _read(plugin: WebhookSource[Any], instance: Instance[Any], changed: Iterable[str | Record]) -> Iterable[Record]:
    for one in changed:
        if isinstance(one, str):
            yield from plugin.read(instance.http, one)
        else:
            yield one


def _close(
    flow: Flow,
    item: InboxItem,
    token: str,
    state: InboxState,
    *,
    why: str = "",
    hint: str = "",
    mapped: Iterable[Mapped] = (),
) -> None:
    with flow.store.write() as session:
        take_turn(flow, session, item.source)
        row = held(session, InboxItem, item.id, token)
        counts = take_in(flow, session, item.source, mapped)
        move_inbox(session, row, state, at=flow.now(), why=why or _told(counts))
        row.hint = hint
        finish(row)
        end(flow, session, f"source {item.source}")


def _told(counts: Counts) -> str:
    parts = [f"{getattr(counts, name)} {name}" for name in Counts.__slots__ if getattr(counts, name)]
    return ", ".join(parts).replace("_", " ") or "nothing there"


def _map_again(flow: Flow, item: InboxItem, token: str, instance: Instance[Any]) -> None:
    movement = judged(flow, item.source, map_stored(instance.plugin, item.body))
    with flow.store.write() as session:
        take_turn(flow, session, item.source)
        row = held(session, InboxItem, item.id, token)
        finish(row)
        if isinstance(movement, DataError):
            move_inbox(session, row, InboxState.SET_ASIDE, at=flow.now(), why=str(movement))
            row.hint = movement.hint
        elif isinstance(movement, Ignored):
            move_inbox(session, row, InboxState.IGNORED, at=flow.now(), why=movement.reason)
        else:
            move_inbox(session, row, InboxState.DONE, at=flow.now(), why=apply(flow, session, item.source, movement))
            want_repaired(flow, session, item.source, [movement.id])


def _wait(flow: Flow, item: InboxItem, token: str, error: ConfigError | TransientError) -> None:
    with flow.store.write() as session:
        row = held(session, InboxItem, item.id, token)
        row.reason, row.hint = str(error), error.hint
        wait_out(flow, session, row, f"source {item.source}", error)
