"""The sandbox as the hub sees it: an ordinary PAC behind HTTP."""

import base64
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args
from urllib.parse import quote

from pydantic import Field

from hub.plugin import (
    Answer,
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
    InDoubtError,
    Issued,
    IssuerRegistration,
    NeverStamped,
    NotFetched,
    PacConfig,
    PacProvider,
    Receiver,
    ReceiverCheck,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
    TransientError,
    exact_json,
    stamp_of,
)

from . import offered
from .settings import RFC_PAC, Settings

_ALREADY_STAMPED, _NEVER_STAMPED, _NOT_KNOWN_YET = "307", "603", "205"
_RECEIVED = frozenset({"201", "202"})
_WORDS = ("estado", "es_cancelable", "estatus_cancelacion")
_Estado = Literal["Vigente", "Cancelado", "No Encontrado"]
_XML, _JSON = {"content-type": "application/xml"}, {"content-type": "application/json"}


class SandboxConfig(Settings, PacConfig):
    """Where the sandbox keeps its stamps, or where it runs on its own."""

    environment: Literal["sandbox"] = Field(default="sandbox", description="The sandbox has no production")
    data_dir: Path = Field(default=Path("data/sandbox"), description="Folder of the sandbox's own ledger and keys")
    url: str | None = Field(default=None, description="Address of a sandbox that runs on its own; embedded if empty")
    timeout_s: float = Field(default=30, gt=0, description="Seconds to wait for an answer")


class Sandbox(PacProvider[SandboxConfig]):
    """Stamps for development, demos and tests: nothing it does exists before SAT."""

    name = "sandbox"
    capabilities: ClassVar[Capabilities] = Capabilities(
        environments=frozenset({"sandbox"}), resend_is_safe=True, tells_status=True, confidence="confirmed"
    )

    @property
    def rfc_pac(self) -> str:
        return RFC_PAC

    def client(self) -> Client:
        if self.config.url:
            return Client(base_url=self.config.url, timeout_s=self.config.timeout_s)
        # The checks, lxml and cryptography are loaded here, with the first request.
        from .service import Service
        from .storage import storage_in
        from .transport import EmbeddedTransport

        def opened() -> Service:
            storage = storage_in(self.config.data_dir)
            return Service(storage.ledger, storage.keys, self.config)

        return Client("http://sandbox.pac", timeout_s=self.config.timeout_s, transport=EmbeddedTransport(opened))

    def check(self, http: Http) -> str:
        made, left = _account(http)
        return f"sandbox PAC: {made} stamps made, {'no limit' if left is None else f'{left} left'}"

    def stamp(self, http: Http, request: StampRequest) -> Stamped | Rejected:
        answer = http.post_once("/v1/stamp", request.xml, _XML)
        body = _said(answer)
        if answer.ok:
            return _stamped(request, body)
        if body.get("code") == _ALREADY_STAMPED and "data" in body:
            return _stamped(request, body["data"])
        code, message = _refusal(answer, body)
        if code == _ALREADY_STAMPED:
            raise InDoubtError(f"the sandbox says {code}, {message}, and does not show the stamp")
        return Rejected(code, message)

    def recover(self, http: Http, request: StampRequest) -> Stamped | NeverStamped | StillUnknown:
        answer = http.read("POST", "/v1/recover", content=request.xml, headers=_XML)
        if answer.status not in {200, 400}:
            return StillUnknown(f"the sandbox answers HTTP {answer.status}")
        body = _said(answer)
        if answer.ok:
            return _stamped(request, body)
        if body.get("code") == _NEVER_STAMPED:
            return NeverStamped(proven=True)
        return StillUnknown(f"the sandbox answers {body.get('code')}")

    def cancel(self, http: Http, request: CancelRequest) -> CancelReceived | CancelRefused:
        answer = http.post_once(_cancel_path(request), request.signed_xml, _XML)
        body = _said(answer)
        if answer.ok and body.get("code") in _RECEIVED:
            return CancelReceived(body["code"])
        code, message = _refusal(answer, body)
        return CancelRefused(code, message, again_later=code == _NOT_KNOWN_YET)

    def status(self, http: Http, cfdi: CfdiReference) -> CfdiStatus:
        body = http.get("/v1/status", params=_expresion_impresa(cfdi))
        words = [str(body.get(name)) for name in _WORDS] if isinstance(body, dict) else [""]
        for estado in get_args(_Estado):
            if words[0] == estado:
                return CfdiStatus(estado, *words[1:])
        raise TransientError("the sandbox does not say what SAT knows of the CFDI")

    def issued(self, http: Http, rfc_emisor: str, since: datetime, after: str = "") -> Issued:
        asked = {"rfc": rfc_emisor, "since": since.isoformat(), "after": after}
        return offered.read_issued(http.get("/v1/issued", params=asked))

    def balance(self, http: Http) -> Balance:
        return Balance(_account(http)[1])

    def fetch(self, http: Http, cfdi: CfdiReference) -> Fetched | NotFetched:
        body = http.find(f"/v1/cfdi/{_path(cfdi.rfc_emisor, cfdi.uuid)}")
        if body is None:
            return NotFetched("the sandbox does not show it", again_later=True)
        return Fetched(offered.read_cfdi(body))

    def check_receiver(self, http: Http, receiver: Receiver) -> ReceiverCheck:
        return offered.read_check(http.query("/v1/receiver", asdict(receiver)))

    def register_issuer(self, http: Http, issuer: IssuerRegistration) -> str:
        answer = http.post_once("/v1/issuers", exact_json(offered.data_of(issuer)), _JSON)
        body = _said(answer)
        if answer.ok:
            return offered.read_opened(body, issuer.rfc)
        code, message = _refusal(answer, body)
        raise ConfigError(f"the sandbox does not open {issuer.rfc}: {code} {message}")

    def pending(self, http: Http, rfc_receptor: str) -> tuple[str, ...]:
        return offered.read_pending(http.get(f"/v1/pending/{_path(rfc_receptor)}"))

    def answer(self, http: Http, request: AnswerRequest) -> AnswerTaken:
        answer = http.post_once("/v1/answer", request.signed_xml, _XML)
        body = _said(answer)
        return offered.read_taken(body) if answer.ok else AnswerTaken(_refusal(answer, body)[0])


