"""SW's tokens: made when first needed, shared by all threads, renewed once where SW answers 401."""

import json
import threading
import time
from collections.abc import Generator
from typing import Any

import httpx
from pydantic import SecretStr

from hub.plugin import ConfigError, TransientError

from .config import SwConfig

_LOGIN = "/v2/security/authenticate"
_HINT = "check token, or user and password, and that they belong to this environment"
# Renewed so long before its end that a request on its way still finds it good.
_MARGIN_S = 60.0
_NO_TOKEN = SecretStr("")


class SwAuth(httpx.Auth):
    """`Authorization: Bearer ...`, for SW's own hosts only: storage links lead elsewhere."""

    requires_response_body = True

    def __init__(self, config: SwConfig) -> None:
        hosts = config.hosts()
        self._login = httpx.URL(hosts.services).join(_LOGIN)
        self._origins = {_origin(httpx.URL(host)) for host in (hosts.services, hosts.api)}
        self._config = config
        self._lock = threading.Lock()
        self._token, self._until = config.token or _NO_TOKEN, float("inf")

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token. A request that met 401 did nothing: it is sent once more, the same, with a new token."""
        if _origin(request.url) not in self._origins:
            yield request
            return
        token = yield from self._current(request, refused=_NO_TOKEN)
        request.headers["authorization"] = f"Bearer {token.get_secret_value()}"
        response = yield request
        if response.status_code == 401 and self._config.token is None:
            token = yield from self._current(request, refused=token)
            request.headers["authorization"] = f"Bearer {token.get_secret_value()}"
            yield request

    def _current(
        self, request: httpx.Request, refused: SecretStr
    ) -> Generator[httpx.Request, httpx.Response, SecretStr]:
        # httpx closes this generator when its request fails, so the lock is always given back.
        with self._lock:
            if self._token == refused or time.time() > self._until:
                answer = yield self._login_request(request)
                self._token, self._until = _read(answer)
            return self._token

    def _login_request(self, request: httpx.Request) -> httpx.Request:
        password = self._config.password or _NO_TOKEN
        body = {"user": self._config.user, "password": password.get_secret_value()}
        return httpx.Request(
            "POST", self._login, json=body, extensions={"timeout": request.extensions.get("timeout", {})}
        )


def _read(answer: httpx.Response) -> tuple[SecretStr, float]:
    # The body of a refusal repeats what was sent, so it is never shown.
    if answer.status_code in {400, 401, 403, 404, 405}:
        raise ConfigError(f"SW refuses the login with HTTP {answer.status_code}", hint=_HINT)
    try:
        data: Any = json.loads(answer.content)["data"]
        token, until = data["token"], float(data.get("expires_in") or "inf")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        token = until = None
    if answer.status_code != 200 or not isinstance(token, str) or not token.isascii() or until is None:
        raise TransientError(f"SW answers the login with HTTP {answer.status_code} and without a token")
    return SecretStr(token), until - _MARGIN_S


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
