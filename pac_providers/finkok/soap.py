"""SOAP 1.1 document/literal as Finkok speaks it: one operation in, the element of its result out."""

import base64
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from hub.plugin import ConfigError, Http, InDoubtError, TransientError, parse_xml

from .config import FinkokConfig

if TYPE_CHECKING:
    from lxml.etree import _Element

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_BODY, _FAULT = f"{{{_ENVELOPE}}}Body", f"{{{_ENVELOPE}}}Fault"
# Where these fail there is no code, only a text.
_REFUSED_LOGIN = ("invalid username or password", "validating the reseller and user")


class Finkok:
    """Finkok's services under one account."""

    def __init__(self, config: FinkokConfig) -> None:
        self._config = config

    def write(self, http: Http, service: str, operation: str, **arguments: str | bytes) -> "_Element":
        """The result of an operation that changes something, sent once; raises as `http.post_once`."""
        answer = http.post_once(_path(service), self._envelope(service, operation, arguments), _headers(operation))
        return _result(answer.content)

    def ask(self, http: Http, service: str, operation: str, **arguments: str | bytes) -> "_Element":
        """The result of an operation that only reads; raises as `http.ask`."""
        content = http.ask(_path(service), self._envelope(service, operation, arguments), _headers(operation))
        try:
            return _result(content)
        except InDoubtError as error:
            raise TransientError(str(error)) from error

    def ask_for(self, http: Http, service: str, operation: str, **arguments: str | bytes) -> "_Element":
        """As `ask`, of an operation that tells what went wrong in a field `error`."""
        result = self.ask(http, service, operation, **arguments)
        refuse_login(text_of(result, "error"))
        return result

    def _envelope(self, service: str, operation: str, arguments: dict[str, str | bytes]) -> bytes:
        names = _login_names(service, operation)
        login = dict(zip(names, (self._config.username, self._config.password.get_secret_value()), strict=True))
        # WSDL: documents come before the login, everything else after it.
        documents = {name: value for name, value in arguments.items() if isinstance(value, bytes)}
        inside = "".join(_element(name, value) for name, value in {**documents, **login, **arguments}.items())
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="{_ENVELOPE}"'
            f' xmlns:f="http://facturacion.finkok.com/{service}"><soapenv:Header/><soapenv:Body>'
            f"<f:{operation}>{inside}</f:{operation}></soapenv:Body></soapenv:Envelope>"
        ).encode()


def refuse_login(text: str) -> None:
    """Finkok says with words alone that it does not know this user.

    Raises:
        ConfigError: it said so.
    """
    if any(words in text.casefold() for words in _REFUSED_LOGIN):
        raise ConfigError(
            "Finkok refuses the user or the password",
            hint="check username and password, and that they belong to this environment: demo has its own",
        )


def text_of(element: "_Element", *path: str) -> str:
    """Text of the first descendant along these names, whatever their namespace; empty if there is none."""
    found = first(element, *path)
    return "" if found is None else (found.text or "").strip()


def document_of(element: "_Element", name: str) -> bytes:
    """An XML document that is the text of a child; empty if there is none."""
    found = first(element, name)
    return b"" if found is None else (found.text or "").lstrip().encode()


def first(element: "_Element", *path: str) -> "_Element | None":
    """The first descendant along these names."""
    found: _Element | None = element
    for name in path:
        found = None if found is None else next(found.iterchildren(f"{{*}}{name}", name), None)
    return found


def _path(service: str) -> str:
    return f"/servicios/soap/{service}"


def _headers(operation: str) -> dict[str, str]:
    return {"content-type": "text/xml; charset=utf-8", "soapaction": f'"{operation}"'}


def _login_names(service: str, operation: str) -> tuple[str, str]:
    is_reseller = service == "registration" and operation in {"add", "edit", "get"}
    return ("reseller_username", "reseller_password") if is_reseller else ("username", "password")


def _element(name: str, value: str | bytes) -> str:
    text = base64.b64encode(value).decode() if isinstance(value, bytes) else escape(value)
    return f"<f:{name}>{text}</f:{name}>"


def _result(content: bytes) -> "_Element":
    root = parse_xml(content)
    body = root.find(_BODY)
    if root.tag != f"{{{_ENVELOPE}}}Envelope" or body is None or len(body) != 1 or body[0].tag == _FAULT:
        raise InDoubtError("Finkok answers something else than a result")
    if len(body[0]) != 1:
        raise InDoubtError("Finkok answers without a result")
    return body[0][0]
