"""A ticket as its buyer should understand it."""

from decimal import Decimal

from hub.cfdi.document import Comprobante
from hub.plugin import Sale
from hub.store import Cfdi, Ticket, TicketState

from . import buyers, fiscal
from .context import Flow
from .issuer_time import local
from .joined import forma_pago_of
from .portal_model import FieldProblem, FiscalData, IssuedInvoice, Purchase, PurchaseLine, Review, Stage

_STAGES = {
    TicketState.CLAIMED: Stage.WORKING,
    TicketState.INVOICED: Stage.INVOICED,
    TicketState.GLOBALIZED: Stage.GLOBAL,
    TicketState.VOID: Stage.REFUNDED,
    TicketState.HELD: Stage.HELD,
}
_IMPUESTO = {"001": "ISR", "002": "IVA", "003": "IEPS"}
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def purchase_of(
    flow: Flow, ticket: Ticket, sale: Sale, *, access: str, saved: FiscalData | None, cfdi: Cfdi | None
) -> Purchase:
    """All that a link's page needs."""
    issuer = flow.issuer(ticket.issuer)
    asked = ticket.problems if _typed_by(ticket) == access else []
    return Purchase(
        token=ticket.link if access == buyers.LINK else ticket.purchase_link,
        issuer=ticket.issuer,
        reference=ticket.reference,
        sold_at=local(issuer, ticket.sold_at),
        currency=ticket.currency,
        total=ticket.total,
        refunded=ticket.refunded,
        forma_pago=forma_pago_of(flow, ticket, sale) or "",
        lines=tuple(PurchaseLine(line.description, line.quantity, line.total) for line in sale.lines),
        stage=_stage(flow, ticket, asked),
        deadline=ticket.deadline,
        promise=short_folio("F", ticket.id) if ticket.claimed_at else "",
        promised_at=local(issuer, ticket.claimed_at) if ticket.claimed_at else None,
        typed=_typed(ticket, sale, access),
        saved=saved,
        email_hint=ticket.email if access == buyers.LINK else "",
        problems=tuple(FieldProblem(p["field"], p["message"], p.get("suggestion", "")) for p in asked),
        invoice=_invoice(flow, ticket, cfdi),
    )


def review_of(
    ticket: Ticket, data: FiscalData, draft: Comprobante | None, warnings: tuple[FieldProblem, ...]
) -> Review:
    """The invoice in words, from the very document that would be sealed."""
    taxes = draft.impuestos if draft else None
    return Review(
        data=data,
        total=draft.total if draft else ticket.total - ticket.refunded,
        impuestos=tuple(
            (f"{_IMPUESTO[t.impuesto]} {_percent(t.tasa_o_cuota)}", t.importe)
            for t in (taxes.traslados if taxes else ())
            if t.importe
        ),
        retenciones=tuple((_IMPUESTO[r.impuesto], r.importe) for r in (taxes.retenciones if taxes else ())),
        warnings=warnings,
    )


def short_folio(letter: str, number: int) -> str:
    """A folio that can be read over the phone: no I, L, O, U."""
    digits = ""
    while number or not digits:
        number, rest = divmod(number, 32)
        digits = _ALPHABET[rest] + digits
    return f"{letter}-{digits.rjust(4, '0')}"


def _stage(flow: Flow, ticket: Ticket, asked: list[dict[str, str]]) -> Stage:
    if ticket.state == TicketState.VOID and ticket.refunded < ticket.total:
        return Stage.HELD  # cancelled by the shop, which knows why
    if ticket.state != TicketState.OPEN:
        return _STAGES[TicketState(ticket.state)]
    if local(flow.issuer(ticket.issuer), flow.now()).date() > ticket.deadline:
        return Stage.LATE
    return Stage.CORRECT if asked else Stage.OPEN


def _typed(ticket: Ticket, sale: Sale, access: str) -> FiscalData | None:
    """What this visitor typed; for the mailbox's owner also what the shop already knows of the purchase."""
    if ticket.typed and _typed_by(ticket) == access:
        return FiscalData(**{name: value for name, value in ticket.typed.items() if name != "by"})
    return fiscal.of_buyer(sale.buyer) if access == buyers.LINK and sale.buyer.rfc else None


def _typed_by(ticket: Ticket) -> str:
    return (ticket.typed or {}).get("by", buyers.LINK)


def _invoice(flow: Flow, ticket: Ticket, cfdi: Cfdi | None) -> IssuedInvoice | None:
    if cfdi is None or cfdi.uuid is None or cfdi.stamped_at is None:
        return None
    return IssuedInvoice(
        uuid=cfdi.uuid.upper(),
        serie_folio=f"{cfdi.serie}-{cfdi.folio}",
        total=cfdi.total,
        currency=cfdi.currency,
        rfc=cfdi.rfc_receptor,
        nombre=cfdi.nombre_receptor,
        stamped_at=local(flow.issuer(ticket.issuer), cfdi.stamped_at),
    )


def _percent(rate: Decimal | None) -> str:
    return "" if rate is None else f"{(rate * 100).normalize():f} %"
