"""A remote side on a real socket: answers, or misbehaves as networks do."""

import contextlib
import http.server
import socket
import struct
import threading
from collections.abc import Iterator


class RemoteSide(http.server.ThreadingHTTPServer):
    """Set `answer` to (status, headers, body), or to "reset", "hang up" or "silence"."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: object = (200, {}, b"{}")
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.done = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A broken connection is what we asked for."""


class Handler(http.server.BaseHTTPRequestHandler):
    server: RemoteSide

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.command, self.path, headers, body))
        answer = self.server.answer
        if isinstance(answer, tuple):
            self._say(*answer)
        elif answer == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif answer == "silence":
            self.server.done.wait(10)
        self.close_connection = True

    do_POST = do_GET

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextlib.contextmanager
def remote_side() -> Iterator[RemoteSide]:
    server = RemoteSide()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.done.set()
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
