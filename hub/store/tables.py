"""The tables. A row that wants work has `due_at`; whoever works on it holds its `token`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from .states import CfdiState, DeliveryState, InboxState, TicketState
from .types import BigId, Json, Money, Said, UtcDateTime


class Work(SQLModel):
    """What an entity needs to be advanced: when, how often tried, and the fence against a late worker."""

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    token: str | None = Field(default=None, max_length=32)


def _due(table: str) -> Index:
    """Only rows that want work are in the index, so a finished million costs nothing."""
    where = text("due_at IS NOT NULL")
    return Index(f"ix_{table}_due", "due_at", postgresql_where=where, sqlite_where=where)


class InboxItem(Work, table=True):
    """Raw bytes that arrived: a webhook delivery, or one record that was read. Kept as they came.

    Of kind `later` it is what a source said last of a sale while that was in a CFDI (`hub.flow.amended`).
    """

    __tablename__: ClassVar[str] = "inbox"
    __table_args__ = (UniqueConstraint("source", "kind", "delivery_key", name="uq_inbox_delivery"), _due("inbox"))

    source: str = Field(max_length=100)
    kind: str = Field(max_length=10)
    delivery_key: str = Field(max_length=200)
    received_at: datetime = Field(sa_type=UtcDateTime)
    headers: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = Field(default=InboxState.RECEIVED, max_length=20, index=True)
    reason: str = Field(default="", sa_type=Said)
    hint: str = Field(default="", sa_type=Said)


class Ticket(Work, table=True):
    """One movement of money and the CFDI it must end in."""

    __tablename__: ClassVar[str] = "ticket"
    __table_args__ = (
        UniqueConstraint("source", "movement_key", name="uq_ticket_movement"),
        Index("ix_ticket_issuer_sold_at", "issuer", "sold_at"),
        _due("ticket"),
    )

    issuer: str = Field(max_length=100)
    source: str = Field(max_length=100)
    movement_key: str = Field(max_length=200)
    reference: str = Field(max_length=100)
    canonical_reference: str = Field(max_length=100, index=True)
    """The reference as buyers may type it: without case, signs, and the confusion of O and 0."""
    link: str = Field(max_length=64, unique=True)
    """Mailed to the buyer: who opens it has proved the mailbox."""
    purchase_link: str = Field(max_length=64, unique=True)
    """For the receipt's QR and for who knows order and total: proves the purchase, not the mailbox."""
    sold_at: datetime = Field(sa_type=UtcDateTime, index=True)
    currency: str = Field(max_length=3)
    total: Decimal = Field(sa_type=Money)
    refunded: Decimal = Field(default=Decimal(0), sa_type=Money)
    sale: dict[str, Any] = Field(sa_type=Json)
    content_hash: str = Field(max_length=64)
    """Of what the source said last, which differs from `sale` while that is in a CFDI."""
    state: str = Field(default=TicketState.OPEN, max_length=20, index=True)
    reason: str = Field(default="", sa_type=Said)
    hint: str = Field(default="", sa_type=Said)
    difference: str = Field(default="", sa_type=Said)
    """What changed at the source after the invoice; for a person, never a silent second invoice."""
    email: str = Field(default="", max_length=254)
    deadline: date
    receiver: dict[str, str] | None = Field(default=None, sa_type=Json)
    """The fiscal data it is claimed for, as they go into the CFDI."""
    claimed_by: str = Field(default="", max_length=20)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refusals: int = 0
    """How often SAT refused the buyer's data."""
    reviewed: bool = False
    """A person looked and let it go on."""
    typed: dict[str, str] | None = Field(default=None, sa_type=Json)
    """What the link's owner typed and has not sent yet, or what SAT refused."""
    problems: list[dict[str, str]] = Field(default_factory=list, sa_type=Json)
    linked: dict[str, str] | None = Field(default=None, sa_type=Json)
    """What the sales that are joined to it know and its own does not: `forma_pago`, `seller` and its `seller_source`.

    Not set if none ever was; empty once a person has taken them apart. `into` is the ticket that it became part of.
    """
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class TicketSale(SQLModel, table=True):
    """The same movement as another source told it: an order's payment, or the order of a payment."""

    __tablename__: ClassVar[str] = "ticket_sale"
    __table_args__ = (UniqueConstraint("source", "movement_key", name="uq_ticket_sale_movement"),)

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    ticket_id: int = Field(foreign_key="ticket.id", index=True, sa_type=BigId)
    source: str = Field(max_length=100)
    movement_key: str = Field(max_length=200)
    kind: str = Field(max_length=10)
    """`order` or `payment`: what it is to the ticket."""
    sale: dict[str, Any] = Field(sa_type=Json)
    content_hash: str = Field(max_length=64)
    joined_at: datetime = Field(sa_type=UtcDateTime)


