"""Catch-up: every credit slip, then every order that changed, oldest change first.

What changes while it is read moves to the end of the list. So each question begins at the time where the answer before
it ended, and an offset is used only among those that changed in the same second.
"""

from collections.abc import Iterator
from datetime import datetime

from hub.plugin import Http, Page, Record, TransientError

from .api import listed
from .compose import Composer
from .config import PrestaShopConfig

PAGE_SIZE = 100
LATEST = "2999-12-31 23:59:59"


def pages(http: Http, since: datetime, config: PrestaShopConfig) -> Iterator[Page]:
    """Everything that changed at or after `since`.

    A slip need not change its order, so slips have their own list. It is read whole before the first order promises
    that all before it was told.
    """
    composer = Composer(http)
    for slips, _ in _changed(http, "order_slip", since, config):
        yield Page([composer.slip(slip) for slip in slips])
    for orders, until in _changed(http, "orders", since, config):
        yield Page([composer.order(order) for order in orders], until)


def _changed(
    http: Http, resource: str, since: datetime, config: PrestaShopConfig
) -> Iterator[tuple[list[Record], datetime]]:
    begin, offset = since.astimezone(config.zone).replace(microsecond=0, tzinfo=None), 0
    seen: set[tuple[str, str]] = set()
    while True:
        query = {
            "filter[date_upd]": f"[{begin:%Y-%m-%d %H:%M:%S},{LATEST}]",
            "date": "1",
            "sort": "[date_upd_ASC,id_ASC]",
            "limit": f"{offset},{PAGE_SIZE}",
        }
        found = listed(http, resource, query)
        fresh = [record for record in found if _version(record) not in seen]
        if fresh:
            yield fresh, _changed_at(fresh[-1]).replace(tzinfo=config.zone)
        if len(found) < PAGE_SIZE:
            return
        last = _changed_at(found[-1])
        seen = {_version(record) for record in found if _changed_at(record) == last} | (seen if offset else set())
        begin, offset = (last, 0) if last > begin else (begin, offset + len(found))


def _changed_at(record: Record) -> datetime:
    try:
        return datetime.fromisoformat(str(record["date_upd"]))
    except (KeyError, ValueError) as error:
        raise TransientError(f"PrestaShop: {record.get('id')} does not say when it changed") from error


def _version(record: Record) -> tuple[str, str]:
    return str(record.get("id")), str(record.get("date_upd"))
