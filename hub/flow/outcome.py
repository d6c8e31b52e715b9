"""What a PAC's definite answer changes: the CFDI, its tickets, the buyer, and who is told."""

from datetime import datetime

from sqlmodel import Session, col, select

from hub.cfdi.csd import CsdError
from hub.cfdi.document import Comprobante
from hub.cfdi.parse import MalformedXmlError
from hub.cfdi.read import read
from hub.cfdi.rules import Code, lookup
from hub.plugin import InDoubtError, Rejected, Stamped
from hub.store import Cfdi, CfdiState, CfdiTicket, CfdiXml, Ticket, TicketState
from hub.store.states import move_cfdi, move_ticket

from . import buyers, fiscal
from .amended import catch_up
from .claim import hold
from .context import Flow
from .issuer_time import local
from .joining import order_first
from .outbox import send_invoice
from .portal_model import FiscalData
from .refunds import follow_refunds
from .reseal import reseal
from .work import again, due, finish

ALREADY_STAMPED = "307"
OUT_OF_TIME = "401"


def stamped(flow: Flow, session: Session, cfdi: Cfdi, answer: Stamped) -> InDoubtError | None:
    """Keep the stamp, if it is of our seal or our sale; otherwise say why it cannot be believed."""
    journal = session.get_one(CfdiXml, cfdi.id)
    fault = not_ours(journal.sealed, answer, seals=flow.instances.pacs[cfdi.pac].plugin.capabilities.seals)
    if fault is not None:
        return fault
    now, tickets = flow.now(), _tickets(session, cfdi)
    journal.stamped = answer.xml
    cfdi.uuid, cfdi.stamped_at, cfdi.reason, cfdi.code = answer.uuid.lower(), now, "", ""
    cfdi.in_doubt_since = cfdi.never_stamped_at = None
    move_cfdi(session, cfdi, CfdiState.STAMPED, at=now, why=f"UUID {cfdi.uuid}", who=cfdi.pac)
    finish(cfdi)
    for ticket in tickets:
        move_ticket(session, ticket, TicketState.INVOICED, at=now, why=f"CFDI {cfdi.key}", who="hub")
        finish(ticket)
        buyers.remember(session, ticket, cfdi)
        send_invoice(flow, session, ticket, cfdi)
    return None


def not_ours(sealed: bytes, answer: Stamped, *, seals: bool) -> InDoubtError | None:
    """Why an answer is not the stamp of what was sealed; None if it is.

    `seals`: the PAC makes its own seal, so that only what identifies the sale can be compared.
    """
    try:
        ours, theirs = read(sealed), read(answer.xml)
    except MalformedXmlError as error:
        return InDoubtError(f"the PAC answered a document that cannot be read: {error}")
    timbre = theirs.timbre
    if timbre is None or timbre.uuid.lower() != answer.uuid.lower():
        return InDoubtError("the PAC answered a document without the stamp it speaks of")
    if timbre.sello_cfd != theirs.sello:
        return InDoubtError("the PAC answered a stamp of another seal than the document's")
    if seals:
        return another_sale(ours, theirs)
    if theirs._replace(timbre=None, addenda=ours.addenda) != ours:
        return InDoubtError("the PAC answered a stamp of another document")
    return None


def another_sale(ours: Comprobante, theirs: Comprobante) -> InDoubtError | None:
    """A PAC that seals writes the document itself: it is ours if all that identifies it is."""
    expected, found = _identity(ours), _identity(theirs)
    wrong = [f"{name} is {found[name]}, not {value}" for name, value in expected.items() if found[name] != value]
    if wrong:
        return InDoubtError(f"the PAC sealed {theirs.serie}-{theirs.folio} and {', '.join(wrong)}")
    return None


def _identity(document: Comprobante) -> dict[str, object]:
    return {
        "RFC of the issuer": document.emisor.rfc,
        "RFC of the receiver": document.receptor.rfc,
        "TipoDeComprobante": document.tipo_de_comprobante,
        "Serie": document.serie or "",
        "Folio": document.folio,
        "Moneda": document.moneda,
        "Total": document.total,
    }


