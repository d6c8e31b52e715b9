"""SAT's ConsultaCFDI, which SW's sandbox offers for its own test stamps."""

from typing import TYPE_CHECKING, Literal, get_args
from xml.sax.saxutils import escape

from hub.plugin import CfdiReference, CfdiStatus, Http, InDoubtError, TransientError, expresion_impresa, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

PATH = "/ConsultaCFDIService.svc"
_HEADERS = {
    "content-type": "text/xml; charset=utf-8",
    "soapaction": '"http://tempuri.org/IConsultaCFDIService/Consulta"',
}
_CANNOT_READ = "601"
_Estado = Literal["Vigente", "Cancelado", "No Encontrado"]


def ask_sat(http: Http, host: str, cfdi: CfdiReference) -> CfdiStatus:
    """SAT's words about a CFDI; raises as a read, also for 601: that says nothing of the CFDI."""
    content = http.ask(f"{host.rstrip('/')}{PATH}", _question(cfdi), _HEADERS)
    try:
        return _read(parse_xml(content))
    except InDoubtError as error:
        raise TransientError("the status service answers something else than a status") from error


def _question(cfdi: CfdiReference) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:tem="http://tempuri.org/">'
        f"<soapenv:Header/><soapenv:Body><tem:Consulta><tem:expresionImpresa>{escape(expresion_impresa(cfdi))}"
        "</tem:expresionImpresa></tem:Consulta></soapenv:Body></soapenv:Envelope>"
    ).encode()


def _read(root: "_Element") -> CfdiStatus:
    result = next(root.iter("{http://tempuri.org/}ConsultaResult"), None)
    said = {} if result is None else {str(one.tag).rpartition("}")[2]: (one.text or "").strip() for one in result}
    if _CANNOT_READ in said.get("CodigoEstatus", ""):
        raise TransientError(
            "SAT cannot read the question (601)", hint="UUID, RFCs and total must be those of the CFDI"
        )
    for known in get_args(_Estado):
        if said.get("Estado") == known:
            return CfdiStatus(known, said.get("EsCancelable", ""), said.get("EstatusCancelacion", ""))
    raise TransientError("SAT does not say the state of the CFDI")
