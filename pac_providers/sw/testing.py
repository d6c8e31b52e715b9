"""A stateful SW for tests and demonstrations: tokens, stamps by bytes and customid, storage that lags, and bad days.

sw = FakeSw()
with sw.serving() as url:                # or httpx.MockTransport(sw.handle)
    SwConfig(user=sw.user, password=sw.password, url=url, api_url=url, status_url=url)
"""

import base64
import binascii
import json
import re
import time
from typing import Any

import httpx

from hub.plugin import InDoubtError, parse_xml
from hub.testing.fake_sat import FakeSat, RefusedError, StampedCfdi
from hub.testing.pac_server import PacServer

from .testing_consulta import consulta

_ADDENDA = re.compile(rb"<(\w+:)?Addenda\b.*</(\w+:)?Addenda>", re.DOTALL)
_TOKEN_LASTS_S = 7200
_WRITES = ("/v4/cfdi33/stamp/", "/cfdi33/cancel/", "/acceptreject/", "/certificates/save")
_LRFC = ("URE180429TM6", "EKU9003173C9", "H&E951128469")


class FakeSw(PacServer):
    """SW as far as the plugin speaks to it; every switch may be turned while it runs.

    Attributes:
        infinite_token: the token made in the portal.
        stamps_left: None is unlimited.
        hides: so many times an earlier stamp is refused with 307 and not shown.
        lags: so many times the storage does not show a stamp yet.
        refusals: message (`CODE - words`) and detail for the next stamps.
        validates_first: refusals come even for what it stamped earlier, as of a PAC that looks at the data first.
        sat: the stamps, and what SAT knows of them.
        logins: how many tokens were made.
        certificates: the CSDs in the account.
    """

    user = "hub@example.test"
    password = "fake-Password-1"  # noqa: S105 (the password of a fake)
    infinite_token = "aaa.bbb.infinite-token"  # noqa: S105 (the token of a fake)

    def __init__(self) -> None:
        super().__init__()
        self.sat = FakeSat("SPR190613I52")
        self.stamps_left: int | None = None
        self.hides = 0
        self.lags = 0
        self.refusals: list[tuple[str, str]] = []
        self.validates_first = False
        self.logins = 0
        self.certificates: list[bytes] = []
        self._tokens: set[str] = set()
        self._by_customid: dict[str, StampedCfdi] = {}

    def expire_tokens(self) -> None:
        """Every token that was made so far is refused from now on; the infinite one stays."""
        self._tokens.clear()

    def is_write(self, request: httpx.Request) -> bool:
        return request.url.path.startswith(_WRITES)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/v2/security/authenticate":
            return self._log_in(request)
        if path.startswith("/storage/"):
            return self._stored(path)
        if path == "/ConsultaCFDIService.svc":
            return consulta(self.sat, request.content)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in {*self._tokens, self.infinite_token}:
            return _error("Firma inválidad. Se esperaba: x se obtuvo: y", status=401)
        match request.method, path.strip("/").split("/"):
            case "POST", ["v4", "cfdi33", "stamp", "v2"]:
                return self._stamp(request)
            case "POST", ["cfdi33", "cancel", "xml"]:
                return self._cancel(_document(request))
            case "POST", ["acceptreject", "xml"]:
                return self._answer_as_receptor(_document(request))
            case "GET", ["pendings", rfc]:
                return self._pending(rfc)
            case "GET", ["datawarehouse", "v1", "live", uuid]:
                return self._live(uuid, str(request.url.join("/storage/")))
            case "POST", ["certificates", "save"]:
                return self._save_csd(json.loads(request.content))
            case "GET", ["lrfc", rfc]:
                return _lrfc(rfc)
            case "GET", ["management", "v2", "api", "users", "balance"]:
                return self._balance()
        return httpx.Response(404, content=b"")

    def _log_in(self, request: httpx.Request) -> httpx.Response:
        said = json.loads(request.content)
        if (said.get("user"), said.get("password")) != (self.user, self.password):
            return _error("AU2000 - El usuario y/o contraseña son inválidos, no se puede autenticar.", status=401)
        self.logins += 1
        token = f"aaa.bbb.session-token-{self.logins}"
        self._tokens.add(token)
        return _success({"token": token, "expires_in": int(time.time()) + _TOKEN_LASTS_S, "tokeny_type": "Bearer"})

    # ---- stamp

    def _stamp(self, request: httpx.Request) -> httpx.Response:
        xml, key = _document(request), request.headers.get("customid", "")
        earlier = self.sat.of_bytes(xml)
        if self.validates_first and self.refusals:
            message, detail = self.refusals.pop(0)
            return _error(message, detail=detail)
        if earlier is not None:
            return self._earlier(earlier)
        if key in self._by_customid:
            message = "CFDI3307 - Timbre duplicado. El customId proporcionado está duplicado."
            return _error(message, {"tfd": self._by_customid[key].timbre, "cfdi": ""})
        if self.refusals:
            message, detail = self.refusals.pop(0)
            return _error(message, detail=detail)
        if self.stamps_left == 0:
            return _error("Sin timbres disponibles")
        try:
            stamp = self.sat.stamp(xml)
        except RefusedError as refused:
            return _error(f"{refused.code}. {refused.message}")
        self.stamps_left = None if self.stamps_left is None else self.stamps_left - 1
        if key:
            self._by_customid[key] = stamp
        return _success({"tfd": stamp.timbre, "cfdi": stamp.xml.decode()})

    def _earlier(self, stamp: StampedCfdi) -> httpx.Response:
        message = "307. El comprobante contiene un timbre previo."
        if self.hides:
            self.hides -= 1
            return _error(message)
        return _error(message, {"tfd": stamp.timbre, "cfdi": _ADDENDA.sub(b"", stamp.xml).decode()})

    # ---- cancel

    def _cancel(self, xml: bytes) -> httpx.Response:
        try:
            uuid, code = self.sat.cancel(xml)
            rfc = parse_xml(xml).get("RfcEmisor", "")
        except RefusedError as refused:
            detail = "CR1309 - Firma mal formada o inválida" if refused.code == "302" else refused.message
            return _error("CACFDI33 - Problemas con el xml.", detail=detail)
        return _success({"acuse": self.sat.acuse(uuid, code, rfc), "uuid": {uuid: code}})

    def _pending(self, rfc: str) -> httpx.Response:
        uuids = self.sat.pending(rfc)
        if not uuids:
            return _error("CA1101 - No existen peticiones para el RFC Receptor.")
        return _success({"uuid": uuids}, codStatus="1100")

    def _answer_as_receptor(self, xml: bytes) -> httpx.Response:
        try:
            answered = self.sat.answer(xml)
        except (RefusedError, InDoubtError):
            return _error("CACFDI33 - Problemas con el xml.", detail="CR1309 - Firma mal formada o inválida")
        folios = [{"uuid": uuid, "estatusUUID": code, "respuesta": said} for uuid, said, code in answered]
        code = next((code for _, _, code in answered if code != "1000"), "1000")
        return _success({"folios": folios, "acuse": "<Acuse/>"}, codStatus=code)

    # ---- what is kept

    def _live(self, uuid: str, links: str) -> httpx.Response:
        stamp = self.sat.of_uuid(uuid)
        if stamp is None:
            return _error("No se encuentra registro del timbrado.")
        if self.lags:
            self.lags -= 1
            return _success({"metaData": {}, "records": []})
        record = {
            "uuid": stamp.uuid.lower(),
            "status": "Vigente",
            "urlXml": f"{links}{stamp.uuid}.xml",
            "urlPdf": None,
            "rfcEmisor": stamp.rfc_emisor,
            "rfcReceptor": stamp.rfc_receptor,
            "serie": stamp.serie,
            "folio": stamp.folio,
            "total": float(stamp.total),
        }
        return _success({"metaData": {"totalCount": "1"}, "records": [record]})

    def _stored(self, path: str) -> httpx.Response:
        stamp = self.sat.of_uuid(path.removeprefix("/storage/").removesuffix(".xml"))
        return httpx.Response(404) if stamp is None else httpx.Response(200, content=stamp.xml)

    def _save_csd(self, told: dict[str, Any]) -> httpx.Response:
        try:
            certificate, key = (base64.b64decode(told[name], validate=True) for name in ("b64Cer", "b64Key"))
        except (KeyError, binascii.Error):
            return _error("El certificado o la llave no son válidos.")
        if not (certificate and key and told.get("password")) or (told["is_active"], told["type"]) != (True, "stamp"):
            return _error("El certificado y la llave privada no corresponden.")
        self.certificates.append(certificate)
        return _success("Certificado guardado.")

    def _balance(self) -> httpx.Response:
        unlimited = self.stamps_left is None
        return _success(
            {
                "stampsBalance": self.stamps_left or 0,
                "stampsUsed": len(self.sat.stamps),
                "stampsAssigned": len(self.sat.stamps) + (self.stamps_left or 0),
                "unlimited": unlimited,
                "expirationDate": None if unlimited else "2027-03-31T00:00:00",
            }
        )


def _document(request: httpx.Request) -> bytes:
    boundary = request.headers["content-type"].partition("boundary=")[2]
    inside = request.content.partition(b"\r\n\r\n")[2]
    return inside.partition(f"\r\n--{boundary}--".encode())[0]


def _lrfc(rfc: str) -> httpx.Response:
    if rfc not in _LRFC:
        return _error("El RFC no se encuentra en la LRFC.")
    return _success({"contribuyenteRFC": rfc, "sncf": False, "subcontratacion": False})


def _success(data: dict[str, Any] | str, **more: str) -> httpx.Response:
    return httpx.Response(200, json={"data": data, "status": "success", **more})


def _error(message: str, data: Any = None, *, detail: str = "", status: int = 400) -> httpx.Response:
    body = {"message": message, "messageDetail": detail or None, "data": data, "status": "error"}
    return httpx.Response(status, json=body)
