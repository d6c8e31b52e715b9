"""HTTP with the error classes built in: plugins never catch transport errors."""

import json
import re
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, NoReturn

import httpx
from pydantic import SecretStr

from .errors import ConfigError, InDoubtError, TransientError
from .pace import Pace

_NEVER_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_BAD_ADDRESS = (httpx.UnsupportedProtocol, httpx.InvalidURL)
_BAD_HEADER = (httpx.LocalProtocolError, UnicodeEncodeError)
_LOOK_AT_THE_KEY = "look for a line break or an accent in the key"
_MARKED = re.compile(r'"\\u0000(-?[0-9]+(?:\.[0-9]+)?)\\u0000"')
_LONGEST_WAIT_S = 86_400.0
_LONGEST_NUMBER = 100
LARGEST_ANSWER = 50_000_000
"""Bytes of an answer, unpacked; a factura global of 50,000 sales has about half of it."""
_REFUSED = frozenset({401, 403, 404, 405})
# Marks the write itself: an httpx.Auth may send a login of its own before it, and after it was refused with 401.
_WRITE = "hub.write"
# 409 and 429 may report an earlier attempt: one `recover` is cheaper than a second invoice.
_AMBIGUOUS = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, slots=True)
class Client:
    """How the hub must reach a plugin's remote side.

    A header whose value is None is not sent, for a remote side that cannot stand one that goes out by itself (Accept,
    Accept-Encoding, User-Agent). `transport` is for a remote side that lives in the same process; leave it out for
    real services. `per_second` spreads the requests of one instance in one process, for a remote side that punishes
    haste. `turns_away` are statuses, such as 429, that the remote side gives to a write before it looks at it; leave
    it empty unless that is sure.
    """

    base_url: str = ""
    auth: httpx.Auth | None = field(default=None, repr=False)
    headers: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    timeout_s: float = 30.0
    transport: httpx.BaseTransport | None = None
    per_second: float | None = None
    turns_away: frozenset[int] = frozenset()


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
            return exact_loads(self.content)
        except ValueError as error:
            raise InDoubtError(f"HTTP {self.status} with a body that is not JSON") from error


class _TooLargeError(httpx.RequestError):
    """The answer has more than LARGEST_ANSWER bytes."""


def _take_whole(response: httpx.Response, *, within_s: float) -> None:
    """Read the body within its limits: no endless answer, none that trickles, and none that unpacks without end."""
    until, content = time.monotonic() + within_s, bytearray()
    # A second response over the same stream, so that the first is as if it came like this.
    as_it_came = httpx.Response(
        response.status_code, headers=response.headers, stream=response.stream, request=response.request
    )
    for chunk in as_it_came.iter_bytes():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise _TooLargeError(f"more than {LARGEST_ANSWER} bytes", request=response.request)
        if time.monotonic() > until:
            raise httpx.ReadTimeout(f"the answer takes more than {within_s} s", request=response.request)
    response.stream = httpx.ByteStream(bytes(content))
    response.headers.pop("content-encoding", None)


class Http:
    """The only way out for a plugin. `get` and `query` may be repeated, `post_once` may not: they fail differently."""

    def __init__(
        self, client: httpx.Client, per_second: float | None = None, turns_away: frozenset[int] = frozenset()
    ) -> None:
        self._client = client
        self._pace = Pace(per_second) if per_second else None
        self._turns_away = turns_away

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
                headers={name: value for name, value in options.headers.items() if value is not None},
                timeout=options.timeout_s,
                transport=options.transport,
                event_hooks={"response": [partial(_take_whole, within_s=options.timeout_s)]},
            )
        except httpx.InvalidURL:
            raise ConfigError(f"the address {options.base_url!r} is not valid") from None
        except UnicodeEncodeError:
            raise ConfigError("a header cannot be sent", hint=_LOOK_AT_THE_KEY) from None
        for name in (name for name, value in options.headers.items() if value is None):
            client.headers.pop(name, None)
        return cls(client, options.per_second, options.turns_away)

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
        """One request that may be repeated, with the answer as it came; for SDK adapters and odd formats.

        It changes nothing, or sets what it sets again when it is sent twice.

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
            TransientError: the connection was never made, the login that goes before the write (`Client.auth`)
                got no answer, or the status is one of `Client.turns_away`: nothing was done.
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
        if response.status_code in self._turns_away:
            wait = retry_after(response.headers.get("retry-after"))
            raise TransientError(f"{where}: HTTP {response.status_code}, nothing was done", retry_after_s=wait)
        if response.status_code in _AMBIGUOUS or response.status_code >= 500:
            raise InDoubtError(f"{where}: HTTP {response.status_code}")
        return _answer(response)

    def _send(self, method: str, url: str, **what: Any) -> httpx.Response:
        if self._pace is not None:
            self._pace.wait()
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
        return exact_loads(_good(answer, where).content)
    except ValueError as error:
        raise TransientError(f"{where}: the body is not JSON") from error


def _good(answer: Answer, where: str) -> Answer:
    _refuse(answer.status, where)
    if answer.status in {408, 425, 429} or answer.status >= 500:
        wait = retry_after(answer.headers.get("retry-after"))
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


def exact_loads(content: bytes) -> Any:
    """JSON with every number as it is written: money never passes through a float.

    Raises:
        ValueError: it is not JSON (NaN and Infinity are none), is nested too deep, or holds a number that nobody means.
    """
    try:
        return json.loads(content, parse_float=_decimal, parse_int=_integer, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _decimal(text: str) -> Decimal:
    # One that is written short may be endless once it is written out: 1e999999999.
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("Infinity")
    if len(text) > _LONGEST_NUMBER or not value.is_finite() or abs(value.adjusted()) > _LONGEST_NUMBER:
        raise ValueError("a number out of all proportion")
    return value


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number out of all proportion")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, response.headers, response.content)


def _where(client: httpx.Client, url: str) -> str:
    # Host and path only: a query string may carry a token or personal data.
    try:
        target = client.base_url.join(url)
    except httpx.InvalidURL:
        return "an address that is not valid"
    return f"{target.host}{target.path}"


def retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for; None if it does not say."""
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
