"""`hub doubts`: documents of which it is not known whether they were stamped."""

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from hub.engine.advance import advance
from hub.flow.rejoin import FREE, join, of_no_sale
from hub.flow.resolve import SHORTEST_REASON, Resolution, resolve
from hub.flow.work import due
from hub.plugin import ConfigError
from hub.store import Cfdi, CfdiState, CfdiTicket, Event, Restoration, Ticket
from hub.store.states import IN_FORCE

from . import show
from .exits import DONE, IN_DOUBT
from .state import State

app = typer.Typer(help="Documents whose stamp is not known for sure.", no_args_is_help=True)


@app.command("list")
def list_(context: typer.Context, as_json: show.Json = False) -> int:
    """What is in doubt, since when, and when the PAC is asked again."""
    with context.obj.store() as store, store.read() as session:
        rows = session.exec(select(Cfdi).where(Cfdi.state == CfdiState.IN_DOUBT).order_by(col(Cfdi.id))).all()
        alone = session.exec(select(Cfdi).where(col(Cfdi.unjoined_since).is_not(None)).order_by(col(Cfdi.id))).all()
        asked = session.exec(select(Restoration).where(col(Restoration.ended_at).is_(None))).all()
    found = [_row(cfdi) for cfdi in rows] + [_of_no_sale(cfdi) for cfdi in alone] + [_restored(row) for row in asked]
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
            advance(flow, "cfdi", row.id)
        with flow.store.read() as session:
            after = [session.get_one(Cfdi, row.id) for row in chosen]
    for one in after:
        typer.echo(f"{one.key}: {one.state} {one.uuid or one.reason}")
    return IN_DOUBT if any(one.state == CfdiState.IN_DOUBT for one in after) else DONE


@app.command("join")
def join_(
    context: typer.Context,
    cfdi: str,
    reason: Annotated[str, typer.Option(help="How it became certain: who said it, and when. Kept for the auditor.")],
    ticket: Annotated[int | None, typer.Option(min=1, help="The sale that it is of.")] = None,
    no_sale: Annotated[bool, typer.Option("--no-sale", help="It is of no sale that the hub has or will get.")] = False,
) -> None:
    """Say of which sale a CFDI is that was found after a restore."""
    if (ticket is not None) == no_sale:
        raise ConfigError("say of which sale it is", hint="either --ticket ID or --no-sale")
    if len(reason.strip()) < SHORTEST_REASON:
        raise ConfigError("this is said by a reason in words", hint="who said it, and when")
    who, why = f"operator {getpass.getuser()}"[:60], reason.strip()
    state: State = context.obj
    with state.flow() as flow, flow.store.write() as session:
        mine = select(Cfdi).where(Cfdi.key == cfdi, col(Cfdi.unjoined_since).is_not(None))
        found = session.exec(mine).one_or_none()
        if found is None:
            raise ConfigError(f"{cfdi} waits for no sale", hint="`hub doubts list` shows what does")
        if ticket is None:
            of_no_sale(flow, session, found, who=who, why=why)
            said = "of no sale"
        else:
            _may_join(session, found, ticket)
            join(flow, session, found.id, ticket, who=who, why=why)
            said = f"of ticket {ticket}"
    typer.echo(f"{cfdi}: {said}")


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


def _may_join(session: Session, found: Cfdi, ticket_id: int) -> None:
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.issuer != found.issuer or ticket.currency != found.currency:
        raise ConfigError(f"ticket {ticket_id} is no sale of {found.issuer} in {found.currency}")
    if ticket.state not in FREE:
        raise ConfigError(f"ticket {ticket_id} is {ticket.state}", hint="only a sale without a CFDI can be joined")
    if found.state not in IN_FORCE:
        raise ConfigError(f"{found.key} is {found.state}", hint="say --no-sale, and the sale is invoiced anew")


def _of_no_sale(cfdi: Cfdi) -> dict[str, Any]:
    says = f"{cfdi.state}, {cfdi.total} {cfdi.currency} for {cfdi.rfc_receptor}: found after a restore without its sale"
    return {**_row(cfdi), "since": cfdi.unjoined_since, "says": f"{says}; `hub doubts join {cfdi.key} ...`"}


def _restored(row: Restoration) -> dict[str, Any]:
    return {
        "cfdi": f"all of {row.issuer}",
        "pac": row.pac,
        "since": row.since,
        "says": f"restored from a backup, and nothing is sent: {row.says or 'the PAC is to be asked'}",
        "asked": row.attempts,
        "next": row.due_at,
    }


def _row(cfdi: Cfdi) -> dict[str, Any]:
    return {
        "cfdi": cfdi.key,
        "pac": cfdi.pac,
        "since": cfdi.in_doubt_since,
        "says": cfdi.reason,
        "asked": cfdi.attempts,
        "next": cfdi.due_at,
    }
