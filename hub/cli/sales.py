"""`hub sales`: sales that somebody keys in."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cfdi.sold import SoldLine
from hub.flow.api_keys import is_live
from hub.flow.api_view import portal_url, ticket_of
from hub.flow.context import Flow
from hub.flow.post import Post, PostedBeforeError, made_of, outcome_of, take
from hub.flow.preview import preview
from hub.plugin import ApiSource, ConfigError, DataError, Sale
from hub.web.api.problems import ProblemError
from hub.web.api.validation import validated

from . import keyed, show
from .exits import DONE, SET_ASIDE
from .state import State

app = typer.Typer(help="Sales that you key in yourself.", no_args_is_help=True)


@app.callback()
def sales() -> None:
    """A group, although there is one command as yet."""


@app.command()
def add(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Option("--from", help="A JSON file in the schema of the REST API; - for standard input.")
    ] = None,
    total: Annotated[str | None, typer.Option(help="What was paid, taxes included.")] = None,
    description: Annotated[str | None, typer.Option(help="What was sold, as one line.")] = None,
    line: Annotated[
        list[str] | None, typer.Option(help='One line, "2 x 580.00 Playera", taxes included; may be given again.')
    ] = None,
    external_id: Annotated[str | None, typer.Option(help="Your number of the sale; one is made if left out.")] = None,
    occurred_at: Annotated[str | None, typer.Option(help="When, with its zone; now if left out.")] = None,
    currency: Annotated[str | None, typer.Option(help="MXN if left out.")] = None,
    forma_pago: Annotated[str | None, typer.Option(help="c_FormaPago, such as 01.")] = None,
    rfc: Annotated[str | None, typer.Option(help="The buyer's RFC.")] = None,
    name: Annotated[str | None, typer.Option(help="The buyer's name as SAT has it.")] = None,
    zip_code: Annotated[str | None, typer.Option("--zip", help="The buyer's código postal fiscal.")] = None,
    regimen: Annotated[str | None, typer.Option(help="The buyer's régimen fiscal.")] = None,
    uso_cfdi: Annotated[str | None, typer.Option(help="Uso CFDI, such as G03.")] = None,
    email: Annotated[str | None, typer.Option(help="Where link and invoice go to.")] = None,
    source: Annotated[str | None, typer.Option(help="Which source; the one with `use: manual` if left out.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the ticket that would be made.")] = False,
    as_json: show.Json = False,
) -> int:
    """Key in a sale that is paid. On a terminal what is missing is asked for."""
    state: State = context.obj
    given = {
        "total": total,
        "description": description,
        "external_id": external_id,
        "occurred_at": occurred_at,
        "currency": currency,
        "forma_pago": forma_pago,
        "rfc": rfc,
        "name": name,
        "zip": zip_code,
        "regimen": regimen,
        "uso_cfdi": uso_cfdi,
        "email": email,
    }
    with state.flow() as flow:
        chosen = _source(flow, source)
        if file is not None and (line or any(value is not None for value in given.values())):
            raise ConfigError("--from says everything", hint="leave the other options out, or --from")
        body = keyed.from_file(file) if file is not None else keyed.from_options(given, line or [], flow.now())
        sale = _judged(flow, chosen, body)
        return _look(flow, chosen, sale, as_json) if dry_run else _keep(flow, chosen, sale, body, as_json)


def _source(flow: Flow, name: str | None) -> str:
    posted = {key: one.plugin for key, one in flow.instances.sources.items() if isinstance(one.plugin, ApiSource)}
    if name is not None and name in posted:
        return name
    if name is not None:
        known = f"such are {', '.join(posted)}" if posted else "add one with `use: manual`"
        raise ConfigError(f"{name} is no source that can be keyed into", hint=known)
    manual = [key for key, plugin in posted.items() if plugin.name == "manual"]
    if len(manual) != 1:
        said = "there is no source with `use: manual`" if not manual else f"there are several: {', '.join(manual)}"
        raise ConfigError(said, hint="name one with --source, or add one to the configuration")
    return manual[0]


def _judged(flow: Flow, source: str, body: dict[str, Any]) -> Sale:
    plugin = flow.instances.sources[source].plugin
    assert isinstance(plugin, ApiSource)
    try:
        validated(plugin.bodies["sale"], body)
        sale = made_of(flow, source, "sale", body, live=is_live(flow.settings))
    except ProblemError as error:
        told = "\n".join(f"{one.field or 'the sale'} {one.message}" for one in error.errors)
        hints = dict.fromkeys(one.hint for one in error.errors if one.hint)
        raise ConfigError(told, hint="; ".join(hints)) from None
    except DataError as error:
        raise ConfigError(f"{error.field} {error}", hint=error.hint) from None
    assert isinstance(sale, Sale)
    return sale


def _keep(flow: Flow, source: str, sale: Sale, body: dict[str, Any], as_json: bool) -> int:
    raw = json.dumps(body, ensure_ascii=False, default=str).encode()
    post = Post(source, "sale", sale.id, raw, body, is_live(flow.settings))
    try:
        new = take(flow, post)
    except PostedBeforeError:
        raise ConfigError(
            f"{sale.id} was sent before with another content", hint="a new sale has a new --external-id"
        ) from None
    with flow.store.read() as session:
        ticket = ticket_of(session, source, sale.id)
        status, why = outcome_of(session, post)
    if ticket is None:
        show.facts({"external_id": sale.id, "status": status, "why": why}, as_json=as_json)
        return SET_ASIDE if status == "set_aside" else DONE
    facts = {
        "ticket": ticket.id,
        "new": new,
        "external_id": sale.id,
        "reference": ticket.reference,
        "total": ticket.total,
        "currency": ticket.currency,
        "state": ticket.state,
        "link_for_the_receipt": portal_url(flow, ticket),
    }
    show.facts(facts, as_json=as_json)
    return DONE


def _look(flow: Flow, source: str, sale: Sale, as_json: bool) -> int:
    found = preview(flow, source, sale)
    if isinstance(found, str):
        show.facts({"external_id": sale.id, "state": "ignored", "why": found}, as_json=as_json)
        return DONE
    ticket, receiver = found.ticket, found.receiver
    facts = {
        "external_id": sale.id,
        "reference": ticket.reference,
        "issuer": f"{ticket.issuer} {flow.issuer(ticket.issuer).rfc}",
        "sold_at": ticket.sold_at,
        "total": ticket.total,
        "currency": ticket.currency,
        "forma_pago": sale.forma_pago or flow.settings.sources[source].forma_pago or "not known: it would be held",
        "deadline": ticket.deadline,
        "state": found.state,
        "why": found.why,
        "receiver": f"{receiver.rfc} {receiver.nombre}" if receiver else "",
        "lines": [_line(line) for line in found.lines],
    }
    show.facts(facts, as_json=as_json)
    return DONE


def _line(line: SoldLine) -> str:
    taxes = (
        ", ".join(f"{tax.impuesto} {tax.tipo_factor} {tax.tasa_o_cuota or ''}".strip() for tax in line.taxes)
        or "no taxes"
    )
    codes = f"{line.clave_prod_serv} {line.clave_unidad}"
    return f"{line.quantity.normalize():f} x {line.unit_price} {line.description}: {line.total} ({codes}; {taxes})"