class LinkName(SQLModel, table=True):
    """A name by which a sale of a linked source may be found from the other system; not unique."""

    __tablename__: ClassVar[str] = "link_name"

    name: str = Field(max_length=200, primary_key=True)
    source: str = Field(max_length=100, primary_key=True)
    movement_key: str = Field(max_length=200, primary_key=True)


class LinkTurn(SQLModel, table=True):
    """Whoever takes in sales that may be one locks this row first: an order and its payment cannot miss each other."""

    __tablename__: ClassVar[str] = "link_turn"

    issuer: str = Field(max_length=100, primary_key=True)


class TicketAlias(SQLModel, table=True):
    """Another name of the same money (charge, session, invoice): it must never make a second ticket."""

    __tablename__: ClassVar[str] = "ticket_alias"

    source: str = Field(max_length=100, primary_key=True)
    alias: str = Field(max_length=200, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True, sa_type=BigId)


class RefundRow(SQLModel, table=True):
    """Money that went back; it may arrive before its sale."""

    __tablename__: ClassVar[str] = "refund"
    __table_args__ = (
        UniqueConstraint("source", "refund_key", name="uq_refund_key"),
        Index("ix_refund_source_refunded_at", "source", "refunded_at"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    source: str = Field(max_length=100)
    refund_key: str = Field(max_length=200)
    movement_key: str = Field(max_length=200, index=True)
    amount: Decimal = Field(sa_type=Money)
    currency: str = Field(max_length=3)
    status: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    refunded_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(default="", sa_type=Said)


class PaymentRow(SQLModel, table=True):
    """Money that came in for a sale apart from the sale itself."""

    __tablename__: ClassVar[str] = "payment"
    __table_args__ = (
        UniqueConstraint("source", "payment_key", name="uq_payment_key"),
        Index("ix_payment_source_paid_at", "source", "paid_at"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    source: str = Field(max_length=100)
    payment_key: str = Field(max_length=200)
    movement_key: str = Field(max_length=200, index=True)
    amount: Decimal = Field(sa_type=Money)
    currency: str = Field(max_length=3)
    forma_pago: str = Field(default="", max_length=2)
    paid_at: datetime = Field(sa_type=UtcDateTime)


QUEUED = text("queued_at IS NOT NULL")
UNJOINED = text("unjoined_since IS NOT NULL")
UNENDED = text("ended_at IS NULL")


class Cfdi(Work, table=True):
    """One fiscal document, from its seal on. Its bytes are in `cfdi_xml`."""

    __tablename__: ClassVar[str] = "cfdi"
    __table_args__ = (
        UniqueConstraint("issuer", "serie", "folio", name="uq_cfdi_folio"),
        Index("ix_cfdi_issuer_sealed_at", "issuer", "sealed_at"),
        _due("cfdi"),
        Index("ix_cfdi_queue", "pac", "queued_at", postgresql_where=QUEUED, sqlite_where=QUEUED),
        Index("ix_cfdi_unjoined", "issuer", postgresql_where=UNJOINED, sqlite_where=UNJOINED),
    )

    key: str = Field(max_length=100, unique=True)
    """Identity of the business document at the PAC: the same for every attempt."""
    issuer: str = Field(max_length=100)
    tipo: str = Field(max_length=1)
    serie: str = Field(max_length=25)
    folio: int
    state: str = Field(default=CfdiState.SEALED, max_length=20, index=True)
    pac: str = Field(max_length=100)
    rfc_emisor: str = Field(max_length=13)
    rfc_receptor: str = Field(max_length=13)
    nombre_receptor: str = Field(max_length=300)
    total: Decimal = Field(sa_type=Money)
    currency: str = Field(max_length=3)
    sealed_at: datetime = Field(sa_type=UtcDateTime)
    sello_sha256: str = Field(max_length=64, unique=True)
    uuid: str | None = Field(default=None, max_length=36, unique=True)
    stamped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    in_doubt_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when its PAC may have stamped it without our knowing; set until that is settled, whatever the state."""
    never_stamped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its PAC proved that it never stamped it; believed once it says so a second time."""
    queued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when it waits for its turn at its PAC."""
    unjoined_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when a CFDI that was found at a PAC after a restore waits to be joined with its sale."""
    code: str = Field(default="", sa_type=Said(30))
    reason: str = Field(default="", sa_type=Said)


class CfdiXml(SQLModel, table=True):
    """The journal: what was sealed, committed before it is sent, and what came back, byte for byte.

    `sealed` changes only while it is certain that nobody stamped it (`hub.flow.reseal`).
    """

    __tablename__: ClassVar[str] = "cfdi_xml"

    cfdi_id: int = Field(sa_column=Column(BigId, ForeignKey("cfdi.id"), primary_key=True))
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    stamped: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class CfdiResealed(SQLModel, table=True):
    """Bytes of a CFDI that surely nobody stamped, and that were sealed anew because their Fecha grew too old."""

    __tablename__: ClassVar[str] = "cfdi_resealed"

    cfdi_id: int = Field(foreign_key="cfdi.id", primary_key=True, sa_type=BigId)
    sealed_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Cancellation(SQLModel, table=True):
    """One request to cancel a CFDI: why, what was signed and sent, and what SAT said."""

    __tablename__: ClassVar[str] = "cancellation"

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    cfdi_id: int = Field(foreign_key="cfdi.id", index=True, sa_type=BigId)
    motivo: str = Field(max_length=2)
    folio_sustitucion: str | None = Field(default=None, max_length=36)
    who: str = Field(max_length=60)
    why: str = Field(default="", sa_type=Said)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    signed: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """SAT's Cancelacion document as it was sent, committed before."""
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it may have reached SAT; not set while it surely has not."""
    code: str = Field(default="", sa_type=Said(30))
    """201 or 202: SAT took the request, which is not yet a cancellation."""
    checks: int = 0
    """How often SAT was asked what became of it."""
    acuse: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Restoration(Work, table=True):
    """After a restore: a PAC that is asked what it stamped for an issuer, which sends nothing until all are settled."""

    __tablename__: ClassVar[str] = "restoration"
    __table_args__ = (
        Index("uq_one_restoration", "issuer", "pac", unique=True, postgresql_where=UNENDED, sqlite_where=UNENDED),
        _due("restoration"),
    )

    issuer: str = Field(max_length=100)
    pac: str = Field(max_length=100)
    since: datetime = Field(sa_type=UtcDateTime)
    """The moment of the backup: what was stamped later may not be known here."""
    restored_at: datetime = Field(sa_type=UtcDateTime)
    who: str = Field(max_length=60)
    found: int = 0
    """How many CFDIs it knew that were not known here."""
    says: str = Field(default="", sa_type=Said)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When all that it stamped was known here, by its list or by a person's word."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the issuer began to send again."""


class PacHealth(SQLModel, table=True):
    """How a PAC is doing, as all workers see it. Whoever asks for a turn locks this row first."""

    __tablename__: ClassVar[str] = "pac_health"

    pac: str = Field(max_length=100, primary_key=True)
    failures: int = 0
    """Calls in a row that failed."""
    open_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The breaker: it rests until then, and then one call tries; not set while it works."""
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The pace: no call begins before."""


class PacCall(SQLModel, table=True):
    """A call under way, by the token of the claim that makes it; it counts until its lease runs out."""

    __tablename__: ClassVar[str] = "pac_call"

    token: str = Field(max_length=32, primary_key=True)
    pac: str = Field(max_length=100, index=True)
    until: datetime = Field(sa_type=UtcDateTime)


class CfdiTicket(SQLModel, table=True):
    """Which CFDI covers which ticket. The partial index is promise 2: one live CFDI for a ticket."""

    __tablename__: ClassVar[str] = "cfdi_ticket"
    __table_args__ = (
        Index("uq_one_live_cfdi", "ticket_id", unique=True, postgresql_where=text("live"), sqlite_where=text("live")),
    )

    cfdi_id: int = Field(foreign_key="cfdi.id", primary_key=True, sa_type=BigId)
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, index=True, sa_type=BigId)
    live: bool = True


class Folio(SQLModel, table=True):
    """The next folio of a series; taken in the transaction that journals the document."""

    __tablename__: ClassVar[str] = "folio"

    issuer: str = Field(max_length=100, primary_key=True)
    serie: str = Field(max_length=25, primary_key=True)
    next: int


class Buyer(SQLModel, table=True):
    """Fiscal data that SAT accepted once; never shown to whoever merely types an RFC."""

    __tablename__: ClassVar[str] = "buyer"

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    issuer: str = Field(max_length=100)
    rfc: str = Field(max_length=13, index=True)
    nombre: str = Field(max_length=300)
    codigo_postal: str = Field(max_length=5)
    regimen_fiscal: str = Field(max_length=3)
    uso_cfdi: str = Field(max_length=4)
    email: str = Field(default="", max_length=254)
    accepted_at: datetime = Field(sa_type=UtcDateTime)


class BuyerKey(SQLModel, table=True):
    """A verified key of a buyer: a customer that the source authenticates, or a mailbox that opened its link."""

    __tablename__: ClassVar[str] = "buyer_key"

    issuer: str = Field(max_length=100, primary_key=True)
    key: str = Field(max_length=300, primary_key=True)
    buyer_id: int = Field(foreign_key="buyer.id", index=True, sa_type=BigId)


class Delivery(Work, table=True):
    """A message to send: the outbox. `key` says what it is about, so that one event is told once."""

    __tablename__: ClassVar[str] = "delivery"
    __table_args__ = (_due("delivery"),)

    key: str = Field(max_length=200, unique=True)
    kind: str = Field(max_length=30)
    issuer: str = Field(max_length=100)
    notifier: str = Field(max_length=100)
    recipient: str = Field(max_length=254)
    message_id: str = Field(max_length=200)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True, sa_type=BigId)
    cfdi_id: int | None = Field(default=None, foreign_key="cfdi.id", index=True, sa_type=BigId)
    state: str = Field(default=DeliveryState.PENDING, max_length=20, index=True)
    reason: str = Field(default="", sa_type=Said)
    data: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Event(SQLModel, table=True):
    """The audit trail: every change of state, with who and why."""

    __tablename__: ClassVar[str] = "event"
    __table_args__ = (
        Index("ix_event_entity", "entity", "entity_id"),
        Index("ix_event_untold", "id", postgresql_where=text("NOT told"), sqlite_where=text("NOT told")),
    )

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcDateTime)
    entity: str = Field(max_length=20)
    entity_id: int = Field(sa_type=BigId)
    who: str = Field(max_length=60)
    before: str = Field(max_length=20)
    after: str = Field(max_length=20)
    why: str = Field(default="", sa_type=Said)
    told: bool = False


class SourceState(Work, table=True):
    """How far a source has been read."""

    __tablename__: ClassVar[str] = "source_state"
    __table_args__ = (_due("source_state"),)

    name: str = Field(max_length=100, unique=True)
    plugin: str = Field(default="", max_length=60)
    complete_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WriteBackState(Work, table=True):
    """The work of writing back to one source: a row for the source, so that its quota and its pauses are one."""

    __tablename__: ClassVar[str] = "write_back"
    __table_args__ = (_due("write_back"),)

    name: str = Field(max_length=100, unique=True)


WANTED = text("wanted")
HAS_PROBLEM = text("problem <> ''")


class WriteBackItem(SQLModel, table=True):
    """What a source was told about one of its sales, and whether there is news for it."""

    __tablename__: ClassVar[str] = "write_back_item"
    __table_args__ = (
        UniqueConstraint("source", "external_id", name="uq_write_back_item"),
        Index("ix_write_back_item_wanted", "source", "id", postgresql_where=WANTED, sqlite_where=WANTED),
        Index("ix_write_back_item_problem", "source", postgresql_where=HAS_PROBLEM, sqlite_where=HAS_PROBLEM),
    )

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    source: str = Field(max_length=100)
    external_id: str = Field(max_length=200)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True, sa_type=BigId)
    problem: str = Field(default="", sa_type=Said)
    """Why its newest record cannot be used; the ticket, if there is one, stays what it is."""
    wanted: bool = True
    asked: int = 1
    """How often there was news: whoever wrote an older one does not clear `wanted`."""
    asked_at: datetime = Field(sa_type=UtcDateTime)
    digest: str = Field(default="", max_length=64)
    """Of what stands there, so that the same is not written again."""
    written_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused: str = Field(default="", sa_type=Said)
    """Why it could not be written, such as a row that is gone."""


