"""`hub inbox`: what arrived and could not be used."""

import getpass
import sys
from typing import Annotated

import typer
from sqlmodel import col, select

from hub.flow.resolve import SHORTEST_REASON
from hub.flow.settled import dismiss as dismiss_item
from hub.flow.work import due
from hub.plugin import ConfigError
from hub.store import InboxItem, InboxState
from hub.store.states import move_inbox

from . import show
from .exits import DONE, SET_ASIDE
from .state import State

app = typer.Typer(help="Raw deliveries and records as they arrived.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[InboxState, typer.Option(help="Which ones.")] = InboxState.SET_ASIDE,
    limit: show.Limit = 100,
    as_json: show.Json = False,
) -> int:
    """What was set aside, with the reason and what to do."""
    query = select(InboxItem).where(InboxItem.state == state).order_by(col(InboxItem.id).desc()).limit(limit)
    with context.obj.store() as store, store.read() as session:
        rows = session.exec(query).all()
    found = [
        {"id": i.id, "source": i.source, "kind": i.kind, "received_at": i.received_at, "says": i.reason, "hint": i.hint}
        for i in rows
    ]
    show.rows(("id", "source", "kind", "received_at"), found, notes=("says", "hint"), as_json=as_json)
    return SET_ASIDE if found and state == InboxState.SET_ASIDE else DONE


@app.command()
def raw(context: typer.Context, item: show.Id) -> None:
    """The raw bytes of one item."""
    with context.obj.store() as store, store.read() as session:
        found = session.get(InboxItem, item)
    if found is None:
        raise ConfigError(f"there is no inbox item {item}", hint="`hub inbox list` shows what was set aside")
    sys.stdout.buffer.write(found.body)


@app.command()
def retry(context: typer.Context, item: show.Id) -> None:
    """Try an item that was set aside again, after its plugin or the mapping was mended."""
    state: State = context.obj
    with state.flow() as flow, flow.store.write() as session:
        found = session.get(InboxItem, item)
        if found is None or found.state != InboxState.SET_ASIDE:
            raise ConfigError(f"inbox item {item} is not set aside", hint="`hub inbox list` shows what is")
        move_inbox(session, found, InboxState.RECEIVED, at=flow.now(), why="tried again", who="operator")
        due(found, flow.now())
        flow.kick(session, "inbox", found.id)
    typer.echo(f"inbox item {item} will be tried again by the daemon")


@app.command()
def dismiss(
    context: typer.Context,
    item: show.Id,
    reason: Annotated[str, typer.Option(help="What you did instead, such as the sale you keyed in. Kept with it.")],
) -> None:
    """Say that you dealt with an item that was set aside in another way, such as by a sale keyed in by hand."""
    why = reason.strip()
    if len(why) < SHORTEST_REASON:
        raise ConfigError("this is said by a reason in words", hint="what became of it, and who decided so")
    state: State = context.obj
    with state.flow() as flow, flow.store.write() as session:
        dismiss_item(flow, session, item, why=why, who=f"operator {getpass.getuser()}"[:60])
    typer.echo(f"inbox item {item} is dismissed")
