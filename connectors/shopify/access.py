"""The shop's access token: given once, or got with the app's client credentials and got anew when refused."""

import json
import threading
from collections.abc import Generator
from typing import Any

import httpx
from pydantic import SecretStr

from hub.plugin import ConfigError, TransientError

from .api import seconds
from .config import ShopifyConfig

HEADER = "x-shopify-access-token"
_LOGIN = "/admin/oauth/access_token"
_NO_TOKEN = SecretStr("")
_HINT = "check client_id and client_secret, and that the app is installed in this shop"


class ShopifyAccess(httpx.Auth):
    """`X-Shopify-Access-Token` on every request; a token that Shopify refuses is replaced once."""

    requires_response_body = True

    def __init__(self, config: ShopifyConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._token = config.access_token or _NO_TOKEN

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token. A request that met 401 did nothing, so it may be sent again with a new token."""
        token = yield from self._current(request, refused=_NO_TOKEN)
        request.headers[HEADER] = token.get_secret_value()
        response = yield request
        if response.status_code == 401 and self._config.access_token is None:
            token = yield from self._current(request, refused=token)
            request.headers[HEADER] = token.get_secret_value()
            yield request

    def _current(
        self, request: httpx.Request, refused: SecretStr
    ) -> Generator[httpx.Request, httpx.Response, SecretStr]:
        # httpx closes this generator when its request fails, so the lock is always given back.
        with self._lock:
            if self._token == refused:
                answer = yield self._login(request)
                self._token = _token_of(answer)
            return self._token

    def _login(self, request: httpx.Request) -> httpx.Request:
        secret = self._config.client_secret or _NO_TOKEN
        body = {
            "client_id": self._config.client_id,
            "client_secret": secret.get_secret_value(),
            "grant_type": "client_credentials",
        }
        timeout = request.extensions.get("timeout", {})
        return httpx.Request("POST", request.url.join(_LOGIN), json=body, extensions={"timeout": timeout})


def _token_of(answer: httpx.Response) -> SecretStr:
    # The body of a refusal may repeat what was sent, so it is never shown.
    if 400 <= answer.status_code < 500 and answer.status_code not in {408, 429}:
        raise ConfigError(f"Shopify refuses the client credentials with HTTP {answer.status_code}", hint=_HINT)
    try:
        told: Any = json.loads(answer.content)
        token = told["access_token"]
    except (ValueError, TypeError, KeyError):
        token = None
    if answer.status_code != 200 or not isinstance(token, str) or not token or not token.isascii():
        raise TransientError(
            f"Shopify answers the client credentials with HTTP {answer.status_code} and no token",
            retry_after_s=seconds(answer.headers.get("retry-after")),
        )
    return SecretStr(token)