def rejected(flow: Flow, session: Session, cfdi: Cfdi, answer: Rejected) -> InDoubtError | None:
    """Nothing was stamped now. Whose fault it is decides who is asked; the answer says why that may not be the end."""
    known = lookup(answer.code) or lookup(answer.message)
    if known is not None and known.kind == "transient":
        _same_again(flow, session, cfdi, answer)
        return None
    if cfdi.in_doubt_since is not None:
        # SAT's lists change between two attempts, and a PAC may look at the data before it looks for an earlier stamp.
        said = f"{answer.code} {answer.message}"
        return InDoubtError(f"refused now ({said}), which says nothing of the time when it was first sent")
    if answer.code == OUT_OF_TIME and cfdi.code != OUT_OF_TIME and _made_anew(flow, session, cfdi, answer):
        return None
    now = flow.now()
    cfdi.code, cfdi.reason, cfdi.in_doubt_since = answer.code, answer.message, None
    move_cfdi(session, cfdi, CfdiState.REJECTED, at=now, why=f"{answer.code} {answer.message}", who=cfdi.pac)
    finish(cfdi)
    for ticket in _tickets(session, cfdi):
        session.get_one(CfdiTicket, (cfdi.id, ticket.id)).live = False
        _freed(flow, session, cfdi, ticket, known)
        changed = catch_up(session, ticket, at=now)
        if order_first(flow, session, ticket) or changed:
            follow_refunds(session, ticket, at=now)
    return None


def _freed(flow: Flow, session: Session, cfdi: Cfdi, ticket: Ticket, known: Code | None) -> None:
    now = flow.now()
    if follow_refunds(session, ticket, at=now):
        return
    if known is not None and known.kind == "buyer":
        _ask_again(flow, session, ticket, known, now)
    else:
        why = f"SAT refused {cfdi.key}: {cfdi.code} {cfdi.reason}"
        hold(flow, session, ticket, why=why, hint="mend the cause, then release the ticket", at=now)


def _made_anew(flow: Flow, session: Session, cfdi: Cfdi, answer: Rejected) -> bool:
    """A Fecha out of range is answered with a new one, once; a second time the clock is wrong."""
    why = f"{answer.code} {answer.message}"
    move_cfdi(session, cfdi, CfdiState.SEALED, at=flow.now(), why=why, who=cfdi.pac)
    try:
        if not reseal(flow, session, cfdi, why=why):
            return False
    except CsdError:
        return False
    cfdi.code, cfdi.reason = answer.code, answer.message
    due(cfdi, flow.now())
    flow.kick(session, "cfdi", cfdi.id)
    return True


def _same_again(flow: Flow, session: Session, cfdi: Cfdi, answer: Rejected) -> None:
    cfdi.reason = f"{answer.code} {answer.message}"
    if cfdi.state == CfdiState.SENDING:
        move_cfdi(session, cfdi, CfdiState.SEALED, at=flow.now(), why=cfdi.reason, who=cfdi.pac)
    again(cfdi, flow.now())


def _ask_again(flow: Flow, session: Session, ticket: Ticket, known: Code, now: datetime) -> None:
    if ticket.claimed_by == buyers.STORED:
        buyers.forget(session, ticket)
    # Only who gave the data may see them again; those of the shop or an earlier invoice are the mailbox's.
    owner = ticket.claimed_by if ticket.claimed_by == buyers.PURCHASE else buyers.LINK
    ticket.typed = {**(ticket.receiver or {}), "by": owner}
    typed = FiscalData(**ticket.receiver or {})
    repaired = fiscal.repaired_nombre(typed) if known.field == "nombre" else None
    ticket.problems = [{"field": known.field or "rfc", "message": known.message_es, "suggestion": repaired or ""}]
    _give_days_back(flow, ticket, now)
    ticket.receiver = None
    ticket.refusals += 1
    move_ticket(
        session, ticket, TicketState.OPEN, at=now, why=f"SAT did not accept the buyer's data: {known.code}", who="hub"
    )
    due(ticket, now)
    flow.kick(session, "ticket", ticket.id)


def _give_days_back(flow: Flow, ticket: Ticket, now: datetime) -> None:
    """From the request on the buyer's time does not run (message 23): the days that it took are added."""
    if ticket.claimed_at is not None:
        issuer = flow.issuer(ticket.issuer)
        ticket.deadline += local(issuer, now).date() - local(issuer, ticket.claimed_at).date()


def _tickets(session: Session, cfdi: Cfdi) -> list[Ticket]:
    rows = session.exec(
        select(Ticket)
        .join(CfdiTicket, col(CfdiTicket.ticket_id) == col(Ticket.id))
        .where(CfdiTicket.cfdi_id == cfdi.id, CfdiTicket.live)
        .with_for_update(of=Ticket)
    )
    return list(rows)
