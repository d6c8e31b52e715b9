"""The SOAP service for everything but stamping: the result is XML inside the text of `return`."""

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from hub.plugin import Http, InDoubtError, TransientError, parse_xml

from .config import ProdigiaConfig

if TYPE_CHECKING:
    from lxml.etree import _Element

_PATH = "/servicio/Timbrado3.3"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_NAMESPACE = "timbrado.ws.pade.mx"
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
_HEADERS = {"content-type": "text/xml; charset=utf-8", "soapaction": '""'}


class Office:
    """Prodigia's service under one contract."""

    def __init__(self, config: ProdigiaConfig) -> None:
        self._config = config

    def write(self, http: Http, operation: str, *arguments: tuple[str, str]) -> "_Element":
        """The result of an operation that changes something, sent once; raises as `http.post_once`."""
        return _result(http.post_once(_PATH, self._envelope(operation, arguments), _HEADERS).content)

    def ask(self, http: Http, operation: str, *arguments: tuple[str, str]) -> "_Element":
        """The result of an operation that only reads; raises as `http.ask`."""
        content = http.ask(_PATH, self._envelope(operation, arguments), _HEADERS)
        try:
            return _result(content)
        except InDoubtError as error:
            raise TransientError(str(error)) from error

    def _envelope(self, operation: str, arguments: tuple[tuple[str, str], ...]) -> bytes:
        login = (
            ("contrato", self._config.contrato),
            ("usuario", self._config.username),
            ("passwd", self._config.password.get_secret_value()),
        )
        inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in (*login, *arguments))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="{_ENVELOPE}"'
            f' xmlns:tim="{_NAMESPACE}"><soapenv:Header/><soapenv:Body><tim:{operation}>{inside}</tim:{operation}>'
            "</soapenv:Body></soapenv:Envelope>"
        ).encode()


def text_of(element: "_Element", name: str) -> str:
    """Text of a child; empty if there is none."""
    return (element.findtext(name) or "").strip()


def _result(content: bytes) -> "_Element":
    envelope = parse_xml(content)
    if envelope.tag != f"{{{_ENVELOPE}}}Envelope":
        raise InDoubtError("Prodigia answers something else than SOAP")
    texts = [node.text or "" for node in envelope.iter("return", "{*}return")]
    if len(texts) != 1:
        raise InDoubtError("Prodigia answers without a result")
    # It is text by now, so what its declaration says of an encoding is no longer true.
    return parse_xml(_DECLARATION.sub("", texts[0].strip()).encode())
