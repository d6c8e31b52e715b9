"""Stripe's REST API as this connector needs it: single objects and whole lists, for one account, and metadata."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from hub.plugin import Answer, ConfigError, Http, InDoubtError, Record, TransientError

PAGE_SIZE = "100"
_TRY_LATER = frozenset({408, 409, 425, 429})
_MAY_READ = "give the restricted key read permission for this resource"
_MAY_WRITE = "give the restricted key write permission for this resource, or take write_back: true away"


class StripeApi:
    """Reads for the account of the key, or for a connected account (`acct_...`)."""

    def __init__(self, http: Http, account: str = "") -> None:
        self._http = http
        self._headers = {"stripe-account": account} if account else {}
        self.account = account

    def retrieve(self, path: str, **params: str) -> Record | None:
        """One object; None if Stripe does not know it."""
        answer = self._http.read("GET", path, params=params, headers=self._headers)
        if answer.status == 404:
            return None
        body: Record = _readable(answer, path)
        return body

    def permitted(self, path: str) -> bool:
        """Whether the key may read this list."""
        answer = self._http.read("GET", path, params={"limit": "1"}, headers=self._headers)
        if answer.status == 403:
            return False
        _readable(answer, path)
        return True

    def set_metadata(self, path: str, metadata: Mapping[str, str]) -> bool:
        """Set keys of an object's metadata, and take away those that are empty; False if Stripe does not know it."""
        body = urlencode({f"metadata[{key}]": value for key, value in metadata.items()}).encode()
        headers = {**self._headers, "content-type": "application/x-www-form-urlencoded"}
        answer = self._http.read("POST", path, content=body, headers=headers)
        if answer.status == 404:
            return False
        _readable(answer, path, "POST", _MAY_WRITE)
        return True

    def listed(self, path: str, params: dict[str, str]) -> Iterator[Record]:
        """Every object of a list, in Stripe's order: newest first."""
        query = {"limit": PAGE_SIZE, **params}
        while True:
            answer = self._http.read("GET", path, params=query, headers=self._headers)
            page = _readable(answer, path)
            yield from page["data"]
            if not page["has_more"] or not page["data"]:
                return
            last = str(page["data"][-1]["id"])
            if last == query.get("starting_after"):
                raise TransientError(f"Stripe, GET {path}: a page that comes again and again")
            query["starting_after"] = last

    def first(self, path: str, params: dict[str, str]) -> Record | None:
        """The newest object of a list."""
        return next(self.listed(path, {**params, "limit": "1"}), None)


@contextmanager
def as_documented() -> Iterator[None]:
    """Whatever does not fit in an answer is Stripe's trouble of the moment: nothing is lost, it is read again."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise TransientError(f"Stripe answers not as documented: {type(error).__name__}: {error}"[:500]) from error


def _readable(answer: Answer, path: str, method: str = "GET", permission: str = _MAY_READ) -> Any:
    if answer.ok:
        return _parsed(answer, f"{method} {path}")
    said = f"Stripe, {method} {path}: HTTP {answer.status}{_reason(answer)}"
    if answer.status in _TRY_LATER or answer.status >= 500:
        raise TransientError(said, retry_after_s=_retry_after(answer))
    if answer.status == 401:
        raise ConfigError(said, hint="put a valid key into api_key: Stripe, Developers, API keys")
    if answer.status == 403:
        raise ConfigError(said, hint=permission)
    raise ConfigError(said, hint="Stripe does not accept this request; check api_version and api_url")


def _parsed(answer: Answer, where: str) -> Any:
    try:
        return answer.json()
    except InDoubtError as error:
        raise TransientError(f"Stripe, {where}: {error}") from error


def _reason(answer: Answer) -> str:
    # Stripe's own sentence may quote the key; the request's id finds it in the dashboard's logs.
    request_id = answer.headers.get("request-id", "")
    return f", request {request_id}" if request_id else ""


def _retry_after(answer: Answer) -> float | None:
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else None
