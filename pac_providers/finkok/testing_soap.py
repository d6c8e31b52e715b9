"""SOAP from Finkok's side: the namespaces and shapes of its own answers."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import httpx

Tree = str | Mapping[str, "Tree"] | Sequence["Tree"]
"""A text, children by name, or several elements of one name."""

_ENVELOPE = 'xmlns:senv="http://schemas.xmlsoap.org/soap/envelope/"'
_XML = {"content-type": "text/xml; charset=utf-8"}


def result(service: str, operation: str, content: Tree) -> httpx.Response:
    """HTTP 200 with the result of an operation; business errors come like this, too."""
    body = (
        f'<tns:{operation}Response xmlns:tns="http://facturacion.finkok.com/{service}"'
        f' xmlns:s0="apps.services.soap.core.views"><tns:{operation}Result>{_written(content)}'
        f"</tns:{operation}Result></tns:{operation}Response>"
    )
    return _enveloped(200, body)


def fault(text: str) -> httpx.Response:
    """HTTP 500: an exception in the code of a view."""
    return _enveloped(
        500,
        f"<senv:Fault><faultcode>senv:Server</faultcode><faultstring>{escape(text)}</faultstring>"
        "<faultactor></faultactor></senv:Fault>",
    )


def _enveloped(status: int, body: str) -> httpx.Response:
    head = "<?xml version='1.0' encoding='UTF-8'?>\n"
    xml = f"{head}<senv:Envelope {_ENVELOPE}><senv:Body>{body}</senv:Body></senv:Envelope>"
    return httpx.Response(status, headers=_XML, content=xml.encode())


def _written(content: Tree) -> str:
    if isinstance(content, str):
        return escape(content)
    if isinstance(content, Mapping):
        return "".join(_elements(name, value) for name, value in content.items())
    raise TypeError("several elements need a name")


def _elements(name: str, value: Tree) -> str:
    many = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return "".join(f"<s0:{name}>{_written(one)}</s0:{name}>" for one in many)
