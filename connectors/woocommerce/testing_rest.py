"""The wire of the fake: WooCommerce's addresses, its pages and its errors."""

import base64
import json
import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx

from hub.plugin import rounded
from hub.testing.service import FakeService

Json = dict[str, Any]
_BASE = re.compile(r".*/wp-json/wc/v3(/.*)")
_MONEY = frozenset({"total", "total_tax", "subtotal", "subtotal_tax", "discount_total", "discount_tax", "amount"})


class Rest(FakeService):
    """Answers what is asked of the orders that the shop has."""

    def __init__(self, consumer_key: str, consumer_secret: str) -> None:
        super().__init__()
        self.expected = base64.b64encode(f"{consumer_key}:{consumer_secret}".encode()).decode()
        self.pretty_links = True
        self.orders: dict[str, Json] = {}
        self.refunds: dict[str, list[Json]] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request to the API."""
        params = dict(request.url.params)
        found = _BASE.fullmatch(request.url.path) if self.pretty_links else None
        route = found[1] if found else params.get("rest_route", "").removeprefix("/wc/v3")
        if not route:
            return httpx.Response(404, text="<html>No se encuentra la página</html>")
        if request.headers.get("authorization") != f"Basic {self.expected}":
            return _said(401, {"code": "woocommerce_rest_cannot_view", "message": "No puedes ver esto."})
        if route == "/orders":
            return self._list(params)
        if found := re.fullmatch(r"/orders/(\d+)", route):
            order = self.orders.get(found[1])
            return _missing() if order is None else _said(200, _written(order, params))
        if found := re.fullmatch(r"/orders/(\d+)/refunds", route):
            if found[1] not in self.orders:
                return _missing()
            newest_first = self.refunds.get(found[1], [])[::-1]
            return _page(newest_first, params)
        return _said(404, {"code": "rest_no_route", "message": "No existe."})

    def _list(self, params: dict[str, str]) -> httpx.Response:
        after = datetime.fromisoformat(params.get("modified_after", "2000-01-01T00:00:00"))
        listed = [order for order in self.orders.values() if order["status"] != "trash" and _modified(order) > after]
        if params.get("orderby") == "modified":
            listed.sort(key=lambda order: (_modified(order), order["id"]), reverse=params.get("order") != "asc")
        return _page(listed, params)


def _modified(order: Json) -> datetime:
    return datetime.fromisoformat(order["date_modified_gmt"])


def _page(found: list[Json], params: dict[str, str]) -> httpx.Response:
    size, number = int(params.get("per_page", "10")), int(params.get("page", "1"))
    if size > 100:
        return _said(400, {"code": "rest_invalid_param", "message": "per_page"})
    part = [_written(one, params) for one in found[(number - 1) * size : number * size]]
    pages = -(-len(found) // size)
    return _said(200, part, {"x-wp-total": str(len(found)), "x-wp-totalpages": str(pages)})


def _written(value: Any, params: dict[str, str], name: str = "") -> Any:
    """Money with the decimals that were asked for; the parts of `taxes` keep theirs."""
    if isinstance(value, dict):
        return {key: part if key == "taxes" else _written(part, params, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_written(part, params) for part in value]
    if name in _MONEY and isinstance(value, str):
        try:
            return str(rounded(Decimal(value), int(params.get("dp", "2"))))
        except InvalidOperation:
            return value
    return value


def _missing() -> httpx.Response:
    return _said(404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "ID no válido."})


def _said(status: int, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    content = json.dumps(body, default=str).replace("/", "\\/").encode()
    return httpx.Response(status, content=content, headers={"content-type": "application/json", **(headers or {})})
