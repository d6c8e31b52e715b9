"""What a source hands over: typed sales, refunds and payments. All values are frozen and exact."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from .money import Exact
from .storable import surely_fit, unfit, unfit_amount

_LONGEST_KEY, _LONGEST_CUSTOMER = 200, 190

Record = dict[str, Any]
"""One raw record of a remote system, as parsed JSON or as a row; what the hub stores and shows."""


class Value(BaseModel):
    """Base of the value types: frozen, no unknown fields, usable as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class KeptValue(Value):
    """A value with texts and times of a remote system, which every database can keep."""

    _told: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls._told = tuple(name for name, field in cls.model_fields.items() if _holds_words_or_times(field.annotation))

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        values = self.__dict__
        if not surely_fit([values[name] for name in self._told]):
            for name in self._told:
                if why := unfit(values[name]):
                    raise ValueError(f"{name} {why}")
        return self


def _holds_words_or_times(annotation: Any) -> bool:
    """Numbers, and values that are checked by themselves, need no second look."""
    return annotation in {str, datetime, AwareDatetime} or any(map(_holds_words_or_times, get_args(annotation)))


class Tax(Value):
    """One tax of a line, as the source states it.

    `rate` is a fraction (`0.16`) or, with `factor="Cuota"`, pesos per unit of measure. `base` and
    `amount` may be left out: the hub computes them from what was charged.
    """

    tax: Literal["IVA", "IEPS", "ISR"] = "IVA"
    factor: Literal["Tasa", "Cuota", "Exento"] = "Tasa"
    rate: Exact | None = None
    withheld: bool = False
    base: Exact | None = None
    amount: Exact | None = None

    @model_validator(mode="after")
    def _rate_fits_factor(self) -> Self:
        if (self.rate is None) != (self.factor == "Exento"):
            raise ValueError("Exento has no rate; Tasa and Cuota need one (CFDI40177, CFDI40174)")
        return self


class Line(KeptValue):
    """One line of a sale.

    `unit_price` and `discount` (of the whole line) are in the sale's own basis: with tax if
    `Sale.prices_include_tax`, without otherwise. `total` is what the buyer paid for the line, tax
    included and discount deducted. `taxes=None` means that the source does not know the taxes: the
    issuer's product rules decide. An empty tuple means that it is known to carry none.
    """

    description: str = Field(min_length=1, max_length=1000)
    quantity: Exact = Field(default=Decimal(1), gt=0)
    unit_price: Exact = Field(ge=0)
    discount: Exact = Field(default=Decimal(0), ge=0)
    total: Exact = Field(ge=0)
    taxes: tuple[Tax, ...] | None = None
    kind: Literal["product", "shipping", "fee", "tip"] = "product"
    sku: str | None = Field(default=None, max_length=100)
    unit: str | None = Field(default=None, max_length=20)
    clave_prod_serv: str | None = Field(default=None, pattern=r"^\d{8}$")
    clave_unidad: str | None = Field(default=None, pattern=r"^[A-Z0-9]{1,3}$")
    objeto_imp: str | None = Field(default=None, pattern=r"^0[1-8]$")


class Buyer(KeptValue):
    """What a source knows of the buyer; everything is optional and nothing is trusted yet.

    `customer_id` is the source's own identifier of an authenticated customer (`cus_...`); it may be
    used to find the fiscal data of that customer's earlier invoice.
    """

    rfc: str | None = None
    nombre: str | None = None
    codigo_postal: str | None = None
    regimen_fiscal: str | None = None
    uso_cfdi: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    customer_id: str | None = None


