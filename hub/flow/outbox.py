"""The outbox: what is to be told to whom, written in the transaction that made it true."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from hub.config import OperatorEvent
from hub.secrecy import masked
from hub.store import Cfdi, Delivery, Ticket
from hub.store.inserts import complete, insert_all_new, insert_new

from .context import Flow

LINK, CORRECT, INVOICE, COPY, CANCELLED, NOTICE = "link", "correct", "invoice", "copy", "cancelled", "notice"
STILL_THERE = timedelta(minutes=10)
TYPED = frozenset({"link", "purchase"})
"""How a ticket was claimed whose buyer typed the data in the portal."""


def send_link(flow: Flow, session: Session, ticket: Ticket) -> None:
    """Ask the buyer for the fiscal data: once for a purchase, and once more for each refusal by SAT."""
    send_links(flow, session, [ticket])


def send_links(flow: Flow, session: Session, tickets: Iterable[Ticket]) -> None:
    """The same to many."""
    rows = [row for ticket in tickets if (row := _link(flow, ticket)) is not None]
    for row_id in insert_all_new(session, Delivery, rows, by="key").values():
        flow.kick(session, "delivery", row_id)


def _link(flow: Flow, ticket: Ticket) -> dict[str, Any] | None:
    if not ticket.email:
        return None
    kind = CORRECT if ticket.problems else LINK
    key = f"{kind}:{ticket.id}:{ticket.refusals}" if ticket.problems else f"{kind}:{ticket.id}"
    due_at = max(flow.now(), _ready(flow, ticket))
    return _message(flow, key, kind=kind, recipient=ticket.email, ticket=ticket, due_at=due_at)


def _ready(flow: Flow, ticket: Ticket) -> datetime:
    if not ticket.problems:
        return ticket.sold_at + flow.issuer(ticket.issuer).invoicing.link_delay
    # Whoever typed the data is most likely still at the portal, which says the same.
    return flow.now() + STILL_THERE if ticket.claimed_by in TYPED else flow.now()


def send_invoice(flow: Flow, session: Session, ticket: Ticket, cfdi: Cfdi) -> None:
    """The CFDI to its buyer, and to whom the issuer wants a copy sent."""
    _to_all(flow, session, INVOICE, ticket, cfdi)


def send_cancelled(flow: Flow, session: Session, ticket: Ticket, cfdi: Cfdi) -> None:
    """Word of the cancellation to whoever got the CFDI."""
    _to_all(flow, session, CANCELLED, ticket, cfdi)


def _to_all(flow: Flow, session: Session, kind: str, ticket: Ticket, cfdi: Cfdi) -> None:
    recipient = (ticket.receiver or {}).get("email") or ticket.email
    for address in dict.fromkeys(filter(None, (recipient, *flow.issuer(ticket.issuer).mail.copy_to))):
        _put(flow, session, f"{kind}:{cfdi.id}:{address}", kind=kind, recipient=address, ticket=ticket, cfdi=cfdi)


def send_copy(flow: Flow, session: Session, ticket: Ticket, cfdi: Cfdi, email: str) -> None:
    """The CFDI to another address that the buyer names."""
    _put(flow, session, f"{COPY}:{cfdi.id}:{email}", kind=INVOICE, recipient=email, ticket=ticket, cfdi=cfdi)


@dataclass(frozen=True, slots=True)
class Notice:
    """What an operator should hear. `subject` and `since` tell one occurrence from the next."""

    about: OperatorEvent
    subject: str
    message: str
    since: datetime
    hint: str = ""
    over: bool = False


def tell_operator(flow: Flow, session: Session, notice: Notice) -> None:
    """A notice to the operator, once for a beginning and once for an end."""
    operator = flow.settings.operator
    if operator.notifier is None or operator.email is None or notice.about not in operator.on:
        return
    key = f"{NOTICE}:{notice.subject}:{notice.since.timestamp():.6f}:{'over' if notice.over else 'begun'}"[:200]
    now = flow.now()
    row = Delivery(
        key=key,
        kind=NOTICE,
        issuer="",
        notifier=operator.notifier,
        recipient=operator.email,
        message_id=_message_id(flow, key),
        data={
            "subject": notice.subject,
            "message": masked(notice.message),
            "hint": masked(notice.hint),
            "over": "yes" if notice.over else "",
        },
        created_at=now,
        due_at=now,
    )
    _insert(flow, session, row)


def _put(
    flow: Flow,
    session: Session,
    key: str,
    *,
    kind: str,
    recipient: str,
    ticket: Ticket,
    cfdi: Cfdi | None = None,
    due_at: datetime | None = None,
) -> None:
    values = _message(flow, key, kind=kind, recipient=recipient, ticket=ticket, cfdi=cfdi, due_at=due_at)
    if values is not None:
        _insert(flow, session, Delivery(**values))


def _message(
    flow: Flow,
    key: str,
    *,
    kind: str,
    recipient: str,
    ticket: Ticket,
    cfdi: Cfdi | None = None,
    due_at: datetime | None = None,
) -> dict[str, Any] | None:
    """The row of a message; None if nobody sends mail for the issuer."""
    notifier = flow.issuer(ticket.issuer).mail.notifier
    if notifier is None:
        return None
    now = flow.now()
    return complete(
        Delivery,
        key=key[:200],
        kind=kind,
        issuer=ticket.issuer,
        notifier=notifier,
        recipient=recipient,
        message_id=_message_id(flow, key),
        ticket_id=ticket.id,
        cfdi_id=cfdi.id if cfdi else None,
        created_at=now,
        due_at=due_at or now,
    )


def _insert(flow: Flow, session: Session, row: Delivery) -> None:
    row_id = insert_new(session, row)
    if row_id is not None:
        flow.kick(session, "delivery", row_id)


def _message_id(flow: Flow, key: str) -> str:
    """Fixed by what the message is about, so that a repeat is seen to be the same message."""
    host = urlsplit(flow.settings.web.public_url).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
