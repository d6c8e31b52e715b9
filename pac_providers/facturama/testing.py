"""A stateful Facturama for tests and demonstrations: each order that it accepts is another invoice.

facturama = FakeFacturama()
with facturama.serving() as url: ...          # or httpx.MockTransport(facturama.handle)
"""

import base64
import json
from typing import Any
from urllib.parse import parse_qs

import httpx

from hub.testing.fake_sat import FakeSat, StampedCfdi
from hub.testing.pac_server import PacServer

from .testing_xml import cfdi

USER, PASSWORD = "hubdemo", "canary-5ecret-value"
ISSUER = {"Rfc": "EKU9003173C9", "Name": "ESCUELA KEMPER URGATE", "FiscalRegime": "601"}
KNOWN_POSTAL_CODES = {"URE180429TM6": "86991"}
Json = dict[str, Any]


class FakeFacturama(PacServer):
    """Both APIs over one account.

    Attributes:
        folios: left in the plan.
        csds: RFCs whose CSD it keeps.
        lists_after: how many searches pass before a new invoice is listed.
        shows_xml_after: how many downloads fail before the XML is there.
        refuses_used_folios: a serie and folio that exist are refused; whether the real one does is not known.
        refuses_cancellations: a CFDI that a live one names stays in force, and so do all if this is set.
        refuse: an answer in place of the next creation: status and body.
        busy: so many writes are turned away with 429, and asked to come again in half a minute.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sat = FakeSat("FAC010101AB1")
        self.ids: dict[str, StampedCfdi] = {}
        self.orders: dict[str, Json] = {}
        self.folios = 1000
        self.csds = {ISSUER["Rfc"]}
        self.lists_after = self.shows_xml_after = 0
        self.refuses_used_folios = self.refuses_cancellations = False
        self.refuse: tuple[int, Json] | None = None
        self.busy = 0

    def is_write(self, request: httpx.Request) -> bool:
        return request.method in {"DELETE", "PUT"} or (
            request.method == "POST" and not request.url.path.endswith("/customers/validate")
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {token}":
            return httpx.Response(401, json={"Message": "Se ha denegado la autorización para esta solicitud."})
        if self.busy and self.is_write(request):
            self.busy -= 1
            return httpx.Response(429, headers={"retry-after": "30"}, json={"Message": "Too many requests"})
        match request.method, request.url.path.strip("/").lower().removeprefix("api/").split("/"):
            case "POST", ["3", "cfdis"] | ["api-lite", "3", "cfdis"]:
                return self._create(json.loads(request.content, parse_float=str), lite="api-lite" in request.url.path)
            case "DELETE", ["cfdi", _] | ["api-lite", "cfdis", _]:
                return self._cancel(request)
            case "GET", ["cfdi"]:
                return httpx.Response(200, json=self._list(request.url.params))
            case "GET", ["cfdi", "xml", "issued" | "issuedlite", _]:
                return self._xml(request.url.path.rpartition("/")[2])
            case "GET", ["cfdi", "status"]:
                return self._status(request.url.params)
            case "GET", ["suscriptionplan"]:
                return httpx.Response(200, json={"Plan": "API", "CurrentFolios": self.folios,
                                                 "ExpirationDate": "2027-01-01T00:00:00", "Amount": 0.0})  # fmt: skip
            case "POST", ["customers", "validate"]:
                return self._validate(json.loads(request.content))
            case _, ["api-lite", "csds", *_] | ["taxentity", "uploadcsd"]:
                return self._csds(request)
        return httpx.Response(404, json={"Message": "No HTTP resource was found."})

    @property
    def stamps(self) -> list[str]:
        """UUIDs of the invoices that it made."""
        return [stamp.uuid.lower() for stamp in self.sat.stamps]

    # ---- what it does

    def _create(self, order: Json, *, lite: bool) -> httpx.Response:
        issuer = order["Issuer"] if lite else ISSUER
        if (refused := self._refused(order, issuer["Rfc"])) is not None:
            return refused
        stamp = self.sat.stamp(cfdi(order, issuer))
        self.folios -= 1
        identifier = f"id-{len(self.ids) + 1}-{stamp.uuid[:8].lower()}"
        self.ids[identifier], self.orders[identifier] = stamp, order
        return httpx.Response(201, json=self._created(identifier))

    def _refused(self, order: Json, rfc: str) -> httpx.Response | None:
        receiver = order["Receiver"]
        same = [one for one in self.sat.stamps if (one.serie, one.folio) == (order.get("Serie", ""), order["Folio"])]
        if self.refuse is not None:
            (status, body), self.refuse = self.refuse, None
            return httpx.Response(status, json=body)
        if KNOWN_POSTAL_CODES.get(receiver["Rfc"], receiver["TaxZipCode"]) != receiver["TaxZipCode"]:
            return _no("CFDI40147 - El domicilio fiscal del receptor no corresponde")
        if self.folios < 1:
            return _no("No quedan folios disponibles en la suscripción")
        if rfc not in self.csds:
            return _no(f"No existe un CSD cargado para {rfc}")
        if self.refuses_used_folios and same:
            return _no("Ya existe un comprobante con la misma serie y folio")
        return None

    def _created(self, identifier: str) -> Json:
        stamp, order = self.ids[identifier], self.orders[identifier]
        return {
            "Id": identifier,
            "CfdiType": {"I": "ingreso", "E": "egreso", "P": "pago"}[order["CfdiType"]],
            "Type": order["CfdiType"],
            "Serie": stamp.serie,
            "Folio": stamp.folio,
            "Date": stamp.fecha,
            "Total": float(stamp.total),
            "OrdderNumber": order.get("OrderNumber"),
            "Receiver": {"Rfc": stamp.rfc_receptor},
            "Complement": {
                "TaxStamp": {
                    "Uuid": stamp.uuid.lower(),
                    "Date": stamp.fecha_timbrado,
                    "CfdiSign": stamp.sello,
                    "RfcProvCertif": "FAC010101AB1",
                }
            },
            "Status": "active",
        }

    def _list(self, asked: httpx.QueryParams) -> list[Json]:
        if self.lists_after > 0:
            self.lists_after -= 1
            return []
        found = [self._row(identifier) for identifier in self.ids if self._fits(self.ids[identifier], asked)]
        page = int(asked.get("page", "0"))
        return found[page * 100 : page * 100 + 100]

    def _fits(self, stamp: StampedCfdi, asked: httpx.QueryParams) -> bool:
        folio = int(stamp.folio) if stamp.folio.isdecimal() else -1
        wanted = (("serie", stamp.serie), ("rfcIssuer", stamp.rfc_emisor), ("rfc", stamp.rfc_receptor))
        return all(asked.get(name, value) == value for name, value in wanted) and (
            int(asked.get("folioStart", folio)) <= folio <= int(asked.get("folioEnd", folio))
        )

    def _row(self, identifier: str) -> Json:
        stamp = self.ids[identifier]
        active = not stamp.cancellation.startswith("Cancelado")
        return {
            "Id": identifier,
            "CfdiType": self.orders[identifier]["CfdiType"],
            "Type": "issuedLite",
            "Folio": stamp.folio,
            "Serie": stamp.serie,
            "Rfc": stamp.rfc_receptor,
            "RfcIssuer": stamp.rfc_emisor,
            "Date": stamp.fecha,
            "Total": float(stamp.total),
            "Uuid": stamp.uuid.lower(),
            "IsActive": active,
            "OrderNumber": self.orders[identifier].get("OrderNumber"),
            "Status": "active" if active else "canceled",
        }

    def _xml(self, identifier: str) -> httpx.Response:
        if self.shows_xml_after > 0 or identifier not in self.ids:
            self.shows_xml_after -= 1
            return httpx.Response(404, json={"Message": "No se encontró el archivo"})
        xml = self.ids[identifier].xml
        content = {"ContentEncoding": "base64", "ContentType": "xml", "ContentLength": len(xml)}
        return httpx.Response(200, json=content | {"Content": base64.b64encode(xml).decode()})

    def _cancel(self, request: httpx.Request) -> httpx.Response:
        identifier = request.url.path.rpartition("/")[2]
        stamp, motive = self.ids.get(identifier), request.url.params.get("motive", "02")
        if stamp is None:
            return httpx.Response(404, json={"Message": "No se encontró el comprobante"})
        replaces = parse_qs(request.url.query.decode()).get("uuidReplacement")
        if (motive == "01") != bool(replaces):
            return _no("CFDI no cancelado: el motivo 01 necesita el folio que sustituye")
        said = {"Uuid": stamp.uuid.lower(), "RequestDate": stamp.fecha_timbrado, "AcuseXmlBase64": None}
        if self.refuses_cancellations or self._has_relatives(stamp):
            return httpx.Response(200, json=said | {"Status": "active", "Message": "No cancelable",
                                                    "IsCancelable": "No cancelable"})  # fmt: skip
        if stamp.cancellation in {"", "Solicitud rechazada"}:
            alone = stamp.total <= 1000
            stamp.cancellation = "Cancelado sin aceptación" if alone else "En proceso"
            code = "201"
        else:
            code = "202"
        if stamp.cancellation == "En proceso":
            return httpx.Response(200, json=said | {"Status": "pending", "Message": "Esperando respuesta del receptor"})
        acuse = base64.b64encode(self.sat.acuse(stamp.uuid, code, stamp.rfc_emisor).encode()).decode()
        return httpx.Response(200, json=said | {"Status": "canceled", "Message": "Cancelado", "AcuseStatus": code,
                                                "AcuseXmlBase64": acuse})  # fmt: skip

    def _has_relatives(self, stamp: StampedCfdi) -> bool:
        related = [
            one["Uuid"].upper()
            for identifier, order in self.orders.items()
            if not self.ids[identifier].cancellation.startswith("Cancelado")
            for one in order.get("Relations", {"Cfdis": []})["Cfdis"]
        ]
        return stamp.uuid in related

    def _status(self, asked: httpx.QueryParams) -> httpx.Response:
        self.folios -= 1
        found = self.sat.status(asked["uuid"], asked["issuerRfc"], asked["receiverRfc"], asked["total"])
        return httpx.Response(200, json={"Status": found.estado, "IsCancelable": found.es_cancelable,
                                         "Uuid": asked["uuid"]})  # fmt: skip

    def _validate(self, asked: Json) -> httpx.Response:
        postal_code = KNOWN_POSTAL_CODES.get(asked["Rfc"])
        return httpx.Response(200, json={
            "ExistRfc": postal_code is not None, "MatchName": bool(asked["Name"]),
            "MatchZipCode": asked["ZipCode"] == postal_code, "MatchFiscalRegime": asked["FiscalRegime"] == "601",
        })  # fmt: skip

    def _csds(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=[{"Rfc": rfc} for rfc in sorted(self.csds)])
        told = json.loads(request.content)
        if request.method == "POST" and told["Rfc"] in self.csds:
            return _no("Ya existe un CSD para este RFC")
        if not told["PrivateKeyPassword"]:
            return _no("La contraseña no corresponde a la llave privada")
        self.csds.add(told["Rfc"])
        return httpx.Response(200)


def _no(message: str) -> httpx.Response:
    return httpx.Response(400, json={"Message": message})
