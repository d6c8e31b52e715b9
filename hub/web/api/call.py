"""One request to the API, from its headers to its answer: who asks, how often, what was sent, what went wrong."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hub.flow.api_keys import WrongModeError, known_key
from hub.flow.context import Flow
from hub.plugin import HubError
from hub.store import ApiKey
from hub.web.portal.visit import Visit
from hub.web.raw_body import raw_body

from .pace import Pace
from .problems import ProblemError, answer

log = structlog.get_logger()

MAX_BYTES = 1_000_000
FAILURES_PER_MINUTE = 60
"""Requests without a valid key from one address, in each minute."""
KEY_HEADERS = ("x-api-key", "x-make-apikey")
"""Where a key may stand if a tool cannot write an Authorization header."""
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Api:
    """What every request needs."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.pace = Pace(flow.settings.web.api_per_minute, flow.seconds)
        self.failures = Pace(FAILURES_PER_MINUTE, flow.seconds)

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return f"{self.flow.settings.web.public_url}/api/v1"

    @property
    def docs_url(self) -> str:
        """Where it is explained."""
        return f"{self.base_url}/docs"


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose key is known and whose body is here."""

    request: Request
    key: ApiKey
    raw: bytes

    def named(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])


Work = Callable[[Api, Call], Response]


def endpoint(api: Api, work: Work, *, takes_body: bool) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that does this work for whoever has a key."""

    async def answered(request: Request) -> Response:
        try:
            key = await run_in_threadpool(_key, api, request)
            raw = await _raw(request) if takes_body else b""
            response = await run_in_threadpool(work, api, Call(request, key, raw))
        except ProblemError as error:
            response = answer(error, api.docs_url)
        except HTTPException as error:
            response = answer(of_http(error), api.docs_url)
        except Exception as error:
            response = answer(_unforeseen(request, error), api.docs_url)
        response.headers.update(_HEADERS)
        return response

    return answered


def of_http(error: HTTPException) -> ProblemError:
    """What the server itself refuses, in the API's words."""
    kind = {404: "not-found", 405: "wrong-method", 408: "too-slow", 413: "too-large"}.get(error.status_code)
    return ProblemError(kind or "invalid-request", str(error.detail), headers=error.headers)


def _unforeseen(request: Request, error: Exception) -> ProblemError:
    route = getattr(request.scope.get("route"), "path", "")
    if isinstance(error, HubError):
        log.warning("api request not done", route=route, why=str(error))
    else:
        log.error("api request failed", route=route, exc_info=error)
    return ProblemError("try-again", "the hub cannot do this now", headers={"retry-after": "30"})


def _key(api: Api, request: Request) -> ApiKey:
    try:
        key = known_key(api.flow, _sent_key(request))
    except WrongModeError as error:
        mode = "live" if api.flow.settings.environment == "production" else "test"
        raise ProblemError("wrong-mode", f"this hub wants a {mode} key", hint="`hub api-keys new` makes one") from error
    if key is not None and f"source {key.source}" in api.flow.instances.broken:
        raise ProblemError("try-again", "the plugin of this source is not there now", headers={"retry-after": "600"})
    if key is None or key.source not in api.flow.instances.sources:
        # A good key is never kept waiting by the wrong ones that its neighbours at the same address try.
        _within(api.failures.wait_s(Visit(request, {}).client))
        said = "no API key was sent" if not _sent_key(request) else "this API key opens nothing"
        raise ProblemError("unauthorized", said, headers={"www-authenticate": "Bearer"})
    _within(api.pace.wait_s(str(key.id)))
    return key


def _sent_key(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return next((request.headers[name].strip() for name in KEY_HEADERS if name in request.headers), "")


def _within(wait_s: int) -> None:
    if wait_s:
        raise ProblemError("too-many-requests", f"wait {wait_s} s", headers={"retry-after": str(wait_s)})


async def _raw(request: Request) -> bytes:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise ProblemError("not-json", f"the Content-Type is {media_type[:100] or 'missing'}")
    raw = await raw_body(request, MAX_BYTES)
    if raw is None:
        raise ProblemError("too-large", f"a body has at most {MAX_BYTES} bytes", headers={"connection": "close"})
    return raw
