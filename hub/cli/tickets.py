"""`hub tickets`: where every sale is, why, and what happens next."""

from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from hub.flow.context import Flow
from hub.flow.joined import kept_parts
from hub.flow.linking import link_by_hand, take_apart
from hub.flow.links import turn_of
from hub.flow.release import release as let_go_on
from hub.flow.release import release_some
from hub.flow.whereabouts import whereabouts
from hub.plugin import ConfigError
from hub.store import Cfdi, CfdiTicket, Delivery, Event, HelpRequest, Ticket, TicketSale, TicketState

from . import show
from .state import State

app = typer.Typer(help="The sales and where each of them is.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[TicketState | None, typer.Option(help="Only those in this state.")] = None,
    source: Annotated[str | None, typer.Option(help="Only those of this source.")] = None,
    limit: show.Limit = 100,
    as_json: show.Json = False,
) -> None:
    """The newest tickets."""
    query = select(Ticket).order_by(col(Ticket.sold_at).desc()).limit(limit)
    if state is not None:
        query = query.where(Ticket.state == state)
    if source is not None:
        query = query.where(Ticket.source == source)
    with context.obj.store() as store, store.read() as session:
        found = [_row(session, ticket) for ticket in session.exec(query)]
    columns = ("id", "source", "reference", "sold_at", "total", "currency", "state")
    show.rows(columns, found, notes=("why", "next"), as_json=as_json)


@app.command("show")
def show_(context: typer.Context, ticket: str, as_json: show.Json = False) -> None:
    """One ticket, by its id or reference, with its history."""
    with context.obj.store() as store, store.read() as session:
        found = _find(session, ticket)
        settings = context.obj.settings
        events = session.exec(
            select(Event).where(Event.entity == "ticket", Event.entity_id == found.id).order_by(col(Event.id))
        )
        mails = session.exec(select(Delivery).where(Delivery.ticket_id == found.id).order_by(col(Delivery.id)))
        facts: dict[str, Any] = {
            **_row(session, found),
            "movement": found.movement_key,
            "refunded": found.refunded,
            "receiver": (found.receiver or {}).get("rfc", ""),
            "link": f"{settings.web.public_url}/f/{found.link}",
            "link_for_the_receipt": f"{settings.web.public_url}/f/{found.purchase_link}",
            "deadline": found.deadline,
            "joined": [_joined(part) for part in kept_parts(session, found)],
            "mails": [_mail(mail) for mail in mails],
            "history": show.history(events),
        }
    show.facts(facts, as_json=as_json)


@app.command()
def release(
    context: typer.Context,
    ticket: Annotated[str | None, typer.Argument(help="Its id or reference.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Instead: all that only `invoice: hold` of this source keeps waiting.")
    ] = None,
) -> None:
    """Let a held ticket go on, after you mended or accepted what it was held for."""
    state: State = context.obj
    if (ticket is None) == (source is None):
        raise ConfigError("say which: a ticket, or --source", hint="`hub tickets list --state held` shows them")
    with state.flow() as flow:
        typer.echo(_release_one(flow, ticket) if ticket is not None else _release_of(flow, source or ""))


def _release_one(flow: Flow, ticket: str) -> str:
    with flow.store.write() as session:
        found = _find(session, ticket)
        if found.state != TicketState.HELD:
            raise ConfigError(f"ticket {found.id} is {found.state}, not held")
        let_go_on(flow, session, found, who="operator")
    return f"ticket {found.id} goes on"


def _release_of(flow: Flow, source: str) -> str:
    if source not in flow.settings.sources:
        known = ", ".join(sorted(flow.settings.sources)) or "none"
        raise ConfigError(f"there is no source called {source}", hint=f"enabled sources are: {known}")
    count = 0
    while released := _release_some(flow, source):
        count += released
    return f"{count} tickets of {source} go on"


def _release_some(flow: Flow, source: str) -> int:
    with flow.store.write() as session:
        return release_some(flow, session, source, who="operator")


Reason = Annotated[str, typer.Option(help="Why, for the history.")]


@app.command()
def link(context: typer.Context, ticket: str, other: str, reason: Reason) -> None:
    """Say that an order and a payment are one sale: one of the two tickets becomes part of the other."""
    state: State = context.obj
    with state.flow() as flow, flow.store.write() as session:
        kept = link_by_hand(flow, session, *_locked(flow, session, ticket, other), why=reason)
    typer.echo(f"ticket {kept.id} is both now")


@app.command()
def unlink(context: typer.Context, ticket: str, reason: Reason) -> None:
    """Say that what is joined to a ticket are sales by themselves; only before it is invoiced."""
    state: State = context.obj
    with state.flow() as flow, flow.store.write() as session:
        made = take_apart(flow, session, *_locked(flow, session, ticket), why=reason)
    typer.echo(f"taken apart: ticket {', '.join(map(str, made))}")


@app.command("help")
def help_(context: typer.Context, as_json: show.Json = False) -> None:
    """What buyers asked a person for in the portal."""
    with context.obj.store() as store, store.read() as session:
        found = [
            {"id": h.id, "at": h.at, "topic": h.topic, "ticket": h.ticket_id, "contact": h.contact, "says": h.message}
            for h in session.exec(
                select(HelpRequest).where(col(HelpRequest.done).is_(False)).order_by(col(HelpRequest.id))
            )
        ]
    show.rows(("id", "at", "topic", "ticket", "contact"), found, notes=("says",), as_json=as_json)


def _locked(flow: Flow, session: Session, *names: str) -> list[Ticket]:
    """The tickets, after the turn of their sources and in the order in which everybody locks them."""
    found = [_find(session, name) for name in names]
    for issuer in sorted({flow.settings.sources[ticket.source].issuer for ticket in found}):
        turn_of(session, issuer)
    for ticket in sorted(found, key=lambda one: one.id):
        session.refresh(ticket, with_for_update=True)
    return found


def _mail(mail: Delivery) -> str:
    return f"{mail.kind} to {mail.recipient}: {mail.state}{' (' + mail.reason + ')' if mail.reason else ''}"


def _joined(part: TicketSale) -> str:
    return f"{part.kind} {part.movement_key} of {part.source}: {part.sale['total']} {part.sale['currency']}"


def _find(session: Session, name: str) -> Ticket:
    by_id = session.get(Ticket, int(name)) if name.isdecimal() and len(name) < 18 else None
    if by_id is not None:
        return by_id
    found = session.exec(select(Ticket).where((Ticket.reference == name) | (Ticket.movement_key == name))).all()
    if not found:
        raise ConfigError(f"there is no ticket {name}", hint="`hub tickets list` shows them")
    if len(found) > 1:
        known = ", ".join(f"{ticket.id} ({ticket.source})" for ticket in found)
        raise ConfigError(f"{len(found)} tickets are called {name}", hint=f"give the id of one: {known}")
    return found[0]


def _row(session: Session, ticket: Ticket) -> dict[str, Any]:
    covering = session.exec(
        select(Cfdi)
        .join(CfdiTicket, col(CfdiTicket.cfdi_id) == col(Cfdi.id))
        .where(CfdiTicket.ticket_id == ticket.id, CfdiTicket.live)
    ).all()
    why, what_next = whereabouts(ticket, covering)
    return {
        "id": ticket.id,
        "source": ticket.source,
        "reference": ticket.reference,
        "sold_at": ticket.sold_at,
        "total": ticket.total,
        "currency": ticket.currency,
        "state": ticket.state,
        "why": why,
        "next": what_next,
    }
