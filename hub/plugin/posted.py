"""What a merchant's own system posts: the one JSON schema of the REST API, of Zapier and of keyed-in sales.

Everything is strict, so that a wrong field is told where it is, and never guessed: unknown fields are refused,
amounts are exact, moments have their zone.
"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from .money import exponent_of
from .posted_values import Amount, Currency, FormaPago, Identifier, Moment, Switch, Text

Method = Literal[
    "cash",
    "cheque",
    "transfer",
    "card",
    "credit_card",
    "debit_card",
    "service_card",
    "wallet",
    "vouchers",
    "bnpl",
    "gift_card",
    "store_credit",
    "crypto",
    "other",
]
Positive = Annotated[Amount, Field(gt=0)]
NotNegative = Annotated[Amount, Field(ge=0)]


class Posted(BaseModel):
    """Base of what is posted: frozen, and every field is known."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PostedTax(Posted):
    """One tax of a line."""

    type: Literal["IVA", "IEPS", "ISR"] = Field(default="IVA", description="which tax")
    factor: Literal["Tasa", "Cuota", "Exento"] = Field(default="Tasa", description="c_TipoFactor")
    rate: Annotated[Amount, Field(ge=0)] | None = Field(
        default=None, description="a fraction such as 0.16; pesos for each unit with factor Cuota; none with Exento"
    )
    amount: NotNegative | None = Field(default=None, description="of the whole line; worked out if left out")
    withheld: Switch = Field(default=False, description="true for a retention, which lowers what is paid")

    @model_validator(mode="after")
    def _rate_fits_factor(self) -> Self:
        if (self.rate is None) != (self.factor == "Exento"):
            raise wrong("rate", "is needed for Tasa and Cuota, and there is none for Exento")
        if self.factor == "Tasa" and self.rate is not None and self.rate > 3:
            raise wrong("rate", "is a fraction: write 0.16 for 16 %")
        return self


class PostedLine(Posted):
    """One line of a sale. Say `taxes: []` for a line that carries none; without `taxes` your product rules decide."""

    description: Annotated[Text, Field(min_length=1, max_length=1000)] = Field(description="what was sold")
    quantity: Positive = Field(default=Decimal(1), description="how many")
    unit_price: NotNegative = Field(description="of one; with tax if the sale's prices_include_tax is true")
    discount: NotNegative = Field(default=Decimal(0), description="of the whole line, in the basis of unit_price")
    taxes: tuple[PostedTax, ...] | None = Field(
        default=None, max_length=10, description="needed where prices are without tax, unless total is given"
    )
    total: NotNegative | None = Field(
        default=None, description="what was paid for the line, tax included; worked out if left out"
    )
    kind: Literal["product", "shipping", "fee", "tip"] = Field(default="product", description="what the line is")
    sku: Annotated[Text, Field(max_length=100)] | None = Field(default=None, description="your own code")
    unit: Annotated[Text, Field(max_length=20)] | None = Field(default=None, description="your own word for the unit")
    clave_prod_serv: Annotated[Text, Field(pattern=r"^\d{8}$")] | None = Field(
        default=None, description="SAT's c_ClaveProdServ; your product rules decide if left out"
    )
    clave_unidad: Annotated[Text, Field(pattern=r"^[A-Z0-9]{1,3}$")] | None = Field(
        default=None, description="SAT's c_ClaveUnidad"
    )
    objeto_imp: Annotated[Text, Field(pattern=r"^0[1-8]$")] | None = Field(
        default=None, description="SAT's c_ObjetoImp; worked out if left out"
    )


class PostedPart(Posted):
    """How a part of the sale was paid."""

    method: Method = Field(description="how it was paid, in words")
    forma_pago: FormaPago | None = Field(default=None, description="SAT's c_FormaPago; by the method if left out")
    amount: Positive = Field(description="how much was paid this way")
    paid_at: Moment | None = Field(default=None, description="when, with its zone")


class PostedBuyer(Posted):
    """The buyer's fiscal data, as far as they are known. With all of the first five the invoice is made at once."""

    rfc: Annotated[Text, Field(max_length=20)] | None = Field(default=None, description="RFC")
    name: Annotated[Text, Field(max_length=300)] | None = Field(
        default=None, description="nombre o razón social, as in the constancia de situación fiscal"
    )
    zip: Annotated[Text, Field(max_length=10)] | None = Field(
        default=None, description="código postal of the domicilio fiscal, never of the delivery"
    )
    regimen: Annotated[Text, Field(max_length=100)] | None = Field(default=None, description="c_RegimenFiscal")
    uso_cfdi: Annotated[Text, Field(max_length=100)] | None = Field(default=None, description="c_UsoCFDI")
    email: Annotated[Text, Field(max_length=254)] | None = Field(
        default=None, description="where link and invoice go to"
    )
    phone: Annotated[Text, Field(max_length=30)] | None = Field(default=None, description="phone number")
    country: Annotated[Text, Field(max_length=60)] | None = Field(default=None, description="country")
    customer_id: Annotated[Text, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="your own identifier of a customer who is logged in; known data are used again"
    )


