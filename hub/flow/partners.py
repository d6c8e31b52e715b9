"""Looking for the other half of a sale: the order of a payment, or the payments of an order."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from sqlmodel import Session, col, select

from hub.plugin import Sale
from hub.store import LinkName, Ticket, TicketAlias, TicketSale
from hub.store.inserts import insert_new

from .context import Flow
from .joined import INTO, order_of, payments_of
from .link_rules import amounts_of, is_for, names_of, near, paid_alike, references_of, same_amount
from .links import Kind, Link, link_of
from .portal_port import canonical_reference


@dataclass(frozen=True, slots=True)
class Half:
    """A ticket that may be the other half, with what it knows of the order and of its payments."""

    ticket: Ticket
    source: str
    """Where the side that was looked for was told."""
    order: Sale | None
    payments: list[Sale]

    @property
    def paid(self) -> Decimal:
        return sum((payment.total for payment in self.payments), Decimal(0))


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: certain halves, or why a person must say."""

    halves: tuple[Half, ...] = ()
    doubt: str = ""
    perhaps: tuple[Half, ...] = ()


NOTHING = Found()


def keep_names(session: Session, source: str, sale: Sale) -> None:
    """By which the other half finds it, whichever comes first."""
    references = references_of(sale) if sale.payment_references else set()
    for name in names_of(sale) | amounts_of(sale) | {f"#{one}" for one in references}:
        insert_new(session, LinkName(name=name, source=source, movement_key=sale.id))


def other_half(flow: Flow, session: Session, link: Link, sale: Sale, *, but: int = 0, guess: bool = True) -> Found:
    """Look for the other half of a sale. `but`: its own ticket; without `guess` amounts alone say nothing."""
    look = _of_an_order if link.kind == "order" else _of_a_payment

    def load(ids: set[int], *, apart: bool = False) -> list[Half]:
        return _halves(flow, session, link, ids - {but}, apart=apart)

    return look(load, session, link, sale, guess)


class _Load(Protocol):
    def __call__(self, ids: set[int], *, apart: bool = False) -> list[Half]: ...


def _of_an_order(load: _Load, session: Session, link: Link, order: Sale, guess: bool) -> Found:
    if named := load(_named(session, link, names_of(order)), apart=guess):
        taken = [half for half in named if half.order is not None]
        if taken:
            return Found(doubt="its payment belongs to another order", perhaps=tuple(taken))
        wrong = wrong_payments(order, [payment for half in named for payment in half.payments])
        return Found(doubt=wrong, perhaps=tuple(named)) if wrong else Found(halves=tuple(named))
    free = [half for half in load(_referred(session, link, references_of(order))) if half.order is None]
    told = [half for half in free if is_for(half.payments[0], order, link.others[half.source])]
    if told:
        return _only(told)
    if not guess:
        return NOTHING
    alike = [half for half in load(_alike(session, link, order)) if half.order is None]
    return _suspicion(half for half in alike if _may_be(half.payments[0], order, half, link))


def _of_a_payment(load: _Load, session: Session, link: Link, payment: Sale, guess: bool) -> Found:
    if named := load(_named(session, link, names_of(payment)), apart=guess):
        return _pays(named, payment)
    reference = canonical_reference(payment.reference or "")
    told = load(_referred(session, link, {reference})) if reference else []
    near_by = [half for half in told if half.order and near(payment, half.order, link.others[half.source])]
    unpaid = [half for half in near_by if not half.payments]
    certain = [half for half in unpaid if half.order and _amount(payment) == _amount(half.order)]
    if certain:
        return _only(certain)
    if not guess:
        return NOTHING
    if near_by:
        return Found(doubt="it names an order whose total or payments do not fit", perhaps=tuple(near_by))
    alike = [half for half in load(_alike(session, link, payment)) if half.order and not half.payments]
    return _suspicion(half for half in alike if half.order and _may_be(payment, half.order, half, link))


def _pays(named: list[Half], payment: Sale) -> Found:
    if len(named) > 1:
        return Found(doubt="several orders name this payment", perhaps=tuple(named))
    (half,) = named
    wrong = wrong_payments(half.order, [*half.payments, payment])
    return Found(doubt=wrong, perhaps=(half,)) if wrong else Found(halves=(half,))


