"""What the portal asks of the steps behind it, and the values only those questions need."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from hub.flow.portal_model import FieldProblem, FiscalData, Purchase, Review


@dataclass(frozen=True, slots=True)
class Logo:
    """The issuer's logo, as it is served."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class PortalBrand:
    """How an issuer's portal looks and speaks; empty texts mean the portal's own words.

    `primary` and `secondary` are `#rgb` or `#rrggbb`; the portal darkens them until they can be read.
    `boton` is the verb of the last button ("Facturar"). `whatsapp` is a number with its country code.
    """

    issuer: str
    nombre: str
    logo: Logo | None = None
    primary: str = ""
    secondary: str = ""
    titulo: str = ""
    mensaje: str = ""
    boton: str = ""
    email: str = ""
    phone: str = ""
    whatsapp: str = ""
    url: str = ""
    aviso_de_privacidad_url: str = ""
    test: bool = False
    """The shop is trying the hub out: nothing it issues is valid, and every page says so."""


@dataclass(frozen=True, slots=True)
class PortalFile:
    """A file of an invoice: `name` with its extension, `content` byte for byte as it was stamped or drawn."""

    name: str
    content: bytes


class HelpTopic(StrEnum):
    """What a person asks the shop for."""

    ASSISTED = "assisted"
    """Make the invoice for me."""
    SEARCH = "search"
    """I cannot find my purchase (the only topic without a token)."""
    GLOBAL = "global"
    """Take it out of the factura global and make it mine."""
    LATE = "late"
    """The normal term is over; please look at it."""
    CORRECT = "correct"
    """A datum of the issued invoice is wrong."""
    CANCEL = "cancel"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """A request for a person of the shop. `contact` is an e-mail or a phone number, as it was typed.

    `data` comes with `GLOBAL` and `LATE` only.
    """

    topic: HelpTopic
    contact: str
    message: str = ""
    data: FiscalData | None = None


class PortalPort(Protocol):
    """The steps of the portal. Every method may be called from any thread.

    A token is the proof of purchase: whoever holds it may see that purchase and nothing else. Unknown,
    expired and foreign tokens are one and the same answer. Methods that take a token are called only
    after `open` returned its purchase in the same request; should it vanish in between, raise.
    """

    def brand(self, issuer: str) -> PortalBrand | None:
        """The brand of an issuer's portal, or None. `""` asks for the only issuer of a hub that serves one."""

    def open(self, token: str) -> Purchase | None:
        """The purchase behind a link, or None when the link means nothing (any more).

        `stage` INVOICED without an `invoice` means that somebody else invoiced it.
        """

    def find(self, issuer: str, reference: str, total: str) -> str | None:
        """The token of the purchase with that number and exact total, both as typed.

        Compare `canonical_reference` of both sides; accept "$1,160", "1160.00" and "1160.00 MXN".
        """

    def review(self, token: str, data: FiscalData) -> Review | tuple[FieldProblem, ...]:
        """The invoice in words, or what is wrong with the data. Keeps `data` as the draft either way (24 h).

        Asked again with the kept draft whenever the page is reloaded, so it is quick and calls nobody.
        With `hub.sat.rfc.EXTRANJERO` (RMF 2.7.1.23) the port fills `codigo_postal` itself.
        """

    def invoice(self, token: str, data: FiscalData) -> Purchase | tuple[FieldProblem, ...]:
        """Asks for the invoice, waits for it a moment, and says where the purchase stands then.

        Idempotent: a purchase already asked for or invoiced comes back as it is.
        """

    def file(self, token: str, kind: Literal["pdf", "xml"]) -> PortalFile | None:
        """A file of the invoice; None while there is none."""

    def send_copy(self, token: str, email: str) -> FieldProblem | None:
        """Mails the invoice to one more address, or says what is wrong with the address (field `email`)."""

    def ask_help(self, issuer: str, token: str | None, request: HelpRequest) -> str | tuple[FieldProblem, ...]:
        """Stores the request for the shop and returns its folio, or what is missing (`contact`, `message`, data)."""

    def hit(self, key: str) -> bool:
        """Counts one try; False when there were too many of that key in its window (message 27: five minutes).

        Keys, and what is plenty in five minutes: `find:<issuer>:<client>` and
        `reference:<issuer>:<canonical reference>` 5, `link:<client>` (links that mean nothing) 10,
        `submit:<token>` 30, `send:<token>` 5, `help:<client>` 10.
        `<client>` is an IPv4 address or an IPv6 /64.
        """


_LOOK_ALIKES = str.maketrans("OIL", "011")


def canonical_reference(text: str) -> str:
    """An order number as it is compared: no spaces, signs or case; O is 0, I and l are 1. "# ab-1O" -> "AB10"."""
    # Some letters grow when they are made capital, and the index takes a hundred.
    return "".join(char for char in text.upper() if char.isalnum()).translate(_LOOK_ALIKES)[:100]
