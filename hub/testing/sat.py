"""SAT's ConsultaCFDI in small, over real HTTP: it knows the CFDIs that a test tells it of."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

from hub.plugin import CfdiReference, HubError, parse_xml

ACTION = '"http://tempuri.org/IConsultaCFDIService/Consulta"'
FOUND = "S - Comprobante obtenido satisfactoriamente."
REFUSED = "N - 601: La expresión impresa proporcionada no es válida."
NOT_FOUND = "N - 602: Comprobante no encontrado."
_RESULT = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<ConsultaResponse xmlns="http://tempuri.org/"><ConsultaResult'
    ' xmlns:a="http://schemas.datacontract.org/2004/07/Sat.Cfdi.Negocio.ConsultaCfdi.Servicio"'
    ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance">{fields}</ConsultaResult></ConsultaResponse></s:Body></s:Envelope>'
)
_FAULT = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    "<faultcode>s:Client</faultcode><faultstring>{why}</faultstring></s:Fault></s:Body></s:Envelope>"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A CFDI as SAT has it; the words are SAT's own."""

    cfdi: CfdiReference
    estado: str = "Vigente"
    es_cancelable: str = "Cancelable sin aceptación"
    estatus_cancelacion: str = ""
    validacion_efos: str = "200"


@dataclass
class FakeConsulta:
    """`know` tells it of a CFDI, `change` what became of it; `down` makes it fail with that HTTP status."""

    down: int | None = None
    asked: list[Mapping[str, str]] = field(default_factory=list)
    """Every expression that was understood, newest last."""
    _known: dict[str, Known] = field(default_factory=dict)

    def know(self, cfdi: CfdiReference, **words: str) -> None:
        """From now on SAT knows this CFDI."""
        self._known[cfdi.uuid.upper()] = Known(cfdi, **words)

    def change(self, uuid: str, **words: str) -> None:
        """What SAT says of it changes, such as `estado="Cancelado"`."""
        changes: dict[str, Any] = dict(words)
        self._known[uuid.upper()] = replace(self._known[uuid.upper()], **changes)

    def answer(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body for one request."""
        if self.down is not None:
            return self.down, b"<html>Service Unavailable</html>"
        if headers.get("soapaction") != ACTION or not headers.get("content-type", "").startswith("text/xml"):
            return 500, _FAULT.format(why="ActionNotSupported").encode()
        try:
            root = parse_xml(body)
        except HubError:
            return 500, _FAULT.format(why="the message cannot be read").encode()
        expression = root.findtext(".//{http://tempuri.org/}expresionImpresa") or ""
        return 200, self._result(expression).encode()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve on 127.0.0.1 while the block runs; gives the address."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/ConsultaCFDIService.svc"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _result(self, expression: str) -> str:
        fields = _fields(expression)
        if fields is None:
            return _result(REFUSED, "No Encontrado", "", "", "")
        self.asked.append(fields)
        known = self._known.get(fields["id"].upper())
        if known is None or not _is_of(known.cfdi, fields):
            return _result(NOT_FOUND, "No Encontrado", "", "", "")
        return _result(FOUND, known.estado, known.es_cancelable, known.estatus_cancelacion, known.validacion_efos)


def _fields(expression: str) -> dict[str, str] | None:
    """The values of `?re=...&rr=...`; an `&` that is part of an RFC is written `&amp;`. None: SAT's 601."""
    parts = expression.removeprefix("?").replace("&amp;", "\0").split("&")
    fields = {name: value.replace("\0", "&") for name, _, value in (part.partition("=") for part in parts)}
    whole = expression.startswith("?") and {"re", "rr", "tt", "id"} <= fields.keys()
    return fields if whole and len(fields["id"]) == 36 else None


def _is_of(cfdi: CfdiReference, fields: Mapping[str, str]) -> bool:
    said = (fields["re"], fields["rr"], fields["tt"])
    return said == (cfdi.rfc_emisor, cfdi.rfc_receptor, f"{cfdi.total:f}") and cfdi.sello.endswith(fields.get("fe", ""))


def _result(codigo: str, estado: str, es_cancelable: str, estatus: str, efos: str) -> str:
    values = {
        "CodigoEstatus": codigo,
        "EsCancelable": es_cancelable,
        "Estado": estado,
        "EstatusCancelacion": estatus,
        "ValidacionEFOS": efos,
    }
    return _RESULT.format(
        fields="".join(
            f"<a:{name}>{escape(value)}</a:{name}>" if value else f"<a:{name}/>" for name, value in values.items()
        )
    )


def _handler(fake: FakeConsulta) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, content = fake.answer(headers, body)
            self.send_response(status)
            self.send_header("content-type", "text/xml; charset=utf-8")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
            """Keep the terminal quiet."""

    return Handler
