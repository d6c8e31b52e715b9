"""Documents for the tests: what the hub seals and signs."""

import uuid
from decimal import Decimal
from xml.sax.saxutils import escape

from hub.plugin import AnswerRequest, CancelRequest, CfdiReference, Http, StampRequest
from pac_providers.sw.config import SwConfig
from pac_providers.sw.provider import Sw
from pac_providers.sw.testing import FakeSw

_SIGNATURE = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
ADDENDA = "<cfdi:Addenda><orden>4711</orden></cfdi:Addenda>"


def config(url="http://sw.test", **changes):
    return SwConfig(
        **{
            "user": FakeSw.user,
            "password": FakeSw.password,
            "url": url,
            "api_url": url,
            "status_url": url,
            **changes,
        }
    )


def invoice(folio="1042", total="1160.00", fecha="2026-09-14T10:15:00", addenda="", rfc="EKU9003173C9"):
    sello = uuid.uuid5(uuid.NAMESPACE_URL, folio + total + fecha).hex
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4"'
        f' Version="4.0"  Serie="HUB" Folio="{folio}" Fecha="{fecha}" Sello="{sello}" SubTotal="{total}"'
        f' Total="{total}" Moneda="MXN"><cfdi:Emisor Rfc="{escape(rfc)}" Nombre="PEÑA &amp; CÍA" RegimenFiscal="601"/>'
        f'<cfdi:Receptor Rfc="URE180429TM6" Nombre="ESPAÑOLA"/>{addenda}</cfdi:Comprobante>\n'
    ).encode()
    return StampRequest(f"HUB-{folio}", xml, rfc)


def reference(stamp):
    return CfdiReference(stamp.uuid, stamp.rfc_emisor, stamp.rfc_receptor, stamp.total, stamp.sello)


def cancellation(folio_fiscal, rfc="EKU9003173C9", signature=_SIGNATURE):
    signed = (
        f'<Cancelacion xmlns="http://cancelacfd.sat.gob.mx" RfcEmisor="{rfc}" Fecha="2026-09-15T09:00:00"><Folios>'
        f'<Folio UUID="{folio_fiscal.upper()}" Motivo="02"/></Folios>{signature}</Cancelacion>'
    )
    cfdi = CfdiReference(folio_fiscal, rfc, "URE180429TM6", Decimal("1160.00"), "c2VsbG8=")
    return CancelRequest(cfdi, "02", signed.encode())


def answer_of_receptor(*answers, signature=_SIGNATURE):
    folios = "".join(f"<Folios><UUID>{one}</UUID><Respuesta>{said}</Respuesta></Folios>" for one, said in answers)
    signed = (
        '<SolicitudAceptacionRechazo xmlns="http://cancelacfd.sat.gob.mx" RfcReceptor="URE180429TM6">'
        f"{folios}{signature}</SolicitudAceptacionRechazo>"
    )
    return AnswerRequest("URE180429TM6", answers, signed.encode())


class Pac:
    """The provider with its Http: what the hub holds."""

    def __init__(self, config):
        self.provider = Sw(config)
        self.http = Http.of(self.provider.client())

    def __getattr__(self, name):
        return lambda *arguments: getattr(self.provider, name)(self.http, *arguments)
