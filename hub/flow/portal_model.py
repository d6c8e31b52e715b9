"""What the portal shows and what it hears: the values between `hub.web` and the steps."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """Where a purchase stands, as the buyer should understand it."""

    OPEN = "open"
    """It can be invoiced now."""
    WORKING = "working"
    """The invoice was asked for and is on its way (SAT slow, PAC down, shop's CSD: one kept promise)."""
    CORRECT = "correct"
    """SAT did not accept one of the four fields: the form again, with what was typed and `problems`."""
    INVOICED = "invoiced"
    GLOBAL = "global"
    """Already inside a factura global."""
    LATE = "late"
    """Past the shop's normal term, not in a global."""
    REFUNDED = "refunded"
    """The money went back: nothing to invoice."""
    HELD = "held"
    """A person of the shop must look first."""


@dataclass(frozen=True, slots=True)
class FiscalData:
    """The four fields of the buyer, the use, and where to send a copy."""

    rfc: str = ""
    nombre: str = ""
    codigo_postal: str = ""
    regimen_fiscal: str = ""
    uso_cfdi: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A sentence for one field of `FiscalData`; `suggestion` is a repaired form of what was typed."""

    field: str
    message: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """One line as the buyer bought it."""

    description: str
    quantity: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    """The stamped CFDI of a purchase."""

    uuid: str
    serie_folio: str
    total: Decimal
    currency: str
    rfc: str
    nombre: str
    stamped_at: datetime


@dataclass(frozen=True, slots=True)
class Purchase:
    """One sale behind a link.

    `sold_at` is in the issuer's zone. `typed` is what this link's owner typed before (a kept draft, or
    the data that SAT refused); `saved` are the owner's own data from an earlier invoice, and only those.
    """

    token: str
    issuer: str
    reference: str
    sold_at: datetime
    currency: str
    total: Decimal
    refunded: Decimal
    forma_pago: str
    lines: tuple[PurchaseLine, ...]
    stage: Stage
    deadline: date
    promise: str = ""
    promised_at: datetime | None = None
    typed: FiscalData | None = None
    saved: FiscalData | None = None
    email_hint: str = ""
    problems: tuple[FieldProblem, ...] = ()
    invoice: IssuedInvoice | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The invoice in words, before it is asked for."""

    data: FiscalData
    total: Decimal
    impuestos: tuple[tuple[str, Decimal], ...]
    """Transferred taxes, such as ("IVA 16 %", 160.00)."""
    retenciones: tuple[tuple[str, Decimal], ...]
    warnings: tuple[FieldProblem, ...] = ()
    """Soft: shown, never in the way (a check digit that looks odd)."""
