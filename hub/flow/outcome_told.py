"""What a source is told about one of its sales: the state of now, in Spanish for whoever keeps it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from hub.plugin import Outcome
from hub.plugin.write_back import State
from hub.store import Cfdi, CfdiTicket, Ticket, TicketAlias, TicketState, WriteBackItem

from .context import Flow
from .spanish import day

WRONG = "Hay un dato que no se puede usar; corrígelo para que la venta se facture."
WRONG_LATER = "Lo que dice ahora no se puede usar; la factura no ha cambiado."
CHANGED_LATER = "La venta cambió después de facturarse; una persona debe revisarla."


def outcome_of(flow: Flow, session: Session, item: WriteBackItem) -> Outcome:
    """The outcome of a sale, or of a record that became none."""
    ticket = session.get(Ticket, item.ticket_id or _ticket_called(session, item))
    if ticket is None:
        return Outcome(id=item.external_id, state="error", reason=WRONG, detail=item.problem, at=item.asked_at)
    named = select(TicketAlias.alias).where(TicketAlias.ticket_id == ticket.id, TicketAlias.source == item.source)
    aliases = session.exec(named).all()
    own = ticket.movement_key if item.source == ticket.source else item.external_id
    covering = _covering(session, ticket)
    state, reason, detail = _state(ticket, covering)
    if item.problem:
        reason, detail = WRONG_LATER, item.problem
    cfdi = covering[0] if covering and state in {"invoiced", "globalized"} else None
    return Outcome(
        id=own,
        aliases=tuple(sorted(set(aliases) - {own})),
        reference=ticket.reference,
        state=state,
        reason=reason,
        detail=detail,
        serie=cfdi.serie if cfdi else "",
        folio=str(cfdi.folio) if cfdi else "",
        uuid=(cfdi.uuid or "").upper() if cfdi else "",
        portal_url=_portal(flow, ticket),
        at=ticket.updated_at,
    )


def _ticket_called(session: Session, item: WriteBackItem) -> int:
    named = select(TicketAlias.ticket_id).where(
        TicketAlias.source == item.source, TicketAlias.alias == item.external_id
    )
    return session.exec(named).first() or 0


def _covering(session: Session, ticket: Ticket) -> Sequence[Cfdi]:
    query = select(Cfdi).join(CfdiTicket, col(CfdiTicket.cfdi_id) == col(Cfdi.id))
    return session.exec(query.where(CfdiTicket.ticket_id == ticket.id, CfdiTicket.live)).all()


def _state(ticket: Ticket, covering: Sequence[Cfdi]) -> tuple[State, str, str]:
    match ticket.state:
        case TicketState.HELD:
            return "held", "Una persona debe revisarla antes de facturar.", f"{ticket.reason}. {ticket.hint}".strip()
        case TicketState.CLAIMED:
            return "waiting", "La factura está en camino.", next((one.reason for one in covering if one.reason), "")
        case TicketState.INVOICED:
            return "invoiced", CHANGED_LATER if ticket.difference else "", ticket.difference
        case TicketState.GLOBALIZED:
            return "globalized", CHANGED_LATER if ticket.difference else "", ticket.difference
        case TicketState.VOID:
            return "void", "Se devolvió o se canceló: no hay nada que facturar.", ""
    return "waiting", _open(ticket), ""


def _open(ticket: Ticket) -> str:
    if ticket.problems:
        return f"El SAT no aceptó los datos del cliente: {ticket.problems[0]['message']}"
    until = f"puede pedirla hasta el {day(ticket.deadline)}"
    if ticket.email:
        return f"Falta que el cliente dé sus datos fiscales: se le escribe por correo y {until}."
    return f"Falta que el cliente dé sus datos fiscales: dale la liga; {until}."


def _portal(flow: Flow, ticket: Ticket) -> str:
    # The link that proves the purchase and not the mailbox: whoever keeps the sales is not their buyer.
    return f"{flow.settings.web.public_url}/f/{ticket.purchase_link}" if ticket.state == TicketState.OPEN else ""
