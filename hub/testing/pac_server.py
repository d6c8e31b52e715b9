"""A fake PAC on a real socket: subclass it, answer requests, and it can also hang up, stall and babble.

class FakeAcme(PacServer):
    def answer(self, request): ...
    def is_write(self, request): ...

with FakeAcme().serving() as url: ...          # or httpx.MockTransport(fake.handle)
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import httpx

from .wire import MAINTENANCE

Misbehaviour = Literal["error_before", "error_after", "lose_answer", "slow", "garbage"]
"""`error_before`: HTTP 500 and nothing done. The others meet a write whose work is done: `error_after` HTTP 502,
`lose_answer` hangs up, `slow` says nothing for longer than anybody waits, `garbage` is 200 with an HTML page."""


class PacServer:
    """The remote side of a PAC. `handle` is one request; what it raises of httpx is what the wire does."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._misbehaviours: list[Misbehaviour] = []
        self._lock = threading.Lock()

    # ---- what the author writes

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The PAC on a good day."""
        raise NotImplementedError(f"write answer(self, request) in {type(self).__name__}")

    def is_write(self, request: httpx.Request) -> bool:
        """Does this request stamp, cancel or answer? Only those misbehave."""
        return request.method == "POST"

    def fault(self) -> httpx.Response:
        """What it says when it breaks before any work."""
        return httpx.Response(500, content=MAINTENANCE)

    # ---- what tests use

    def misbehave(self, *what: Misbehaviour, times: int = 1) -> None:
        """The next writes meet this, in this order."""
        self._misbehaviours.extend(what * times)

    @property
    def writes(self) -> list[httpx.Request]:
        """The writes so far."""
        return [request for request in self.requests if self.is_write(request)]

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request; pass it to `httpx.MockTransport`.

        Raises:
            httpx.RemoteProtocolError: it hangs up.
            httpx.ReadTimeout: it stalls.
        """
        with self._lock:
            self.requests.append(request)
            is_write = self.is_write(request)
            what = self._misbehaviours.pop(0) if is_write and self._misbehaviours else None
            if what == "error_before":
                return self.fault()
            response = self.answer(request)
        if what == "lose_answer":
            raise httpx.RemoteProtocolError("hung up", request=request)
        if what == "slow":
            raise httpx.ReadTimeout("stalled", request=request)
        if what == "error_after":
            return httpx.Response(502, content=MAINTENANCE)
        return httpx.Response(200, content=MAINTENANCE) if what == "garbage" else response

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serve on 127.0.0.1 while the block runs; gives the address."""
        over = threading.Event()
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self, over))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            over.set()
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(pac: PacServer, over: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # headers and body in one packet, or each answer waits for a delayed ACK

        def do_GET(self) -> None:
            try:
                response = pac.handle(self._request())
            except httpx.ReadTimeout:
                over.wait(60)
                self.close_connection = True
            except httpx.TransportError:
                self.close_connection = True
            else:
                # Who has waited long enough has gone.
                with suppress(ConnectionError):
                    self._say(response)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 (the base class names them so)

        def _request(self) -> httpx.Request:
            content = self.rfile.read(int(self.headers.get("content-length", "0")))
            url = f"http://{self.headers['host']}{self.path}"
            return httpx.Request(self.command, url, headers=list(self.headers.items()), content=content)

        def _say(self, response: httpx.Response) -> None:
            self.send_response(response.status_code)
            headers = {"content-type": "text/html", **response.headers, "content-length": str(len(response.content))}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
            """Keep the terminal quiet."""

    return Handler
