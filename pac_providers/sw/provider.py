"""SW as the hub sees it."""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

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
    IssuerRegistration,
    NeverStamped,
    NotFetched,
    PacProvider,
    Receiver,
    ReceiverCheck,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
    TransientError,
    add_timbre,
    read_timbre,
    stamp_of,
)

from . import certificates, lrfc
from .auth import SwAuth
from .codes import (
    ALREADY_STAMPED,
    DUPLICATE_KEY,
    RECEIVED,
    cancel_error,
    cancel_refusal,
    refusal,
    refuse_config,
)
from .config import SwConfig
from .consulta import ask_sat
from .envelope import Envelope, form, mapping, read_envelope, text
from .storage import ask, fetch

# The v4 path shows earlier stamps, and v2 of its answers shows the timbre alone, too.
STAMP, CANCEL, ANSWER = "/v4/cfdi33/stamp/v2", "/cfdi33/cancel/xml", "/acceptreject/xml"
BALANCE = "/management/v2/api/users/balance"
RFC_PAC = "SPR190613I52"
_NOTHING_PENDING = frozenset({"1101", "CA1101"})


class Sw(PacProvider[SwConfig]):
    """SW over REST. Sealed bytes that are sent again under the same key give the stamp that they have."""

    name = "sw"
    capabilities: ClassVar[Capabilities] = Capabilities(
        resend_is_safe=True,
        recovers_by="resending",
        takes_csd=True,
        tells_status=True,
        confidence="from public clients",
    )

    @property
    def rfc_pac(self) -> str:
        return RFC_PAC

    def client(self) -> Client:
        return Client(base_url=self.config.hosts().services, auth=SwAuth(self.config), timeout_s=self.config.timeout_s)

    def check(self, http: Http) -> str:
        left = self.balance(http).stamps
        return f"SW ({self.config.environment}) accepts the login; {'no limit of' if left is None else left} stamps"

    def stamp(self, http: Http, request: StampRequest) -> Stamped | Rejected:
        content, content_type = form(request.xml)
        headers = {"content-type": content_type, "customid": custom_id(request)}
        envelope = read_envelope(http.post_once(STAMP, content, headers))
        if envelope.ok:
            return _shown(request, envelope.data)
        if envelope.code in {ALREADY_STAMPED, DUPLICATE_KEY}:
            return _earlier(request, envelope)
        if not envelope.code and self._is_out_of_stamps(http):
            raise ConfigError("SW: no stamps left", hint="buy stamps in SW's portal")
        return refusal(envelope)

    def recover(self, http: Http, request: StampRequest) -> Stamped | NeverStamped | StillUnknown:
        """SW has no question for it: the same bytes under the same key are answered with the stamp they have."""
        again = self.stamp(http, request)
        if isinstance(again, Stamped):
            return again
        return StillUnknown(f"SW refuses the same bytes now ({again.code}), which says nothing of the first time")

    def cancel(self, http: Http, request: CancelRequest) -> CancelReceived | CancelRefused:
        envelope = self._write(http, CANCEL, request.signed_xml)
        if not envelope.ok:
            return cancel_error(envelope)
        codes = {uuid.upper(): code for uuid, code in mapping(envelope.data.get("uuid")).items()}
        code = text(codes, request.cfdi.uuid.upper())
        if code in RECEIVED:
            return CancelReceived(code, text(envelope.data, "acuse").encode())
        return cancel_refusal(code)

    def status(self, http: Http, cfdi: CfdiReference) -> CfdiStatus:
        return ask_sat(http, self.config.hosts().status, cfdi)

    def fetch(self, http: Http, cfdi: CfdiReference) -> Fetched | NotFetched:
        return fetch(http, self.config.hosts().api, cfdi.uuid)

    def balance(self, http: Http) -> Balance:
        data = ask(http, self.config.hosts().api.rstrip("/") + BALANCE).data
        left, until = data.get("stampsBalance"), text(data, "expirationDate")[:10]
        if data.get("unlimited") is not True and not isinstance(left, int | Decimal):
            raise TransientError("SW does not tell the stamps left")
        return Balance(None if data.get("unlimited") is True else int(left or 0), _date(until))

    def check_receiver(self, http: Http, receiver: Receiver) -> ReceiverCheck:
        return lrfc.check(http, receiver)

    def register_issuer(self, http: Http, issuer: IssuerRegistration) -> str:
        return certificates.save(http, issuer)

    def pending(self, http: Http, rfc_receptor: str) -> tuple[str, ...]:
        envelope = ask(http, f"/pendings/{rfc_receptor}")
        if {envelope.code, envelope.cod_status} & _NOTHING_PENDING:
            return ()
        # Both spellings are seen.
        uuids = envelope.data.get("uuid", envelope.data.get("UUID"))
        if not envelope.ok or not isinstance(uuids, list):
            raise TransientError("SW does not tell what waits for the receiver")
        return tuple(uuid for uuid in uuids if isinstance(uuid, str))

    def answer(self, http: Http, request: AnswerRequest) -> AnswerTaken:
        envelope = self._write(http, ANSWER, request.signed_xml)
        refuse_config(envelope.code)
        folios = envelope.data.get("folios")
        if not envelope.ok or not envelope.cod_status or not isinstance(folios, list):
            raise InDoubtError("SW does not say whether SAT took the answer")
        codes = [(text(one, "uuid"), text(one, "estatusUUID")) for one in map(mapping, folios)]
        return AnswerTaken(envelope.cod_status, codes, text(envelope.data, "acuse").encode())

    def _write(self, http: Http, path: str, xml: bytes) -> Envelope:
        content, content_type = form(xml)
        return read_envelope(http.post_once(path, content, {"content-type": content_type}))

    def _is_out_of_stamps(self, http: Http) -> bool:
        """No code is known for it, so an error without one is compared with the balance."""
        try:
            return self.balance(http).stamps == 0
        except HubError:
            return False


def custom_id(request: StampRequest) -> str:
    """The key of the business document as SW takes it: up to 100 characters, remembered for 72 hours."""
    return hashlib.sha256(f"{request.rfc_emisor}|{request.key}".encode()).hexdigest()


def _earlier(request: StampRequest, envelope: Envelope) -> Stamped:
    if not envelope.data:
        raise InDoubtError(f"SW has a stamp of this document ({envelope.code}) and does not show it")
    return _shown(request, envelope.data)


def _shown(request: StampRequest, data: Mapping[str, Any]) -> Stamped:
    """SW leaves an Addenda out of the CFDI that it shows, so its timbre is put into what was sent."""
    timbre = text(data, "tfd").encode()
    if not timbre:
        return stamp_of(request, text(data, "cfdi").encode())
    try:
        return stamp_of(request, add_timbre(request.xml, timbre))
    except InDoubtError as error:
        uuid = read_timbre(timbre).uuid
        raise InDoubtError(
            f"under the key of {request.key} SW has stamped another document: {uuid}",
            hint="look for that UUID in SW's portal; the hub sends nothing new meanwhile",
        ) from error


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
