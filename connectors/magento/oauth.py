"""OAuth 1.0a (RFC 5849) with HMAC-SHA256, as Magento takes it by default."""

import base64
import hmac
import secrets
import time
from collections.abc import Generator, Iterable
from urllib.parse import quote

import httpx
from pydantic import SecretStr

Pairs = list[tuple[str, str]]


def signature(method: str, url: httpx.URL, params: Pairs, keys: Iterable[SecretStr], digest: str = "sha256") -> str:
    """The signature of a request with these parameters (RFC 5849, 3.4); `keys` are consumer secret and token secret."""
    address = f"{url.scheme}://{url.netloc.decode()}{url.raw_path.partition(b'?')[0].decode()}"
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in params)
    joined = "&".join(f"{name}={value}" for name, value in encoded)
    base = "&".join(_encoded(part) for part in (method.upper(), address, joined))
    key = "&".join(_encoded(secret.get_secret_value()) for secret in keys)
    return base64.b64encode(hmac.digest(key.encode(), base.encode(), digest)).decode()


class OAuth1(httpx.Auth):
    """Signs each request anew."""

    def __init__(
        self, consumer_key: SecretStr, consumer_secret: SecretStr, token: SecretStr, secret: SecretStr
    ) -> None:
        self._consumer_key, self._token = consumer_key, token
        self._secrets = (consumer_secret, secret)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        told = {
            "oauth_consumer_key": self._consumer_key.get_secret_value(),
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(int(time.time())),
            "oauth_token": self._token.get_secret_value(),
            "oauth_version": "1.0",
        }
        params = [*request.url.params.multi_items(), *told.items()]
        told["oauth_signature"] = signature(request.method, request.url, params, self._secrets)
        listed = ", ".join(f'{name}="{_encoded(value)}"' for name, value in told.items())
        request.headers["authorization"] = f"OAuth {listed}"
        yield request


def _encoded(text: str) -> str:
    return quote(text, safe="~")
