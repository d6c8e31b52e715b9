"""The wire of the fake: tokens, captures, orders, the transaction search, disputes and certificates."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from hub.plugin import exact_json
from hub.testing.service import FakeService

Json = dict[str, Any]
CERTIFICATES = "/v1/notifications/certs/"
_LONGEST_WINDOW = timedelta(days=31)
_LIFE = timedelta(hours=9)


class Api(FakeService):
    """Answers what is asked from what the account has, each thing by its id.

    `lag` is how late the search is; `tokens` are those that were given, and until when.
    """

    def __init__(self, client_id: str, client_secret: str, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.client_id = client_id
        self.client_secret = client_secret
        self.clock = clock
        self.lag = timedelta(0)
        self.tokens: dict[str, datetime] = {}
        self.certificates: dict[str, bytes] = {}
        self.objects: dict[str, dict[str, Json]] = {
            "/v2/payments/captures": {},
            "/v2/payments/refunds": {},
            "/v2/checkout/orders": {},
            "/v1/payments/sale": {},
            "/v1/payments/refund": {},
            "/v1/customer/disputes": {},
        }
        self.transactions: list[Json] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request to the API."""
        path = request.url.path
        if path == "/v1/oauth2/token":
            return self._login(request)
        if path.startswith(CERTIFICATES):
            content = self.certificates.get(path.removeprefix(CERTIFICATES))
            return httpx.Response(404) if content is None else httpx.Response(200, content=content)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.clock() >= self.tokens.get(token, datetime.min.replace(tzinfo=UTC)):
            return said(401, {"error": "invalid_token", "error_description": "Token signature verification failed"})
        if path == "/v1/reporting/transactions":
            return self._search(dict(request.url.params))
        if path == "/v1/customer/disputes":
            return self._disputes(request)
        collection, _, identifier = path.rpartition("/")
        found = self.objects.get(collection, {}).get(identifier)
        missing = {"name": "RESOURCE_NOT_FOUND", "message": "The specified resource does not exist."}
        return said(404, missing) if found is None else said(200, found)

    def _login(self, request: httpx.Request) -> httpx.Response:
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return said(401, {"error": "invalid_client", "error_description": "Client Authentication failed"})
        if request.content != b"grant_type=client_credentials":
            return said(400, {"error": "unsupported_grant_type"})
        token = f"A21AA{len(self.requests):05d}"
        self.tokens[token] = self.clock() + _LIFE
        expires_in = int(_LIFE.total_seconds())
        return said(200, {"access_token": token, "token_type": "Bearer", "expires_in": expires_in})

    def _search(self, params: dict[str, str]) -> httpx.Response:
        begin, end = (datetime.fromisoformat(params[name]) for name in ("start_date", "end_date"))
        size, page = int(params.get("page_size", "100")), int(params.get("page", "1"))
        if end - begin > _LONGEST_WINDOW or begin > end or not 1 <= size <= 500:
            return said(400, {"name": "INVALID_REQUEST", "message": "Date range is greater than 31 days"})
        refreshed = self.clock() - self.lag
        fitting = [one for one in self.transactions if begin <= _initiated(one) <= min(end, refreshed)]
        return said(
            200,
            {
                "transaction_details": fitting[(page - 1) * size : page * size],
                "last_refreshed_datetime": f"{refreshed.astimezone(UTC):%Y-%m-%dT%H:%M:%S+0000}",
                "page": page,
                "total_items": len(fitting),
                "total_pages": max(1, -(-len(fitting) // size)),
            },
        )

    def _disputes(self, request: httpx.Request) -> httpx.Response:
        params = dict(request.url.params)
        size, start = int(params.get("page_size", "10")), int(params.get("next_page_token", "0"))
        if not 1 <= size <= 50:
            return said(400, {"name": "INVALID_REQUEST", "message": "page_size"})
        after = datetime.fromisoformat(params.get("update_time_after", "0001-01-01T00:00:00Z"))
        found = self.objects["/v1/customer/disputes"].values()
        fitting = [one for one in found if datetime.fromisoformat(one["update_time"]) >= after]
        links = []
        if start + size < len(fitting):
            query = urlencode({**params, "next_page_token": str(start + size)})
            links.append({"rel": "next", "method": "GET", "href": f"{request.url.copy_with(query=None)}?{query}"})
        return said(200, {"items": fitting[start : start + size], "links": links})


def said(status: int, body: Any) -> httpx.Response:
    """An answer; numbers as they are written."""
    headers = {"content-type": "application/json", "paypal-debug-id": "fake"}
    return httpx.Response(status, content=exact_json(body), headers=headers)


def _initiated(transaction: Json) -> datetime:
    told: str = transaction["transaction_info"]["transaction_initiation_date"]
    return datetime.fromisoformat(re.sub(r"\+0000$", "+00:00", told))
