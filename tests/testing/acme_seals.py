"""Acme's other PAC: it takes JSON and seals with a CSD of its own."""

import dataclasses
import json

import httpx

from hub.plugin import CfdiNode, Rejected, StampRequest, exact_json
from tests.testing import acme

REQUEST = StampRequest(
    key="doc-1042",
    rfc_emisor="EKU9003173C9",
    xml=b'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0" Serie="A" Folio="1042"'
    b' Total="116.00" Sello="c2VsbG8="><cfdi:Emisor Rfc="EKU9003173C9"/><cfdi:Receptor Rfc="URE180429TM6"/>'
    b"</cfdi:Comprobante>",
)


class AcmeSealer(acme.AcmePac):
    """Refuses what its model cannot carry."""

    name = "acme-sealer"
    capabilities = dataclasses.replace(acme.AcmePac.capabilities, seals=True, needs_csd=True, cancels_with="kept_csd")

    def stamp(self, http, request):
        root = CfdiNode.of(request.xml)
        body = self.model(root)
        if unread := self.unread(root):
            return Rejected("model", f"the PAC cannot carry {', '.join(unread)}")
        answer = http.post_once("/seal", exact_json(body), {"idempotency-key": request.key})
        found = answer.json()
        if answer.ok:
            return acme.stamped(found)
        return self.earlier(http, request) if found["code"] == "307" else Rejected(found["code"], found["message"])

    def model(self, root):
        root.leave("Sello", "Version")
        return {
            "issuer": root.need_child("Emisor").need("Rfc"),
            "receiver": root.need_child("Receptor").need("Rfc"),
            "serie": root.need("Serie"),
            "folio": root.need("Folio"),
            "total": root.need_number("Total"),
        }

    def unread(self, root):
        return root.unread()


class SealingOffice(acme.PacOffice):
    """Writes and seals the CFDI from what it was told."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/seal":
            return super().__call__(request)
        told = json.loads(request.content, parse_float=str)
        xml = (
            '<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:tfd="http://www.sat.gob.mx/tfd"'
            f' Version="4.0" Serie="{told["serie"]}" Folio="{told["folio"]}" Total="{told["total"]}" Sello="UEFD">'
            f'<cfdi:Emisor Rfc="{told["issuer"]}"/><cfdi:Receptor Rfc="{told["receiver"]}"/></cfdi:Comprobante>'
        )
        return super().__call__(httpx.Request("POST", "https://x.example/stamp", content=xml, headers=request.headers))
