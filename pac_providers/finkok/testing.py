"""A stateful Finkok for tests and demonstrations: users, issuers, stamps, credits, cancellations, and bad days.

finkok = FakeFinkok()
with finkok.serving() as url:            # or httpx.MockTransport(finkok.handle)
    FinkokConfig(username=finkok.username, password=finkok.password, url=url)
"""

import base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import httpx

from hub.plugin import InDoubtError, parse_xml
from hub.testing.fake_sat import FakeSat, RefusedError, StampedCfdi
from hub.testing.pac_server import PacServer

from .testing_soap import Tree, fault, result

if TYPE_CHECKING:
    from lxml.etree import _Element

_SERVICES = "/servicios/soap/"
_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
_WRITES = frozenset({"stamp", "cancel_signature", "accept_reject_signature", "add"})
_NEW, _EARLIER = "Comprobante timbrado satisfactoriamente", "Comprobante timbrado previamente"
_CANCELACION = "{http://cancelacfd.sat.gob.mx}"


class FakeFinkok(PacServer):
    """Finkok as far as the plugin speaks to it; every switch may be turned while it runs.

    Attributes:
        issuers: RFC -> stamps left; None is on demand.
        hides: so many times an earlier stamp is not shown: 307 without XML, and 603.
        refusals: code, message and detail for the next stamps.
        sat_is_down: cancellations answer 708.
        not_cancelable: UUIDs that the validation before the request refuses.
        sat: the stamps, and what SAT knows of them.
    """

    username = "hub@example.test"
    password = "fake-Password-1"  # noqa: S105 (the password of a fake)

    def __init__(self, *issuers: str) -> None:
        super().__init__()
        self.sat = FakeSat("FIN1203015JA")
        self.issuers: dict[str, int | None] = dict.fromkeys(issuers or ("EKU9003173C9",))
        self.hides = 0
        self.refusals: list[tuple[str, str, str]] = []
        self.sat_is_down = False
        self.not_cancelable: set[str] = set()

    def is_write(self, request: httpx.Request) -> bool:
        return request.headers.get("soapaction", "").strip('"') in _WRITES

    def fault(self) -> httpx.Response:
        return fault("internal error in view")

    def answer(self, request: httpx.Request) -> httpx.Response:
        service = request.url.path.removeprefix(_SERVICES)
        try:
            body = parse_xml(request.content).find(_BODY)
        except InDoubtError:
            body = None
        if body is None or len(body) != 1:
            return fault("not a SOAP message")
        operation, arguments = _call(body[0])
        desk: Mapping[tuple[str, str], Callable[[dict[str, str]], Tree]] = {
            ("stamp", "stamp"): self._stamp,
            ("stamp", "stamped"): self._stamped,
            ("cancel", "cancel_signature"): self._cancel,
            ("cancel", "get_sat_status"): self._status,
            ("cancel", "get_pending"): self._pending,
            ("cancel", "accept_reject_signature"): self._answer_as_receptor,
            ("utilities", "datetime"): lambda _: {"datetime": f"{self.sat.clock():%Y-%m-%dT%H:%M:%S}"},
            ("utilities", "get_xml"): self._get_xml,
            ("utilities", "report_uuid"): self._report_uuid,
            ("registration", "get"): self._get,
            ("registration", "add"): self._add,
        }
        if (service, operation) not in desk:
            return httpx.Response(404, content=b"<h1>Not Found</h1>")
        if not self._knows(arguments):
            return result(service, operation, _refused_login(service))
        return result(service, operation, desk[service, operation](arguments))

    # ---- stamp

    def _stamp(self, arguments: dict[str, str]) -> Tree:
        xml = base64.b64decode(arguments["xml"])
        earlier = self.sat.of_bytes(xml)
        if earlier is not None:
            return self._shown(earlier, _EARLIER) if self._shows() else _incidence("307", twice=True)
        if self.refusals:
            return _incidence(*self.refusals.pop(0))
        try:
            rfc = self.sat.read(xml).rfc_emisor
            trouble = self._trouble_of(rfc)
            return _incidence(trouble) if trouble else self._shown(self._charged(rfc, xml), _NEW)
        except RefusedError as refused:
            return _incidence("707" if refused.code == "307" else refused.code, refused.message)

    def _stamped(self, arguments: dict[str, str]) -> Tree:
        earlier = self.sat.of_bytes(base64.b64decode(arguments["xml"]))
        return self._shown(earlier, _EARLIER) if earlier is not None and self._shows() else _incidence("603")

    def _trouble_of(self, rfc: str) -> str:
        if rfc not in self.issuers:
            return "702"
        return "718" if self.issuers[rfc] == 0 else ""

    def _charged(self, rfc: str, xml: bytes) -> StampedCfdi:
        left = self.issuers[rfc]
        self.issuers[rfc] = None if left is None else left - 1
        return self.sat.stamp(xml)

    def _shows(self) -> bool:
        hides = self.hides > 0
        self.hides -= hides
        return not hides

    def _shown(self, stamp: StampedCfdi, cod_estatus: str) -> Tree:
        return {
            "xml": stamp.xml.decode(),
            "UUID": stamp.uuid,
            "Fecha": stamp.fecha_timbrado,
            "CodEstatus": cod_estatus,
            "Incidencias": _incidence("307")["Incidencias"] if cod_estatus == _EARLIER else {},
        }

    # ---- cancel

    def _cancel(self, arguments: dict[str, str]) -> Tree:
        if self.sat_is_down:
            return {"CodEstatus": "708 No se pudo conectar al SAT"}
        xml = base64.b64decode(arguments["xml"])
        try:
            folio = next(parse_xml(xml).iter(f"{_CANCELACION}Folio"), None)
            if folio is not None and folio.get("UUID", "") in self.not_cancelable:
                return _folio(folio.get("UUID", ""), "no_cancelable")
            uuid, code = self.sat.cancel(xml)
        except (RefusedError, InDoubtError) as refused:
            return {"CodEstatus": f"301 {refused}"}
        return {**_folio(uuid, code), "Acuse": self.sat.acuse(uuid, code, "")}

    def _status(self, arguments: dict[str, str]) -> Tree:
        said = self.sat.status(
            arguments["uuid"], arguments["taxpayer_id"], arguments["rtaxpayer_id"], arguments["total"]
        )
        sat = {
            "Estado": said.estado,
            "EsCancelable": said.es_cancelable,
            "EstatusCancelacion": said.estatus_cancelacion,
        }
        return {"sat": sat}

    def _pending(self, arguments: dict[str, str]) -> Tree:
        return {"uuids": {"string": list(self.sat.pending(arguments["rtaxpayer_id"]))}}

    def _answer_as_receptor(self, arguments: dict[str, str]) -> Tree:
        aceptacion: list[Tree] = []
        rechazo: list[Tree] = []
        try:
            folios = self.sat.answer(base64.b64decode(arguments["xml"]))
        except RefusedError as refused:
            return {"error": str(refused)}
        for uuid, said, code in folios:
            (aceptacion if said == "Aceptacion" else rechazo).append({"uuid": uuid, "status": code})
        return {"aceptacion": {"Acepta": aceptacion}, "rechazo": {"Rechaza": rechazo}}

    # ---- utilities and registration

    def _get_xml(self, arguments: dict[str, str]) -> Tree:
        stamp = self.sat.of_uuid(arguments["uuid"])
        if stamp is None or not self._shows():
            return {"error": "UUID does not Exists"}
        return {"xml": stamp.xml.decode()}

    def _report_uuid(self, arguments: dict[str, str]) -> Tree:
        since, until = arguments["date_from"], arguments["date_to"]
        mine = [stamp for stamp in self.sat.stamps if stamp.rfc_emisor == arguments["taxpayer_id"]]
        found = [stamp for stamp in mine if since <= stamp.fecha_timbrado <= until]
        return {"invoices": {"ReportUUID": [{"uuid": one.uuid, "date": one.fecha_timbrado} for one in found]}}

    def _get(self, arguments: dict[str, str]) -> Tree:
        rfc = arguments["taxpayer_id"]
        if rfc not in self.issuers:
            return {"message": "", "users": {}}
        left = self.issuers[rfc]
        user = {"status": "A", "counter": "0", "taxpayer_id": rfc, "credit": str(-1 if left is None else left)}
        return {"users": {"ResellerUser": user}}

    def _add(self, arguments: dict[str, str]) -> Tree:
        known = arguments["taxpayer_id"] in self.issuers
        self.issuers.setdefault(arguments["taxpayer_id"], None if arguments["type_user"] == "O" else 0)
        return {"message": "Account Already exists" if known else "Account Created successfully", "success": "true"}

    def _knows(self, arguments: dict[str, str]) -> bool:
        names = {name.removeprefix("reseller_"): value for name, value in arguments.items()}
        return (names.get("username"), names.get("password")) == (self.username, self.password)


def _call(element: "_Element") -> tuple[str, dict[str, str]]:
    def local(one: "_Element") -> str:
        return str(one.tag).rpartition("}")[2]

    return local(element), {local(one): one.text or "" for one in element}


def _incidence(code: str, message: str = "", extra: str = "", *, twice: bool = False) -> dict[str, Tree]:
    one: Tree = {"CodigoError": code, "MensajeIncidencia": message or f"Incidencia {code}", "ExtraInfo": extra}
    return {"xml": "", "Incidencias": {"Incidencia": [one, one] if twice else [one]}}


def _folio(uuid: str, code: str) -> dict[str, Tree]:
    return {"Folios": {"Folio": {"UUID": uuid, "EstatusUUID": code, "EstatusCancelacion": ""}}}


def _refused_login(service: str) -> Tree:
    words = "Invalid username or password"
    if service == "stamp":
        return _incidence("300", "Usuario y contraseña inválidos")
    return {"error": words} if service == "utilities" else {"message": words, "error": words, "CodEstatus": words}
