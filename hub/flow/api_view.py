"""Tickets and invoices as the REST API and its events show them, to whom a key's source lets see them."""

from typing import Any

from sqlmodel import Session, col, or_, select

from hub.plugin import ApiConfig
from hub.store import ApiKey, Cfdi, CfdiState, CfdiTicket, Ticket, TicketAlias, TicketSale, TicketState
from hub.store.states import IN_FORCE

from .api_keys import is_live
from .api_model import InvoiceView, Me, SaleTaken, TicketView
from .context import Flow
from .whereabouts import whereabouts

SHOWN = {
    "stamped": tuple(IN_FORCE),
    "cancelled": (CfdiState.CANCELLED,),
    "rejected": (CfdiState.REJECTED,),
}
"""What a status of an invoice means in the hub's own states."""


def me(flow: Flow, key: ApiKey) -> Me:
    """Whose key it is."""
    name = flow.settings.sources[key.source].issuer
    issuer = flow.issuer(name)
    return Me(
        name=issuer.portal.nombre or issuer.nombre,
        label=key.label,
        source=key.source,
        issuer=name,
        rfc=issuer.rfc,
        mode="live" if is_live(flow.settings) else "test",
    )


def may_see(flow: Flow, session: Session, key: ApiKey, ticket: Ticket) -> bool:
    """Whether a key's source lets it see that sale."""
    return session.exec(_visible(flow, key, select(Ticket.id).where(Ticket.id == ticket.id))).first() is not None


def may_see_invoice(flow: Flow, session: Session, key: ApiKey, cfdi: Cfdi) -> bool:
    """Whether a key's source lets it see that CFDI."""
    return session.exec(_visible_invoices(flow, key, select(Cfdi.id).where(Cfdi.id == cfdi.id))).first() is not None


def ticket_of(session: Session, source: str, external_id: str) -> Ticket | None:
    """A sale of a source, by any of its names."""
    alias = session.get(TicketAlias, (source, external_id))
    return session.get_one(Ticket, alias.ticket_id) if alias else None


def find_ticket(flow: Flow, session: Session, key: ApiKey, name: str) -> Ticket | None:
    """A sale that the key may see, by the ticket's number or, if it is only one, by its reference."""
    by_id = session.get(Ticket, int(name)) if name.isascii() and name.isdecimal() and len(name) < 18 else None
    if by_id is not None and may_see(flow, session, key, by_id):
        return by_id
    found = session.exec(_visible(flow, key, select(Ticket)).where(Ticket.reference == name).limit(2)).all()
    return found[0] if len(found) == 1 else None


def newest_tickets(
    flow: Flow, session: Session, key: ApiKey, state: TicketState | None, limit: int
) -> list[TicketView]:
    """What the key may see, the newest first."""
    query = _visible(flow, key, select(Ticket)).order_by(col(Ticket.id).desc()).limit(limit)
    if state is not None:
        query = query.where(Ticket.state == state)
    return [ticket_view(flow, session, ticket) for ticket in session.exec(query)]


def newest_invoices(flow: Flow, session: Session, key: ApiKey, status: str, limit: int) -> list[InvoiceView]:
    """What the key may see, the newest first."""
    query = select(Cfdi).where(col(Cfdi.state).in_(SHOWN[status]), col(Cfdi.uuid).is_not(None))
    query = _visible_invoices(flow, key, query).order_by(col(Cfdi.id).desc()).limit(limit)
    return [invoice_view(flow, session, cfdi) for cfdi in session.exec(query)]


def find_invoice(flow: Flow, session: Session, key: ApiKey, uuid: str) -> Cfdi | None:
    """A stamped invoice that the key may see."""
    found: Cfdi | None = session.exec(
        _visible_invoices(flow, key, select(Cfdi).where(Cfdi.uuid == uuid.lower()))
    ).first()
    return found