def _account(http: Http) -> tuple[int, int | None]:
    """Stamps made, and stamps left."""
    said = http.get("/v1/account")
    made, left = (said.get("stamps"), said.get("credits_left", "")) if isinstance(said, dict) else (None, None)
    if not isinstance(made, int) or not (left is None or isinstance(left, int)):
        raise TransientError("the sandbox does not tell how many stamps were made and are left")
    return made, left


def _said(answer: Answer) -> dict[str, Any]:
    body = answer.json()
    if not isinstance(body, dict):
        raise InDoubtError(f"sandbox: HTTP {answer.status} with something else than an object")
    return body


def _stamped(request: StampRequest, body: Any) -> Stamped:
    try:
        return stamp_of(request, base64.b64decode(body["cfdi"], validate=True))
    except (KeyError, TypeError, ValueError) as error:
        raise InDoubtError("the sandbox says it stamped and does not show the CFDI") from error


def _refusal(answer: Answer, body: dict[str, Any]) -> tuple[str, str]:
    """SAT's code and message; what is wrong with the account is not the document's fault."""
    code, message = body.get("code"), body.get("message")
    if answer.status == 402:
        raise ConfigError(f"sandbox: {message}", hint="raise `credits`, or run `hub sandbox behave --clear`")
    if answer.status != 400 or not isinstance(code, str) or not code or not isinstance(message, str):
        raise InDoubtError(f"sandbox: HTTP {answer.status} without a code")
    return code, message


def _cancel_path(request: CancelRequest) -> str:
    parts = [request.cfdi.rfc_emisor, request.cfdi.uuid, request.motivo]
    if request.folio_sustitucion:
        parts.append(request.folio_sustitucion)
    return f"/v1/cancel/{_path(*parts)}"


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)


def _expresion_impresa(cfdi: CfdiReference) -> dict[str, str]:
    return {
        "id": cfdi.uuid,
        "re": cfdi.rfc_emisor,
        "rr": cfdi.rfc_receptor,
        "tt": _plain(cfdi.total),
        "fe": cfdi.sello[-8:],
    }


def _plain(total: Decimal) -> str:
    return f"{total:f}"
