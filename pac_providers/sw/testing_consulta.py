"""SAT's ConsultaCFDI as the status service of SW's sandbox answers it."""

import re
from xml.sax.saxutils import escape, unescape

import httpx

from hub.plugin import CfdiStatus, InDoubtError, parse_xml
from hub.testing.fake_sat import FakeSat

_RFC = r"(?:[A-ZÑ]|&amp;){3,4}\d{6}[A-Z0-9]{2}[0-9A]"
_EXPRESION = re.compile(
    rf"\?re=(?P<re>{_RFC})&rr=(?P<rr>{_RFC})&tt=(?P<tt>\d{{1,18}}(?:\.\d{{1,6}})?)"
    r"&id=(?P<id>[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})(?:&fe=[A-Za-z0-9+/=]{8})?"
)
"""Nothing more and nothing else: a bare `&` ends a value, so that one inside an RFC is a broken expression."""


def consulta(sat: FakeSat, content: bytes) -> httpx.Response:
    """The answer to one question; HTTP 500 for what is none."""
    try:
        expresion = next(parse_xml(content).iter("{http://tempuri.org/}expresionImpresa"), None)
    except InDoubtError:
        expresion = None
    if expresion is None:
        return httpx.Response(500, content=b"")
    asked = _EXPRESION.fullmatch(expresion.text or "")
    said = CfdiStatus("No Encontrado") if asked is None else _asked(sat, asked)
    if asked is None:
        codigo = "N - 601: La expresión impresa proporcionada no es válida."
    elif said.estado == "No Encontrado":
        codigo = "N - 602: Comprobante no encontrado."
    else:
        codigo = "S - Comprobante obtenido satisfactoriamente."
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


def _asked(sat: FakeSat, asked: re.Match[str]) -> CfdiStatus:
    return sat.status(asked["id"], unescape(asked["re"]), unescape(asked["rr"]), asked["tt"])
