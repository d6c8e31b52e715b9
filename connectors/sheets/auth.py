"""Google's tokens: a signed assertion for an hour's token, made when first needed and shared by all threads."""

import json
import threading
import time
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from hub.plugin import ConfigError, TransientError

from .key import Key

READ = "https://www.googleapis.com/auth/spreadsheets.readonly"
WRITE = "https://www.googleapis.com/auth/spreadsheets"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFE_S = 3600
# Renewed so long before its end that a request on its way still finds it good.
_MARGIN_S = 60.0
_HINT = "the key may be deleted or of another account, or this machine's clock is wrong; make a new JSON key"


class GoogleAuth(httpx.Auth):
    """`Authorization: Bearer ...` with a token that may read only, unless the request writes."""

    requires_response_body = True

    def __init__(self, key: Key, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = key, clock
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[SecretStr, float]] = {}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token. A request that met 401 did nothing: it is sent once more with a new token."""
        scope = READ if request.method == "GET" else WRITE
        token = yield from self._current(request, scope, refused=None)
        request.headers["authorization"] = f"Bearer {token.get_secret_value()}"
        response = yield request
        if response.status_code == 401:
            token = yield from self._current(request, scope, refused=token)
            request.headers["authorization"] = f"Bearer {token.get_secret_value()}"
            yield request

    def _current(
        self, request: httpx.Request, scope: str, refused: SecretStr | None
    ) -> Generator[httpx.Request, httpx.Response, SecretStr]:
        # httpx closes this generator when its request fails, so the lock is always given back.
        with self._lock:
            known = self._tokens.get(scope)
            if known is None or known[0] == refused or self._clock() > known[1]:
                answer = yield self._login(request, scope)
                token, life_s = _read(answer)
                known = self._tokens[scope] = (token, self._clock() + life_s - _MARGIN_S)
            return known[0]

    def _login(self, request: httpx.Request, scope: str) -> httpx.Request:
        form = {"grant_type": GRANT, "assertion": self._assertion(scope)}
        return httpx.Request(
            "POST",
            self._key.token_url,
            content=urlencode(form).encode(),
            headers={"content-type": "application/x-www-form-urlencoded"},
            extensions={"timeout": request.extensions.get("timeout", {})},
        )

    def _assertion(self, scope: str) -> str:
        try:
            from google.auth import crypt, jwt
        except ImportError as error:
            raise ConfigError(
                "reading Google Sheets needs gspread", hint="pip install 'autofactura-hub[sheets]'"
            ) from error
        now = int(self._clock())
        claims = {
            "iss": self._key.email,
            "scope": scope,
            "aud": self._key.token_url,
            "iat": now,
            "exp": now + LIFE_S,
        }
        try:
            signer = crypt.RSASigner.from_string(  # type: ignore[no-untyped-call]
                self._key.private_key, self._key.key_id or None
            )
        except ValueError:
            # Its cause may quote the key.
            raise ConfigError("the private key of service_account cannot be read", hint=_HINT) from None
        return str(jwt.encode(signer, claims).decode())  # type: ignore[no-untyped-call]


def _read(answer: httpx.Response) -> tuple[SecretStr, float]:
    # The body of a refusal may repeat what was sent, so of it only the error's name is shown.
    status = answer.status_code
    body = _json(answer)
    name = body.get("error") if isinstance(body, dict) else None
    said = f"Google, the token for the service account: HTTP {status}"
    if status in {408, 425, 429} or status >= 500:
        value = answer.headers.get("retry-after", "")
        raise TransientError(said, retry_after_s=float(value) if value.isascii() and value.isdigit() else None)
    if 400 <= status < 500:
        known = f" {name}" if name in {"invalid_grant", "invalid_client", "unauthorized_client"} else ""
        raise ConfigError(said + known, hint=_HINT)
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(token, str) or not token.isascii():
        raise TransientError(f"{said} without a token")
    life_s = body.get("expires_in")
    return SecretStr(token), float(life_s) if isinstance(life_s, int) else float(LIFE_S)


def _json(answer: httpx.Response) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        return None
