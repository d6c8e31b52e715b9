"""Catch-up: every credit memo, then every order that changed, oldest change first.

What changes while it is read moves to the end of the list. So each question begins at the time where the answer before
it ended, and a page number is used only among those that changed in the same second.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from hub.plugin import Http, Page, Record, TransientError

from .api import listed
from .compose import compose, memo_record

PAGE_SIZE = 100


def pages(http: Http, since: datetime) -> Iterator[Page]:
    """Everything that changed at or after `since`; the credit memos first, so that no order promises too much."""
    for memos, _ in _changed(http, "creditmemos", since):
        yield Page([memo_record(memo) for memo in memos])
    for orders, until in _changed(http, "orders", since):
        yield Page([compose(http, order) for order in orders], until)


def _changed(http: Http, resource: str, since: datetime) -> Iterator[tuple[list[Record], datetime]]:
    begin, number = since.astimezone(UTC).replace(microsecond=0), 1
    seen: set[tuple[str, str]] = set()
    while True:
        wanted = ("updated_at", begin.strftime("%Y-%m-%d %H:%M:%S"), "gteq")
        found, total = listed(http, resource, wanted, sort=("updated_at", "entity_id"), size=PAGE_SIZE, page=number)
        fresh = [record for record in found if _version(record) not in seen]
        if fresh:
            yield fresh, _changed_at(fresh[-1])
        # Past its end Magento gives the last page again, so only the number of all tells the end.
        if not found or number * PAGE_SIZE >= total:
            return
        last = _changed_at(found[-1])
        seen = {_version(record) for record in found if _changed_at(record) == last} | (seen if number > 1 else set())
        begin, number = (last, 1) if last > begin else (begin, number + 1)


def _changed_at(record: Record) -> datetime:
    try:
        return datetime.fromisoformat(str(record["updated_at"])).replace(tzinfo=UTC)
    except (KeyError, ValueError) as error:
        raise TransientError(f"Magento: {record.get('entity_id')} does not say when it changed") from error


def _version(record: Record) -> tuple[str, str]:
    return str(record.get("entity_id")), str(record.get("updated_at"))
