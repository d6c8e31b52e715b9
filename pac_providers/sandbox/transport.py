"""The PAC behind httpx in the same process; what goes wrong on a wire goes wrong here too."""

import os
import time
from collections.abc import Callable
from urllib.parse import unquote

import httpx

from .service import Service
from .wire import Call, reply_to


class EmbeddedTransport(httpx.BaseTransport):
    """`open_service` is called once in each process: a connection to SQLite must not cross a fork."""

    def __init__(self, open_service: Callable[[], Service]) -> None:
        self._open_service = open_service
        self._opened = os.getpid(), open_service()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        reply = reply_to(self._service(), _call(request))
        if reply.fate == "unreachable":
            raise httpx.ConnectError("connection refused", request=request)
        if reply.after_s:
            _wait(reply.after_s, request)
        if reply.fate == "lost":
            raise httpx.ReadTimeout("the answer never came", request=request)
        return httpx.Response(reply.status, headers={"content-type": reply.content_type}, content=reply.body)

    def _service(self) -> Service:
        process, service = self._opened
        if process != os.getpid():
            service = self._open_service()
            self._opened = os.getpid(), service
        return service


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
