"""A claimed ticket: build, seal and journal its CFDI. Nothing is sent before this is committed."""

import hashlib
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from hub.cfdi.csd import CsdError
from hub.cfdi.document import Comprobante
from hub.cfdi.seal import seal
from hub.plugin import ConfigError
from hub.store import Cfdi, CfdiState, CfdiTicket, CfdiXml, Folio, Ticket
from hub.store.inserts import insert_new
from hub.store.states import record

from .claim import hold
from .conditions import end, wait_out
from .context import Flow
from .draft import NeedsPersonError, prepare
from .portal_model import FiscalData
from .work import due, finish, held


def invoice(flow: Flow, ticket_id: int, token: str) -> None:
    """Make the CFDI of a claimed ticket, or hold the ticket with the reason."""
    with flow.store.read() as session:
        ticket = session.get_one(Ticket, ticket_id)
    now = flow.now()
    try:
        flow.instances.csds[ticket.issuer].check_valid_at(now)
        document = prepare(flow, ticket, FiscalData(**ticket.receiver or {}), now=now)
    except CsdError as error:
        return _wait_for_csd(flow, ticket, token, ConfigError(error.reason, hint=error.hint))
    except NeedsPersonError as error:
        with flow.store.write() as session:
            return hold(flow, session, held(session, Ticket, ticket_id, token), why=error.why, hint=error.hint, at=now)
    with flow.store.write() as session:
        row = held(session, Ticket, ticket_id, token)
        if _what(row) != _what(ticket):
            due(row, now)  # such as money that went back while the document was made: it is worth less now
            return flow.kick(session, "ticket", ticket_id)
        _journal(flow, session, row, document, now)
        finish(row)
        return end(flow, session, f"csd {row.issuer}")


def _what(ticket: Ticket) -> tuple[object, ...]:
    """All that the document was made of."""
    return ticket.refunded, ticket.sale, ticket.linked, ticket.source, ticket.issuer


def _journal(flow: Flow, session: Session, ticket: Ticket, document: Comprobante, now: datetime) -> None:
    """Take a folio, seal, and commit bytes and identity together: promise 4 begins here."""
    serie = document.serie or ""
    folio = _take_folio(session, ticket.issuer, serie)
    sealed = seal(document._replace(folio=str(folio)), flow.instances.csds[ticket.issuer])
    cfdi = Cfdi(
        key=f"{ticket.issuer}-{serie}-{folio}",
        issuer=ticket.issuer,
        tipo=document.tipo_de_comprobante,
        serie=serie,
        folio=folio,
        pac=flow.issuer(ticket.issuer).pac[0],
        rfc_emisor=document.emisor.rfc,
        rfc_receptor=document.receptor.rfc,
        nombre_receptor=document.receptor.nombre,
        total=document.total,
        currency=document.moneda,
        sealed_at=now,
        sello_sha256=hashlib.sha256(sealed.sello.encode()).hexdigest(),
        due_at=now,
    )
    session.add(cfdi)
    session.flush()
    session.add(CfdiXml(cfdi_id=cfdi.id, sealed=sealed.xml))
    session.add(CfdiTicket(cfdi_id=cfdi.id, ticket_id=ticket.id))
    record(session, "cfdi", cfdi.id, at=now, who="hub", before="", after=CfdiState.SEALED, why=f"ticket {ticket.id}")
    flow.kick(session, "cfdi", cfdi.id)


def _take_folio(session: Session, issuer: str, serie: str) -> int:
    insert_new(session, Folio(issuer=issuer, serie=serie, next=1))
    mine = (col(Folio.issuer) == issuer, col(Folio.serie) == serie)
    taken = update(Folio).where(*mine).values(next=col(Folio.next) + 1).returning(col(Folio.next))
    return int(session.execute(taken).scalar_one()) - 1


def _wait_for_csd(flow: Flow, ticket: Ticket, token: str, error: ConfigError) -> None:
    with flow.store.write() as session:
        wait_out(flow, session, held(session, Ticket, ticket.id, token), f"csd {ticket.issuer}", error)
