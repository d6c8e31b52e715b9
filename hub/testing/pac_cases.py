"""What a PAC is asked in the checks, and how its answers get lost."""

from decimal import Decimal

from hub.plugin import AnswerRequest, CancelRequest, CfdiReference, IssuerRegistration, Operation, Receiver

from .wire import MAINTENANCE, Wire, always

SEALED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0"  Serie="A" Folio="1042"'
    b' Sello="c2VsbG8gZGUgcHJ1ZWJhIGRlbCBraXQ=" Total="116.00" Moneda="MXN">\n'
    b'  <cfdi:Emisor Rfc="EKU9003173C9" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/>\n'
    b"  <!-- \xc3\xb1 & white space: every byte is under the seal -->\n"
    b"</cfdi:Comprobante>\n"
)
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
OPTIONAL: dict[Operation, tuple[object, ...]] = {
    Operation.FETCH: (REFERENCE,),
    Operation.BALANCE: (),
    Operation.CHECK_RECEIVER: (Receiver("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601"),),
    Operation.PENDING: ("URE180429TM6",),
    Operation.REGISTER_ISSUER: (IssuerRegistration("EKU9003173C9", "ESCUELA KEMPER URGATE", "601", "42501"),),
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
