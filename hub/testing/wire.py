"""The fake wire: everything between the plugin and its remote side, with the faults that real networks have."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import httpx

Wire = Callable[[httpx.Request], httpx.Response]
"""A remote side: answers one request, or raises an httpx transport error."""

SILENCE = (httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.WriteTimeout, httpx.ReadError)
"""What a request that has left may end in without an answer."""

MAINTENANCE = b"<html><body><h1>We will be back soon</h1></body></html>"

_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_PART_END = re.compile(rb"\r\n--[^\r\n]+")


def always(status: int, content: bytes = b"", **headers: str) -> Wire:
    """A remote side that answers everything alike; `retry_after="17"` sends that header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: httpx.Response(status, content=content, headers=named, request=request)


def failing(error: type[httpx.TransportError]) -> Wire:
    """A wire that breaks every request in the same way."""

    def wire(request: httpx.Request) -> httpx.Response:
        raise error("the wire broke", request=request)

    return wire


def echo(request: httpx.Request) -> httpx.Response:
    """A remote side that refuses and repeats, like a debug page, all that it was told, credentials too."""
    credentials = request.headers.get("authorization")
    told = {
        "url": str(request.url),
        "headers": dict(request.headers),
        "message": credentials,
        "error": {"message": credentials},
    }
    return httpx.Response(422, content=json.dumps(told).encode(), request=request)


def from_the_second(first: Wire, then: Wire) -> Wire:
    """A wire that is well for one request only."""
    served: list[httpx.Request] = []

    def wire(request: httpx.Request) -> httpx.Response:
        served.append(request)
        return first(request) if len(served) == 1 else then(request)

    return wire


def carries(request: httpx.Request, payload: bytes) -> bool:
    """True if the body holds exactly these bytes and not one more: raw, as base64 (`OPTION:base64`, too), or as a value
    inside JSON, XML or a form.
    """
    return any(payload == found for found in (*_layers(request.content), *_enclosed(request.content)))


def mentions(request: httpx.Request, text: bytes) -> bool:
    """True if these bytes stand anywhere in the body, in any of the ways of `carries`."""
    return any(text in found for found in _layers(request.content))


def _enclosed(body: bytes) -> Iterator[bytes]:
    """What stands between the marks of a CDATA section, or between the boundaries of a form's parts."""
    parts = (part.partition(b"\r\n\r\n")[2] for part in _PART_END.split(body))
    for inner in (*_CDATA.findall(body), *parts):
        yield inner
        yield _unbase64(inner.decode(errors="replace"))


def _layers(body: bytes) -> Iterator[bytes]:
    yield body
    for text in _texts(body):
        yield text.encode(errors="surrogateescape")
        yield html.unescape(text).encode(errors="surrogateescape")
        yield _unbase64(text.rpartition(":")[2])


def _texts(body: bytes) -> Iterator[str]:
    try:
        yield from _strings(json.loads(body))
    except ValueError:
        text = body.decode(errors="surrogateescape")
        yield text
        yield from text.replace(">", "<").split("<")
        yield from (value for _, value in parse_qsl(text, errors="surrogateescape"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), altchars=b"-_" if {"-", "_"} & set(text) else None)
    except ValueError:
        return b""
