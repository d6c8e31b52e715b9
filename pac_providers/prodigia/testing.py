"""A stateful Prodigia for tests and demonstrations.

prodigia = FakeProdigia()
with prodigia.serving() as url: ...          # or httpx.MockTransport(prodigia.handle)
"""

import base64
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import httpx

from hub.plugin import parse_xml
from hub.testing.fake_sat import FakeSat, RefusedError, StampedCfdi
from hub.testing.pac_server import PacServer

_WRITES = ("cancelarConOpciones",)
_STAMPING = ("/servicio/rest/timbrado40", "/servicio/rest/timbrado40Prueba")


class FakeProdigia(PacServer):
    """One contract. It stamps the same bytes, and with VERIFICAR_SERIE_FOLIO the same serie and folio, once.

    It answers no request that has an Accept header.

    Attributes:
        stamps_left: of the contract; without any its code is 2.
        hides_earlier: a 307 comes without the CFDI, and cfdiPorUUID does not know it.
        refuse: code and message in place of the next stamp.
    """

    contrato, username, password = "c0n7ra70-0000", "hub@mitienda.example", "canary-5ecret-value"

    def __init__(self) -> None:
        super().__init__()
        self.sat = FakeSat("PPD101129EA3")
        self.stamps_left = 1000
        self.hides_earlier = False
        self.refuse: tuple[str, str] | None = None

    def is_write(self, request: httpx.Request) -> bool:
        return request.url.path in _STAMPING or any(name.encode() in request.content for name in _WRITES)

    def answer(self, request: httpx.Request) -> httpx.Response:
        if "accept" in request.headers:
            return httpx.Response(406)
        if request.url.path in _STAMPING:
            return self._timbrado(request)
        if request.url.path == "/servicio/Timbrado3.3" and request.method == "POST":
            return self._soap(request)
        return httpx.Response(404)

    # ---- stamping

    def _timbrado(self, request: httpx.Request) -> httpx.Response:
        asked = parse_qs(request.url.query.decode())
        token = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {token}":
            return _timbrado("1", "El usuario del webservice no existe o proporcionó una contraseña incorrecta.")
        if asked.get("contrato") != [self.contrato] or self.stamps_left < 1:
            return _timbrado("2", "Contrato inválido.")
        if self.refuse:
            (code, message), self.refuse = self.refuse, None
            return _timbrado(code, message)
        try:
            return self._stamped(request.content, asked.get("opciones", []))
        except RefusedError as refused:
            return _timbrado(refused.code, refused.message)

    def _stamped(self, xml: bytes, options: list[str]) -> httpx.Response:
        fresh = self.sat.read(xml)
        if earlier := self._earlier(xml, fresh, by_folio="VERIFICAR_SERIE_FOLIO" in options):
            shown = None if self.hides_earlier or "REGRESAR_CON_ERROR_307_XML" not in options else earlier
            return _timbrado("307", "El CFDI contiene un timbre previo.", shown)
        self.stamps_left -= 1
        return _timbrado("0", "", self.sat.stamp(xml))

    def _earlier(self, xml: bytes, fresh: StampedCfdi, *, by_folio: bool) -> StampedCfdi | None:
        mine = (fresh.rfc_emisor, fresh.serie, fresh.folio)
        same = [one for one in self.sat.stamps if by_folio and (one.rfc_emisor, one.serie, one.folio) == mine]
        return self.sat.of_bytes(xml) or next(iter(same), None)

    # ---- the rest

    def _soap(self, request: httpx.Request) -> httpx.Response:
        (body,) = parse_xml(request.content).iterchildren("{*}Body")
        operation = body[0].tag.rpartition("}")[2]
        asked = {str(child.tag): child.text or "" for child in body[0]}
        if (asked["usuario"], asked["passwd"]) != (self.username, self.password):
            return returned(operation, _result(_ROOTS[operation], {"codigo": "1", "mensaje": "Usuario o contraseña"}))
        if asked["contrato"] != self.contrato:
            return returned(operation, _result(_ROOTS[operation], {"codigo": "2", "mensaje": "Contrato inválido"}))
        answers = {
            "cfdiPorUUID": self._by_uuid,
            "cancelarConOpciones": self._cancel,
            "consultarEstatusComprobante": self._status,
            "consultarPeticionesPendientes": self._pending,
        }
        return answers[operation](operation, asked)

    def _by_uuid(self, operation: str, asked: dict[str, str]) -> httpx.Response:
        stamp = None if self.hides_earlier else self.sat.of_uuid(asked["uuid"])
        if stamp is None:
            return returned(operation, _result("servicioConsulta", {"consultaOk": "false", "codigo": "602"}))
        xml = base64.b64encode(stamp.xml).decode()
        return returned(operation, _result("servicioConsulta", {"consultaOk": "true", "codigo": "0", "xmlBase64": xml}))

    def _cancel(self, operation: str, asked: dict[str, str]) -> httpx.Response:
        signed = base64.b64decode(asked["opciones"].removeprefix("XML_CANCELACION:"))
        uuid = asked["arregloUUID"].partition("|")[0].upper()
        try:
            uuid, code = self.sat.cancel(signed)
        except RefusedError as refused:
            code = refused.code
        stamp = self.sat.of_uuid(uuid)
        if code == "202" and stamp and stamp.cancellation == "En proceso":
            code = "96"
        acuse = base64.b64encode(self.sat.acuse(uuid, code, asked["rfcEmisor"]).encode()).decode()
        folio = f"<cancelacion><uuid>{uuid}</uuid><codigo>{code}</codigo><mensaje>Código {code}</mensaje></cancelacion>"
        taken = code in {"201", "202"}
        content = {"statusOk": "true", "codigo": "0", "procesados": "1", "cancelados": str(int(taken))}
        content |= {"acuseCancelBase64": acuse} if taken else {}
        return returned(operation, _result("servicioCancel", content, f"<cancelaciones>{folio}</cancelaciones>"))

    def _status(self, operation: str, asked: dict[str, str]) -> httpx.Response:
        found = self.sat.status(asked["uuid"], asked["rfcEmisor"], asked["rfcReceptor"], asked["total"])
        code = "90" if found.estado == "No Encontrado" else "91"
        content = {
            "consultaOk": "true", "codigo": code, "estado": found.estado, "esCancelable": found.es_cancelable,
            "estatusCancelacion": found.estatus_cancelacion,
        }  # fmt: skip
        return returned(operation, _result("servicioConsultaComprobante", content))

    def _pending(self, operation: str, asked: dict[str, str]) -> httpx.Response:
        waiting = self.sat.pending(asked["rfcReceptor"])
        uuids = "".join(f"<uuid>{uuid}</uuid>" for uuid in waiting)
        content = {"consultaOk": "true", "codigo": "1100" if waiting else "1101"}
        return returned(operation, _result("servicioPeticionesPendientes", content, f"<uuids>{uuids}</uuids>"))


