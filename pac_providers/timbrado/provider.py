"""ATEB at timbrado.com.mx as the hub sees it. Experimental."""

from collections.abc import Mapping
from typing import ClassVar

from hub.plugin import (
    AnswerRequest,
    AnswerTaken,
    CancelReceived,
    CancelRefused,
    CancelRequest,
    Capabilities,
    CfdiReference,
    CfdiStatus,
    Client,
    ConfigError,
    Http,
    HubError,
    InDoubtError,
    NeverStamped,
    PacProvider,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
)

from . import soap
from .cancelling import read_answered, read_cancelled, read_pending
from .codes import ALREADY_STAMPED, error_of, refusal
from .config import EXPERIMENTAL, TimbradoConfig
from .timbre import stamped

_NOBODY = "XAXX010101000"


class Timbrado(PacProvider[TimbradoConfig]):
    """EXPERIMENTAL. It shows only the timbre, which is put into the sealed bytes here."""

    name = "timbrado"
    capabilities: ClassVar[Capabilities] = Capabilities(confidence="unconfirmed")
    waivers: ClassVar[Mapping[str, str]] = {
        "recover_says_never_stamped_when_the_pac_does": (
            f"{EXPERIMENTAL}; it is not known how it says that a document was never stamped"
        )
    }

    def client(self) -> Client:
        return Client(base_url=self.config.addresses.stamp, timeout_s=self.config.timeout_s)

    def check(self, http: Http) -> str:
        # What waits for the generic RFC is nothing; the question needs user and password.
        self.pending(http, _NOBODY)
        return f"{EXPERIMENTAL}. timbrado.com.mx ({self.config.environment}) answers"

    def stamp(self, http: Http, request: StampRequest) -> Stamped | Rejected:
        result = soap.write(http, self.config.addresses.stamp, soap.GENERA_TIMBRE, self.config, request.xml)
        if (made := stamped(result, request)) is not None:
            return made
        if (error := error_of(result)) is not None and (said := refusal(error)).code != ALREADY_STAMPED:
            return said
        return self._earlier(http, request)

    def recover(self, http: Http, request: StampRequest) -> Stamped | NeverStamped | StillUnknown:
        if not self.config.addresses.recover:
            return StillUnknown("no service of ATEB is known that shows an earlier stamp here; ask ATEB")
        result = soap.ask(http, self.config.addresses.recover, soap.GENERA_TIMBRE_REC, self.config, request.xml)
        if error_of(result) is not None:
            return StillUnknown("ATEB answers an error; how it says that nothing was stamped is not known; ask it")
        return stamped(result, request) or StillUnknown("ATEB shows no timbre of these bytes")

    def cancel(self, http: Http, request: CancelRequest) -> CancelReceived | CancelRefused:
        addresses = self.config.addresses
        result = soap.write(http, addresses.cancel, soap.CANCELA_CFDIS, self.config, request.signed_xml)
        return read_cancelled(result, request.cfdi.uuid)

    def status(self, http: Http, cfdi: CfdiReference) -> CfdiStatus:  # noqa: ARG002 (there is nothing to ask)
        """Not known of ATEB; SAT tells it itself."""
        raise ConfigError("no status service of ATEB is known", hint="ask SAT's own service")

    def pending(self, http: Http, rfc_receptor: str) -> tuple[str, ...]:
        addresses = self.config.addresses
        return read_pending(soap.ask(http, addresses.cancel, soap.PETICIONES_PENDIENTES, self.config, rfc_receptor))

    def answer(self, http: Http, request: AnswerRequest) -> AnswerTaken:
        addresses = self.config.addresses
        return read_answered(
            soap.write(http, addresses.cancel, soap.ACEPTACION_RECHAZO, self.config, request.signed_xml)
        )

    def _earlier(self, http: Http, request: StampRequest) -> Stamped:
        """It was stamped, or there is no saying; so whatever the look-up raises is a doubt."""
        try:
            found = self.recover(http, request)
        except HubError as error:
            raise InDoubtError(f"ATEB shows no timbre and cannot be asked for it: {error}") from error
        if isinstance(found, Stamped):
            return found
        raise InDoubtError("ATEB says neither that it stamped this nor that it did not, and shows no timbre")
