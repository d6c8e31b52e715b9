"""Catch-up: every order that changed, the one that changed longest ago first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hub.plugin import Http, Page, Record, TransientError

from . import queries
from .api import ShopifyApi, ThrottledError
from .config import ShopifyConfig
from .read import disputes_of, records

SETTLED = timedelta(minutes=5)
"""Shopify's search finds a change some moments after it happened, so the last minutes are read again each time."""
LONGEST_DISPUTE = timedelta(days=180)
DISPUTES_PER_PAGE = 50


def pages(http: Http, since: datetime, config: ShopifyConfig) -> Iterator[Page]:
    """Everything that changed at or after `since`.

    A reading that runs out of cost points goes on later from its last page. So that it gets ahead and does not read
    the same page for ever, it asks for a wait after which all points are back.
    """
    api = ShopifyApi(http, config.api_version)
    try:
        yield from _orders(api, since, config)
        if config.lost_disputes == "refund":
            yield from _disputes(api, since)
    except ThrottledError as error:
        raise TransientError(str(error), retry_after_s=error.full_after_s) from error


def _orders(api: ShopifyApi, since: datetime, config: ShopifyConfig) -> Iterator[Page]:
    asked, after, seen = queries.page(config), None, set[str]()
    while True:
        found = api.query(
            asked,
            first=config.orders_per_page,
            after=after,
            filter=f"updated_at:>='{_moment(since)}'",
            lines=queries.LINES_INSIDE,
        )["orders"]
        orders = found["nodes"]
        told = [record for order in orders for record in records(api, order, config)]
        if orders:
            last = datetime.fromisoformat(orders[-1]["updatedAt"])
            yield Page(_unseen(told, seen), min(last, api.answered_at - SETTLED))
        if not found["pageInfo"]["hasNextPage"]:
            return
        after = found["pageInfo"]["endCursor"]


def _disputes(api: ShopifyApi, since: datetime) -> Iterator[Page]:
    # They can be searched by their beginning only, and are decided long after it.
    after = None
    while True:
        begun = f"initiated_at:>='{_moment(since - LONGEST_DISPUTE)}'"
        found = api.query(queries.DISPUTES, first=DISPUTES_PER_PAGE, after=after, filter=begun)["disputes"]
        if found["nodes"]:
            yield Page(disputes_of(found["nodes"]))
        if not found["pageInfo"]["hasNextPage"]:
            return
        after = found["pageInfo"]["endCursor"]


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unseen(told: list[Record], seen: set[str]) -> list[Record]:
    # An order that changes while it is read moves to the end of the list and comes again.
    keys = [f"{record['object_kind']} {record['id']} {record['updatedAt']}" for record in told]
    fresh = [record for key, record in zip(keys, told, strict=True) if key not in seen]
    seen.update(keys)
    return fresh
