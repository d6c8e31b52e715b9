"""What the REST API answers and what its events carry: flat, so that tools without code can use every field."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

Money = Annotated[
    Decimal,
    PlainSerializer(lambda value: f"{value:f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2,6}$"}),
]
"""An exact amount as text."""


class Answer(BaseModel):
    """Base of the answers."""

    model_config = ConfigDict(frozen=True)


class TicketView(Answer):
    """One sale and where it is."""

    id: str = Field(description="the hub's own number of the ticket")
    external_id: str = Field(description="your number of the sale, or its source's")
    source: str = Field(description="name of the source in the configuration")
    reference: str = Field(description="the number that the buyer knows")
    state: Literal["open", "claimed", "invoiced", "globalized", "void", "held"] = Field(description="where it is")
    why: str = Field(description="why it is there")
    next: str = Field(description="what happens next; empty if nothing does")
    sold_at: datetime = Field(description="when it was sold")
    currency: str = Field(description="ISO 4217")
    total: Money = Field(description="what was paid")
    refunded: Money = Field(description="what went back so far")
    deadline: date = Field(description="the last day on which the buyer can invoice alone")
    portal_url: str = Field(description="where the buyer invoices; for the receipt or its QR")
    invoice_uuid: str | None = Field(description="folio fiscal of its CFDI")
    invoice_folio: str | None = Field(description="serie and folio of its CFDI")
    xml_url: str | None = Field(description="the stamped XML; asked for with the same API key")
    pdf_url: str | None = Field(description="its PDF; asked for with the same API key")
    created_at: datetime = Field(description="when the hub made the ticket")


class InvoiceView(Answer):
    """One CFDI."""

    id: str = Field(description="the same as uuid; the tool's own key for the row")
    uuid: str = Field(description="folio fiscal")
    serie: str = Field(description="serie")
    folio: str = Field(description="folio")
    tipo: str = Field(description="I for ingreso, E for egreso, P for pago")
    status: Literal["stamped", "cancelled", "rejected"] = Field(description="what it is before SAT")
    total: Money = Field(description="Total of the CFDI")
    currency: str = Field(description="ISO 4217")
    rfc_receptor: str = Field(description="RFC of the buyer")
    nombre_receptor: str = Field(description="name of the buyer")
    external_id: str | None = Field(description="your number of the sale; none if it covers several")
    stamped_at: datetime | None = Field(description="when it was stamped")
    xml_url: str | None = Field(description="the stamped XML; asked for with the same API key")
    pdf_url: str | None = Field(description="its PDF; asked for with the same API key")


class SaleTaken(Answer):
    """A sale is kept and has its ticket. The same request again gets the same answer."""

    id: str = Field(description="the hub's own number of the ticket")
    external_id: str = Field(description="your number of the sale")
    reference: str = Field(description="the number that the buyer knows")
    portal_url: str = Field(description="where the buyer invoices; for the receipt or its QR")
    status_url: str = Field(description="where to ask what became of it")


class Taken(Answer):
    """What was sent is kept."""

    external_id: str = Field(description="your own number of it")
    status: Literal["kept", "ignored", "set_aside"] = Field(
        description="kept: it is in the books; ignored: it asks for nothing; set_aside: a person must look"
    )
    why: str = Field(default="", description="why, if it is not simply kept")


class Me(Answer):
    """Whose key this is."""

    name: str = Field(description="the shop")
    label: str = Field(description="what the key was called when it was made")
    source: str = Field(description="the source that it sends to")
    issuer: str = Field(description="name of the issuer in the configuration")
    rfc: str = Field(description="RFC of the issuer")
    mode: Literal["test", "live"] = Field(description="test: nothing that is sent becomes a valid invoice")


class HookView(Answer):
    """A subscription."""

    id: str = Field(description="to unsubscribe with")
    event: str = Field(description="what it hears of")
    target_url: str = Field(description="where it is told")
    expiration_date: datetime | None = Field(default=None, description="never: it lives until it is taken away")
    secret: str = Field(description="whsec_...: every delivery is signed with it (Standard Webhooks)")
