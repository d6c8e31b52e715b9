"""The portal's questions answered: what a link shows, and what its owner may do."""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from sqlmodel import Session, col, select

from hub.cfdi.document import Comprobante
from hub.plugin import Sale
from hub.sat import rfc
from hub.store import Cfdi, CfdiTicket, CfdiXml, HelpRequest, Ticket, TicketState, Tries
from hub.store.states import IN_FORCE, note

from . import buyers, fiscal, portal_port
from .claim import claim_for
from .context import Flow
from .documents import pdf_of, stem_of
from .draft import NeedsPersonError, prepare
from .joined import INTO
from .outbox import Notice, send_copy, tell_operator
from .portal_model import FieldProblem, FiscalData, Purchase, Review
from .portal_port import HelpTopic, Logo, PortalBrand, PortalFile, canonical_reference
from .portal_view import purchase_of, review_of, short_folio

LOOK_S, LOOKS = 0.05, 60
"""How often and how many times a buyer's request looks whether the invoice is there."""
WINDOW = timedelta(minutes=5)
LIMITS = {"find": 10, "reference": 5, "link": 30, "submit": 20, "send": 5, "help": 5}


class Portal:
    """`PortalPort` over the store. Methods may be called from any thread."""

    def __init__(self, flow: Flow, *, sleep: Callable[[float], None] = time.sleep, looks: int = LOOKS) -> None:
        self._flow = flow
        self._sleep = sleep
        self._looks = looks

    def brand(self, issuer: str) -> PortalBrand | None:
        """The face of an issuer's portal; "" is the only issuer of a hub that serves one."""
        issuers = self._flow.settings.issuers
        name = next(iter(issuers)) if not issuer and len(issuers) == 1 else issuer
        if name not in issuers:
            return None
        portal = issuers[name].portal
        return PortalBrand(
            issuer=name,
            nombre=portal.nombre or issuers[name].nombre,
            logo=_logo(portal.logo),
            primary=portal.primary,
            secondary=portal.secondary,
            titulo=portal.titulo,
            mensaje=portal.mensaje,
            boton=portal.boton,
            email=portal.email or "",
            phone=portal.telefono or "",
            whatsapp=portal.whatsapp or "",
            url=portal.url or "",
            aviso_de_privacidad_url=portal.aviso_de_privacidad or "",
            test=self._flow.settings.environment == "test",
        )

    def open(self, token: str) -> Purchase | None:
        """The purchase behind a link."""
        with self._flow.store.read() as session:
            found = _by_token(session, token)
            return None if found is None else self._shown(session, *found)

    def find(self, issuer: str, reference: str, total: str) -> str | None:
        """The link that proves a purchase, not a mailbox, for whoever knows number and exact total."""
        amount = _amount(total)
        with self._flow.store.read() as session:
            rows = session.exec(
                select(Ticket).where(
                    Ticket.issuer == issuer, Ticket.canonical_reference == canonical_reference(reference)
                )
            )
            matches = [ticket.purchase_link for ticket in rows if ticket.total == amount]
        return matches[0] if len(matches) == 1 else None

    def review(self, token: str, data: FiscalData) -> Review | tuple[FieldProblem, ...]:
        """The invoice in words; what was typed is kept either way."""
        tidy = self._tidy(token, data)
        found = fiscal.problems(tidy)
        with self._flow.store.write() as session:
            ticket, access = _must(session, token)
            ticket.typed = {**asdict(tidy), "by": access}
        if found:
            return found
        return review_of(ticket, tidy, self._draft(ticket, tidy), fiscal.warnings(tidy))

    def invoice(self, token: str, data: FiscalData) -> Purchase | tuple[FieldProblem, ...]:
        """Ask for the invoice, wait a moment for it, and say where the purchase stands."""
        tidy = self._tidy(token, data)
        found = fiscal.problems(tidy)
        if found:
            return found
        with self._flow.store.write() as session:
            ticket, access = _must(session, token)
            if ticket.state == TicketState.OPEN:
                claim_for(self._flow, session, ticket, tidy, by=access, at=self._flow.now())
        return self._after_a_moment(token)

    def file(self, token: str, kind: Literal["pdf", "xml"]) -> PortalFile | None:
        """A file of the invoice, for its owner."""
        with self._flow.store.read() as session:
            ticket, access = _must(session, token)
            cfdi = invoice_of(session, ticket)
            if cfdi is None or not _owns(ticket, access):
                return None
            xml = session.get_one(CfdiXml, cfdi.id).stamped
        if xml is None:
            return None
        content = xml if kind == "xml" else pdf_of(self._flow, ticket.issuer, xml)
        return PortalFile(f"{stem_of(cfdi)}.{kind}", content)

    def send_copy(self, token: str, email: str) -> FieldProblem | None:
        """Mail the invoice to one more address."""
        address = email.strip().lower()
        problem = fiscal.email_problem(address)
        if problem is not None or not address:
            return problem or FieldProblem("email", "Escribe el correo al que quieres enviarla.")
        with self._flow.store.write() as session:
            ticket, access = _must(session, token)
            cfdi = invoice_of(session, ticket)
            if cfdi is not None and _owns(ticket, access):
                send_copy(self._flow, session, ticket, cfdi, address)
        return None

    def ask_help(
        self, issuer: str, token: str | None, request: portal_port.HelpRequest
    ) -> str | tuple[FieldProblem, ...]:
        """Keep a request for a person of the shop."""
        found = _help_problems(request)
        if found:
            return found
        now = self._flow.now()
        with self._flow.store.write() as session:
            ticket = _must(session, token)[0] if token else None
            row = HelpRequest(
                issuer=issuer,
                ticket_id=ticket.id if ticket else None,
                topic=request.topic,
                contact=request.contact.strip()[:254],
                message=request.message.strip()[:2000],
                data=asdict(fiscal.tidy(request.data)) if request.data else None,
                at=now,
            )
            session.add(row)
            session.flush()
            folio = short_folio("A", row.id)
            about = f"about purchase {ticket.reference}" if ticket else "without a purchase"
            message = f"a buyer asks for help ({request.topic}) {about}: {folio}"
            notice = Notice("help", f"help {folio}", message, now, hint=f"answer {row.contact}; `hub tickets help`")
            tell_operator(self._flow, session, notice)
            if ticket is not None:
                note(session, "ticket", ticket, at=now, who="buyer", why=message)
        return folio

    def hit(self, key: str) -> bool:
        """Count one try of a key in its window."""
        limit = LIMITS[key.partition(":")[0]]
        now = self._flow.now()
        with self._flow.store.write() as session:
            row = session.get(Tries, key[:120]) or Tries(key=key[:120], since=now)
            if now - row.since > WINDOW:
                row.since, row.count = now, 0
            row.count += 1
            session.add(row)
            return row.count <= limit

    def _tidy(self, token: str, data: FiscalData) -> FiscalData:
        tidy = fiscal.tidy(data)
        if tidy.rfc != rfc.EXTRANJERO:
            return tidy
        with self._flow.store.read() as session:
            ticket, _ = _must(session, token)
        return fiscal.foreign(tidy, self._flow.issuer(ticket.issuer).codigo_postal)

    def _draft(self, ticket: Ticket, data: FiscalData) -> Comprobante | None:
        try:
            return prepare(self._flow, ticket, data, now=self._flow.now())
        except NeedsPersonError:
            return None  # the step will hold the ticket and say so

    def _shown(self, session: Session, ticket: Ticket, access: str) -> Purchase:
        cfdi = invoice_of(session, ticket) if _owns(ticket, access) else None
        sale = Sale.model_validate(ticket.sale)
        saved = buyers.stored(session, ticket, sale) if access == buyers.LINK else None
        return purchase_of(self._flow, ticket, sale, access=access, saved=saved, cfdi=cfdi)

    def _after_a_moment(self, token: str) -> Purchase:
        looks = 0
        while True:
            looks += 1
            with self._flow.store.read() as session:
                ticket, access = _must(session, token)
                if ticket.state != TicketState.CLAIMED or looks >= self._looks:
                    return self._shown(session, ticket, access)
            self._sleep(LOOK_S)