def ticket_view(flow: Flow, session: Session, ticket: Ticket) -> TicketView:
    """A sale and where it is."""
    covering = session.exec(
        select(Cfdi)
        .join(CfdiTicket, col(CfdiTicket.cfdi_id) == col(Cfdi.id))
        .where(CfdiTicket.ticket_id == ticket.id, CfdiTicket.live)
    ).all()
    why, what_next = whereabouts(ticket, covering)
    cfdi = next((one for one in covering if one.uuid and one.state in IN_FORCE), None)
    xml, pdf = _files(flow, cfdi)
    return TicketView(
        id=str(ticket.id),
        external_id=ticket.movement_key,
        source=ticket.source,
        reference=ticket.reference,
        state=TicketState(ticket.state).value,
        why=why,
        next=what_next,
        sold_at=ticket.sold_at,
        currency=ticket.currency,
        total=ticket.total,
        refunded=ticket.refunded,
        deadline=ticket.deadline,
        portal_url=portal_url(flow, ticket),
        invoice_uuid=cfdi.uuid if cfdi else None,
        invoice_folio=f"{cfdi.serie}{cfdi.folio}" if cfdi else None,
        xml_url=xml,
        pdf_url=pdf,
        created_at=ticket.created_at,
    )


def invoice_view(flow: Flow, session: Session, cfdi: Cfdi, state: str | None = None) -> InvoiceView:
    """A CFDI, as it is or as it was in an earlier state."""
    xml, pdf = _files(flow, cfdi if cfdi.uuid else None)
    return InvoiceView(
        id=cfdi.uuid or cfdi.key,
        uuid=cfdi.uuid or "",
        serie=cfdi.serie,
        folio=str(cfdi.folio),
        tipo=cfdi.tipo,
        status=next(status for status, states in SHOWN.items() if (state or cfdi.state) in states),
        total=cfdi.total,
        currency=cfdi.currency,
        rfc_receptor=cfdi.rfc_receptor,
        nombre_receptor=cfdi.nombre_receptor,
        external_id=_only_sale(session, cfdi),
        stamped_at=cfdi.stamped_at,
        xml_url=xml,
        pdf_url=pdf,
    )


def sale_taken(flow: Flow, ticket: Ticket, external_id: str) -> SaleTaken:
    """What never changes of a ticket."""
    return SaleTaken(
        id=str(ticket.id),
        external_id=external_id,
        reference=ticket.reference,
        portal_url=portal_url(flow, ticket),
        status_url=f"{flow.settings.web.public_url}/api/v1/tickets/{ticket.id}",
    )


def portal_url(flow: Flow, ticket: Ticket) -> str:
    """Where the buyer invoices: it proves the purchase, not a mailbox."""
    return f"{flow.settings.web.public_url}/f/{ticket.purchase_link}"


def _only_sale(session: Session, cfdi: Cfdi) -> str | None:
    """The sale of a CFDI that covers one alone, also if it does so no more."""
    covered = select(Ticket.movement_key).join(CfdiTicket, col(CfdiTicket.ticket_id) == col(Ticket.id))
    found = session.exec(covered.where(CfdiTicket.cfdi_id == cfdi.id).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _files(flow: Flow, cfdi: Cfdi | None) -> tuple[str | None, str | None]:
    if cfdi is None:
        return None, None
    base = f"{flow.settings.web.public_url}/api/v1/invoices/{cfdi.uuid}"
    return f"{base}/xml", f"{base}/pdf"


def _visible(flow: Flow, key: ApiKey, query: Any) -> Any:
    if _sees_issuer(flow, key.source):
        return query.where(Ticket.issuer == _issuer(flow, key.source))
    return query.where(_told_by(key.source))


def _told_by(source: str) -> Any:
    """Its own, and those of another source that one of its own is joined to."""
    joined = select(TicketSale.ticket_id).where(TicketSale.source == source)
    return or_(col(Ticket.source) == source, col(Ticket.id).in_(joined))


def _visible_invoices(flow: Flow, key: ApiKey, query: Any) -> Any:
    if _sees_issuer(flow, key.source):
        return query.where(Cfdi.issuer == _issuer(flow, key.source))
    own = select(CfdiTicket.cfdi_id).join(Ticket, col(Ticket.id) == col(CfdiTicket.ticket_id))
    return query.where(col(Cfdi.id).in_(own.where(_told_by(key.source))))


def _sees_issuer(flow: Flow, source: str) -> bool:
    instance = flow.instances.sources.get(source)
    config = instance.plugin.config if instance else None
    return isinstance(config, ApiConfig) and config.sees == "issuer"


def _issuer(flow: Flow, source: str) -> str:
    return flow.settings.sources[source].issuer
