"""The PAC behind httpx in the same process; what goes wrong on a wire goes wrong here too."""

import time
from urllib.parse import unquote

import httpx

from .service import Service
from .wire import Call, reply_to


class EmbeddedTransport(httpx.BaseTransport):
    def __init__(self, service: Service) -> None:
        self._service = service

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        reply = reply_to(self._service, _call(request))
        if reply.fate == "unreachable":
            raise httpx.ConnectError("connection refused", request=request)
        if reply.after_s:
            _wait(reply.after_s, request)
        if reply.fate == "lost":
            raise httpx.ReadTimeout("the answer never came", request=request)
        return httpx.Response(reply.status, headers={"content-type": reply.content_type}, content=reply.body)


def _call(request: httpx.Request) -> Call:
    raw = request.url.raw_path.decode().partition("?")[0]
    path = tuple(unquote(part) for part in raw.strip("/").split("/"))
    return Call(request.method, path, dict(request.url.params), request.read())


def _wait(seconds: float, request: httpx.Request) -> None:
    """A client does not wait longer than its read timeout, whatever the other side goes on doing."""
    patience = request.extensions.get("timeout", {}).get("read")
    if patience is not None and seconds > patience:
        time.sleep(patience)
        raise httpx.ReadTimeout("timed out", request=request)
    time.sleep(seconds)
