"""The wire of the fake: Conekta's addresses, its lists inside of lists and its errors."""

import copy
import re
from typing import Any

import httpx

from hub.testing.service import FakeService

Json = dict[str, Any]
LISTED_INSIDE = 10
_LISTS = ("line_items", "tax_lines", "discount_lines", "shipping_lines", "charges")


class Api(FakeService):
    """Answers what is asked from the orders and customers of the account."""

    def __init__(self, api_key: str) -> None:
        super().__init__()
        self.api_key = api_key
        self.orders: dict[str, Json] = {}
        self.customers: dict[str, Json] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request to the API."""
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return _error(401, "authentication_error")
        if not request.headers.get("accept", "").startswith("application/vnd."):
            return _error(406, "invalid_accept_header")
        params = dict(request.url.params)
        path = request.url.path
        if path == "/orders":
            return self._listed(params, str(request.url.copy_with(query=None)))
        if found := re.fullmatch(r"/customers/([^/]+)", path):
            return _or_missing(self.customers.get(found[1]))
        found = re.fullmatch(r"/orders/([^/]+)(?:/(\w+))?", path)
        order = self.orders.get(found[1]) if found else None
        if order is None or found is None:
            return _error(404, "resource_not_found_error")
        if found[2]:
            return _page(order[found[2]]["data"], params, path) if found[2] in _LISTS else _error(404, "not_found")
        return httpx.Response(200, json=_shown(order))

    def _listed(self, params: dict[str, str], url: str) -> httpx.Response:
        fitting = [
            order
            for order in self.orders.values()
            if all(
                order[by] >= int(params.get(f"{by}.gte", 0)) and order[by] <= int(params.get(f"{by}.lte", 10**11))
                for by in ("created_at", "updated_at")
            )
            and params.get("payment_status") in {None, order["payment_status"]}
        ]
        newest_first = sorted(fitting, key=lambda order: (order["created_at"], order["id"]), reverse=True)
        return _page([_shown(order) for order in newest_first], params, url)


def _shown(order: Json) -> Json:
    shown = copy.deepcopy(order)
    for name in _LISTS:
        data = shown[name]["data"]
        shown[name].update(data=data[:LISTED_INSIDE], has_more=len(data) > LISTED_INSIDE)
    return shown


def _page(listed: list[Json], params: dict[str, str], url: str) -> httpx.Response:
    limit = int(params.get("limit", "20"))
    if not 1 <= limit <= 250:
        return _error(422, "parameter_validation_error")
    if "next" in params:
        ids = [found["id"] for found in listed]
        if params["next"] not in ids:
            return _error(422, "parameter_validation_error")
        listed = listed[ids.index(params["next"]) + 1 :]
    data, has_more = listed[:limit], len(listed) > limit
    following = f"{url}?limit={limit}&next={data[-1]['id']}" if has_more else None
    return httpx.Response(200, json={"object": "list", "has_more": has_more, "next_page_url": following, "data": data})


def _or_missing(found: Json | None) -> httpx.Response:
    return _error(404, "resource_not_found_error") if found is None else httpx.Response(200, json=found)


def _error(status: int, kind: str) -> httpx.Response:
    return httpx.Response(status, json={"object": "error", "type": kind, "details": []})