def invoice_of(session: Session, ticket: Ticket) -> Cfdi | None:
    """The CFDI in force that covers a ticket alone."""
    return session.exec(
        select(Cfdi)
        .join(CfdiTicket, col(CfdiTicket.cfdi_id) == col(Cfdi.id))
        .where(CfdiTicket.ticket_id == ticket.id, CfdiTicket.live, col(Cfdi.state).in_(list(IN_FORCE)))
    ).one_or_none()


def _logo(content: bytes | None) -> Logo | None:
    if content is None:
        return None
    return Logo(content, "image/png" if content.startswith(b"\x89PNG") else "image/jpeg")


def _by_token(session: Session, token: str) -> tuple[Ticket, str] | None:
    for column, access in ((Ticket.link, buyers.LINK), (Ticket.purchase_link, buyers.PURCHASE)):
        ticket = session.exec(select(Ticket).where(column == token)).one_or_none()
        if ticket is not None:
            return _part_of(session, ticket, access)
    return None


def _part_of(session: Session, ticket: Ticket, access: str) -> tuple[Ticket, str]:
    """The ticket that it became part of; its mailbox is proved only if it is the same."""
    into = (ticket.linked or {}).get(INTO)
    if into is None:
        return ticket, access
    whole = session.get_one(Ticket, int(into))
    return _part_of(session, whole, access if whole.email == ticket.email else buyers.PURCHASE)


def _must(session: Session, token: str) -> tuple[Ticket, str]:
    found = _by_token(session, token)
    if found is None:
        raise LookupError("this link means nothing any more")
    session.refresh(found[0], with_for_update=True)
    return found


def _owns(ticket: Ticket, access: str) -> bool:
    """The mailbox of the purchase always; who only knows order and total, what was asked that way."""
    return access == buyers.LINK or ticket.claimed_by == buyers.PURCHASE


def _amount(typed: str) -> Decimal | None:
    try:
        return Decimal(typed.upper().replace("MXN", "").replace("$", "").replace(",", "").strip())
    except InvalidOperation:
        return None


def _help_problems(request: portal_port.HelpRequest) -> tuple[FieldProblem, ...]:
    if not request.contact.strip():
        return (FieldProblem("contact", "Déjanos un correo o un teléfono para responderte."),)
    if request.topic in {HelpTopic.GLOBAL, HelpTopic.LATE} and request.data is not None:
        return fiscal.problems(fiscal.tidy(request.data))
    return ()
