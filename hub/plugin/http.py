"""HTTP with the error classes built in: plugins never catch transport errors."""

import json
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from pydantic import SecretStr

from .errors import ConfigError, InDoubtError, TransientError

_NEVER_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_BAD_ADDRESS = (httpx.UnsupportedProtocol, httpx.InvalidURL)
_BAD_HEADER = (httpx.LocalProtocolError, UnicodeEncodeError)
_LOOK_AT_THE_KEY = "look for a line break or an accent in the key"
_MARKED = re.compile(r'"\\u0000(-?[0-9]+(?:\.[0-9]+)?)\\u0000"')
_LONGEST_WAIT_S = 86_400.0
_REFUSED = frozenset({401, 403, 404, 405})
# Marks the write itself: an httpx.Auth may send a login of its own before it, and after it was refused with 401.
_WRITE = "hub.write"
# 409 and 429 may report an earlier attempt: one `recover` is cheaper than a second invoice.
_AMBIGUOUS = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, slots=True)
class Client:
    """How the hub must reach a plugin's remote side.

    `transport` is for a remote side that lives in the same process; leave it out for real services.
    """

    base_url: str = ""
    auth: httpx.Auth | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_s: float = 30.0
    transport: httpx.BaseTransport | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The remote side's answer, whatever it says."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def ok(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; numbers with a point come as Decimal.

        Raises:
            InDoubtError: the body is not JSON. From a write, that answer proves nothing.
        """
        try:
            return _loads(self.content)
        except ValueError as error:
            raise InDoubtError(f"HTTP {self.status} with a body that is not JSON") from error


class Http:
    """The only way out for a plugin. `get` and `query` may be repeated, `post_once` may not: they fail differently."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @classmethod
    def of(cls, options: Client) -> "Http":
        """The Http for a plugin's `client()`; redirects are never followed.

        Raises:
            ConfigError: the address is not valid, or a header cannot be sent.
        """
        try:
            client = httpx.Client(
                base_url=options.base_url,
                auth=options.auth,
                headers=dict(options.headers),
                timeout=options.timeout_s,
                transport=options.transport,
            )
        except httpx.InvalidURL:
            raise ConfigError(f"the address {options.base_url!r} is not valid") from None
        except UnicodeEncodeError:
            raise ConfigError("a header cannot be sent", hint=_LOOK_AT_THE_KEY) from None
        return cls(client)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """Read JSON.

        Raises:
            ConfigError: 401, 403, 404, 405 or another 4xx: a person must look.
            TransientError: 429, 5xx, a timeout or a broken connection.
        """
        return _readable(self.read("GET", url, params=params), f"GET {_where(self._client, url)}")

    def find(self, url: str, params: Mapping[str, str] | None = None) -> Any | None:
        """Read JSON of one thing that may be gone: None for 404 and 410; otherwise as `get`."""
        answer = self.read("GET", url, params=params)
        gone = answer.status in {404, 410}
        return None if gone else _readable(answer, f"GET {_where(self._client, url)}")

    def query(self, url: str, body: Mapping[str, Any]) -> Any:
        """Read JSON with a POST that changes nothing, such as a GraphQL query; fails like `get`."""
        answer = self.read("POST", url, content=json.dumps(body).encode(), headers={"content-type": "application/json"})
        return _readable(answer, f"POST {_where(self._client, url)}")

    def ask(self, url: str, content: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        """Read with a POST that changes nothing, in another format than JSON, such as SOAP; fails like `get`."""
        answer = self.read("POST", url, content=content, headers=headers)
        return _good(answer, f"POST {_where(self._client, url)}").content

    def read(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request that changes nothing, with the answer as it came; for SDK adapters and odd formats.

        Raises:
            ConfigError: the address or a header cannot be sent at all.
            TransientError: a timeout, a broken connection or an answer that cannot be decoded.
        """
        try:
            response = self._send(method, url, params=params, content=content, headers=headers)
        except httpx.RequestError as error:
            raise TransientError(f"{method} {_where(self._client, url)}: {type(error).__name__}") from error
        return _answer(response)

    def post_once(self, url: str, content: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """One write, sent once, with POST; see `write_once`."""
        return self.write_once("POST", url, content=content, headers=headers)

    def write_once(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One write, sent once. The answer may be a refusal: 2xx, 400 and 422 come back to the plugin.

        Raises:
            ConfigError: 401, 403, 404, 405: the remote side refused before doing anything; or nothing
                could be sent, for the address or a header.
            TransientError: the connection was never made, or the login that goes before the write (`Client.auth`)
                got no answer: nothing was done.
            InDoubtError: a timeout, a reset or an undecodable answer after sending, 408, 409, 425, 429 or 5xx.
        """
        where = f"{method} {_where(self._client, url)}"
        sent = {"params": params, "content": content, "headers": headers, "extensions": {_WRITE: True}}
        try:
            response = self._send(method, url, **sent)
        except _NEVER_REACHED as error:
            raise TransientError(f"{where}: {type(error).__name__}, nothing was sent") from error
        except httpx.RequestError as error:
            if _WRITE not in error.request.extensions:
                raise TransientError(f"{where}: {type(error).__name__} at the login, nothing was done") from error
            raise InDoubtError(f"{where}: {type(error).__name__} after sending") from error
        _refuse(response.status_code, where)
        if response.status_code in _AMBIGUOUS or response.status_code >= 500:
            raise InDoubtError(f"{where}: HTTP {response.status_code}")
        return _answer(response)

    def _send(self, method: str, url: str, **what: Any) -> httpx.Response:
        # Headers are checked before a byte leaves; the causes are dropped because they quote the header.
        try:
            return self._client.request(method, url, **what)
        except _BAD_ADDRESS:
            raise ConfigError(f"{method}: the address is not valid", hint="it starts with https://") from None
        except _BAD_HEADER:
            where = f"{method} {_where(self._client, url)}"
            raise ConfigError(f"{where}: a header cannot be sent", hint=_LOOK_AT_THE_KEY) from None


class Bearer(httpx.Auth):
    """`Authorization: Bearer ...`; keeps the secret wrapped until the moment of sending."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        request.headers["authorization"] = f"Bearer {self._token.get_secret_value()}"
        yield request


class Basic(httpx.Auth):
    """`Authorization: Basic ...`; keeps the secret wrapped until the moment of sending."""

    def __init__(self, username: str, password: SecretStr) -> None:
        self._username = username
        self._password = password

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        yield from httpx.BasicAuth(self._username, self._password.get_secret_value()).auth_flow(request)


def _readable(answer: Answer, where: str) -> Any:
    try:
        return _loads(_good(answer, where).content)
    except ValueError as error:
        raise TransientError(f"{where}: the body is not JSON") from error


def _good(answer: Answer, where: str) -> Answer:
    _refuse(answer.status, where)
    if answer.status in {408, 425, 429} or answer.status >= 500:
        wait = _retry_after(answer.headers.get("retry-after"))
        raise TransientError(f"{where}: HTTP {answer.status}", retry_after_s=wait)
    if not answer.ok:
        raise ConfigError(f"{where}: HTTP {answer.status}", hint="the remote side does not accept this request")
    return answer


def _refuse(status: int, where: str) -> None:
    if status in _REFUSED:
        raise ConfigError(f"{where}: HTTP {status}", hint="check the key, its scopes and the address")


def exact_json(value: Any) -> bytes:
    """JSON with every Decimal as the number that it is written as: money never passes through a float."""
    text = json.dumps(value, default=_marked, ensure_ascii=False, allow_nan=False)
    return _MARKED.sub(r"\1", text).encode()


def _marked(value: object) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError(f"{type(value).__name__} has no JSON")
    # No XML and no form can carry NUL, so no text looks like a marked number.
    return f"\0{value:f}\0"


def _loads(content: bytes) -> Any:
    # Money never passes through a float.
    try:
        return json.loads(content, parse_float=Decimal)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, response.headers, response.content)


def _where(client: httpx.Client, url: str) -> str:
    # Host and path only: a query string may carry a token or personal data.
    try:
        target = client.base_url.join(url)
    except httpx.InvalidURL:
        return "an address that is not valid"
    return f"{target.host}{target.path}"


def _retry_after(value: str | None) -> float | None:
    if not value:
        return None
    if value.isascii() and value.strip().isdigit():
        return min(float(value), _LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date with the offset -0000 comes naive; RFC 9110 dates are UTC.
    wait = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(0.0, wait), _LONGEST_WAIT_S)
