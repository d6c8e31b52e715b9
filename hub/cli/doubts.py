"""`hub doubts`: documents of which it is not known whether they were stamped."""

import typer
from sqlmodel import col, select

from hub.flow.stamp import step
from hub.flow.work import due
from hub.plugin import ConfigError
from hub.store import Cfdi, CfdiState

from . import show
from .exits import DONE, IN_DOUBT
from .state import State

app = typer.Typer(help="Documents whose stamp is not known for sure.", no_args_is_help=True)


@app.command("list")
def list_(context: typer.Context, as_json: show.Json = False) -> int:
    """What is in doubt, since when, and when the PAC is asked again."""
    with context.obj.store() as store, store.read() as session:
        rows = session.exec(select(Cfdi).where(Cfdi.state == CfdiState.IN_DOUBT).order_by(col(Cfdi.id))).all()
    found = [
        {
            "cfdi": c.key,
            "pac": c.pac,
            "since": c.in_doubt_since,
            "says": c.reason,
            "asked": c.attempts,
            "next": c.due_at,
        }
        for c in rows
    ]
    show.rows(("cfdi", "pac", "since", "asked", "next"), found, notes=("says",), as_json=as_json)
    return IN_DOUBT if found else DONE


@app.command()
def recover(context: typer.Context, cfdi: str | None = typer.Argument(None, help="Only this one, by its key.")) -> int:
    """Ask the PACs now what became of what is in doubt."""
    state: State = context.obj
    with state.flow() as flow:
        with flow.store.write() as session:
            rows = session.exec(select(Cfdi).where(Cfdi.state == CfdiState.IN_DOUBT)).all()
            chosen = [row for row in rows if cfdi is None or row.key == cfdi]
            if cfdi is not None and not chosen:
                raise ConfigError(f"{cfdi} is not in doubt", hint="`hub doubts list` shows what is")
            for row in chosen:
                due(row, flow.now())
        for row in chosen:
            step(flow, row.id)
        with flow.store.read() as session:
            after = [session.get_one(Cfdi, row.id) for row in chosen]
    for one in after:
        typer.echo(f"{one.key}: {one.state} {one.uuid or one.reason}")
    return IN_DOUBT if any(one.state == CfdiState.IN_DOUBT for one in after) else DONE
