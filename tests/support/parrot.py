"""Remote sides that repeat what they were told, passwords included: the worst that can come back."""

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import httpx

from hub.testing.pac_server import PacServer
from pac_providers.finkok.testing_soap import result

Mood = Literal["refusing", "puzzled", "down", "babbling", "gone", "rejecting"]
MOODS: tuple[tuple[Mood, ...], ...] = (("refusing", "rejecting"), ("puzzled", "down", "babbling", "gone"))
"""For one sale, and for the next: a rejection is the end of it, and so is a doubt that never ends."""


class Parrot(PacServer):
    """Whoever is asked: Stripe, Finkok, SW."""

    mood: Mood = "refusing"

    def answer(self, request: httpx.Request) -> httpx.Response:
        said = _heard(request)
        match self.mood:
            case "refusing":
                return _answer(401, said)
            case "puzzled":
                return _answer(422, said)
            case "down":
                return _answer(500, said)
            case "babbling":
                return httpx.Response(200, html=f"<html>{said}</html>")
            case "gone":
                raise httpx.RemoteProtocolError("hung up", request=request)
            case "rejecting" if b"<f:stamp" in request.content:
                incidencia = {"CodigoError": "301", "MensajeIncidencia": said}
                return result("stamp", "stamp", {"Incidencias": {"Incidencia": incidencia}})
        return _answer(400, said)


def _answer(status: int, said: str) -> httpx.Response:
    words = {"status": "error", "code": said, "message": f"301 - {said}", "messageDetail": said}
    return httpx.Response(status, json={**words, "error": {"message": said}, "data": said})


def _heard(request: httpx.Request) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    basic = re.search(r"Basic (\S+)", headers)
    opened = base64.b64decode(basic[1]).decode() if basic else ""
    return "".join(sign for sign in f"{headers} {opened} {request.content.decode('utf-8', 'replace')}" if sign >= " ")


class _ParrotMail(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say(b"220 parrot")
        for line in self.rfile:
            verb = line.strip().upper()
            if verb.startswith(b"EHLO"):
                self._say(b"250-parrot\r\n250 AUTH PLAIN")
            elif verb.startswith(b"AUTH"):
                opened = base64.b64decode(line.split()[-1]).replace(b"\0", b" ")
                self._say(b"535 you said " + line.strip() + b", which is " + opened)
            elif verb.startswith(b"QUIT"):
                return
            else:
                self._say(b"503 you said " + line.strip())

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def parrot_mail() -> Iterator[int]:
    """The port of a mail server that refuses every login and repeats it."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _ParrotMail) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
