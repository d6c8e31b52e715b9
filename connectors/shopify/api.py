"""Shopify's Admin API as this connector asks it: one GraphQL query at a time, its errors sorted by what they need."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from hub.plugin import Answer, ConfigError, Http, InDoubtError, TransientError

Json = dict[str, Any]

_TRY_LATER = frozenset({408, 425, 429, 430})
_HINTS = {
    401: "the token is not valid any more: was the app uninstalled? Install it again, or put in a new access_token",
    402: "the shop is frozen; its owner must settle the bill with Shopify",
    403: "give the app the scopes read_orders and read_all_orders",
    404: "check shop and api_version",
    423: "the shop is locked; its owner must write to Shopify's support",
}


class ThrottledError(TransientError):
    """The shop's cost points are used up; `full_after_s` is when all of them are back."""

    def __init__(self, message: str, *, retry_after_s: float | None, full_after_s: float | None) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.full_after_s = full_after_s


class ShopifyApi:
    """Queries of one shop."""

    def __init__(self, http: Http, version: str) -> None:
        self._http = http
        self._path = f"/admin/api/{version}/graphql.json"
        self.answered_version = ""
        """Which version Shopify answered with; another than asked for if that one has expired."""
        self.answered_at = datetime.now(UTC)
        """Shopify's own time of its last answer."""

    def query(self, query: str, **variables: Any) -> Json:
        """The `data` of one query.

        Raises:
            ConfigError: a permission is missing, the token was refused, the query is not understood.
            TransientError: throttled, trouble at Shopify, no answer.
        """
        body = json.dumps({"query": query, "variables": variables}).encode()
        answer = self._http.read("POST", self._path, content=body, headers={"content-type": "application/json"})
        _check_status(answer)
        told = _parsed(answer)
        self.answered_version = answer.headers.get("x-shopify-api-version", "")
        self.answered_at = _date(answer)
        if told.get("errors"):
            _raise(told)
        data = told.get("data")
        if not isinstance(data, dict):
            raise TransientError("Shopify answers without data")
        return data


def _check_status(answer: Answer) -> None:
    if answer.ok:
        return
    said = f"Shopify: HTTP {answer.status}{_request_id(answer)}"
    if answer.status in _TRY_LATER or answer.status >= 500:
        raise TransientError(said, retry_after_s=seconds(answer.headers.get("retry-after")))
    raise ConfigError(said, hint=_HINTS.get(answer.status, "Shopify does not accept this request; check shop"))


def _parsed(answer: Answer) -> Json:
    try:
        told = answer.json()
    except InDoubtError as error:
        raise TransientError(f"Shopify: {error}") from error
    if not isinstance(told, dict):
        raise TransientError("Shopify answers with JSON that is not an object")
    return told


def _raise(told: Json) -> None:
    """Sort the errors of an answer; one that a person must mend goes before one that passes."""
    errors = told["errors"] if isinstance(told["errors"], list) else [{"message": str(told["errors"])}]
    codes = {str(_extensions(error).get("code") or "") for error in errors}
    if "THROTTLED" in codes:
        raise _throttled((told.get("extensions") or {}).get("cost") or {})
    if "ACCESS_DENIED" in codes:
        raise _denied([error for error in errors if _extensions(error).get("code") == "ACCESS_DENIED"])
    if "MAX_COST_EXCEEDED" in codes:
        raise ConfigError("Shopify: the query costs too much", hint="lower orders_per_page")
    if "SHOP_INACTIVE" in codes:
        raise ConfigError("Shopify: the shop is not active", hint="its owner must open it again")
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        raise TransientError("Shopify: trouble inside of Shopify")
    raise ConfigError(
        f"Shopify does not understand the query: {_message(errors[0])}",
        hint="check api_version; the connector is written for the version that is its default",
    )


def _throttled(cost: Mapping[str, Any]) -> ThrottledError:
    status = cost.get("throttleStatus") or {}
    said = "Shopify: the shop's cost points are used up"
    try:
        rate, available = float(status["restoreRate"]), float(status["currentlyAvailable"])
        wait = max(0.0, (float(cost["requestedQueryCost"]) - available) / rate)
        full = max(wait, (float(status["maximumAvailable"]) - available) / rate)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ThrottledError(said, retry_after_s=None, full_after_s=None)
    return ThrottledError(said, retry_after_s=wait, full_after_s=full)


def _denied(errors: list[Json]) -> ConfigError:
    wanted = sorted({str(_extensions(error).get("requiredAccess") or _message(error)) for error in errors})
    return ConfigError(
        f"Shopify denies access: {'; '.join(wanted)}",
        hint="give the app these scopes and install it again; for a buyer's name, e-mail and address ask for access to"
        " protected customer data, or set customer_data: false; for chargebacks, or set lost_disputes: ignore",
    )


def _extensions(error: Any) -> Mapping[str, Any]:
    return (error.get("extensions") if isinstance(error, dict) else None) or {}


def _message(error: Any) -> str:
    return str(error.get("message") or "no reason given")[:200] if isinstance(error, dict) else str(error)[:200]


def _date(answer: Answer) -> datetime:
    try:
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return datetime.now(UTC)


def _request_id(answer: Answer) -> str:
    identifier = answer.headers.get("x-request-id", "")
    return f", request {identifier}" if identifier else ""


def seconds(value: str | None) -> float | None:
    """What `Retry-After` says; Shopify writes `2.0`."""
    return float(value) if value and re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", value.strip()) else None
