"""A stateful Facturapi for tests and demonstrations: one invoice for each idempotency key.

facturapi = FakeFacturapi()
with facturapi.serving() as url: ...          # or httpx.MockTransport(facturapi.handle)
"""

import json
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from typing import Any, Literal
from zoneinfo import ZoneInfo

import httpx

from hub.testing.fake_sat import FakeSat, StampedCfdi
from hub.testing.pac_server import PacServer

from .testing_xml import cfdi

Json = dict[str, Any]
IDENTIFIER = "5a2a307be93a2f00129ea035"
ORGANIZATION = {"Rfc": "EKU9003173C9", "Nombre": "ESCUELA KEMPER URGATE", "RegimenFiscal": "601"}


class FakeFacturapi(PacServer):
    """One organization.

    Attributes:
        replays: what a second call with a used key gets; which of them the real one does is not written down.
        pending_for: reads until an invoice that its PAC answered late becomes valid; 0 is at once.
        gives_up: such an invoice becomes `failed` in the end.
        lists_after: searches that pass before a new invoice is listed.
        shows_xml_after: downloads that fail before the XML is there.
        refuse: an answer in place of the next creation: status and body.
        csd: certificate and key that it seals with, if one was uploaded.
        reads_rfc: the RFC that it finds in a CSD.
    """

    secret_key = "sk_test_canary5ecretvalue"  # noqa: S105 (made up)
    live_key = "sk_live_canary5ecretvalue"

    def __init__(self) -> None:
        super().__init__()
        self.sat = FakeSat("PPD101129EA3")
        self.invoices: dict[str, Json] = {}
        self.stamped: dict[str, StampedCfdi] = {}
        self.replays: Literal["returns", "refuses", "conflicts"] = "returns"
        self.pending_for = self.lists_after = self.shows_xml_after = 0
        self.gives_up = False
        self.refuse: tuple[int, Json] | None = None
        self.csd: tuple[bytes, bytes] | None = None
        self.reads_rfc = ORGANIZATION["Rfc"]

    @property
    def stamps(self) -> list[str]:
        """UUIDs of the invoices that it made."""
        return [stamp.uuid.lower() for stamp in self.sat.stamps]

    def is_write(self, request: httpx.Request) -> bool:
        return request.method in {"POST", "DELETE"} or request.url.path.endswith("/certificate")

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") not in {f"Bearer {self.secret_key}", f"Bearer {self.live_key}"}:
            return error(401, "api_key_invalid", "La llave no es válida")
        match request.method, request.url.path.removeprefix("/v2").strip("/").split("/"):
            case "POST", ["invoices"]:
                return self._create(json.loads(request.content, parse_float=str))
            case "GET", ["invoices"]:
                return self._list(request.url.params)
            case "GET", ["invoices", identifier, "xml"]:
                return self._xml(identifier)
            case "PUT", ["invoices", identifier, "status"]:
                return httpx.Response(200, json=self._shown(identifier))
            case "DELETE", ["invoices", identifier]:
                return self._cancel(identifier, request.url.params)
            case "GET", ["organizations", "me"]:
                return httpx.Response(200, json=self._organization())
            case "PUT", ["organizations", identifier, "certificate"]:
                return self._certificate(request, identifier)
        return error(404, "not_found", "No existe")

    # ---- what it does

    def _create(self, order: Json) -> httpx.Response:
        if self.refuse is not None:
            (status, body), self.refuse = self.refuse, None
            return httpx.Response(status, json=body)
        used = [one for one, known in self.invoices.items() if known["idempotency_key"] == order["idempotency_key"]]
        if used:
            return self._replayed(used[0])
        if order["customer"]["legal_name"].startswith("NO EXISTE"):
            details = [{"code": "legal_name_mismatch", "message": "No coincide", "source": "facturapi",
                        "path": "customer.legal_name"}]  # fmt: skip
            return error(400, "invalid_request", "El nombre no coincide con el RFC", details)
        identifier = f"inv{len(self.invoices) + 1:021}"
        self.stamped[identifier] = self.sat.stamp(cfdi(order, ORGANIZATION, ZoneInfo("America/Mexico_City")))
        self.invoices[identifier] = {"external_id": order["external_id"], "idempotency_key": order["idempotency_key"],
                                     "late": self.pending_for}  # fmt: skip
        shown = self._shown(identifier)
        return httpx.Response(202 if shown["status"] == "pending" else 200, json=shown)

    def _organization(self) -> Json:
        return {
            "id": IDENTIFIER,
            "legal": {"legal_name": ORGANIZATION["Nombre"], "tax_id": self.reads_rfc},
            "is_production_ready": True,
            "pending_steps": [],
            "timezone": "America/Mexico_City",
        }

    def _certificate(self, request: httpx.Request, identifier: str) -> httpx.Response:
        if request.headers["authorization"] != f"Bearer {self.live_key}":
            return error(401, "live_api_key_required", "Usa la llave live")
        if identifier != IDENTIFIER:
            return error(404, "organization_not_found", "No existe")
        told = _form(request)
        if told.keys() != {"cer", "key", "password"} or not all(told.values()):
            return error(400, "certificate_invalid", "El CSD no es válido")
        self.csd = told["cer"], told["key"]
        return httpx.Response(200, json=self._organization())

    def _replayed(self, identifier: str) -> httpx.Response:
        if self.replays == "returns":
            return httpx.Response(200, json=self._shown(identifier))
        status = 409 if self.replays == "conflicts" else 400
        return error(status, "idempotency_key_in_use", "La llave de idempotencia ya está en uso")

    def _shown(self, identifier: str) -> Json:
        known, stamp = self.invoices[identifier], self.stamped[identifier]
        shown = {"id": identifier, "external_id": known["external_id"], "idempotency_key": known["idempotency_key"],
                 "series": stamp.serie, "folio_number": int(stamp.folio), "total": float(stamp.total),
                 "cancellation_status": "none"}  # fmt: skip
        if known["late"] > 0:
            known["late"] -= 1
            return shown | {"status": "pending"}
        if self.gives_up:
            return shown | {"status": "failed"}
        states = {"": "none", "En proceso": "pending", "Solicitud rechazada": "rejected"}
        cancelled = stamp.cancellation.startswith("Cancelado")
        ended = "accepted" if "con" in stamp.cancellation else "none"
        return shown | {
            "status": "canceled" if cancelled else "valid",
            "uuid": stamp.uuid,
            "cancellation_status": states.get(stamp.cancellation, ended),
        }

    def _list(self, asked: httpx.QueryParams) -> httpx.Response:
        if self.lists_after > 0:
            self.lists_after -= 1
            found = []
        else:
            found = [self._shown(one) for one in self.invoices if self._fits(one, asked)]
        return httpx.Response(200, json={"page": 1, "total_pages": 1, "total_results": len(found), "data": found})

    def _fits(self, identifier: str, asked: httpx.QueryParams) -> bool:
        key, uuid = self.invoices[identifier]["external_id"], self.stamped[identifier].uuid
        return bool(asked.get("external_id", key) == key and asked.get("uuid", uuid).upper() == uuid)

    def _xml(self, identifier: str) -> httpx.Response:
        if self.shows_xml_after > 0 or identifier not in self.stamped:
            self.shows_xml_after -= 1
            return error(404, "invoice_not_found", "No existe")
        xml = self.stamped[identifier].xml
        return httpx.Response(200, headers={"content-type": "application/xml"}, content=xml)

    def _cancel(self, identifier: str, asked: httpx.QueryParams) -> httpx.Response:
        stamp = self.stamped[identifier]
        if (asked["motive"] == "01") != ("substitution" in asked):
            return error(400, "substitution_invoice_required", "El motivo 01 necesita la factura que sustituye")
        if stamp.cancellation == "En proceso":
            return error(400, "invoice_cancellation_in_progress", "Ya hay una solicitud")
        if stamp.cancellation.startswith("Cancelado"):
            return error(400, "invoice_not_cancelable", "La factura ya está cancelada")
        stamp.cancellation = "Cancelado sin aceptación" if stamp.total <= 1000 else "En proceso"
        return httpx.Response(200, json=self._shown(identifier))


def _form(request: httpx.Request) -> dict[str, bytes]:
    form = message_from_bytes(f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode() + request.content)
    told: dict[str, bytes] = {}
    for part in form.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            told[str(part.get_param("name", "", "content-disposition"))] = content
    return told


def error(status: int, code: str, message: str, details: Sequence[Mapping[str, Any]] | None = None) -> httpx.Response:
    """An error in Facturapi's shape."""
    body: Json = {"ok": False, "status": status, "code": code, "message": message}
    return httpx.Response(status, json=body | ({"errors": details} if details else {}))
