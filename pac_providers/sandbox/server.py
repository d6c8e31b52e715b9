"""The sandbox as a real HTTP server, for a hub of several processes and for tests of the real wire."""

import argparse
import json
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from .padron import Taxpayer
from .service import Service
from .settings import Settings
from .storage import storage_in
from .wire import Call, Reply, reply_to


class PacServer(ThreadingHTTPServer):
    """The standard library's server: it can hang up without an answer, for which WSGI and ASGI have no word."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        super().__init__(address, _Handler)
        self.service = service


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PacServer

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    # The status line and the body leave in one packet.
    wbufsize = -1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Stay quiet: the ledger counts what happened."""

    def _reply(self) -> None:
        reply = reply_to(self.server.service, self._call())
        time.sleep(reply.after_s)
        if reply.fate != "answered":
            self.close_connection = True
            return
        # Who has waited long enough has gone; that is what `slow` is for.
        with suppress(ConnectionError):
            self._send(reply)

    def _call(self) -> Call:
        url = urlsplit(self.path)
        path = tuple(unquote(part) for part in url.path.strip("/").split("/"))
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        return Call(self.command, path, dict(parse_qsl(url.query)), body)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("content-type", reply.content_type)
        self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)


def serve(data_dir: Path, settings: Settings, *, host: str = "127.0.0.1", port: int = 0) -> PacServer:
    """A server that listens; run it with `serve_forever`. Port 0 takes a free one."""
    storage = storage_in(data_dir)
    return PacServer((host, port), Service(storage.ledger, storage.keys, settings))


def main(arguments: list[str] | None = None) -> None:
    options = _options().parse_args(arguments)
    settings = Settings(
        padron=_taxpayers(options.padron),
        credits=options.credits,
        known_after_s=options.known_after,
        acceptance_after_s=options.acceptance_after,
    )
    with serve(options.data, settings, host=options.host, port=options.port) as server:
        print(f"sandbox PAC on http://{options.host}:{server.server_port}", flush=True)  # noqa: T201 - says where
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pac_providers.sandbox", description="A PAC for tests.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the ledger and keys")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8600, help="0 takes a free one")
    parser.add_argument("--padron", type=Path, help="JSON list of taxpayers: rfc, nombre, codigo_postal, regimenes")
    parser.add_argument("--credits", type=int, help="stamps bought; no limit if left out")
    parser.add_argument("--known-after", type=float, default=0, help="seconds until SAT knows a stamp")
    parser.add_argument("--acceptance-after", type=float, default=72 * 3600, help="seconds until Plazo vencido")
    return parser


def _taxpayers(path: Path | None) -> tuple[Taxpayer, ...]:
    return tuple(Taxpayer(**person) for person in json.loads(path.read_text("utf-8"))) if path else ()
