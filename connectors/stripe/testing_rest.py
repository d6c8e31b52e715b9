"""The wire of the fake: Stripe's paths, filters, pages, expansions and errors."""

import copy
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx

Json = dict[str, Any]

COLLECTIONS = {
    "payment_intents": "payment_intent",
    "charges": "charge",
    "checkout/sessions": "checkout.session",
    "invoices": "invoice",
    "invoice_payments": "invoice_payment",
    "refunds": "refund",
    "disputes": "dispute",
    "customers": "customer",
    "prices": "price",
    "products": "product",
    "tax_rates": "tax_rate",
    "events": "event",
}
# Fields that Stripe leaves out, or gives as an id, until they are expanded.
ONLY_EXPANDED = {"item": ("taxes",), "customer": ("tax_ids",)}
LISTED_INSIDE = 10
LONGEST_METADATA = 500


@dataclass(frozen=True)
class Failure:
    """An error to answer with."""

    status: int
    headers: dict[str, str]


@dataclass
class Store:
    """Every object by id, oldest first, with the account that it belongs to."""

    objects: dict[str, Json] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)

    def put(self, found: Json, account: str = "") -> Json:
        """Add or replace an object."""
        self.objects[found["id"]] = found
        self.accounts[found["id"]] = account
        return found

    def of(self, kind: str) -> list[Json]:
        """Every object of a kind, oldest first."""
        return [found for found in list(self.objects.values()) if found["object"] == kind]


@dataclass
class Rest:
    """Answers from the store; metadata can be written."""

    store: Store
    api_key: str
    requests: list[httpx.Request] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        self.requests.append(request)
        if self.failures:
            failure = self.failures.pop(0)
            return _error(failure.status, "the fake was told to fail", failure.headers)
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return _error(401, "Invalid API Key provided")
        if request.method == "POST":
            return self._update(request)
        if request.method != "GET":
            return _error(405, f"{request.method} is not part of the fake")
        return self._route(request.url.path, dict(request.url.params), request.headers.get("stripe-account", ""))

    def _route(self, path: str, params: dict[str, str], account: str) -> httpx.Response:
        match = re.fullmatch(r"/v1/(checkout/sessions|[a-z_]+)(?:/([^/]+))?(?:/(line_items|lines|tax_ids))?", path)
        if match is None or match[1] not in COLLECTIONS:
            return _error(404, f"Unrecognized request URL (GET: {path})")
        resource, identifier, inner = match.groups()
        if resource in self.forbidden:
            return _error(403, f"The provided key does not have the required permissions for {resource}")
        if identifier is None:
            listed = [found for found in reversed(self.store.of(COLLECTIONS[resource])) if self._owned(found, account)]
            return self._page([found for found in listed if _fits(found, params)], params, path)
        found = self.store.objects.get(identifier)
        if found is None or found["object"] != COLLECTIONS[resource] or not self._owned(found, account):
            return _error(404, f"No such {COLLECTIONS[resource]}: '{identifier}'")
        if inner:
            return self._page(found[inner]["data"], params, path)
        return httpx.Response(200, json=self._shown(found, _expansions(params)))

    def _update(self, request: httpx.Request) -> httpx.Response:
        match = re.fullmatch(r"/v1/(payment_intents|charges|invoices)/([^/]+)", request.url.path)
        if match is None:
            return _error(404, f"Unrecognized request URL (POST: {request.url.path})")
        resource, identifier = match.groups()
        if {resource, f"{resource}:write"} & self.forbidden:
            return _error(403, f"The provided key does not have the required permissions for {resource}")
        found = self.store.objects.get(identifier)
        if found is None or not self._owned(found, request.headers.get("stripe-account", "")):
            return _error(404, f"No such {COLLECTIONS[resource]}: '{identifier}'")
        for name, value in parse_qsl(request.content.decode(), keep_blank_values=True):
            key = re.fullmatch(r"metadata\[([^\]]{1,40})\]", name)
            if key is None or len(value) > LONGEST_METADATA:
                return _error(400, f"Received unknown parameter or too long a value: {name}")
            metadata = {**found.get("metadata", {}), key[1]: value}
            found["metadata"] = {name: text for name, text in metadata.items() if text}
        return httpx.Response(200, json=self._shown(found, []))

    def _owned(self, found: Json, account: str) -> bool:
        return self.store.accounts.get(found["id"], "") == account

    def _page(self, listed: list[Json], params: dict[str, str], path: str) -> httpx.Response:
        start = params.get("starting_after")
        if start is not None:
            ids = [found["id"] for found in listed]
            if start not in ids:
                return _error(400, f"No such object: '{start}'")
            listed = listed[ids.index(start) + 1 :]
        limit = int(params.get("limit", "10"))
        if not 1 <= limit <= 100:
            return _error(400, "limit must be between 1 and 100")
        expansions = [path[1:] for path in _expansions(params) if path[0] == "data"]
        data = [self._shown(found, expansions) for found in listed[:limit]]
        return httpx.Response(200, json={"object": "list", "data": data, "has_more": len(listed) > limit, "url": path})

    def _shown(self, found: Json, expansions: list[list[str]]) -> Json:
        shown = copy.deepcopy(found)
        wanted = {path[0] for path in expansions}
        for name in ONLY_EXPANDED.get(found["object"], ()):
            if name not in wanted:
                shown.pop(name, None)
        if found["object"] == "invoice":
            _cut(shown["lines"])
        for path in expansions:
            self._expand(shown, path)
        return shown

    def _expand(self, shown: Any, path: list[str]) -> None:
        if not path or not isinstance(shown, dict):
            return
        value = shown.get(path[0])
        if isinstance(value, str) and value in self.store.objects:
            shown[path[0]] = value = copy.deepcopy(self.store.objects[value])
        self._expand(value, path[1:])


def _cut(lines: Json) -> None:
    lines["has_more"] = len(lines["data"]) > LISTED_INSIDE
    lines["data"] = lines["data"][:LISTED_INSIDE]


def _expansions(params: dict[str, str]) -> list[list[str]]:
    return [value.split(".") for name, value in params.items() if re.fullmatch(r"expand\[\d*\]", name)]


def _fits(found: Json, params: dict[str, str]) -> bool:
    return all(check for check in _checks(found, params))


def _checks(found: Json, params: dict[str, str]) -> Iterator[bool]:
    types = [value for name, value in params.items() if re.fullmatch(r"types\[\d*\]", name)]
    if types:
        yield found["type"] in types
    bounds = {"gte": int.__ge__, "gt": int.__gt__, "lte": int.__le__, "lt": int.__lt__}
    for name, value in params.items():
        outer, _, inner = name.rstrip("]").partition("[")
        if outer == "created":
            yield bounds[inner](found["created"], int(value))
        elif outer == "payment":
            yield found["payment"].get(inner) == value
        elif outer not in {"limit", "starting_after", "expand", "types", "delivery_success"}:
            yield str(found.get(outer)) == value


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> httpx.Response:
    kind = {429: "rate_limit"}.get(status, "invalid_request_error")
    return httpx.Response(status, headers=headers, json={"error": {"type": kind, "message": message}})


def counter() -> Iterator[str]:
    """`0001`, `0002`, ... for ids that people can tell apart."""
    return (f"{number:04d}" for number in itertools.count(1))
