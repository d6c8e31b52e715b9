"""`hub doubts`: documents of which it is not known whether they were stamped."""

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from hub.flow.resolve import Resolution, resolve
from hub.flow.stamp import step
from hub.flow.work import due
from hub.plugin import ConfigError
from hub.store import Cfdi, CfdiState, CfdiTicket, Event, Ticket

from . import show
from .exits import DONE, IN_DOUBT
from .state import State

app = typer.Typer(help="Documents whose stamp is not known for sure.", no_args_is_help=True)


@app.command("list")
def list_(context: typer.Context, as_json: show.Json = False) -> int:
    """What is in doubt, since when, and when the PAC is asked again."""
    with context.obj.store() as store, store.read() as session:
        rows = session.exec(select(Cfdi).where(Cfdi.state == CfdiState.IN_DOUBT).order_by(col(Cfdi.id))).all()
    found = [_row(cfdi) for cfdi in rows]
    show.rows(("cfdi", "pac", "since", "asked", "next"), found, notes=("says",), as_json=as_json)
    return IN_DOUBT if found else DONE


@app.command("show")
def show_(context: typer.Context, cfdi: str, as_json: show.Json = False) -> None:
    """One doubt: what was sent, to whom, what the PAC says, and what happened so far."""
    with context.obj.store() as store, store.read() as session:
        found = _find(session, cfdi)
        sales = session.exec(
            select(Ticket)
            .join(CfdiTicket, col(CfdiTicket.ticket_id) == Ticket.id)
            .where(CfdiTicket.cfdi_id == found.id)
        ).all()
        events = session.exec(
            select(Event).where(Event.entity == "cfdi", Event.entity_id == found.id).order_by(col(Event.id))
        )
        facts = {
            **_row(found),
            "receptor": found.rfc_receptor,
            "total": found.total,
            "currency": found.currency,
            "sealed_at": found.sealed_at,
            "sales": [f"{sale.source} {sale.reference}" for sale in sales],
            "history": show.history(events),
        }
    show.facts(facts, as_json=as_json)


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


@app.command("resolve")
def resolve_(
    context: typer.Context,
    cfdi: str,
    reason: Annotated[str, typer.Option(help="How it became certain: who said it, and when. Kept for the auditor.")],
    stamped: Annotated[
        Path | None, typer.Option(help="It was stamped: the file with the stamped XML.", exists=True, dir_okay=False)
    ] = None,
    never_stamped: Annotated[bool, typer.Option("--never-stamped", help="It was never stamped.")] = False,
) -> None:
    """End a doubt that the PAC cannot end. Refused if it contradicts what the PAC or SAT says."""
    if (stamped is not None) == never_stamped:
        raise ConfigError("say what became of it", hint="either --stamped FILE or --never-stamped")
    who = f"operator {getpass.getuser()}"[:60]
    resolution = Resolution.of(stamped.read_bytes() if stamped else None, reason=reason, who=who)
    state: State = context.obj
    with state.flow() as flow:
        with flow.store.read() as session:
            key = _find(session, cfdi).key
        done = resolve(flow, key, resolution)
    typer.echo(f"{done.key}: {done.state} {done.uuid or 'and goes on'}")


def _find(session: Session, key: str) -> Cfdi:
    found = session.exec(select(Cfdi).where(Cfdi.key == key, Cfdi.state == CfdiState.IN_DOUBT)).one_or_none()
    if found is None:
        raise ConfigError(f"{key} is not in doubt", hint="`hub doubts list` shows what is")
    return found


def _row(cfdi: Cfdi) -> dict[str, Any]:
    return {
        "cfdi": cfdi.key,
        "pac": cfdi.pac,
        "since": cfdi.in_doubt_since,
        "says": cfdi.reason,
        "asked": cfdi.attempts,
        "next": cfdi.due_at,
    }
