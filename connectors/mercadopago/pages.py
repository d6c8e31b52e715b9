"""Catch-up: every payment that changed, oldest change first.

A search goes only so deep, and what changes while it is read moves to its end. So each question begins at the time
where the answer before it ended, and an offset is used only among payments that changed in the same millisecond.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hub.plugin import Http, Page, Record, TransientError

from .read import PAID, payment_records

PAGE_SIZE = 100
SEARCH = "/v1/payments/search"


def pages(http: Http, since: datetime) -> Iterator[Page]:
    """Everything that changed since then."""
    begin, offset = _milliseconds(since), 0
    seen: set[tuple[str, str]] = set()
    while True:
        results, total = _search(http, begin, offset)
        if not results:
            return
        fresh = [found for found in results if _version(found) not in seen]
        last = _changed_at(results[-1])
        if fresh:
            yield Page(_records(http, fresh), last)
        if offset + len(results) >= total:
            return
        seen = {_version(found) for found in results if _changed_at(found) == last} | (seen if offset else set())
        begin, offset = (last, 0) if last > begin else (begin, offset + len(results))


def _search(http: Http, begin: datetime, offset: int) -> tuple[list[Record], int]:
    answer: Any = http.get(
        SEARCH,
        {
            "sort": "date_last_updated",
            "criteria": "asc",
            "range": "date_last_updated",
            "begin_date": begin.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "end_date": "NOW",
            "limit": str(PAGE_SIZE),
            "offset": str(offset),
        },
    )
    if not isinstance(answer, dict) or "results" not in answer or "paging" not in answer:
        raise TransientError(f"Mercado Pago, GET {SEARCH}: the answer is not a list of payments")
    return answer["results"], int(answer["paging"]["total"])


def _records(http: Http, found: list[Record]) -> list[Record]:
    # Read one by one: a sale must not look different because a list told of it.
    paid = [str(payment["id"]) for payment in found if payment.get("status") in PAID]
    return [record for payment_id in paid for record in payment_records(http, payment_id)]


def _changed_at(found: Record) -> datetime:
    return _milliseconds(datetime.fromisoformat(found["date_last_updated"]))


def _version(found: Record) -> tuple[str, str]:
    return str(found["id"]), found["date_last_updated"]


def _milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
