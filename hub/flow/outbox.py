"""The outbox: what is to be told to whom, written in the transaction that made it true."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
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
    _send_all(flow, session, (_link(flow, ticket) for ticket in tickets))


def send_first_links(flow: Flow, session: Session, tickets: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """The same for tickets that were just made, given as their ids and the values of their columns."""
    _send_all(flow, session, (_first_link(flow, ticket_id, **values) for ticket_id, values in tickets))


def _send_all(flow: Flow, session: Session, messages: Iterable[dict[str, Any] | None]) -> None:
    rows = {row["key"]: row for row in messages if row is not None}
    now = flow.now()
    for key, row_id in insert_all_new(session, Delivery, list(rows.values()), by="key").items():
        if rows[key]["due_at"] <= now:
            flow.kick(session, "delivery", row_id)


def _link(flow: Flow, ticket: Ticket) -> dict[str, Any] | None:
    if not ticket.problems:
        return _first_link(flow, ticket.id, ticket.issuer, ticket.email, ticket.sold_at)
    if not ticket.email:
        return None
    key = f"{CORRECT}:{ticket.id}:{ticket.refusals}"
    # Whoever typed the data is most likely still at the portal, which says the same.
    due_at = flow.now() + STILL_THERE if ticket.claimed_by in TYPED else flow.now()
    about = _About(ticket.issuer, ticket.id)
    return _message(flow, key, kind=CORRECT, recipient=ticket.email, about=about, due_at=due_at)


def _first_link(
    flow: Flow, ticket_id: int, issuer: str, email: str, sold_at: datetime, **_: object
) -> dict[str, Any] | None:
    if not email:
        return None
    due_at = max(flow.now(), sold_at + flow.issuer(issuer).invoicing.link_delay)
    about = _About(issuer, ticket_id)
    return _message(flow, f"{LINK}:{ticket_id}", kind=LINK, recipient=email, about=about, due_at=due_at)


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


class _About(NamedTuple):
    """What a message is about, and whose it is."""

    issuer: str
    ticket_id: int
    cfdi_id: int | None = None


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
    cfdi: Cfdi,
) -> None:
    about = _About(ticket.issuer, ticket.id, cfdi.id)
    values = _message(flow, key, kind=kind, recipient=recipient, about=about, due_at=flow.now())
    if values is not None:
        _insert(flow, session, Delivery(**values))


def _message(
    flow: Flow, key: str, *, kind: str, recipient: str, about: _About, due_at: datetime
) -> dict[str, Any] | None:
    """The row of a message; None if nobody sends mail for the issuer."""
    notifier = flow.issuer(about.issuer).mail.notifier
    if notifier is None:
        return None
    return complete(
        Delivery,
        key=key[:200],
        kind=kind,
        issuer=about.issuer,
        notifier=notifier,
        recipient=recipient,
        message_id=_message_id(flow, key),
        ticket_id=about.ticket_id,
        cfdi_id=about.cfdi_id,
        created_at=flow.now(),
        due_at=due_at,
    )


def _insert(flow: Flow, session: Session, row: Delivery) -> None:
    row_id = insert_new(session, row)
    if row_id is not None:
        flow.kick(session, "delivery", row_id)


def _message_id(flow: Flow, key: str) -> str:
    """Fixed by what the message is about, so that a repeat is seen to be the same message."""
    host = urlsplit(flow.settings.web.public_url).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
