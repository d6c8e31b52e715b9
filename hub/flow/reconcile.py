"""Sales, tickets, CFDIs and payments side by side for a period: every difference, with its sale and the reason."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from hub.store import (
    Cfdi,
    CfdiState,
    CfdiTicket,
    InboxItem,
    InboxState,
    PaymentRow,
    RefundRow,
    Ticket,
    TicketAlias,
    TicketState,
)
from hub.store.states import LIVE_CFDI

from .context import Flow
from .issuer_time import day_begins
from .whereabouts import whereabouts


class Finding(StrEnum):
    NOT_INVOICED = "not invoiced"
    INVOICED_TWICE = "invoiced twice"
    AMOUNT_DIFFERS = "amount differs"
    REFUNDED_BUT_INVOICED = "refunded but invoiced"
    CHANGED_AFTER_INVOICE = "changed after the invoice"
    PAID_BUT_NO_SALE = "paid but no sale"
    CFDI_WITHOUT_SALE = "CFDI without a sale"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the report; `sale` is what the merchant knows it by."""

    finding: Finding
    source: str
    sale: str
    amount: Decimal | None
    currency: str
    why: str
    next: str


@dataclass(slots=True)
class Totals:
    """Sums in one currency."""

    sales: int = 0
    sold: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    cfdis: int = 0
    invoiced: Decimal = Decimal(0)


@dataclass(slots=True)
class Report:
    """What `hub reconcile` answers for one issuer and period (`until` is the last day)."""

    issuer: str
    since: date
    until: date
    totals: dict[str, Totals] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values; amounts are strings."""
        return {
            "issuer": self.issuer,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "totals": {currency: {k: _plain(v) for k, v in asdict(t).items()} for currency, t in self.totals.items()},
            "differences": [{k: _plain(v) for k, v in asdict(d).items()} for d in self.differences],
        }


def reconcile(flow: Flow, issuer: str, since: date, until: date) -> Report:
    """Compare for the days `since` to `until`, both included, in the issuer's own zone."""
    settings = flow.issuer(issuer)
    begins, ends = day_begins(settings, since), day_begins(settings, until + timedelta(days=1))
    report = Report(issuer, since, until)
    with flow.store.read() as session:
        mine = select(Ticket).where(Ticket.issuer == issuer, Ticket.sold_at >= begins, Ticket.sold_at < ends)
        tickets = session.exec(mine.order_by(col(Ticket.sold_at))).all()
        live = _live_cfdis(session, mine)
        for ticket in tickets:
            covering = live.get(ticket.id, [])
            _add_up(report, ticket, covering)
            report.differences += _of_ticket(ticket, covering)
        sources = [name for name, source in flow.settings.sources.items() if source.issuer == issuer]
        report.differences += _set_aside(session, sources)
        report.differences += _orphans(session, sources, begins, ends)
        report.differences += _without_sale(session, issuer, begins, ends)
    return report


def _live_cfdis(session: Session, tickets: SelectOfScalar[Ticket]) -> dict[int, list[Cfdi]]:
    """Every CFDI of every ticket that is not dead, whatever the link table calls live: it must prove itself."""
    rows = session.exec(
        select(CfdiTicket.ticket_id, Cfdi)
        .join(Cfdi, col(Cfdi.id) == col(CfdiTicket.cfdi_id))
        .where(
            col(CfdiTicket.ticket_id).in_(tickets.with_only_columns(col(Ticket.id))),
            col(Cfdi.state).in_(list(LIVE_CFDI)),
        )
    )
    found: dict[int, list[Cfdi]] = {}
    for ticket_id, cfdi in rows:
        found.setdefault(ticket_id, []).append(cfdi)
    return found


def _add_up(report: Report, ticket: Ticket, covering: list[Cfdi]) -> None:
    totals = report.totals.setdefault(ticket.currency, Totals())
    totals.sales += 1
    totals.sold += ticket.total
    totals.refunded += ticket.refunded
    stamped = [cfdi for cfdi in covering if cfdi.stamped_at is not None]
    totals.cfdis += len(stamped)
    totals.invoiced += sum((cfdi.total for cfdi in stamped if cfdi.tipo == "I"), Decimal(0))


