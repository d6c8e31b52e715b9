"""How the hub shows itself to Clip, and Clip to the hub."""

from collections.abc import Generator, Iterable
from hmac import compare_digest

import httpx
from pydantic import SecretStr

from hub.plugin import RawRequest, SignatureError

from .config import ClipConfig

PARAMETER = "?token"


class ClipKey(httpx.Auth):
    """The key in the form that the configuration names; kept wrapped until the moment of sending."""

    def __init__(self, config: ClipConfig) -> None:
        self._config = config

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        key, secret = self._config.api_key.get_secret_value(), self._config.api_secret
        if self._config.authorization == "basic" and secret is not None:
            yield from httpx.BasicAuth(key, secret.get_secret_value()).auth_flow(request)
            return
        request.headers["authorization"] = f"Bearer {key}" if self._config.authorization == "bearer" else key
        yield request


def verify_token(request: RawRequest, tokens: Iterable[SecretStr]) -> None:
    """Check the text in the address; Clip itself signs nothing.

    Raises:
        SignatureError: missing or wrong.
    """
    given = request.headers.get(PARAMETER, "").encode(errors="replace")
    if not any(compare_digest(given, token.get_secret_value().encode()) for token in tokens):
        raise SignatureError(
            "the address does not carry the token", hint="give Clip the address that ends in ?token= and webhook_token"
        )
