"""How the hub shows itself to OpenPay, and OpenPay to the hub: Basic both ways."""

import base64
from collections.abc import Generator, Iterable
from hmac import compare_digest

import httpx
from pydantic import SecretStr

from hub.plugin import RawRequest, SignatureError


class PrivateKey(httpx.Auth):
    """Basic with the key as user and no password; keeps it wrapped until the moment of sending."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        yield from httpx.BasicAuth(self._key.get_secret_value(), "").auth_flow(request)


def verify_basic(request: RawRequest, user: str, passwords: Iterable[SecretStr]) -> None:
    """Check the user and password that the webhook was made with.

    Raises:
        SignatureError: missing or wrong.
    """
    given = request.header("authorization").strip().encode(errors="replace")
    expected = [_basic(user, password.get_secret_value()) for password in passwords]
    if not any(compare_digest(given, one) for one in expected):
        raise SignatureError(
            "user or password is wrong", hint="compare webhook_user and webhook_password with the webhook in OpenPay"
        )


def _basic(user: str, password: str) -> bytes:
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode())