def _of_ticket(ticket: Ticket, covering: list[Cfdi]) -> Iterator[Difference]:
    def difference(finding: Finding, why: str, what_next: str, amount: Decimal = ticket.total) -> Difference:
        return Difference(finding, ticket.source, ticket.reference, amount, ticket.currency, why, what_next)

    if len(covering) > 1:
        names = ", ".join(cfdi.key for cfdi in covering)
        yield difference(Finding.INVOICED_TWICE, names, "cancel all but one")
    if ticket.state in {TicketState.OPEN, TicketState.CLAIMED, TicketState.HELD}:
        yield difference(Finding.NOT_INVOICED, *whereabouts(ticket, covering), ticket.total - ticket.refunded)
    if ticket.state == TicketState.INVOICED:
        yield from _of_invoiced(ticket, covering, difference)


def _of_invoiced(ticket: Ticket, covering: list[Cfdi], difference: Any) -> Iterator[Difference]:
    invoiced = sum((cfdi.total for cfdi in covering), Decimal(0))
    if ticket.refunded and invoiced > ticket.total - ticket.refunded:
        yield difference(
            Finding.REFUNDED_BUT_INVOICED,
            f"{ticket.refunded} went back, the CFDI still says {invoiced}",
            "issue a CFDI de egreso or cancel the CFDI",
            ticket.refunded,
        )
    elif invoiced != ticket.total - ticket.refunded:
        yield difference(Finding.AMOUNT_DIFFERS, f"sold {ticket.total}, invoiced {invoiced}", "look at both")
    if ticket.difference:
        yield difference(Finding.CHANGED_AFTER_INVOICE, ticket.difference, "correct the CFDI if the sale is right")


def _set_aside(session: Session, sources: list[str]) -> Iterator[Difference]:
    rows = session.exec(
        select(InboxItem).where(col(InboxItem.source).in_(sources), InboxItem.state == InboxState.SET_ASIDE)
    )
    for item in rows:
        yield Difference(
            Finding.PAID_BUT_NO_SALE,
            item.source,
            f"inbox {item.id}",
            None,
            "",
            item.reason,
            item.hint or "correct it at its source",
        )


def _orphans(session: Session, sources: list[str], begins: datetime, ends: datetime) -> Iterator[Difference]:
    """Payments and refunds of these days whose sale never came."""
    known = select(TicketAlias.alias).where(TicketAlias.source == PaymentRow.source)
    for payment in session.exec(
        select(PaymentRow).where(
            col(PaymentRow.source).in_(sources),
            PaymentRow.paid_at >= begins,
            PaymentRow.paid_at < ends,
            col(PaymentRow.movement_key).not_in(known),
        )
    ):
        yield Difference(
            Finding.PAID_BUT_NO_SALE, payment.source, payment.payment_key, payment.amount, payment.currency,
            f"a payment of {payment.movement_key}, which is not here", "read the source again from an earlier day",
        )  # fmt: skip
    known = select(TicketAlias.alias).where(TicketAlias.source == RefundRow.source)
    for refund in session.exec(
        select(RefundRow).where(
            col(RefundRow.source).in_(sources),
            RefundRow.refunded_at >= begins,
            RefundRow.refunded_at < ends,
            col(RefundRow.movement_key).not_in(known),
        )
    ):
        yield Difference(
            Finding.PAID_BUT_NO_SALE, refund.source, refund.refund_key, refund.amount, refund.currency,
            f"a refund of {refund.movement_key}, which is not here", "read the source again from an earlier day",
        )  # fmt: skip


def _without_sale(session: Session, issuer: str, begins: datetime, ends: datetime) -> Iterator[Difference]:
    covered = select(func.count()).select_from(CfdiTicket).where(CfdiTicket.cfdi_id == Cfdi.id).scalar_subquery()
    for cfdi in session.exec(
        select(Cfdi).where(
            Cfdi.issuer == issuer,
            Cfdi.sealed_at >= begins,
            Cfdi.sealed_at < ends,
            Cfdi.tipo == "I",
            Cfdi.state == CfdiState.STAMPED,
            covered == 0,
        )
    ):
        yield Difference(
            Finding.CFDI_WITHOUT_SALE, "", cfdi.key, cfdi.total, cfdi.currency, "no ticket holds it", "look at it"
        )


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value
