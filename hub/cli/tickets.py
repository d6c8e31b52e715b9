"""`hub tickets`: where every sale is, why, and what happens next."""

from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from hub.flow.release import release as let_go_on
from hub.flow.whereabouts import whereabouts
from hub.plugin import ConfigError
from hub.store import Cfdi, CfdiTicket, Delivery, Event, HelpRequest, Ticket, TicketState

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
            "mails": [_mail(mail) for mail in mails],
            "history": show.history(events),
        }
    show.facts(facts, as_json=as_json)


@app.command()
def release(context: typer.Context, ticket: str) -> None:
    """Let a held ticket go on, after you mended or accepted what it was held for."""
    state: State = context.obj
    with state.flow() as flow, flow.store.write() as session:
        found = _find(session, ticket)
        if found.state != TicketState.HELD:
            raise ConfigError(f"ticket {found.id} is {found.state}, not held")
        let_go_on(flow, session, found, who="operator")
    typer.echo(f"ticket {found.id} goes on")


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


def _mail(mail: Delivery) -> str:
    return f"{mail.kind} to {mail.recipient}: {mail.state}{' (' + mail.reason + ')' if mail.reason else ''}"


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
