"""Catch-up: every order that changed. Conekta lists the newest first."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hub.plugin import Http, Page, Record, TransientError

from .compose import read

LIST_SIZE = 250
RECORDS_PER_PAGE = 50
UNPAID = frozenset(
    {
        "created",
        "pending_payment",
        "pre_authorized",
        "expired",
        "declined",
        "under_fraud_review",
        "pending_confirmation",
    }
)


def pages(http: Http, since: datetime) -> Iterator[Page]:
    """Everything that changed since then, oldest change first.

    All are listed before the first page: only then is it true that nothing older is still to come.
    """
    changed = {
        str(order["id"]): int(order.get("updated_at") or order["created_at"])
        for order in listed(http, since)
        if _may_be_paid(order)
    }
    found = sorted(changed.items(), key=lambda item: (item[1], item[0]))
    for start in range(0, len(found), RECORDS_PER_PAGE):
        chunk = found[start : start + RECORDS_PER_PAGE]
        records = [record for order_id, _ in chunk for record in read(http, order_id)]
        yield Page(records, datetime.fromtimestamp(chunk[-1][1], UTC))


def listed(http: Http, since: datetime) -> Iterator[Record]:
    """The orders as the list tells of them."""
    query = {"limit": str(LIST_SIZE), "updated_at.gte": str(int(since.timestamp()))}
    while True:
        answer: Any = http.get("/orders", query)
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
            raise TransientError("Conekta, GET /orders: the answer is not a list of orders")
        yield from answer["data"]
        if not answer.get("has_more") or not answer["data"]:
            return
        query["next"] = _next(answer)


def _next(answer: Record) -> str:
    # Only the mark is taken from the address that Conekta gives: the key goes nowhere else.
    told = parse_qs(urlsplit(str(answer.get("next_page_url") or "")).query).get("next")
    return told[0] if told else str(answer["data"][-1]["id"])


def _may_be_paid(order: Record) -> bool:
    return order.get("payment_status") not in UNPAID
