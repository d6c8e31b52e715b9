"""An issuer: who issues, with which certificate, under which rules and with which face."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretBytes, SecretStr

from hub.plugin import Exact

from .deadline import Deadline, DeadlineWords
from .durations import Duration
from .pac_order import PacOrder
from .pdf import PdfSettings
from .portal import PortalSettings
from .products import ProductDefault, ProductRule
from .section import Section, refused
from .values import CodigoPostal, Currency, Email, RegimenFiscal, Rfc, Serie


def _pesos(value: object) -> object:
    return value.removesuffix("MXN").strip() if isinstance(value, str) else value


def _only_foreign(rates: dict[str, Decimal]) -> dict[str, Decimal]:
    if "MXN" in rates:
        raise refused("gives a rate for MXN, which is always 1", "remove the line MXN")
    return rates


class CsdSettings(Section):
    """The Certificado de Sello Digital of the issuer (not the e.firma)."""

    certificate: bytes = Field(
        min_length=1, repr=False, description="the .cer file from SAT", examples=[{"$file": "secrets/csd.cer"}]
    )
    private_key: SecretBytes = Field(
        min_length=1,
        description="the .key file from SAT, as it came (encrypted)",
        examples=[{"$file": "secrets/csd.key"}],
    )
    password: SecretStr = Field(
        min_length=1, description="the password of the .key file", examples=[{"$env": "CSD_PASSWORD"}]
    )


class InvoicingSettings(Section):
    """When a sale becomes an invoice."""

    known_buyers: Literal["automatic", "ask"] = Field(
        default="automatic",
        description="a buyer whose fiscal data are known: invoice at once, or send the link and let the buyer ask",
    )
    review_above: Annotated[Exact, BeforeValidator(_pesos)] | None = Field(
        default=None,
        gt=0,
        description="totals above this many pesos (MXN) wait for a person; nothing waits if left out",
        examples=["50000"],
    )
    deadline: DeadlineWords = Field(
        default=Deadline("end_of_month"),
        description="until when a buyer may invoice alone: end_of_month, end_of_next_month or days:30",
    )
    link_delay: Duration = Field(
        default=timedelta(0), description="how long after the sale the link is sent: immediately, 1 hour"
    )


class MailSettings(Section):
    """Mail to the buyers of this issuer."""

    notifier: str | None = Field(
        default=None, description="name of the notifier that sends it; no mail if left out", examples=["email"]
    )
    sender_name: str = Field(
        default="",
        description="the sender's name that buyers see; the portal's nombre if left out",
        examples=["Tienda"],
    )
    reply_to: Email | None = Field(
        default=None, description="where the buyers' answers go", examples=["hola@tienda.example"]
    )
    copy_to: tuple[Email, ...] = Field(
        default=(),
        description="who gets a copy of every invoice, such as the accountant",
        examples=[["contadora@tienda.example"]],
    )


class IssuerSettings(Section):
    """A taxpayer that issues CFDIs. Two issuers may share an RFC (two brands) if their serie differs."""

    rfc: Rfc = Field(description="the issuer's RFC, the one of the CSD", examples=["EKU9003173C9"])
    nombre: str = Field(
        min_length=1,
        max_length=300,
        description="exactly as SAT has it: capitals, without S.A. de C.V.",
        examples=["ESCUELA KEMPER URGATE"],
    )
    regimen_fiscal: RegimenFiscal = Field(
        description="SAT's key of the régimen, such as 601, 612 or 626", examples=["601"]
    )
    codigo_postal: CodigoPostal = Field(
        description="LugarExpedicion: postal code of the place of issue; it also decides the time zone",
        examples=["42501"],
    )
    csd: CsdSettings = Field(description="certificate and key that seal the invoices")
    pac: PacOrder = Field(
        description="name of the pac below that stamps the invoices; or a list of names, such as [principal, reserva]: "
        "the next one stamps while those before it do not work",
        examples=["principal"],
    )
    serie: Serie = Field(default="A", description="letters before the folio number")
    invoicing: InvoicingSettings = Field(default=InvoicingSettings(), description="when a sale becomes an invoice")
    product: ProductDefault = Field(
        default=ProductDefault(), description="key, unit and taxes of what neither the sale nor a rule below tells"
    )
    products: tuple[ProductRule, ...] = Field(
        default=(),
        description="rules by product; the first match wins",
        examples=[[{"match": "Suscripción*", "clave_prod_serv": "81112500", "clave_unidad": "E48", "iva": "0.16"}]],
    )
    exchange_rates: Annotated[dict[Currency, Annotated[Exact, Field(gt=0)]], AfterValidator(_only_foreign)] = Field(
        default={},
        description="pesos for one unit of a currency, when the sale does not bring its own rate",
        examples=[{"USD": "17.50"}],
    )
    portal: PortalSettings = Field(default=PortalSettings(), description="how the portal looks and speaks")
    pdf: PdfSettings = Field(default=PdfSettings(), description="how the PDF of an invoice looks")
    mail: MailSettings = Field(default=MailSettings(), description="mail to the buyers")
