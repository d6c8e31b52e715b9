"""The app's access token: got with its client credentials, kept until shortly before its end, replaced when refused."""

import json
import threading
import time
from collections.abc import Generator
from typing import Any

import httpx
from pydantic import SecretStr

from hub.plugin import ConfigError, TransientError

from .config import PayPalConfig

_LOGIN = "/v1/oauth2/token"
_NO_TOKEN = SecretStr("")
_EARLY_S = 60.0
_HINT = "check client_id and client_secret, and that both are of the sandbox if sandbox is true"


class PayPalAccess(httpx.Auth):
    """`Authorization: Bearer ...` on every request."""

    requires_response_body = True

    def __init__(self, config: PayPalConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._token, self._ends = _NO_TOKEN, 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token. A request that met 401 did nothing, so it may be sent again with a new token."""
        token = yield from self._current(request, refused=_NO_TOKEN)
        request.headers["authorization"] = f"Bearer {token.get_secret_value()}"
        response = yield request
        if response.status_code == 401:
            token = yield from self._current(request, refused=token)
            request.headers["authorization"] = f"Bearer {token.get_secret_value()}"
            yield request

    def _current(
        self, request: httpx.Request, refused: SecretStr
    ) -> Generator[httpx.Request, httpx.Response, SecretStr]:
        # httpx closes this generator when its request fails, so the lock is always given back.
        with self._lock:
            if self._token == refused or time.monotonic() >= self._ends:
                answer = yield self._login(request)
                self._token, life_s = _read(answer)
                self._ends = time.monotonic() + life_s - _EARLY_S
            return self._token

    def _login(self, request: httpx.Request) -> httpx.Request:
        login = httpx.Request(
            "POST",
            request.url.join(_LOGIN),
            data={"grant_type": "client_credentials"},
            extensions={"timeout": request.extensions.get("timeout", {})},
        )
        basic = httpx.BasicAuth(self._config.client_id, self._config.client_secret.get_secret_value())
        return next(basic.auth_flow(login))


def _read(answer: httpx.Response) -> tuple[SecretStr, float]:
    status = answer.status_code
    said = f"PayPal, the access token: HTTP {status}"
    if status in {408, 425, 429} or status >= 500:
        wait = answer.headers.get("retry-after", "")
        raise TransientError(said, retry_after_s=float(wait) if wait.isascii() and wait.isdigit() else None)
    if not answer.is_success:
        raise ConfigError(said, hint=_HINT)
    try:
        told: Any = json.loads(answer.content)
        token, life = told["access_token"], told.get("expires_in")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TransientError(f"{said} without a token") from None
    if not isinstance(token, str) or not token.isascii():
        raise TransientError(f"{said} without a token")
    return SecretStr(token), float(life) if isinstance(life, int) else 600.0
