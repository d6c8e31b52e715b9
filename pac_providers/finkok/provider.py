"""Finkok as the hub sees it."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from hub.plugin import (
    AnswerRequest,
    AnswerTaken,
    Balance,
    CancelReceived,
    CancelRefused,
    CancelRequest,
    Capabilities,
    CfdiReference,
    CfdiStatus,
    Client,
    ConfigError,
    Fetched,
    Http,
    HubError,
    InDoubtError,
    Issued,
    IssuerRegistration,
    NeverStamped,
    NotFetched,
    PacProvider,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
    TransientError,
    stamp_of,
)

from .acuse import Acuse, read_acuse
from .cancelling import read_answered, read_cancelled, read_status
from .codes import ALREADY_STAMPED, NEVER_STAMPED, refusal
from .config import FinkokConfig
from .listed import Listed, moment, read_listed
from .soap import Finkok as Office
from .soap import document_of, first, refuse_login, text_of

_ZONE_OF_THE_CAPITAL = "06000"
_ON_DEMAND = -1
_TYPES = {"on_demand": "O", "prepaid": "P"}


class Finkok(PacProvider[FinkokConfig]):
    """Finkok over SOAP. It stamps sealed bytes once, and shows the earlier stamp to who sends them again."""

    name = "finkok"
    capabilities: ClassVar[Capabilities] = Capabilities(
        resend_is_safe=True, tells_status=True, max_request_bytes=1_000_000, confidence="from public clients"
    )

    def client(self) -> Client:
        return Client(base_url=self.config.base_url(), timeout_s=self.config.timeout_s)

    def check(self, http: Http) -> str:
        said = self._office.ask_for(http, "utilities", "datetime", zipcode=_ZONE_OF_THE_CAPITAL)
        if not text_of(said, "datetime"):
            raise TransientError("Finkok does not tell its time")
        return f"Finkok ({self.config.environment}) accepts the user; its clock says {text_of(said, 'datetime')[:19]}"

    def stamp(self, http: Http, request: StampRequest) -> Stamped | Rejected:
        acuse = read_acuse(self._office.write(http, "stamp", "stamp", xml=request.xml))
        if acuse.xml:
            return stamp_of(request, acuse.xml)
        if acuse.uuid or ALREADY_STAMPED in acuse.codes:
            return self._earlier(http, request)
        return refusal(acuse.codes)

    def recover(self, http: Http, request: StampRequest) -> Stamped | NeverStamped | StillUnknown:
        acuse = self._ask_stamped(http, request)
        if acuse.xml:
            return stamp_of(request, acuse.xml)
        if set(acuse.codes) == {NEVER_STAMPED} and not acuse.uuid:
            return NeverStamped(proven=True)
        return StillUnknown("Finkok neither shows a stamp of these bytes nor says that there is none")

    def cancel(self, http: Http, request: CancelRequest) -> CancelReceived | CancelRefused:
        result = self._office.write(http, "cancel", "cancel_signature", xml=request.signed_xml, store_pending="false")
        return read_cancelled(result, request.cfdi.uuid)

    def status(self, http: Http, cfdi: CfdiReference) -> CfdiStatus:
        return read_status(
            self._office.ask_for(
                http,
                "cancel",
                "get_sat_status",
                taxpayer_id=cfdi.rfc_emisor,
                rtaxpayer_id=cfdi.rfc_receptor,
                uuid=cfdi.uuid,
                total=f"{cfdi.total:f}",
            )
        )

    def fetch(self, http: Http, cfdi: CfdiReference) -> Fetched | NotFetched:
        found = self._fetched(http, cfdi.rfc_emisor, cfdi.uuid)
        return found or NotFetched("Finkok shows the CFDIs of the last three months, and not this one")

    def issued(self, http: Http, rfc_emisor: str, since: datetime, after: str = "") -> Issued:
        until = datetime.now(UTC) + timedelta(days=1)
        result = self._office.ask_for(
            http,
            "utilities",
            "report_uuid",
            taxpayer_id=rfc_emisor,
            invoice_type="I",
            date_from=moment(since),
            date_to=moment(until),
        )
        page, more = read_listed(result, after)
        return Issued([self._shown(http, rfc_emisor, one) for one in page], str(page[-1]) if more else "")

    def balance(self, http: Http) -> Balance:
        if not self.config.rfc:
            raise ConfigError("Finkok counts stamps by RFC", hint="write rfc: in the options of this PAC")
        result = self._office.ask(http, "registration", "get", taxpayer_id=self.config.rfc)
        refuse_login(text_of(result, "message"))
        users = first(result, "users")
        for user in [] if users is None else users.iterchildren():
            if text_of(user, "taxpayer_id") == self.config.rfc:
                return Balance(_credit(text_of(user, "credit")))
        raise ConfigError(f"{self.config.rfc} is not registered in this account of Finkok", hint="correct rfc:")

    def register_issuer(self, http: Http, issuer: IssuerRegistration) -> str:
        result = self._office.write(
            http, "registration", "add", taxpayer_id=issuer.rfc, type_user=_TYPES[self.config.customer_type]
        )
        refuse_login(text_of(result, "message"))
        success = text_of(result, "success").lower()
        if success == "true":
            return f"Finkok registered {issuer.rfc}, or had it already"
        if success == "false":
            raise ConfigError(f"Finkok does not register {issuer.rfc}", hint="register the RFC in Finkok's panel")
        raise InDoubtError("Finkok does not say whether it registered the issuer")

    def pending(self, http: Http, rfc_receptor: str) -> tuple[str, ...]:
        result = self._office.ask_for(http, "cancel", "get_pending", rtaxpayer_id=rfc_receptor)
        uuids = first(result, "uuids")
        if uuids is None and text_of(result, "error"):
            raise TransientError("Finkok does not tell what waits for the receiver")
        return tuple(one.text.strip() for one in ([] if uuids is None else uuids.iterchildren()) if one.text)

    def answer(self, http: Http, request: AnswerRequest) -> AnswerTaken:
        return read_answered(self._office.write(http, "cancel", "accept_reject_signature", xml=request.signed_xml))

    @property
    def _office(self) -> Office:
        return Office(self.config)

    def _fetched(self, http: Http, rfc_emisor: str, uuid: str) -> Fetched | None:
        result = self._office.ask_for(http, "utilities", "get_xml", uuid=uuid, taxpayer_id=rfc_emisor, invoice_type="I")
        xml = document_of(result, "xml")
        # An older CFDI comes as the path of a file.
        return Fetched(xml) if xml.startswith(b"<") else None

    def _shown(self, http: Http, rfc_emisor: str, one: Listed) -> Fetched:
        found = self._fetched(http, rfc_emisor, one.uuid)
        if found is None:
            raise TransientError(f"Finkok lists the CFDI {one.uuid} and does not show it")
        return found

    def _ask_stamped(self, http: Http, request: StampRequest) -> Acuse:
        return read_acuse(self._office.ask(http, "stamp", "stamped", xml=request.xml))

    def _earlier(self, http: Http, request: StampRequest) -> Stamped:
        """307 without the CFDI is usual within seconds after the first stamp."""
        try:
            found = self.recover(http, request)
        except HubError as error:
            raise InDoubtError("Finkok has stamped these bytes and cannot show the stamp now") from error
        if isinstance(found, Stamped):
            return found
        raise InDoubtError("Finkok has stamped these bytes and does not show the stamp yet")


def _credit(text: str) -> int | None:
    try:
        credit = int(text)
    except ValueError:
        raise TransientError("Finkok does not tell the stamps left") from None
    return None if credit == _ON_DEMAND else credit
