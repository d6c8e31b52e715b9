"""The way to the PAC: the sandbox's own service behind a wire that loses, delays, doubles and garbles."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn, Protocol

import httpx

from pac_providers.sandbox.service import Service
from pac_providers.sandbox.wire import Call, reply_to

PATIENCE_S = 30.0
"""After which the hub's HTTP client gives up."""
LATEST_S = 600.0
"""How long after that a request may still arrive; no protocol can cope with a PAC that works on it days later."""


class Surroundings(Protocol):
    """What a wire needs of its world."""

    def first(self, *kinds: str) -> str | None: ...
    def seconds(self, longest: float) -> float: ...
    def pause(self, where: str, seconds: float = 0.0) -> None: ...
    def later(self, after: timedelta, name: str, act: Callable[[], object]) -> None: ...
    def broken(self, what: str) -> NoReturn: ...


class PacWire:
    """`handle` is a request as the hub's HTTP client experiences it."""

    def __init__(self, world: Surroundings, name: str, service: Service) -> None:
        self._world = world
        self._name = name
        self._service = service
        self._beyond_control: set[bytes] = set()
        """Bytes that the network may bring a second time."""

    def handle(self, request: httpx.Request) -> httpx.Response:
        world, call = self._world, _call(request)
        if world.first("pac refuses connections"):
            raise httpx.ConnectError("connection refused", request=request)
        world.pause(f"{self._name}: {call.path[1]} leaves")
        if fault := world.first("pac 401", "pac without credits", "pac 500 before"):
            return {"pac 401": _json(401), "pac without credits": _json(402), "pac 500 before": _json(500)}[fault]
        if world.first("pac request lost"):
            self._silence(request)
        if world.first("pac request late"):
            self._beyond_control.add(call.body)
            after = timedelta(seconds=PATIENCE_S + world.seconds(LATEST_S))
            world.later(after, f"{self._name}: a late request arrives", lambda: reply_to(self._service, call))
            self._silence(request)
        if call.path[1] == "stamp":
            self._look_for_repetition(call.body)
        reply = reply_to(self._service, call)
        if world.first("pac request doubled"):
            self._beyond_control.add(call.body)
            reply = reply_to(self._service, call)
        return self._answered(request, call, httpx.Response(reply.status, content=reply.body))

    def _answered(self, request: httpx.Request, call: Call, response: httpx.Response) -> httpx.Response:
        slow = self._world.seconds(PATIENCE_S * 0.8) if self._world.first("pac slow") else 0.0
        self._world.pause(f"{self._name}: {call.path[1]} answers {response.status_code}", slow)
        match self._world.first("pac answer lost", "pac 500 after", "pac garbage"):
            case "pac answer lost":
                self._silence(request)
            case "pac 500 after":
                return _json(500)
            case "pac garbage":
                return httpx.Response(200, content=b"<html>maintenance</html>")
        return response

    def _look_for_repetition(self, xml: bytes) -> None:
        """This PAC would show the earlier stamp, another might make a second one: nobody is to ask for it."""
        stamped = self._service.ledger.stamp_of(hashlib.sha256(xml).digest())
        if stamped is not None and xml not in self._beyond_control:
            self._world.broken(f"the hub sends again what was stamped as {stamped.uuid}")

    def _silence(self, request: httpx.Request) -> None:
        self._world.pause(f"{self._name}: silence", PATIENCE_S)
        raise httpx.ReadTimeout("no answer came", request=request)


def _call(request: httpx.Request) -> Call:
    path = tuple(request.url.path.strip("/").split("/"))
    return Call(request.method, path, dict(request.url.params), request.read())


def _json(status: int) -> httpx.Response:
    return httpx.Response(status, json={"message": "simulated"})
