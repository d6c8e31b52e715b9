"""Every operation of the API, once: the routes and the OpenAPI document are made from this list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from hub.flow.api_model import HookView, InvoiceView, Me, SaleTaken, Taken, TicketView
from hub.flow.api_view import SHOWN
from hub.plugin import PostedPayment, PostedRefund, PostedSale
from hub.store import TicketState

from . import reading, sending, subscriptions
from .call import Work
from .subscriptions import HookBody


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no problem: a model, a list of one, a file, or nothing."""

    about: str
    model: type[BaseModel] | None = None
    many: bool = False
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter of the address."""

    name: str
    about: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    name: str
    about: str
    work: Work
    replies: Mapping[int, Reply]
    body: type[BaseModel] | None = None
    queries: tuple[Query, ...] = ()
    problems: tuple[str, ...] = ()
    headers: tuple[str, ...] = field(default=())

    @property
    def address(self) -> str:
        """The path as OpenAPI writes it."""
        return re.sub(r"\{(\w+):\w+\}", r"{\1}", self.path)

    @property
    def variables(self) -> list[str]:
        """The parts of the path that are named."""
        return re.findall(r"\{(\w+)\}", self.address)


IDEMPOTENCY = "Idempotency-Key"
LIMIT = Query(
    "limit",
    "at most so many, the newest first",
    {"type": "integer", "minimum": 1, "maximum": reading.MOST, "default": reading.USUAL},
)
KEPT = Reply("It is kept, but it asks for nothing, or will be opened later", Taken)
CONFLICTS = ("key-conflict", "id-conflict")


def _send(path: str, noun: str, model: type[BaseModel], about: str, reply: type[BaseModel]) -> Operation:
    return Operation(
        "POST",
        path,
        f"send_{noun}",
        about,
        sending.sender(noun),  # type: ignore[arg-type]
        {
            201: Reply("It is kept", reply),
            200: Reply("The very same was sent before; nothing was done again", reply),
            202: KEPT,
        },
        body=model,
        problems=CONFLICTS,
        headers=(IDEMPOTENCY,),
    )


def _correct(path: str, noun: str, model: type[BaseModel], about: str, reply: type[BaseModel]) -> Operation:
    return Operation(
        "PUT",
        path + "/{external_id:path}",
        f"correct_{noun}",
        about,
        sending.corrector(noun),  # type: ignore[arg-type]
        {200: Reply("It is corrected", reply), 202: KEPT},
        body=model,
        problems=("key-conflict", "not-found"),
        headers=(IDEMPOTENCY,),
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", "/me", "whose_key", "Whose key this is; proves that it works", reading.whose, {200: Reply("Me", Me)}
    ),
    _send("/sales", "sale", PostedSale, "Send a sale that is paid; it becomes exactly one CFDI", SaleTaken),
    Operation(
        "GET",
        "/sales/{external_id:path}",
        "read_sale",
        "Where a sale is, by your own number",
        reading.sale,
        {200: Reply("The sale", TicketView)},
        problems=("not-found",),
    ),
    _correct(
        "/sales", "sale", PostedSale, "Correct a sale. After its invoice a person decides what follows", TicketView
    ),
    _send(
        "/refunds",
        "refund",
        PostedRefund,
        "Send a refund, or with kind cancellation that a sale was cancelled; it may come before its sale",
        Taken,
    ),
    _correct("/refunds", "refund", PostedRefund, "Correct a refund, such as one that failed afterwards", Taken),
    _send("/payments", "payment", PostedPayment, "Send a later payment of a sale that was invoiced on credit", Taken),
    Operation(
        "GET",
        "/tickets",
        "list_tickets",
        "The newest sales and where they are",
        reading.tickets,
        {200: Reply("The sales, the newest first", TicketView, many=True)},
        queries=(
            Query("state", "only those in this state", {"type": "string", "enum": [*map(str, TicketState)]}),
            LIMIT,
        ),
        problems=("invalid-request",),
    ),
    Operation(
        "GET",
        "/tickets/{ticket:path}",
        "read_ticket",
        "Where a sale is, by the ticket's number or the reference on the receipt",
        reading.ticket,
        {200: Reply("The sale", TicketView)},
        problems=("not-found",),
    ),
    Operation(
        "GET",
        "/invoices",
        "list_invoices",
        "The newest CFDIs",
        reading.invoices,
        {200: Reply("The CFDIs, the newest first", InvoiceView, many=True)},
        queries=(
            Query("status", "only those", {"type": "string", "enum": [*SHOWN], "default": "stamped"}),
            LIMIT,
        ),
        problems=("invalid-request",),
    ),
    Operation(
        "GET",
        "/invoices/{uuid}",
        "read_invoice",
        "One CFDI",
        reading.invoice,
        {200: Reply("The CFDI", InvoiceView)},
        problems=("not-found",),
    ),
    Operation(
        "GET",
        "/invoices/{uuid}/xml",
        "read_xml",
        "The stamped XML, byte for byte",
        reading.xml,
        {200: Reply("The XML", media_type="application/xml")},
        problems=("not-found",),
    ),
    Operation(
        "GET",
        "/invoices/{uuid}/pdf",
        "read_pdf",
        "The PDF in the issuer's look",
        reading.pdf,
        {200: Reply("The PDF", media_type="application/pdf")},
        problems=("not-found",),
    ),
    Operation(
        "POST",
        "/hooks",
        "subscribe",
        "Have an address told of an event",
        subscriptions.add,
        {201: Reply("Subscribed", HookView), 200: Reply("It was subscribed already", HookView)},
        body=HookBody,
        problems=("too-many-hooks",),
    ),
    Operation(
        "GET",
        "/hooks",
        "list_hooks",
        "The key's subscriptions",
        subscriptions.list_all,
        {200: Reply("The subscriptions", HookView, many=True)},
    ),
    Operation(
        "DELETE",
        "/hooks/{hook}",
        "unsubscribe",
        "Have nothing told any more",
        subscriptions.remove,
        {200: Reply("Unsubscribed")},
        problems=("not-found",),
    ),
)
