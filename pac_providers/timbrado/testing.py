"""A stateful ATEB for tests and demonstrations, as public clients describe it.

ateb = FakeAteb()
with ateb.serving() as url: ...          # or httpx.MockTransport(ateb.handle)
"""

import base64
from xml.sax.saxutils import escape

import httpx

from hub.plugin import parse_xml
from hub.testing.fake_sat import FakeSat, RefusedError
from hub.testing.pac_server import PacServer

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_WRITES = ("/GeneraTimbre", "/CancelaCFDIs", "/AceptacionRechazo")


class FakeAteb(PacServer):
    """One account over the current services and the older one that shows an earlier timbre.

    Attributes:
        shows_earlier: GeneraTimbreRec knows what was stamped.
        refuse: the inside of `Error` in place of the next timbre.
    """

    username, password = "hub_demo", "canary-5ecret-value"

    def __init__(self) -> None:
        super().__init__()
        self.sat = FakeSat("ATE010101AB1")
        self.shows_earlier = True
        self.refuse: str | None = None

    def is_write(self, request: httpx.Request) -> bool:
        return str(request.headers.get("soapaction", "")).strip('"').endswith(_WRITES)

    def fault(self) -> httpx.Response:
        """As .asmx has it."""
        inside = "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>Server was unable to process request."
        return httpx.Response(500, content=_envelope(f"{inside}</faultstring><detail/></soap:Fault>"))

    def answer(self, request: httpx.Request) -> httpx.Response:
        root = parse_xml(request.content)
        user, password = (next(root.iter(f"{{*}}{name}")).text for name in ("UserName", "Password"))
        body = next(root.iter(f"{{{_ENVELOPE}}}Body"))
        namespace, _, operation = body[0].tag[1:].partition("}")
        if (user, password) != (self.username, self.password):
            return httpx.Response(401, content=b"Unauthorized")
        value = body[0][0].text or ""
        services = {
            "GeneraTimbre": self._stamp,
            "GeneraTimbreRec": self._earlier,
            "CancelaCFDIs": self._cancel,
            "AceptacionRechazo": self._answered,
            "PeticionesPendientes": self._pending,
        }
        inside = services[operation](value)
        result = f"<{operation}Result>{inside}</{operation}Result>"
        return httpx.Response(
            200,
            headers={"content-type": "text/xml; charset=utf-8"},
            content=_envelope(f'<{operation}Response xmlns="{namespace}">{result}</{operation}Response>'),
        )

    # ---- what it does

    def _stamp(self, value: str) -> str:
        xml = base64.b64decode(value)
        if self.refuse is not None:
            inside, self.refuse = self.refuse, None
            return f"<Error>{inside}</Error>"
        if self.sat.of_bytes(xml):
            return verification_error("307", "El CFDI contiene un timbre previo")
        try:
            return f"<Timbre>{escape(self.sat.stamp(xml).timbre)}</Timbre>"
        except RefusedError as refused:
            return verification_error(refused.code, refused.message)

    def _earlier(self, value: str) -> str:
        stamp = self.sat.of_bytes(base64.b64decode(value)) if self.shows_earlier else None
        if stamp is None:
            return '<Error Codigo="999"><DescripcionError>No se encontró</DescripcionError></Error>'
        return stamp.timbre

    def _cancel(self, value: str) -> str:
        signed = base64.b64decode(value)
        try:
            uuid, code = self.sat.cancel(signed)
        except RefusedError as refused:
            return verification_error(refused.code, refused.message)
        rfc = parse_xml(signed).get("RfcEmisor", "")
        return f"<XmlAcuseSAT>{escape(self.sat.acuse(uuid, code, rfc))}</XmlAcuseSAT>"

    def _answered(self, value: str) -> str:
        folios = "".join(
            f'<Folios Respuesta="{said}"><UUID>{uuid}</UUID><EstatusUUID>{code}</EstatusUUID></Folios>'
            for uuid, said, code in self.sat.answer(base64.b64decode(value))
        )
        acuse = f'<AcuseAceptacionRechazo xmlns="http://cancelacfd.sat.gob.mx">{folios}</AcuseAceptacionRechazo>'
        return f"<XmlAcuseSAT>{escape(acuse)}</XmlAcuseSAT>"

    def _pending(self, value: str) -> str:
        uuids = self.sat.pending(value)
        inside = "".join(f"<UUID>{uuid}</UUID>" for uuid in uuids)
        code = "1100" if uuids else "1101"
        acuse = f'<AcusePeticionesPendientes xmlns="http://cancelacfd.sat.gob.mx" CodEstatus="{code}">{inside}'
        return f"<XmlAcuseSAT>{escape(acuse + '</AcusePeticionesPendientes>')}</XmlAcuseSAT>"


def verification_error(code: str, message: str) -> str:
    """The shape of the current generation; whether it has a Codigo is a guess."""
    inside = f"<Codigo>{code}</Codigo>" if code else ""
    return (
        f"<Error><Descripcion>Errores de verificación</Descripcion><ErroresVerificacion><VerificationError>{inside}"
        f"<Descripcion>{escape(message)}</Descripcion></VerificationError></ErroresVerificacion></Error>"
    )


def _envelope(inside: str) -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{head}<soap:Envelope xmlns:soap="{_ENVELOPE}"><soap:Body>{inside}</soap:Body></soap:Envelope>'.encode()
