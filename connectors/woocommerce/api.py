"""The addresses of WooCommerce's REST API, version 3."""

from typing import Any

from hub.plugin import Http, Record, TransientError

from .config import WooCommerceConfig

DECIMALS = "6"
"""Asked for with every order: amounts without tax need more decimals than the buyer paid with."""
LARGEST_PAGE = 100


class WooApi:
    """What is read of one shop; errors are those of `Http`."""

    def __init__(self, http: Http, config: WooCommerceConfig) -> None:
        self._http = http
        self._pretty = config.pretty_links

    def orders(self, **params: str) -> list[Record]:
        """One page of the list of orders."""
        return _list(self._http.get(*self._at("/orders", {"dp": DECIMALS, **params})), "orders")

    def order(self, order_id: str) -> Record | None:
        """One order; None if it is gone."""
        found: Any = self._http.find(*self._at(f"/orders/{order_id}", {"dp": DECIMALS}))
        if found is not None and not isinstance(found, dict):
            raise TransientError(f"WooCommerce: order {order_id} is not an object")
        return found

    def refunds(self, order_id: str) -> list[Record]:
        """Every refund of an order."""
        found: list[Record] = []
        for page in range(1, 1000):
            params = {"per_page": str(LARGEST_PAGE), "page": str(page), "dp": DECIMALS}
            told = _list(self._http.find(*self._at(f"/orders/{order_id}/refunds", params)) or [], "refunds")
            found += told
            if len(told) < LARGEST_PAGE:
                break
        return found

    def _at(self, route: str, params: dict[str, str]) -> tuple[str, dict[str, str]]:
        if self._pretty:
            return f"/wp-json/wc/v3{route}", params
        return "/", {"rest_route": f"/wc/v3{route}", **params}


def _list(answer: Any, what: str) -> list[Record]:
    if not isinstance(answer, list) or not all(isinstance(item, dict) for item in answer):
        raise TransientError(f"WooCommerce: the answer is not a list of {what}")
    return answer
