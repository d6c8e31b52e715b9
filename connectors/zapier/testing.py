"""Zapier, Make or n8n for tests and demonstrations: sends sales as they do, and has addresses that hear of events.

zapier = FakeZapier()
with zapier.serving():
zap = zapier.switch_on("https://hub.example", key, "cfdi.stamped")
zapier.send("https://hub.example", key, "/api/v1/sales", {...})
zap.heard            # what the hub told it, signatures checked
zap.switch_off()     # the Zap is off: 410, as if nobody had unsubscribed it
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

Json = dict[str, Any]
TOLERANCE_S = 300


@dataclass
class Zap:
    """A trigger: its address, what it heard, and how it answers."""

    number: int
    event: str
    url: str
    subscription: Json = field(default_factory=dict)
    heard: list[Json] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    """`webhook-id` of each delivery that was taken."""
    tries: list[str] = field(default_factory=list)
    """`webhook-id` of every try."""
    forged: int = 0
    """Deliveries whose signature was wrong; they are not heard."""
    on: bool = True
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Statuses and headers with which the next tries are answered instead."""

    def switch_off(self) -> None:
        """From now on the address says 410."""
        self.on = False

    def fail_next(self, status: int, headers: Mapping[str, str] | None = None, *, times: int = 1) -> None:
        """Answer the next tries with an error, such as 429 with `Retry-After`."""
        self.answers += [(status, dict(headers or {}))] * times


class FakeZapier:
    """A tool without code. `agent` is how it calls itself; `key_header` where it puts the key.

    Args:
        clock: the time that signatures are compared with.
    """

    def __init__(
        self, agent: str = "Zapier", key_header: str = "authorization", clock: Callable[[], datetime] | None = None
    ) -> None:
        self.agent = agent
        self.key_header = key_header
        self.zaps: list[Zap] = []
        self._clock = clock or (lambda: datetime.now(UTC))
        self._url = ""

    def headers(self, key: str) -> dict[str, str]:
        """As this tool sends a key."""
        value = f"Bearer {key}" if self.key_header == "authorization" else key
        return {self.key_header: value, "user-agent": self.agent}

    def send(self, hub: str, key: str, path: str, body: Json, *, idempotency_key: str = "") -> httpx.Response:
        """Post JSON to a hub."""
        headers = self.headers(key) | ({"idempotency-key": idempotency_key} if idempotency_key else {})
        return httpx.post(hub + path, json=body, headers=headers, timeout=30)

    def switch_on(self, hub: str, key: str, event: str) -> Zap:
        """Switch a trigger on: the hub is asked to tell its address of the event."""
        zap = Zap(len(self.zaps), event, f"{self._url}/hooks/standard/1234567/{len(self.zaps)}/")
        self.zaps.append(zap)
        body = {"target_url": zap.url, "event": event}
        answer = httpx.post(f"{hub}/api/v1/hooks", json=body, headers=self.headers(key), timeout=30)
        answer.raise_for_status()
        zap.subscription = answer.json()
        return zap

    def unsubscribe(self, hub: str, key: str, zap: Zap) -> httpx.Response:
        """Switch a trigger off in the way that Zapier does if it can."""
        zap.switch_off()
        where = f"{hub}/api/v1/hooks/{zap.subscription['id']}"
        return httpx.delete(where, headers=self.headers(key), timeout=30)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Listen on this machine until the block ends."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        self._url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self._url
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """What an address answers to a delivery."""
        zap = next((zap for zap in self.zaps if zap.url.endswith(path)), None)
        if zap is None:
            return 404, {}
        zap.tries.append(headers["webhook-id"])
        if not zap.on:
            return 410, {}
        if zap.answers:
            return zap.answers.pop(0)
        if not self._signed(zap, headers, body):
            zap.forged += 1
            return 401, {}
        zap.heard.append(json.loads(body))
        zap.ids.append(headers["webhook-id"])
        return 200, {}

    def _signed(self, zap: Zap, headers: Mapping[str, str], body: bytes) -> bool:
        stamp = headers["webhook-timestamp"]
        key = base64.b64decode(zap.subscription["secret"].removeprefix("whsec_"))
        expected = hmac.digest(key, f"{headers['webhook-id']}.{stamp}.".encode() + body, hashlib.sha256)
        fresh = abs(self._clock().timestamp() - int(stamp)) <= TOLERANCE_S
        return fresh and headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                sent = {name.lower(): value for name, value in self.headers.items()}
                status, headers = fake.take(self.path, sent, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name of the base)
                """Tests have nothing to read there."""

        return Handler
