"""`hub api-keys`: who may use the REST API, and for which source."""

from typing import Annotated

import typer
from sqlmodel import col, select

from hub.flow.api_keys import new_key, revoke_key
from hub.plugin import ConfigError
from hub.store import ApiKey

from . import show
from .state import State

app = typer.Typer(help="Keys of the REST API; each is bound to one source.", no_args_is_help=True)


@app.command()
def new(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The source that it sends to, such as one with `use: rest`.")],
    label: Annotated[str, typer.Option(help="Whose it is, in your words.")] = "",
    as_json: show.Json = False,
) -> None:
    """Make a key. It is shown this once: only its hash is kept."""
    state: State = context.obj
    with state.flow() as flow, flow.store.write() as session:
        key, text = new_key(flow, session, source, label or source)
    facts = {"id": key.id, "source": key.source, "label": key.label, "mode": _mode(key), "key": text}
    show.facts(facts, as_json=as_json)


@app.command("list")
def list_(context: typer.Context, as_json: show.Json = False) -> None:
    """The keys, never what they are."""
    with context.obj.store() as store, store.read() as session:
        keys = session.exec(select(ApiKey).order_by(col(ApiKey.id))).all()
    found = [
        {
            "id": key.id,
            "source": key.source,
            "label": key.label,
            "mode": _mode(key),
            "created_at": key.created_at,
            "revoked_at": key.revoked_at,
        }
        for key in keys
    ]
    show.rows(("id", "source", "label", "mode", "created_at", "revoked_at"), found, as_json=as_json)


@app.command()
def revoke(context: typer.Context, key: show.Id) -> None:
    """Take a key away, with everything that was subscribed by it."""
    state: State = context.obj
    with state.flow() as flow, flow.store.write() as session:
        found = session.get(ApiKey, key)
        if found is None:
            raise ConfigError(f"there is no API key {key}", hint="`hub api-keys list` shows them")
        if found.revoked_at is not None:
            raise ConfigError(f"API key {key} is revoked already")
        revoke_key(session, found, at=flow.now())
    typer.echo(f"API key {key} opens nothing any more")


def _mode(key: ApiKey) -> str:
    return "live" if key.live else "test"
