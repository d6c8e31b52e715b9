"""Who bought: the fiscal data of the sale itself, or those of an earlier invoice found by a verified key.

An e-mail that merely stands in an order proves nothing: only a mailbox that opened its own link, or a
customer that the source authenticates, may stand for fiscal data (docs/adr/0003).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from hub.plugin import Buyer as Told
from hub.plugin import Sale
from hub.store import Buyer, BuyerKey, Cfdi, Ticket

from .context import Flow
from .fiscal import of_buyer, problems
from .portal_model import FiscalData

LINK = "link"
PURCHASE = "purchase"
SALE = "sale"
STORED = "stored"


def in_sale(flow: Flow, ticket: Ticket, sale: Sale) -> FiscalData | None:
    """Complete and valid data in the sale, or from a plugin that knows the buyer."""
    hook = flow.instances.registry.hook
    return complete(hook.hub_receiver(sale, flow.issuer_value(ticket.issuer)) or sale.buyer)


def complete(told: Told) -> FiscalData | None:
    """What is told of a buyer, if it is all that a CFDI needs."""
    data = of_buyer(told)
    return data if data.rfc and not problems(data) else None


def stored(session: Session, ticket: Ticket, sale: Sale) -> FiscalData | None:
    """Data that SAT accepted for the same verified customer or mailbox."""
    return stored_many(session, [(asked_for(ticket), sale.buyer)]).get(ticket.id)


class AskedFor(NamedTuple):
    """Of a ticket what tells its buyer from others. `key` tells the ticket from others."""

    key: int | str
    issuer: str
    source: str
    email: str


def asked_for(ticket: Ticket) -> AskedFor:
    """The same of a ticket that is kept."""
    return AskedFor(ticket.id, ticket.issuer, ticket.source, ticket.email)


def stored_many(session: Session, told: Sequence[tuple[AskedFor, Told]]) -> dict[int | str, FiscalData]:
    """The same for many tickets, by their keys."""
    keys: dict[str, set[str]] = defaultdict(set)
    for ticket, named in told:
        keys[ticket.issuer].update(_lookup_keys(ticket, named))
    known: dict[tuple[str, str], Buyer] = {}
    for issuer, mine in keys.items():
        of_them = select(BuyerKey.key, Buyer).join(Buyer, col(Buyer.id) == col(BuyerKey.buyer_id))
        found = session.exec(of_them.where(BuyerKey.issuer == issuer, col(BuyerKey.key).in_(mine)))
        known |= {(issuer, key): buyer for key, buyer in found}
    # Of several keys of one ticket the first counts.
    return {
        ticket.key: _data(known[ticket.issuer, key])
        for ticket, named in told
        for key in reversed(_lookup_keys(ticket, named))
        if (ticket.issuer, key) in known
    }


def remember(session: Session, ticket: Ticket, cfdi: Cfdi) -> None:
    """SAT accepted these data: keep them under the keys that this claim verified."""
    if ticket.receiver is None or cfdi.stamped_at is None:
        return
    keys = _verified_keys(ticket, Sale.model_validate(ticket.sale))
    if not keys:
        return
    data = FiscalData(**ticket.receiver)
    buyer = _same(session, ticket.issuer, data) or Buyer(
        issuer=ticket.issuer,
        rfc=data.rfc,
        nombre=data.nombre,
        codigo_postal=data.codigo_postal,
        regimen_fiscal=data.regimen_fiscal,
        uso_cfdi=data.uso_cfdi,
        email=data.email,
        accepted_at=cfdi.stamped_at,
    )
    session.add(buyer)
    session.flush()
    for key in keys:
        session.merge(BuyerKey(issuer=ticket.issuer, key=key, buyer_id=buyer.id))


def forget(session: Session, ticket: Ticket) -> None:
    """SAT refused stored data: ask again instead of failing for ever (CFDI40145, CFDI40148)."""
    sale = Sale.model_validate(ticket.sale)
    for key in _lookup_keys(asked_for(ticket), sale.buyer):
        known = session.get(BuyerKey, (ticket.issuer, key))
        if known is not None:
            session.delete(known)


def _lookup_keys(ticket: AskedFor, told: Told) -> list[str]:
    keys = [f"customer:{ticket.source}:{told.customer_id}"] if told.customer_id else []
    return [*keys, f"email:{ticket.email}"] if ticket.email else keys


def _verified_keys(ticket: Ticket, sale: Sale) -> list[str]:
    if ticket.claimed_by == LINK:
        return _lookup_keys(asked_for(ticket), sale.buyer)
    if ticket.claimed_by == SALE and sale.buyer.customer_id:
        return [f"customer:{ticket.source}:{sale.buyer.customer_id}"]
    return []


def _same(session: Session, issuer: str, data: FiscalData) -> Buyer | None:
    return session.exec(
        select(Buyer).where(
            Buyer.issuer == issuer,
            Buyer.rfc == data.rfc,
            Buyer.nombre == data.nombre,
            Buyer.codigo_postal == data.codigo_postal,
            Buyer.regimen_fiscal == data.regimen_fiscal,
            Buyer.uso_cfdi == data.uso_cfdi,
            Buyer.email == data.email,
        )
    ).first()


def _data(buyer: Buyer) -> FiscalData:
    return FiscalData(buyer.rfc, buyer.nombre, buyer.codigo_postal, buyer.regimen_fiscal, buyer.uso_cfdi, buyer.email)
