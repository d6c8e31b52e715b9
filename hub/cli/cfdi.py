"""`hub cfdi`: the fiscal documents and their files."""

import getpass
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from hub.cfdi.pdf import default_template
from hub.engine.advance import advance
from hub.flow.cancel_request import Wanted, request_cancellation
from hub.flow.documents import pdf_of
from hub.flow.sat_status import status_of
from hub.plugin import ConfigError
from hub.store import Cancellation, Cfdi, CfdiState, CfdiXml, Event

from . import show
from .cfdi_read import read_file
from .state import State

app = typer.Typer(help="The CFDIs and their files.", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write here instead of to standard output.")]


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[CfdiState | None, typer.Option(help="Only those in this state.")] = None,
    limit: show.Limit = 100,
    as_json: show.Json = False,
) -> None:
    """The newest CFDIs."""
    query = select(Cfdi).order_by(col(Cfdi.id).desc()).limit(limit)
    if state is not None:
        query = query.where(Cfdi.state == state)
    with context.obj.store() as store, store.read() as session:
        found = [_row(cfdi) for cfdi in session.exec(query)]
    columns = ("cfdi", "state", "receptor", "total", "currency", "stamped_at")
    show.rows(columns, found, notes=("uuid", "says"), as_json=as_json)


@app.command("show")
def show_(context: typer.Context, cfdi: str, as_json: show.Json = False) -> None:
    """One CFDI, by its key (issuer-serie-folio), UUID or serie and folio, with its history."""
    with context.obj.store() as store, store.read() as session:
        found = _find(session, cfdi)
        events = session.exec(
            select(Event).where(Event.entity == "cfdi", Event.entity_id == found.id).order_by(col(Event.id))
        )
        facts = {**_row(found), "pac": found.pac, "sealed_at": found.sealed_at, "history": show.history(events)}
    show.facts(facts, as_json=as_json)


@app.command()
def xml(context: typer.Context, cfdi: str, out: Out = None) -> None:
    """The XML, byte for byte as it was stamped (or sealed, while it is not)."""
    with context.obj.store() as store, store.read() as session:
        journal = session.get_one(CfdiXml, _find(session, cfdi).id)
    show.content(journal.stamped or journal.sealed, out)


@app.command()
def pdf(context: typer.Context, cfdi: str, out: Out = None) -> None:
    """The representación impresa of a stamped CFDI."""
    state: State = context.obj
    if out is None and sys.stdout.isatty():
        raise ConfigError("a PDF cannot be read on a terminal", hint="write it to a file: --out factura.pdf")
    with state.flow() as flow:
        with flow.store.read() as session:
            found = _find(session, cfdi)
            stamped = session.get_one(CfdiXml, found.id).stamped
        if stamped is None:
            raise ConfigError(f"{found.key} is {found.state}: only a stamped CFDI has a PDF")
        show.content(pdf_of(flow, found.issuer, stamped, cancelled=found.state == CfdiState.CANCELLED), out)


@app.command()
def status(context: typer.Context, cfdi: str, as_json: show.Json = False) -> None:
    """What SAT says of a stamped CFDI now: whether it is in force, and whether it can be cancelled."""
    state: State = context.obj
    with state.flow() as flow:
        with flow.store.read() as session:
            found = _find(session, cfdi)
            stamped = session.get_one(CfdiXml, found.id).stamped
        if stamped is None:
            raise ConfigError(f"{found.key} is {found.state}: SAT knows stamped CFDIs only")
        said = status_of(flow, found, stamped)
    facts = {
        "cfdi": found.key,
        "uuid": found.uuid,
        "state": found.state,
        "estado": said.estado,
        "es_cancelable": said.es_cancelable,
        "estatus_cancelacion": said.estatus_cancelacion,
        "emisor_in_efos": said.emisor_in_efos,
    }
    show.facts(facts, as_json=as_json)


@app.command()
def cancel(
    context: typer.Context,
    cfdi: str,
    motivo: Annotated[str, typer.Option(help="01 with a substitute, 02 without, 03 it never happened, 04 global.")],
    sustituye: Annotated[str | None, typer.Option(help="UUID of the CFDI in its place; with motivo 01 only.")] = None,
    reason: Annotated[str, typer.Option(help="Why, in words; kept for the auditor.")] = "",
) -> None:
    """Ask SAT to cancel a CFDI. It is cancelled when SAT says so, which may need the receptor's consent."""
    state: State = context.obj
    wanted = Wanted(motivo, sustituye, f"operator {getpass.getuser()}"[:60], reason.strip())
    with state.flow() as flow:
        with flow.store.read() as session:
            key = _find(session, cfdi).key
        cfdi_id = request_cancellation(flow, key, wanted)
        advance(flow, "cfdi", cfdi_id)
        with flow.store.read() as session:
            after = session.get_one(Cfdi, cfdi_id)
    typer.echo(f"{after.key}: {after.state} {after.reason}".rstrip())


@app.command()
def acuse(context: typer.Context, cfdi: str, out: Out = None) -> None:
    """SAT's acuse of the request to cancel, byte for byte."""
    with context.obj.store() as store, store.read() as session:
        found = _find(session, cfdi)
        mine = select(Cancellation).where(Cancellation.cfdi_id == found.id, col(Cancellation.acuse).is_not(None))
        asked = session.exec(mine.order_by(col(Cancellation.id).desc())).first()
    if asked is None or asked.acuse is None:
        raise ConfigError(f"there is no acuse of {found.key}", hint="the PAC gave none, or nothing was asked for")
    show.content(asked.acuse, out)


@app.command()
def template(out: Out = None) -> None:
    """The shipped typst template of the PDF, to copy and change; see docs/operate/pdf.md."""
    show.content(default_template().encode(), out)


app.command("read")(read_file)


def _find(session: Session, name: str) -> Cfdi:
    query = select(Cfdi).where((Cfdi.key == name) | (Cfdi.uuid == name.lower()))
    found = session.exec(query).first() or _by_serie_folio(session, name)
    if found is None:
        raise ConfigError(f"there is no CFDI {name}", hint="`hub cfdi list` shows them")
    return found


def _by_serie_folio(session: Session, name: str) -> Cfdi | None:
    serie, _, folio = name.rpartition("-")
    if not folio.isdigit() or len(folio) > 17:
        return None
    return session.exec(select(Cfdi).where(Cfdi.serie == serie, Cfdi.folio == int(folio))).first()


def _row(cfdi: Cfdi) -> dict[str, Any]:
    return {
        "cfdi": cfdi.key,
        "state": cfdi.state,
        "receptor": cfdi.rfc_receptor,
        "total": cfdi.total,
        "currency": cfdi.currency,
        "uuid": cfdi.uuid,
        "stamped_at": cfdi.stamped_at,
        "says": f"{cfdi.code} {cfdi.reason}".strip(),
    }
