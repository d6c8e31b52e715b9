"""The hub's `Http` beneath SDKs that are built on `requests`. Import it where the SDK is used: it needs `requests`."""

from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.adapters import BaseAdapter

from .errors import InDoubtError, TransientError
from .http import Answer, Http

_KEPT = frozenset({"accept", "content-type"})
# Headers of the SDK that are sent; credentials come from `Client.auth`, the rest is `Http`'s own.


class _Response(requests.Response):
    """An answer whose numbers are exact."""

    def json(self, **_: Any) -> Any:
        try:
            return Answer(self.status_code, {}, self.content).json()
        except InDoubtError as error:
            raise TransientError(f"{self.url.partition('?')[0]}: the body is not JSON") from error


class HttpAdapter(BaseAdapter):
    """Sends what an SDK asks for through `Http`: its errors, timeouts, redaction and limits on addresses hold.

    `judge` sees each answer first, with method and address for its message, and raises what it means; the SDK gets
    the others. All requests may be repeated (`Http.read`): a source's SDK reads, or sets what it sets again.
    """

    def __init__(self, http: Http, judge: Callable[[Answer, str], None], address: Callable[[str], str] = str) -> None:
        super().__init__()
        self._http = http
        self._judge = judge
        self._address = address

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, stream: bool = False, **_: Any
    ) -> requests.Response:
        """One request."""
        del stream
        url, method = self._address(str(request.url)), str(request.method)
        body = request.body.encode() if isinstance(request.body, str) else request.body
        headers = {name: _text(value) for name, value in request.headers.items() if name.lower() in _KEPT}
        if body is not None and not isinstance(body, bytes):
            raise TypeError("a body that is streamed cannot be sent again")
        answer = self._http.read(method, url, content=body, headers=headers)
        self._judge(answer, f"{method} {url.partition('?')[0]}")
        return _response(request, answer)

    def close(self) -> None:
        """The connections are the hub's."""


def session_over(
    http: Http, judge: Callable[[Answer, str], None], address: Callable[[str], str] = str
) -> requests.Session:
    """A session for an SDK that takes one; see `HttpAdapter`. `address` moves what an SDK asks at a fixed address."""
    session = requests.Session()
    session.trust_env = False  # or a .netrc would add credentials of somebody else
    session.adapters.clear()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HttpAdapter(http, judge, address))
    return session


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = _Response()
    response.status_code = answer.status
    response.headers.update(_plain(answer.headers))
    response.request, response.url = request, str(request.url)
    response.encoding = "utf-8"
    response._content = answer.content  # noqa: SLF001 (requests has no other way to give a body)
    return response


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    return dict(headers.items())
