"""The fake remote side of a source on a real socket: subclass it, answer requests, and it also fails and delivers.

class FakeAcme(FakeService):
    def answer(self, request): ...

with FakeAcme().serving() as url: ...          # or httpx.MockTransport(fake.handle)
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from hub.plugin import RawRequest


class FakeService:
    """A service with an API and webhooks. `requests` are all so far."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.forbidden: set[str] = set()
        self._failures: list[tuple[int, dict[str, str]]] = []

    # ---- what the author writes

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The service on a good day."""
        raise NotImplementedError(f"write answer(self, request) in {type(self).__name__}")

    # ---- what tests use

    def fail_next(self, status: int, headers: Mapping[str, str] | None = None, *, times: int = 1) -> None:
        """Answer the next requests with an error, such as 429 with `Retry-After`."""
        self._failures.extend([(status, dict(headers or {}))] * times)

    def forbid(self, path: str) -> None:
        """Take the key's permission for every address that begins with `path` away."""
        self.forbidden.add(path)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request; pass it to `httpx.MockTransport`."""
        self.requests.append(request)
        if self._failures:
            status, headers = self._failures.pop(0)
            return httpx.Response(status, headers=headers, json={"message": "the fake was told to fail"})
        if any(request.url.path.startswith(path) for path in self.forbidden):
            return httpx.Response(403, json={"message": "this key may not read that"})
        return self.answer(request)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Deliver a webhook, its parameters of the address (`?name` among the headers) as RawRequest has them.

        The status of the answer.
        """
        sent = {name: value for name, value in headers.items() if not name.startswith("?")}
        params = {name[1:]: value for name, value in headers.items() if name.startswith("?")}
        return httpx.post(url, params=params, content=body, headers=sent, timeout=30).status_code

    def serving(self, port: int = 0) -> AbstractContextManager[str]:
        """Serve the API on 127.0.0.1 while the block runs; gives the address."""
        return served(self.handle, port)


@contextmanager
def served(handle: Callable[[httpx.Request], httpx.Response], port: int = 0) -> Iterator[str]:
    """A server on 127.0.0.1 that answers with what `handle` says, while the block runs; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(handle))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def taken_once(
    send: Callable[[str], int], path: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[int, RawRequest]:
    """What `send(url)` delivers to an endpoint on 127.0.0.1, as the hub hands it to a plugin, and the status it got."""
    taken: list[RawRequest] = []

    def handle(request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        headers |= {f"?{name}": value for name, value in request.url.params.items()}
        taken.append(RawRequest(headers, request.content, clock()))
        return httpx.Response(200)

    with served(handle) as url:
        status = send(f"{url}{path}")
    return status, taken[0]


def _handler(handle: Callable[[httpx.Request], httpx.Response]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # headers and body in one packet, or each answer waits for a delayed ACK

        def do_GET(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", "0")))
            url = f"http://{self.headers['host']}{self.path}"
            headers = list(self.headers.items())
            response = handle(httpx.Request(self.command, url, headers=headers, content=content))
            self.send_response_only(response.status_code)
            for name, value in {**response.headers, "content-length": str(len(response.content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.content)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 (the base class names them so)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
            """Keep the terminal quiet."""

    return Handler
