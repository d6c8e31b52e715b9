"""PrestaShop's web service: resources that are listed and read as JSON."""

from collections.abc import Mapping
from typing import Any

from hub.plugin import Http, Record, TransientError

JSON = {"output_format": "JSON"}
SINGULAR = {
    "orders": "order",
    "addresses": "address",
    "customers": "customer",
    "currencies": "currency",
    "order_states": "order_state",
}
LISTED = {"order_slip": "order_slips"}
"""Lists whose name differs from the resource's."""
RESOURCES = (
    "orders",
    "order_slip",
    "order_payments",
    "order_cart_rules",
    "order_states",
    "addresses",
    "customers",
    "currencies",
)
"""What the key must be allowed to GET."""


def listed(http: Http, resource: str, params: Mapping[str, str]) -> list[Record]:
    """What a list answers; errors are those of `Http`."""
    answer: Any = http.get(f"/api/{resource}", {"display": "full", **params, **JSON})
    name = LISTED.get(resource, resource)
    # Without results it is an empty list, not an object with an empty list.
    found = [] if answer == [] else answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise TransientError(f"PrestaShop: the answer is not a list of {name}")
    return found


def one(http: Http, resource: str, identifier: object) -> Record | None:
    """One thing by its number; None if it is gone, or the number is none."""
    number = str(identifier or "")
    if not number.isdecimal() or not int(number):
        return None
    answer: Any = http.find(f"/api/{resource}/{number}", JSON)
    found = answer.get(SINGULAR[resource]) if isinstance(answer, dict) else None
    if answer is not None and not isinstance(found, dict):
        raise TransientError(f"PrestaShop: {resource}/{number} is not what was asked for")
    return found
