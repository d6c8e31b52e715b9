"""SOAP 1.1 as ATEB's .asmx services speak it; each service has a namespace of its own."""

import base64
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from hub.plugin import Http, InDoubtError, TransientError, parse_xml

from .config import TimbradoConfig

if TYPE_CHECKING:
    from lxml.etree import _Element

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_BODY, _FAULT = f"{{{_ENVELOPE}}}Body", f"{{{_ENVELOPE}}}Fault"


class Operation(NamedTuple):
    """An operation of a service; the older generation's namespace ends in a slash, the current one's does not."""

    namespace: str
    name: str
    argument: str

    @property
    def action(self) -> str:
        """SOAPAction, which needs its double quotes."""
        return f'"{self.namespace.rstrip("/")}/{self.name}"'


GENERA_TIMBRE = Operation("https://cfdi.timbrado.com.mx/timbradov2", "GeneraTimbre", "cfdiBytes")
GENERA_TIMBRE_REC = Operation("https://cfdi.timbrado.com.mx/cfdi/", "GeneraTimbreRec", "xmlBytes")
_CANCELA = "https://cfdi.timbrado.com.mx/cancelaservices"
CANCELA_CFDIS = Operation(_CANCELA, "CancelaCFDIs", "xmlBytes")
ACEPTACION_RECHAZO = Operation(_CANCELA, "AceptacionRechazo", "xmlBytes")
PETICIONES_PENDIENTES = Operation(_CANCELA, "PeticionesPendientes", "rfcReceptor")


def write(http: Http, url: str, operation: Operation, config: TimbradoConfig, value: bytes) -> "_Element":
    """The result of an operation that changes something, sent once; raises as `http.post_once`."""
    content = _envelope(operation, config, base64.b64encode(value).decode())
    return _result(http.post_once(url, content, _headers(operation)).content)


def ask(http: Http, url: str, operation: Operation, config: TimbradoConfig, value: bytes | str) -> "_Element":
    """The result of an operation that only reads; raises as `http.ask`."""
    text = base64.b64encode(value).decode() if isinstance(value, bytes) else value
    content = http.ask(url, _envelope(operation, config, text), _headers(operation))
    try:
        return _result(content)
    except InDoubtError as error:
        raise TransientError(str(error)) from error


def first(element: "_Element", name: str) -> "_Element | None":
    """The first descendant of that name, whatever its namespace."""
    return next(element.iter(f"{{*}}{name}", name), None)


def text_of(element: "_Element", name: str) -> str:
    """Its text; empty if there is none."""
    found = first(element, name)
    return "" if found is None else (found.text or "").strip()


def inner_xml(element: "_Element", name: str) -> "_Element | None":
    """The document that is the text of a descendant; None if it is empty. InDoubtError if it is no XML."""
    text = text_of(element, name)
    return parse_xml(text.encode()) if text else None


def _headers(operation: Operation) -> dict[str, str]:
    return {"content-type": "text/xml; charset=utf-8", "soapaction": operation.action}


def _envelope(operation: Operation, config: TimbradoConfig, value: str) -> bytes:
    user, password = escape(config.username), escape(config.password.get_secret_value())
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<soap:Envelope xmlns:soap="{_ENVELOPE}"><soap:Header>'
        f'<AuthenticationHeader xmlns="{operation.namespace}"><UserName>{user}</UserName>'
        f"<Password>{password}</Password></AuthenticationHeader></soap:Header><soap:Body>"
        f'<{operation.name} xmlns="{operation.namespace}"><{operation.argument}>{escape(value)}</{operation.argument}>'
        f"</{operation.name}></soap:Body></soap:Envelope>"
    ).encode()


def _result(content: bytes) -> "_Element":
    root = parse_xml(content)
    body = root.find(_BODY)
    if root.tag != f"{{{_ENVELOPE}}}Envelope" or body is None or len(body) != 1 or body[0].tag == _FAULT:
        raise InDoubtError("ATEB answers something else than a result")
    if len(body[0]) != 1:
        raise InDoubtError("ATEB answers without a result")
    return body[0][0]
