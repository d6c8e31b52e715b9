"""What a PAC is asked in the checks, and how its answers get lost."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from pydantic import SecretStr

from hub.plugin import (
    AnswerRequest,
    CancelRequest,
    CfdiNode,
    CfdiReference,
    IssuerRegistration,
    Operation,
    Receiver,
)

from .wire import MAINTENANCE, Wire, always

SEALED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0"  Serie="A" Folio="1042"'
    b' Sello="c2VsbG8gZGUgcHJ1ZWJhIGRlbCBraXQ=" Total="116.00" Moneda="MXN">\n'
    b'  <cfdi:Emisor Rfc="EKU9003173C9" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/>\n'
    b"  <!-- \xc3\xb1 & white space: every byte is under the seal -->\n"
    b"</cfdi:Comprobante>\n"
)
INVOICE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://www.sat.gob.mx/cfd/4 http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd"'
    ' Version="4.0" Serie="HUB" Folio="1042" Fecha="2026-09-14T10:15:00" Sello="c2VsbG8gZGUgcHJ1ZWJhIGRlbCBraXQ="'
    ' FormaPago="03" NoCertificado="30001000000500003416" Certificado="Y2VydA==" SubTotal="1000.00" Moneda="MXN"'
    ' Total="1160.00" TipoDeComprobante="I" Exportacion="01" MetodoPago="PUE" LugarExpedicion="42501">'
    '<cfdi:Emisor Rfc="EKU9003173C9" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/>'
    '<cfdi:Receptor Rfc="URE180429TM6" Nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA" DomicilioFiscalReceptor="86991"'
    ' RegimenFiscalReceptor="601" UsoCFDI="G03"/><cfdi:Conceptos><cfdi:Concepto ClaveProdServ="81112500"'
    ' NoIdentificacion="SKU-7" Cantidad="2" ClaveUnidad="E48" Unidad="SERVICIO" Descripcion="Licencia &amp; soporte"'
    ' ValorUnitario="500.00" Importe="1000.00" ObjetoImp="02"><cfdi:Impuestos><cfdi:Traslados>'
    '<cfdi:Traslado Base="1000.00" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="160.00"/>'
    "</cfdi:Traslados></cfdi:Impuestos></cfdi:Concepto></cfdi:Conceptos>"
    '<cfdi:Impuestos TotalImpuestosTrasladados="160.00"><cfdi:Traslados>'
    '<cfdi:Traslado Base="1000.00" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="160.00"/>'
    "</cfdi:Traslados></cfdi:Impuestos></cfdi:Comprobante>"
).encode()
"""A complete CFDI, for a PAC that reads what it gets; its seal is a dummy."""
REFERENCE = CfdiReference(
    uuid="5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9",
    rfc_emisor="EKU9003173C9",
    rfc_receptor="XAXX010101000",
    total=Decimal("116.00"),
    sello="c2VsbG8gZGUgcHJ1ZWJhIGRlbCBraXQ=",
)
CANCELLATION = CancelRequest(
    cfdi=REFERENCE,
    motivo="02",
    signed_xml=b'<Cancelacion xmlns="http://cancelacfd.sat.gob.mx" RfcEmisor="EKU9003173C9"><Folios/></Cancelacion>',
)
REGISTRATION = IssuerRegistration("EKU9003173C9", "ESCUELA KEMPER URGATE", "601", "42501")
REGISTRATION_WITH_CSD = replace(
    REGISTRATION, certificate=b"0\x82.cer", private_key=b"0\x82.key", password=SecretStr("canary-csd-word")
)
OPTIONAL: dict[Operation, tuple[object, ...]] = {
    Operation.FETCH: (REFERENCE,),
    Operation.ISSUED: (REFERENCE.rfc_emisor, datetime(2026, 9, 1, tzinfo=UTC)),
    Operation.BALANCE: (),
    Operation.CHECK_RECEIVER: (Receiver("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601"),),
    Operation.PENDING: ("URE180429TM6",),
    Operation.REGISTER_ISSUER: (REGISTRATION,),
    Operation.ANSWER: (
        AnswerRequest(
            "URE180429TM6",
            [(REFERENCE.uuid, "Rechazo")],
            b'<SolicitudAceptacionRechazo xmlns="http://cancelacfd.sat.gob.mx"><Folios>'
            b"<UUID>5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9</UUID><Respuesta>Rechazo</Respuesta></Folios>"
            b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></SolicitudAceptacionRechazo>',
        ),
    ),
}
"""What the optional operations are asked in the checks."""
GARBAGE: tuple[tuple[str, Wire], ...] = (
    ("HTTP 200 with an HTML page", always(200, MAINTENANCE)),
    ("HTTP 200 without a body", always(200)),
    ("HTTP 200 with an empty object", always(200, b"{}")),
    ("HTTP 200 with half a document", always(200, b'{"uuid": "5E2D6AFF')),
    ("a redirect", always(302, location="https://elsewhere.example/")),
    ("HTTP 400 with an HTML page", always(400, MAINTENANCE)),
)
SERVER_ERRORS = (408, 409, 425, 429, 500, 502, 503, 504)


def identity_of(xml: bytes) -> dict[str, str | Decimal | None]:
    """What identifies a sale in its CFDI, whoever sealed it."""
    root = CfdiNode.of(xml)
    return {
        "emisor": root.need_child("Emisor").need("Rfc"),
        "receptor": root.need_child("Receptor").need("Rfc"),
        "serie": root.get("Serie"),
        "folio": root.get("Folio"),
        "total": root.number("Total"),
    }
