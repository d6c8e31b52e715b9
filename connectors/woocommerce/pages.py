"""Catch-up: every order that changed, oldest change first.

What changes while it is read moves to the end of the list, and all behind it move up. So each question begins at the
time where the answer before it ended, and a page number is used only among orders that changed in the same second.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hub.plugin import Http, Page, Record, TransientError

from .api import LARGEST_PAGE, WooApi
from .compose import compose
from .config import WooCommerceConfig

PAGE_SIZE = LARGEST_PAGE
_SECOND = timedelta(seconds=1)


def pages(http: Http, since: datetime, config: WooCommerceConfig) -> Iterator[Page]:
    """Everything that changed at or after `since`."""
    api = WooApi(http, config)
    begin, number = since.astimezone(UTC).replace(microsecond=0), 1
    seen: set[tuple[str, str]] = set()
    while True:
        found = _changed(api, begin, number)
        fresh = [order for order in found if _version(order) not in seen]
        if fresh:
            records = [record for order in fresh for record in compose(api, order, config.paid_statuses)]
            yield Page(records, changed_at(fresh[-1]))
        if len(found) < PAGE_SIZE:
            return
        last = changed_at(found[-1])
        seen = {_version(order) for order in found if changed_at(order) == last} | (seen if number > 1 else set())
        begin, number = (last, 1) if last > begin else (begin, number + 1)


def changed_at(order: Record) -> datetime:
    """When an order changed last; WooCommerce writes UTC without saying so.

    Raises:
        TransientError: it does not say.
    """
    try:
        return datetime.fromisoformat(str(order["date_modified_gmt"])).replace(tzinfo=UTC)
    except (KeyError, ValueError) as error:
        raise TransientError(f"WooCommerce: order {order.get('id')} does not say when it changed") from error


def _changed(api: WooApi, begin: datetime, number: int) -> list[Record]:
    return api.orders(
        # The time itself is not in the answer.
        modified_after=(begin - _SECOND).strftime("%Y-%m-%dT%H:%M:%S"),
        dates_are_gmt="true",
        orderby="modified",
        order="asc",
        per_page=str(PAGE_SIZE),
        status="any",
        page=str(number),
    )


def _version(order: Record) -> tuple[str, str]:
    return str(order.get("id")), str(order.get("date_modified_gmt"))
