"""The wire of the fake: Mercado Pago's addresses, its search and its errors."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from hub.plugin import exact_json
from hub.testing.service import FakeService

Json = dict[str, Any]
_DEEPEST = 10_000


class Api(FakeService):
    """Answers what is asked from what the account has, each thing by its number."""

    def __init__(self, access_token: str, collector_id: str, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.access_token = access_token
        self.collector_id = collector_id
        self.clock = clock
        self.payments: dict[str, Json] = {}
        self.merchant_orders: dict[str, Json] = {}
        self.orders: dict[str, Json] = {}
        self.chargebacks: dict[str, Json] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request to the API."""
        if request.headers.get("authorization") != f"Bearer {self.access_token}":
            return _said(401, {"message": "invalid access token", "error": "unauthorized", "status": 401})
        path = request.url.path
        if path == "/users/me":
            return _said(200, {"id": int(self.collector_id), "site_id": "MLM"})
        if path == "/v1/payments/search":
            return self._search(dict(request.url.params))
        if found := re.fullmatch(r"/v1/payments/(\d+)/refunds", path):
            return _or_missing((self.payments.get(found[1]) or {}).get("refunds"))
        collection, _, identifier = path.rpartition("/")
        places = {
            "/v1/payments": self.payments,
            "/merchant_orders": self.merchant_orders,
            "/v1/orders": self.orders,
            "/v1/chargebacks": self.chargebacks,
        }
        return _or_missing(places.get(collection, {}).get(identifier))

    def _search(self, params: dict[str, str]) -> httpx.Response:
        limit, offset = int(params.get("limit", "30")), int(params.get("offset", "0"))
        if limit > 100 or offset + limit > _DEEPEST:
            return _said(400, {"message": "the search does not go that deep", "status": 400})
        by = params.get("sort", "date_created")
        begin, end = (self._bound(params, name) for name in ("begin_date", "end_date"))
        fitting = [
            payment
            for payment in self.payments.values()
            if (begin is None or _at(payment, by) >= begin) and (end is None or _at(payment, by) <= end)
        ]
        fitting.sort(key=lambda payment: (_at(payment, by), payment["id"]), reverse=params.get("criteria") != "asc")
        paging = {"total": len(fitting), "limit": limit, "offset": offset}
        return _said(200, {"paging": paging, "results": fitting[offset : offset + limit]})

    def _bound(self, params: dict[str, str], name: str) -> datetime | None:
        value = params.get(name)
        if value == "NOW":
            return self.clock()
        return datetime.fromisoformat(value) if value else None


def _at(payment: Json, by: str) -> datetime:
    return datetime.fromisoformat(payment[by])


def _or_missing(found: Any) -> httpx.Response:
    return (
        _said(404, {"message": "not found", "error": "not_found", "status": 404})
        if found is None
        else _said(200, found)
    )


def _said(status: int, body: Any) -> httpx.Response:
    return httpx.Response(status, content=exact_json(body), headers={"content-type": "application/json"})