_ROOTS = {
    "cfdiPorUUID": "servicioConsulta",
    "cancelarConOpciones": "servicioCancel",
    "consultarEstatusComprobante": "servicioConsultaComprobante",
    "consultarPeticionesPendientes": "servicioPeticionesPendientes",
}


def _timbrado(code: str, message: str, stamp: StampedCfdi | None = None) -> httpx.Response:
    told = {
        "id": "f0f0f0f0-0000-4000-8000-000000000000", "timbradoOk": code == "0", "contrato": FakeProdigia.contrato,
        "codigo": int(code) if code.isdigit() else code, "mensaje": message,
    }  # fmt: skip
    if stamp is not None:
        told |= {
            "version": "1.1", "UUID": stamp.uuid, "FechaTimbrado": stamp.fecha_timbrado, "selloCFD": stamp.sello,
            "xmlBase64": base64.b64encode(stamp.xml).decode(),
        }  # fmt: skip
    return httpx.Response(200, json={"servicioTimbrado": told})


def returned(operation: str, result: str) -> httpx.Response:
    """The envelope with a result as the text of `return`."""
    text = '<?xml version="1.0" encoding="UTF-8"?>' + result
    xml = (
        "<?xml version='1.0' encoding='UTF-8'?><S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body>"
        f'<ns2:{operation}Response xmlns:ns2="timbrado.ws.pade.mx"><return>{escape(text)}</return>'
        f"</ns2:{operation}Response></S:Body></S:Envelope>"
    )
    return httpx.Response(200, headers={"content-type": "text/xml;charset=utf-8"}, content=xml.encode())


def _result(root: str, content: dict[str, str], more: str = "") -> str:
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in content.items())
    return f"<{root}>{inside}{more}</{root}>"
