"""A source is read: page by page, each page and the cursor in one transaction."""

from datetime import datetime, timedelta
from typing import Any

from hub.plugin import ContractError, HubError, Page, TransientError
from hub.store import SourceState

from .conditions import end, wait_out
from .context import Flow
from .instances import Instance
from .intake import Counts, map_records, take_in
from .issuer_time import start_of
from .work import claim, finish, held


def step(flow: Flow, source_id: int) -> Counts | None:
    """Read one source from where it was left; None if somebody else is at it."""
    lease = timedelta(seconds=flow.settings.engine.lease_s)
    taken = claim(flow.store, SourceState, source_id, now=flow.now(), lease=lease)
    if taken is None:
        return None
    state, token = taken
    instance = flow.instances.sources.get(state.name)
    if instance is None:
        _absent(flow, state, token)
        return None
    counts = Counts()
    try:
        _read(flow, instance, state, token, counts)
    except HubError as error:
        _failed(flow, state, token, error)
    except Exception as error:
        _failed(flow, state, token, TransientError(f"{type(error).__name__}: {error}"))
    else:
        _stop(flow, state, token)
    return counts


def _absent(flow: Flow, state: SourceState, token: str) -> None:
    """It is not configured any more, or its plugin is not there: what it brought stays either way."""
    configured = flow.settings.sources.get(state.name)
    if configured is None or not configured.enabled:
        return _stop(flow, state, token)
    return _failed(flow, state, token, flow.instances.broken[f"source {state.name}"])


def since_of(flow: Flow, state: SourceState) -> datetime:
    """Where reading begins: the cursor less an overlap, or the source's own start."""
    start = start_of(flow, state.name)
    if state.complete_until is None:
        return start
    return max(start, state.complete_until - flow.instances.sources[state.name].plugin.overlap)


def _read(flow: Flow, instance: Instance[Any], state: SourceState, token: str, counts: Counts) -> None:
    for page in instance.plugin.pages(instance.http, since_of(flow, state)):
        _refuse_naive(instance, page)
        mapped = map_records(instance.plugin, page.records)
        with flow.store.write() as session:
            row = held(session, SourceState, state.id, token)
            counts += take_in(flow, session, state.name, mapped)
            if page.complete_until and (row.complete_until is None or page.complete_until > row.complete_until):
                row.complete_until = page.complete_until
            row.due_at = flow.now() + timedelta(seconds=flow.settings.engine.lease_s)
        if page.committed is not None:
            page.committed()


def _refuse_naive(instance: Instance[Any], page: Page) -> None:
    if page.complete_until is not None and page.complete_until.tzinfo is None:
        raise ContractError(f"{instance.plugin.name} answered a page whose complete_until has no time zone")


def _stop(flow: Flow, state: SourceState, token: str) -> None:
    with flow.store.write() as session:
        row = held(session, SourceState, state.id, token)
        row.read_at = flow.now()
        finish(row)
        end(flow, session, f"source {state.name}")


def _failed(flow: Flow, state: SourceState, token: str, error: HubError) -> None:
    with flow.store.write() as session:
        row = held(session, SourceState, state.id, token)
        wait_out(flow, session, row, f"source {state.name}", error)
