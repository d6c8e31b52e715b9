"""Magento's lists, asked by search criteria."""

from typing import Any

from hub.plugin import Http, Record, TransientError

RESOURCES = ("orders", "invoices", "creditmemos")
Filter = tuple[str, str, str]


def listed(
    http: Http, resource: str, wanted: Filter, *, sort: tuple[str, ...] = (), size: int = 100, page: int = 1
) -> tuple[list[Record], int]:
    """A page of what has a field (name, value, condition), and how many there are; errors are those of `Http`."""
    name, value, condition = wanted
    first = "searchCriteria[filter_groups][0][filters][0]"
    params = {f"{first}[field]": name, f"{first}[value]": value, f"{first}[condition_type]": condition}
    for place, by in enumerate(sort):
        params[f"searchCriteria[sortOrders][{place}][field]"] = by
        params[f"searchCriteria[sortOrders][{place}][direction]"] = "ASC"
    params |= {"searchCriteria[pageSize]": str(size), "searchCriteria[currentPage]": str(page)}
    answer: Any = http.get(f"/{resource}", params)
    items = answer.get("items") if isinstance(answer, dict) else None
    total = answer.get("total_count") if isinstance(answer, dict) else None
    if type(total) is not int or not isinstance(items, list | None):
        raise TransientError(f"Magento: the answer is not a list of {resource}")
    return items or [], total


def of_order(http: Http, resource: str, order_id: str) -> list[Record]:
    """Everything that an order has of a resource."""
    found: list[Record] = []
    for page in range(1, 1000):
        items, total = listed(http, resource, ("order_id", order_id, "eq"), sort=("entity_id",), page=page)
        found += items
        # Past its end Magento gives the last page again.
        if page * 100 >= total or not items:
            break
    return found