class Sale(KeptValue):
    """One movement of money that must end in exactly one CFDI.

    `id` is the movement key: the same money always has the same id, whichever event or list told of
    it, and it never changes. `reference` is the number that people know (order, ticket). `aliases`
    are the other identifiers of the same money. `payment_references` are what the gateways that took
    the money call it (`pi_...`), as far as a shop knows: the hub finds an order's payments by them; they
    need not be unique, and they are no part of what is kept of the sale. `total` is what was charged; the
    lines add up to it. `seller` is the source's identifier of who sold, in a marketplace.
    """

    id: str = Field(min_length=1, max_length=200)
    sold_at: AwareDatetime
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    total: Exact = Field(ge=0)
    lines: tuple[Line, ...] = Field(min_length=1)
    prices_include_tax: bool = True
    updated_at: AwareDatetime | None = None
    reference: str | None = Field(default=None, max_length=100)
    aliases: tuple[str, ...] = ()
    # Never dumped: a version of the hub that does not know it reads what this one keeps.
    payment_references: tuple[str, ...] = Field(default=(), exclude=True)
    forma_pago: str | None = Field(default=None, pattern=r"^\d{2}$")
    exchange_rate: Exact | None = Field(default=None, gt=0)
    buyer: Buyer = Buyer()
    seller: str | None = None
    live: bool = True

    @model_validator(mode="after")
    def _lines_add_up(self) -> Self:
        lines = sum([line.total for line in self.lines], Decimal(0))
        if lines != self.total:
            raise ValueError(f"the lines add up to {lines}, the sale charged {self.total}")
        return self

    @model_validator(mode="after")
    def _fits_its_row(self) -> Self:
        if why := unfit_amount(self.total):
            raise ValueError(f"total {why}")
        if not all(0 < len(alias) <= _LONGEST_KEY for alias in (*self.aliases, *self.payment_references)):
            raise ValueError(f"an alias or payment reference has 1 to {_LONGEST_KEY} characters")
        if len(self.buyer.customer_id or "") > _LONGEST_CUSTOMER:
            raise ValueError(f"customer_id has more than {_LONGEST_CUSTOMER} characters")
        return self


class Refund(KeptValue):
    """Money that went back to the buyer. `sale_id` is the movement key of the sale."""

    id: str = Field(min_length=1, max_length=200)
    sale_id: str = Field(min_length=1, max_length=200)
    refunded_at: AwareDatetime
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    amount: Exact = Field(gt=0)
    kind: Literal["refund", "dispute_lost", "cancellation"] = "refund"
    status: Literal["succeeded", "reversed"] = "succeeded"
    reason: str = ""

    @model_validator(mode="after")
    def _fits_its_row(self) -> Self:
        if why := unfit_amount(self.amount):
            raise ValueError(f"amount {why}")
        return self


class Payment(KeptValue):
    """A later payment of a sale invoiced on credit (PPD). `sale_id` is the movement key of the sale."""

    id: str = Field(min_length=1, max_length=200)
    sale_id: str = Field(min_length=1, max_length=200)
    paid_at: AwareDatetime
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    amount: Exact = Field(gt=0)
    forma_pago: str | None = Field(default=None, pattern=r"^\d{2}$")

    @model_validator(mode="after")
    def _fits_its_row(self) -> Self:
        if why := unfit_amount(self.amount):
            raise ValueError(f"amount {why}")
        return self


@dataclass(frozen=True, slots=True)
class Ignored:
    """A record or delivery that is right and asks for nothing; `reason` is shown to the operator."""

    reason: str


Movement = Sale | Refund | Payment | Ignored
"""What `Source.to_sale` may answer."""


@dataclass(frozen=True, slots=True)
class Page:
    """Records plus a promise: nothing that changed before `complete_until` is still to come.

    The hub commits the page and the promise together. `committed`, if given, is called once they are
    safe, such as to move a file away; it is not called when somebody only looks (`Source.look`),
    and a crash may keep it from being called, so the same page must be readable again.
    """

    records: Sequence[Record]
    complete_until: datetime | None = None
    committed: Callable[[], None] | None = None

    @classmethod
    def oldest_first(cls, records: Sequence[Mapping[str, Any]], by: str) -> Self:
        """A page of a remote side that sorts ascending by `by`, the ISO time that `since` filters on."""
        last = datetime.fromisoformat(records[-1][by]) if records else None
        return cls([dict(record) for record in records], last)