class PostedSale(Posted):
    """A sale that is paid. Give `lines`, or a `description` for one line of the whole amount."""

    external_id: Identifier = Field(description="your own number of the sale; the same sale always has the same")
    occurred_at: Moment = Field(description="when it was paid, with its zone")
    currency: Currency = Field(default="MXN", description="ISO 4217")
    total: Positive = Field(description="what was paid, tax included")
    prices_include_tax: Switch = Field(default=True, description="whether unit_price and discount hold the taxes")
    lines: tuple[PostedLine, ...] = Field(default=(), max_length=1000, description="what was sold")
    description: Annotated[Text, Field(min_length=1, max_length=1000)] | None = Field(
        default=None, description="instead of lines: the text of a single line, its taxes by your product rules"
    )
    payments: tuple[PostedPart, ...] = Field(
        default=(), max_length=50, description="how it was paid; the largest part decides forma_pago"
    )
    forma_pago: FormaPago | None = Field(
        default=None, description="SAT's c_FormaPago of the whole; it goes before payments"
    )
    buyer: PostedBuyer | None = Field(default=None, description="whom to invoice, as far as it is known")
    reference: Annotated[Text, Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="the number on the receipt, if it is another than external_id"
    )
    exchange_rate: Positive | None = Field(default=None, description="pesos for one unit of the currency")
    updated_at: Moment | None = Field(
        default=None, description="of which moment this is; what is older than what is known changes nothing"
    )

    @model_validator(mode="after")
    def _says_what_was_sold_and_for_how_much(self) -> Self:
        if bool(self.lines) == (self.description is not None):
            raise wrong("lines", "is missing: say what was sold, in lines or in one description, not both")
        whole_units(self.total, self.currency, "total")
        paid = sum((part.amount for part in self.payments), Decimal(0))
        if self.payments and paid != self.total:
            raise wrong("payments", f"add up to {paid}, and total is {self.total}")
        return self


class PostedRefund(Posted):
    """Money that went back to the buyer, or a sale that was cancelled after it was paid."""

    external_id: Identifier = Field(description="your own number of the refund")
    sale_external_id: Identifier = Field(description="external_id of the sale; it may come later")
    occurred_at: Moment = Field(description="when, with its zone")
    currency: Currency = Field(default="MXN", description="of the sale")
    amount: Positive = Field(description="what went back, tax included; for a cancellation all that was paid")
    kind: Literal["refund", "cancellation", "dispute_lost"] = Field(default="refund", description="why it went back")
    status: Literal["succeeded", "reversed"] = Field(
        default="succeeded", description="reversed: it failed afterwards, the money stayed; sent with PUT"
    )
    reason: Annotated[Text, Field(max_length=300)] = Field(default="", description="for a person")
    lines: tuple["PostedRefundLine", ...] = Field(
        default=(), max_length=1000, description="what came back; kept with the record for a person"
    )

    @model_validator(mode="after")
    def _lines_add_up(self) -> Self:
        whole_units(self.amount, self.currency, "amount")
        parts = sum((line.amount for line in self.lines), Decimal(0))
        if self.lines and parts != self.amount:
            raise wrong("lines", f"add up to {parts}, and amount is {self.amount}")
        return self


class PostedRefundLine(Posted):
    """A line of a refund."""

    sku: Annotated[Text, Field(max_length=100)] | None = Field(default=None, description="your own code")
    description: Annotated[Text, Field(max_length=1000)] | None = Field(default=None, description="what came back")
    quantity: Positive = Field(default=Decimal(1), description="how many")
    amount: NotNegative = Field(description="what went back for it, tax included")


class PostedPayment(Posted):
    """A later payment of a sale that was invoiced on credit (PPD)."""

    external_id: Identifier = Field(description="your own number of the payment")
    sale_external_id: Identifier = Field(description="external_id of the sale")
    occurred_at: Moment = Field(description="when, with its zone")
    currency: Currency = Field(default="MXN", description="ISO 4217")
    amount: Positive = Field(description="what was paid")
    forma_pago: FormaPago | None = Field(default=None, description="SAT's c_FormaPago; by the method if left out")
    method: Method | None = Field(default=None, description="how it was paid, in words")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        whole_units(self.amount, self.currency, "amount")
        return self


def wrong(field: str, message: str) -> PydanticCustomError:
    """An error of a whole that is told at one of its fields."""
    return PydanticCustomError("posted", "{said}", {"said": message, "field": field})


def whole_units(amount: Decimal, currency: str, field: str) -> None:
    """Refuse more decimals than the currency has."""
    places = exponent_of(currency)
    if amount != amount.quantize(Decimal(1).scaleb(-places)):
        raise wrong(field, f"has more than the {places} decimals of {currency}")
