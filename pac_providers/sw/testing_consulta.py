"""SAT's ConsultaCFDI as the status service of SW's sandbox answers it."""

from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import httpx

from hub.plugin import InDoubtError, parse_xml
from hub.testing.fake_sat import FakeSat


def consulta(sat: FakeSat, content: bytes) -> httpx.Response:
    """The answer to one question; HTTP 500 for what is none."""
    try:
        expresion = next(parse_xml(content).iter("{http://tempuri.org/}expresionImpresa"), None)
    except InDoubtError:
        expresion = None
    if expresion is None:
        return httpx.Response(500, content=b"")
    asked = dict(parse_qsl((expresion.text or "").lstrip("?"), keep_blank_values=True))
    said = sat.status(asked.get("id", ""), asked.get("re", ""), asked.get("rr", ""), asked.get("tt", ""))
    found = said.estado != "No Encontrado"
    codigo = "S - Comprobante obtenido satisfactoriamente." if found else "N - 602: Comprobante no encontrado."
    parts = {
        "CodigoEstatus": codigo,
        "EsCancelable": said.es_cancelable,
        "Estado": said.estado,
        "EstatusCancelacion": said.estatus_cancelacion,
        "ValidacionEFOS": "200",
    }
    inside = "".join(f"<a:{name}>{escape(value)}</a:{name}>" for name, value in parts.items())
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<ConsultaResponse xmlns="http://tempuri.org/"><ConsultaResult'
        ' xmlns:a="http://schemas.datacontract.org/2004/07/Sat.Cfdi.Negocio.ConsultaCfdi.Servicio">'
        f"{inside}</ConsultaResult></ConsultaResponse></s:Body></s:Envelope>"
    )
    return httpx.Response(200, headers={"content-type": "text/xml; charset=utf-8"}, content=body.encode())
