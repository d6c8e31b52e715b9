"""The PAC's HTTP API, the same for the embedded transport and the real server."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from .behaviour import AFTER, BEFORE
from .cancellation import CancelCall
from .ledger import Issuer, Stamp
from .receiver import Asked
from .refusal import Refused
from .service import NO_CREDITS, Service
from .status import Consulta

_TAXPAYER = ("rfc", "nombre", "codigo_postal", "regimen_fiscal")
_HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `path` is split at its slashes and unquoted."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    body: bytes

    @property
    def is_write(self) -> bool:
        return self.path[:2] in {("v1", "stamp"), ("v1", "cancel"), ("v1", "answer"), ("v1", "issuers")}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `fate` says whether the client gets to see it."""

    status: int
    body: bytes
    content_type: str = "application/json"
    fate: Literal["answered", "lost", "unreachable"] = "answered"
    after_s: float = 0

    @classmethod
    def of(cls, status: int, **values: Any) -> "Reply":
        return cls(status, json.dumps(values, ensure_ascii=False).encode())


def reply_to(service: Service, call: Call) -> Reply:
    """The answer to a request, with whatever misbehaviour is in force."""
    if before := service.behaviours.take(*BEFORE):
        return _instead_of_work(before.name)
    reply = _answer(service, call)
    after = service.behaviours.take(*AFTER) if call.is_write else None
    if after:
        reply = _instead_of_answer(after.name, reply)
    if slow := service.behaviours.take("slow"):
        reply = Reply(reply.status, reply.body, reply.content_type, reply.fate, slow.seconds)
    return reply


def _instead_of_work(name: str) -> Reply:
    if name == "unreachable":
        return Reply(503, b"", fate="unreachable")
    if name == "auth":
        return Reply.of(401, code="300", message="Usuario o contraseña inválidos.")
    return Reply.of(500, message="Error interno; no se hizo nada.")


def _instead_of_answer(name: str, reply: Reply) -> Reply:
    if name == "lose_answer":
        return Reply(reply.status, reply.body, fate="lost")
    if name == "garbage":
        return Reply(200, _HTML, "text/html")
    return Reply.of(500, message="Error interno.")


def _answer(service: Service, call: Call) -> Reply:
    try:
        return _route(service, call)
    except Refused as refused:
        service.ledger.count(f"{call.path[1]} {refused.code}")
        return Reply.of(402 if refused.code == NO_CREDITS else 400, code=refused.code, message=refused.message)


def _route(service: Service, call: Call) -> Reply:
    match call.method, call.path:
        case "POST", ("v1", "stamp"):
            return _stamp(service, call.body)
        case "POST", ("v1", "recover"):
            return Reply.of(200, **_shown(service.recover(call.body)))
        case "POST", ("v1", "cancel", rfc, uuid, motivo, *rest):
            code = service.cancel(CancelCall(rfc, uuid, motivo, rest[0] if rest else "", call.body))
            service.ledger.count(f"cancel {code}")
            return Reply.of(200, code=code, uuid=uuid.upper())
        case "POST", ("v1", "receptor", uuid, ("accept" | "reject") as answer):
            service.answer_as_receptor(uuid, accept=answer == "accept")
            return Reply.of(200, code="1000")
        case "POST", ("v1", "answer"):
            return Reply.of(200, **asdict(service.answer(call.body)))
        case "POST", ("v1", "issuers"):
            return Reply.of(200, opened=service.register(Issuer(**_data(call.body))))
        case "POST", ("v1", "receiver"):
            return Reply.of(200, **asdict(service.compared(Asked(**_data(call.body)))))
        case "GET", ("v1", "pending", rfc):
            return Reply.of(200, uuids=service.pending(rfc))
        case "GET", ("v1", "cfdi", rfc, uuid):
            kept = service.fetch(rfc, uuid)
            return Reply.of(404, message="No existe.") if kept is None else Reply.of(200, **_shown(kept))
        case "GET", ("v1", "issued"):
            return _issued(service, call.query)
        case "GET", ("v1", "status"):
            return Reply.of(200, **asdict(service.status(_consulta(call.query))))
        case "GET", ("v1", "account"):
            return Reply.of(200, credits_left=service.credits_left(), stamps=service.ledger.stamps_made())
    return Reply.of(404, message="No existe.")


def _stamp(service: Service, xml: bytes) -> Reply:
    outcome = service.stamp(xml)
    if outcome.earlier:
        service.ledger.count("stamp 307")
        message = "El CFDI contiene un timbre previo."
        return Reply.of(400, code="307", message=message, data=_shown(outcome.stamp))
    return Reply.of(200, **_shown(outcome.stamp))


def _issued(service: Service, query: Mapping[str, str]) -> Reply:
    try:
        since, after = datetime.fromisoformat(query["since"]).astimezone(UTC), int(query.get("after") or 0)
        found = service.issued(query["rfc"], since, after)
    except (KeyError, ValueError) as error:
        raise Refused("301", "Se espera rfc, since (ISO 8601) y after.") from error
    cfdis = [base64.b64encode(stamp.xml).decode() for stamp in found.stamps]
    return Reply.of(200, cfdis=cfdis, next=str(found.last) if found.more else "")


def _shown(stamp: Stamp) -> dict[str, str]:
    # base64, so that not one byte of the XML can change on its way through JSON.
    return {"uuid": stamp.uuid, "cfdi": base64.b64encode(stamp.xml).decode()}


def _consulta(query: Mapping[str, str]) -> Consulta:
    try:
        return Consulta(query["id"], query["re"], query["rr"], Decimal(query["tt"]), query.get("fe", ""))
    except (KeyError, ArithmeticError) as error:
        raise Refused("601", "La expresión impresa proporcionada no es válida.") from error


def _data(body: bytes) -> dict[str, str]:
    """A taxpayer's data, all four as text."""
    try:
        said = json.loads(body)
        return {name: str(said[name]) for name in _TAXPAYER}
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("301", f"Se espera un objeto JSON con {', '.join(_TAXPAYER)}.") from error
