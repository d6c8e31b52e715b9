"""The contract of a PAC provider. A stamp cannot be taken back: unknown is a value, never a guess."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal, TypeVar

from pydantic import Field

from .base import Config, Plugin
from .errors import ConfigError
from .http import Http
from .pac_operations import (
    AnswerRequest,
    AnswerTaken,
    Balance,
    Fetched,
    Issued,
    IssuerRegistration,
    NotFetched,
    Operation,
    Receiver,
    ReceiverCheck,
)


class PacConfig(Config):
    """Base of a PAC provider's configuration."""

    environment: Literal["sandbox", "production"] = Field(
        default="sandbox", description="sandbox for tests with SAT's test certificates, production for real invoices"
    )


C = TypeVar("C", bound=PacConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do, as data: the hub never asks by trying.

    Attributes:
        environments: where it may be used; the embedded sandbox has no production.
        resend_is_safe: the same bytes sent again give the earlier stamp, not a second one.
        recovers_by: how `recover` learns what happened: it asks and changes nothing, or, only where
            `resend_is_safe`, it sends the same bytes again.
        seals: it makes its own seal with a CSD that it keeps; its answer is then believed if issuer, receiver,
            tipo, serie, folio, currency and total are ours.
        needs_csd: the issuer's CSD must be registered with it.
        takes_csd: `register_issuer` is about a CSD that nothing else here needs; it never leaves the hub unasked.
        cancels: `cancel` works.
        cancels_with: who signs a cancellation: the hub, or the PAC with the CSD that it keeps.
        tells_status: `status` works without SAT's own service.
        max_request_bytes: largest XML it takes; None if not known.
        confidence: how sure the wire format is: confirmed, from public clients, or not confirmed.
    """

    environments: frozenset[Literal["sandbox", "production"]] = frozenset({"sandbox", "production"})
    resend_is_safe: bool = False
    recovers_by: Literal["asking", "resending"] = "asking"
    seals: bool = False
    needs_csd: bool = False
    takes_csd: bool = False
    cancels: bool = True
    cancels_with: Literal["signed_xml", "kept_csd"] = "signed_xml"
    tells_status: bool = False
    max_request_bytes: int | None = None
    confidence: Literal["confirmed", "from public clients", "unconfirmed"] = "unconfirmed"


@dataclass(frozen=True, slots=True)
class StampRequest:
    """A sealed CFDI to stamp.

    `key` is the hub's own identifier of the business document, the same for every attempt. `xml` is
    sealed, was stored before the first attempt and must be sent byte for byte.
    """

    key: str
    xml: bytes
    rfc_emisor: str


@dataclass(frozen=True, slots=True)
class Stamped:
    """The complete stamped CFDI, new or from an earlier attempt."""

    uuid: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class Rejected:
    """The authority or the PAC said no, and nothing was stamped. `code` is SAT's own where there is one."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class NeverStamped:
    """The PAC says that these bytes were never stamped.

    `proven` is True when the provider states it of these very bytes, False when a search found nothing:
    only the first may unlock a new document.
    """

    proven: bool


@dataclass(frozen=True, slots=True)
class StillUnknown:
    """The PAC cannot tell yet; ask again later."""

    reason: str


@dataclass(frozen=True, slots=True)
class CfdiReference:
    """What identifies a stamped CFDI before SAT. `total` is written as in the XML."""

    uuid: str
    rfc_emisor: str
    rfc_receptor: str
    total: Decimal
    sello: str


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """A cancellation to file. `motivo` is 01-04; `folio_sustitucion` only with 01 (codes 208, 209).

    `signed_xml` is SAT's Cancelacion document, signed by the issuer's CSD inside the hub.
    """

    cfdi: CfdiReference
    motivo: Literal["01", "02", "03", "04"]
    signed_xml: bytes
    folio_sustitucion: str | None = None


@dataclass(frozen=True, slots=True)
class CancelReceived:
    """SAT took the request (201, 202). It is not yet proof of a cancellation: ask `status`."""

    code: str
    acuse: bytes = b""


@dataclass(frozen=True, slots=True)
class CancelRefused:
    """SAT or the PAC refused the request. `again_later` is True for 205: just stamped, not known yet."""

    code: str
    message: str
    again_later: bool = False


@dataclass(frozen=True, slots=True)
class CfdiStatus:
    """SAT's own words about a CFDI (ConsultaCFDI)."""

    estado: Literal["Vigente", "Cancelado", "No Encontrado"]
    es_cancelable: str = ""
    estatus_cancelacion: str = ""


class PacProvider(Plugin[C]):
    """A PAC. Subclass it as `class Acme(PacProvider[AcmeConfig])`."""

    capabilities: ClassVar[Capabilities] = Capabilities()

    @property
    def rfc_pac(self) -> str:
        """RFC of the PAC itself as its stamps name it (RfcProvCertif); empty if the plugin does not know it.

        A receiver's signed answer to a cancellation names it, too (RfcPacEnviaSolicitud), so who offers `answer`
        should say it. Override it; it may follow from the configuration, such as the environment.
        """
        return ""

    @abstractmethod
    def stamp(self, http: Http, request: StampRequest) -> Stamped | Rejected:
        """Ask once, with one request. "Already stamped" is the earlier `Stamped`, found as the PAC allows.

        Raises:
            ConfigError: refused before any work: credentials, CSD not registered, no credits.
            TransientError: it certainly did not reach the PAC.
            InDoubtError: it may have been stamped. So counts everything else that is raised.
        """

    @abstractmethod
    def recover(self, http: Http, request: StampRequest) -> Stamped | NeverStamped | StillUnknown:
        """Did it happen? Gets the whole request, because the UUID is what a lost answer loses.

        By resending (`Capabilities.recovers_by`) a stamp that is made only now is `Stamped` too. That the PAC refuses
        the same bytes now is `StillUnknown`: it may look at the data before it looks for an earlier stamp, and what it
        compares them with may have changed since.

        Whatever is raised counts as `StillUnknown`.
        """

    @abstractmethod
    def cancel(self, http: Http, request: CancelRequest) -> CancelReceived | CancelRefused:
        """File one cancellation with one request; raises as `stamp` does."""

    @abstractmethod
    def status(self, http: Http, cfdi: CfdiReference) -> CfdiStatus:
        """What SAT says of this CFDI now.

        Raises:
            ConfigError, TransientError: as a read.
        """

    # ---- optional: override what the PAC offers

    @classmethod
    def offers(cls) -> frozenset[Operation]:
        """The optional operations that this class overrides."""
        return frozenset(
            operation for operation in Operation if getattr(cls, operation) is not getattr(PacProvider, operation)
        )

    def fetch(self, http: Http, cfdi: CfdiReference) -> Fetched | NotFetched:
        """The stamped CFDI that the PAC keeps; raises as a read."""
        raise self._not_offered(Operation.FETCH)

    def issued(self, http: Http, rfc_emisor: str, since: datetime, after: str = "") -> Issued:
        """A page of the complete CFDIs that it stamped for an issuer since a moment; raises as a read.

        It is what a hub restored from a backup asks before it sends anything: no CFDI since then may be left out
        for good, though one that was stamped a moment ago may be missing still. `after` is the `next` of the page
        before, empty for the first one.
        """
        raise self._not_offered(Operation.ISSUED)

    def balance(self, http: Http) -> Balance:
        """Stamps left; raises as a read."""
        raise self._not_offered(Operation.BALANCE)

    def check_receiver(self, http: Http, receiver: Receiver) -> ReceiverCheck:
        """Compare a buyer's data with the PAC's copy of SAT's list; raises as a read."""
        raise self._not_offered(Operation.CHECK_RECEIVER)

    def register_issuer(self, http: Http, issuer: IssuerRegistration) -> str:
        """Open an issuer, or replace its data and CSD; answer what the operator should read. Raises as `stamp`."""
        raise self._not_offered(Operation.REGISTER_ISSUER)

    def pending(self, http: Http, rfc_receptor: str) -> tuple[str, ...]:
        """UUIDs of CFDIs whose issuers asked this receiver to accept a cancellation; raises as a read."""
        raise self._not_offered(Operation.PENDING)

    def answer(self, http: Http, request: AnswerRequest) -> AnswerTaken:
        """Accept or reject such cancellations with one request; raises as `stamp`."""
        raise self._not_offered(Operation.ANSWER)

    def _not_offered(self, operation: Operation) -> ConfigError:
        return ConfigError(f"{self.name} does not offer {operation}", hint="ask offers() before calling")