def wrong_payments(order: Sale | None, payments: Iterable[Sale]) -> str:
    """Why these cannot be the payments of the order; empty if they can."""
    paid = list(payments)
    if order is None:
        return ""
    if any(payment.currency != order.currency for payment in paid):
        return f"its payment is not in {order.currency}"
    total = sum((payment.total for payment in paid), Decimal(0))
    return f"the payments add up to {total}, the order to {order.total} {order.currency}" if total > order.total else ""


def _amount(sale: Sale) -> tuple[str, Decimal]:
    return sale.currency, sale.total


def _only(certain: list[Half]) -> Found:
    if len(certain) == 1:
        return Found(halves=tuple(certain))
    return Found(doubt="several sales have its order number and total", perhaps=tuple(certain))


def _suspicion(alike: Iterable[Half]) -> Found:
    found = tuple(alike)
    doubt = "the amount and the time are the same, and no reference tells"
    return Found(doubt=doubt, perhaps=found) if found else NOTHING


def _may_be(payment: Sale, order: Sale, half: Half, link: Link) -> bool:
    return same_amount(payment, order, link.others[half.source]) and paid_alike(payment, order)


def _named(session: Session, link: Link, names: Collection[str]) -> set[int]:
    """By a name as it was told, for sales from before the two systems were linked, or in another form."""
    aliases = select(TicketAlias.ticket_id).where(
        col(TicketAlias.source).in_(link.others), col(TicketAlias.alias).in_(names)
    )
    return set(session.exec(aliases)) | _called(session, link, names)


def _called(session: Session, link: Link, names: Collection[str]) -> set[int]:
    query = (
        select(TicketAlias.ticket_id)
        .join(
            LinkName,
            (col(LinkName.source) == col(TicketAlias.source)) & (col(LinkName.movement_key) == col(TicketAlias.alias)),
        )
        .where(col(LinkName.name).in_(names), col(LinkName.source).in_(link.others))
    )
    return set(session.exec(query))


def _referred(session: Session, link: Link, references: Collection[str]) -> set[int]:
    query = select(Ticket.id).where(
        col(Ticket.source).in_(link.others), col(Ticket.canonical_reference).in_(references)
    )
    return set(session.exec(query)) | _called(session, link, {f"#{one}" for one in references})


def _alike(session: Session, link: Link, sale: Sale) -> set[int]:
    return _called(session, link, amounts_of(sale, max(link.others.values())))


def _halves(flow: Flow, session: Session, link: Link, ids: set[int], *, apart: bool) -> list[Half]:
    """Locked, in order; without those that are part of another, and without those that a person took apart."""
    tickets = [session.get_one(Ticket, one, with_for_update=True) for one in sorted(ids)]
    open_to_it = [one for one in tickets if INTO not in (one.linked or {}) and (apart or not taken_apart(one))]
    found = (_half(flow, session, link, ticket) for ticket in open_to_it)
    return [half for half in found if half is not None]


def _half(flow: Flow, session: Session, link: Link, ticket: Ticket) -> Half | None:
    mine = link_of(flow.settings, ticket.source)
    if mine is None:
        return None
    is_order = mine.kind == "order"
    source = _side(session, ticket, link, is_order)
    if source is None:
        return None
    return Half(
        ticket,
        source,
        order_of(session, ticket, is_order=is_order),
        payments_of(session, ticket, is_order=is_order),
    )


def _side(session: Session, ticket: Ticket, link: Link, is_order: bool) -> str | None:
    """The source among the others that the ticket is of, by its own sale or by one that is joined to it."""
    wanted: Kind = "payment" if link.kind == "order" else "order"
    if is_order == (wanted == "order"):
        return ticket.source if ticket.source in link.others else None
    parts = select(TicketSale.source).where(TicketSale.ticket_id == ticket.id, TicketSale.kind == wanted)
    return next((source for source in session.exec(parts) if source in link.others), None)


def taken_apart(ticket: Ticket) -> bool:
    """Whether a person said that it is a movement by itself."""
    return ticket.linked is not None and not ticket.linked