class Condition(SQLModel, table=True):
    """Something a person must change: told once when it begins and once when it ends."""

    __tablename__: ClassVar[str] = "condition"

    subject: str = Field(max_length=120, primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime)
    message: str = Field(default="", sa_type=Said)
    hint: str = Field(default="", sa_type=Said)


class JobRun(SQLModel, table=True):
    """Who ran a job of the clock for a period: the row decides between several schedulers."""

    __tablename__: ClassVar[str] = "job_run"

    job: str = Field(max_length=60, primary_key=True)
    period: str = Field(max_length=40, primary_key=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    result: dict[str, Any] | None = Field(default=None, sa_type=Json)


class HelpRequest(SQLModel, table=True):
    """A buyer who prefers that the shop does it: the path that is not the portal (criterio 1/CFF/PI)."""

    __tablename__: ClassVar[str] = "help_request"

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    issuer: str = Field(max_length=100)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True, sa_type=BigId)
    topic: str = Field(max_length=20)
    contact: str = Field(max_length=254)
    message: str = Field(max_length=2000)
    data: dict[str, str] | None = Field(default=None, sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)
    done: bool = False


class Tries(SQLModel, table=True):
    """How often something was tried in a window: the portal's patience instead of a captcha."""

    __tablename__: ClassVar[str] = "tries"

    key: str = Field(max_length=120, primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime)
    count: int = 0
