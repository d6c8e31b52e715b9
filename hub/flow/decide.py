"""An open ticket: known buyers are invoiced, the others get a link."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import update
from sqlmodel import Session, col, select

from hub.plugin import Buyer, Sale
from hub.store import Ticket, TicketState

from . import buyers, restored
from .claim import claim_for
from .context import Flow
from .links import settles_until
from .outbox import send_link, send_links
from .rejoin import any_unjoined
from .work import finish, held


def decide(flow: Flow, ticket_id: int, token: str) -> None:
    """Find the receiver, or ask the buyer; data that SAT refused once are asked for again."""
    with flow.store.write() as session:
        ticket = held(session, Ticket, ticket_id, token)
        sale = Sale.model_validate(ticket.sale)
        now = flow.now()
        finish(ticket)
        if _may_be_known(flow, ticket):
            if (data := buyers.in_sale(flow, ticket, sale)) is not None:
                return claim_for(flow, session, ticket, data, by=buyers.SALE, at=now)
            if (data := buyers.stored(session, ticket, sale)) is not None:
                return claim_for(flow, session, ticket, data, by=buyers.STORED, at=now)
        return send_link(flow, session, ticket)


def decide_many(flow: Flow, ticket_ids: Collection[int]) -> set[int]:
    """The same for many that are due, in one transaction; answers those that want a step of their own.

    Nothing is asked outside of the database, so no claim goes before it: the rows are locked until all is recorded
    (docs/adr/0014).
    Not for where a plugin knows buyers: each of its answers wants a transaction of its own.
    """
    now = flow.now()
    open_now = col(Ticket.id).in_(ticket_ids), Ticket.state == TicketState.OPEN, col(Ticket.due_at) <= now
    with flow.store.write() as session:
        due = session.exec(select(Ticket).where(*open_now).order_by(col(Ticket.id)).with_for_update(skip_locked=True))
        tickets = _by_themselves(flow, session, due.all())
        told = [(ticket, Buyer.model_validate(ticket.sale["buyer"])) for ticket in tickets]
        stored = buyers.stored_many(session, [(buyers.asked_for(ticket), buyer) for ticket, buyer in told])
        strangers = []
        for ticket, buyer in told:
            told_now = buyers.complete(buyer)
            data = told_now or stored.get(ticket.id)
            if data is None or not _may_be_known(flow, ticket):
                strangers.append(ticket)
                continue
            finish(ticket)
            claim_for(flow, session, ticket, data, by=buyers.SALE if told_now else buyers.STORED, at=now)
        _finish_all(session, strangers)
        send_links(flow, session, strangers)
    return set(ticket_ids) - {ticket.id for ticket in tickets}


def strangers(flow: Flow, session: Session, told: Sequence[tuple[buyers.AskedFor, Buyer]]) -> set[int | str]:
    """Of new tickets the keys of those for which nothing is to be decided: nobody knows the buyer.

    They wait for nothing else either. Where a plugin knows buyers, it is asked about each.
    """
    if flow.instances.registry.hook.knows_receivers:
        return set()
    free = _free(flow, session, {ticket.issuer for ticket, _ in told})
    asked = [(ticket, buyer) for ticket, buyer in told if ticket.issuer in free]
    automatic = [one for one in asked if _is_automatic(flow, one[0].issuer)]
    known = set(buyers.stored_many(session, automatic))
    known |= {ticket.key for ticket, buyer in automatic if buyers.complete(buyer) is not None}
    return {ticket.key for ticket, _ in asked} - known


def _may_be_known(flow: Flow, ticket: Ticket) -> bool:
    return not ticket.problems and _is_automatic(flow, ticket.issuer)


def _is_automatic(flow: Flow, issuer: str) -> bool:
    return flow.issuer(issuer).invoicing.known_buyers == "automatic"


def _free(flow: Flow, session: Session, issuers: AbstractSet[str]) -> set[str]:
    """Those that wait for nothing after a restore."""
    return {
        issuer
        for issuer in issuers & flow.settings.issuers.keys()
        if not restored.waits(session, issuer) and not any_unjoined(session, issuer)
    }


def _by_themselves(flow: Flow, session: Session, tickets: Sequence[Ticket]) -> list[Ticket]:
    """Those that wait for nothing else and were not waiting before."""
    free = _free(flow, session, {ticket.issuer for ticket in tickets})
    return [one for one in tickets if one.issuer in free and not one.reason and settles_until(flow, one) is None]


def _finish_all(session: Session, tickets: Sequence[Ticket]) -> None:
    done = update(Ticket).where(col(Ticket.id).in_([ticket.id for ticket in tickets]))
    session.execute(done.values(due_at=None, token=None, attempts=0), execution_options={"synchronize_session": False})
