"""The sales that are joined to a ticket: what they add to it, and where they differ from what was invoiced."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from hub.plugin import Sale
from hub.store import Cfdi, CfdiTicket, Ticket, TicketSale

from .context import Flow

INTO = "into"
FORMA_PAGO_HINT = "map the column or set sources."


def parts_of(session: Session, ticket: Ticket) -> Sequence[TicketSale]:
    """The sales that other sources told of the same money."""
    return kept_parts(session, ticket) if ticket.linked else ()


def kept_parts(session: Session, ticket: Ticket) -> Sequence[TicketSale]:
    """The same, whatever the ticket itself says."""
    mine = select(TicketSale).where(TicketSale.ticket_id == ticket.id)
    return session.exec(mine.order_by(col(TicketSale.id))).all()


def part_for(session: Session, ticket: Ticket, source: str, sale: Sale) -> TicketSale | None:
    """The joined sale that is told again; None if it is the ticket's own."""
    mine = [part for part in parts_of(session, ticket) if part.source == source]
    same = [part for part in mine if part.movement_key == sale.id]
    if same or source == ticket.source:
        return same[0] if same else None
    names = {sale.id, *sale.aliases}
    called = [part for part in mine if names & {part.movement_key, *part.sale["aliases"]}]
    return next(iter([*called, *mine]), None)


def order_of(session: Session, ticket: Ticket, *, is_order: bool) -> Sale | None:
    """The order's side of a ticket. `is_order`: whether its own sale is one."""
    if is_order:
        return Sale.model_validate(ticket.sale)
    orders = [part for part in parts_of(session, ticket) if part.kind == "order"]
    return Sale.model_validate(orders[0].sale) if orders else None


def payments_of(session: Session, ticket: Ticket, *, is_order: bool) -> list[Sale]:
    """The payments' side."""
    parts = [Sale.model_validate(part.sale) for part in parts_of(session, ticket) if part.kind == "payment"]
    return parts if is_order else [Sale.model_validate(ticket.sale), *parts]


def summary(flow: Flow, parts: Sequence[TicketSale]) -> dict[str, str]:
    """What the parts know; the largest payment says how it was paid, as SAT wants it (Anexo 20, FormaPago)."""
    found: dict[str, str] = {"kinds": ",".join(sorted({part.kind for part in parts}))}
    sales = [(part, Sale.model_validate(part.sale)) for part in parts]
    paid = [sale for part, sale in sales if part.kind == "payment" and sale.forma_pago]
    if paid:
        found["forma_pago"] = max(paid, key=lambda sale: (sale.total, sale.id)).forma_pago or ""
    for part, sale in sales:
        settings = flow.settings.sources.get(part.source)
        if sale.seller and settings is not None and settings.sellers:
            found |= {"seller": sale.seller, "seller_source": part.source}
            break
    return found


def forma_pago_of(flow: Flow, ticket: Ticket, sale: Sale) -> str | None:
    """How it was paid: what its own sale says, else its payments, else the source's setting."""
    joined = (ticket.linked or {}).get("forma_pago")
    return sale.forma_pago or joined or flow.settings.sources[ticket.source].forma_pago


def differences(flow: Flow, session: Session, ticket: Ticket) -> list[str]:
    """What joined sales say that its CFDI does not."""
    own, told = Sale.model_validate(ticket.sale), []
    sealed_at = _sealed_at(session, ticket)
    parts = parts_of(session, ticket)
    for part in parts:
        sale = Sale.model_validate(part.sale)
        if part.kind == "order" and material(sale) != material(own):
            name = sale.reference or sale.id
            told.append(
                f"its order {name} of {part.source} says {sale.total} {sale.currency} in {len(sale.lines)} lines"
            )
        late = sealed_at is not None and part.joined_at >= sealed_at
        used = own.forma_pago or flow.settings.sources[ticket.source].forma_pago
        if part.kind == "payment" and late and own.forma_pago is None and sale.forma_pago not in {None, used}:
            told.append(f"its payment {sale.id} of {part.source} says forma_pago {sale.forma_pago}")
    if not any(part.kind == "order" for part in parts):
        paid = sum((Sale.model_validate(part.sale).total for part in parts), Decimal(0))
        if paid > own.total:
            told.append(f"its payments are {paid} {own.currency}")
    return told


def material(sale: Sale) -> tuple[Decimal, str, tuple[tuple[Decimal, str], ...]]:
    """What a CFDI says of a sale."""
    return sale.total, sale.currency, tuple((line.total, line.description) for line in sale.lines)


def _sealed_at(session: Session, ticket: Ticket) -> datetime | None:
    covering = select(Cfdi.sealed_at).join(CfdiTicket, col(CfdiTicket.cfdi_id) == col(Cfdi.id))
    return session.exec(covering.where(CfdiTicket.ticket_id == ticket.id, CfdiTicket.live)).first()
