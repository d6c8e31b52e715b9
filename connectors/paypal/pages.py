"""Catch-up: the transaction search, a window of days at a time, and the disputes that changed.

The search knows everything that moved money, also what other apps and buttons took, up to three hours late; when it was
brought up to date last is in each answer, and nothing later is promised.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

from hub.plugin import Http, Page, Record, TransientError

from .config import PayPalConfig
from .events import named
from .read import read

SEARCH, DISPUTES = "/v1/reporting/transactions", "/v1/customer/disputes"
PAGE_SIZE = 500
DISPUTES_SIZE = 50
RECORDS_PER_PAGE = 50
DEPTH = timedelta(days=3 * 365)
SALES = frozenset({"T0002", "T0003", "T0005", "T0006", "T0007", "T0011", "T0012"})
"""Codes of money that a buyer paid: subscriptions, checkout, website payments, mobile, virtual terminal."""
REFUND = "T1107"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that changed: when, and what the search told of it (nothing of a dispute)."""

    at: datetime
    identifier: str
    told: Record | None = None


def pages(http: Http, since: datetime, config: PayPalConfig) -> Iterator[Page]:
    """What changed since then, oldest change first."""
    now = datetime.now(UTC)
    begin = max(since.astimezone(UTC) - timedelta(days=config.look_back_days), now - DEPTH)
    found = list(_disputes(http, since)) if config.lost_disputes == "refund" else []
    fresh_until = now
    while begin < now:
        end = min(begin + timedelta(days=config.search_days), now)
        told, refreshed = _search(http, begin, end)
        found += [one for one in told if one.at >= since]
        fresh_until = min(fresh_until, refreshed)
        begin = end
    yield from _paged(http, found, fresh_until, config)


def check(http: Http, config: PayPalConfig) -> None:
    """Search once and list disputes once.

    Raises:
        ConfigError: a permission is missing.
    """
    now = datetime.now(UTC)
    http.get(SEARCH, _window(now - timedelta(days=1), now) | {"page_size": "1", "page": "1"})
    if config.lost_disputes == "refund":
        http.get(DISPUTES, {"page_size": "1"})


def _paged(http: Http, found: list[Found], fresh_until: datetime, config: PayPalConfig) -> Iterator[Page]:
    # All is listed before the first page: only then is it true that nothing older is still to come.
    ordered = sorted({one.identifier: one for one in found}.values(), key=lambda one: (one.at, one.identifier))
    seen: set[str] = set()
    for start in range(0, len(ordered), RECORDS_PER_PAGE):
        chunk = ordered[start : start + RECORDS_PER_PAGE]
        # A refund comes with its capture, too.
        records = {record["id"]: record for one in chunk for record in _records(http, one, config)}
        yield Page([record for key, record in records.items() if key not in seen], min(chunk[-1].at, fresh_until))
        seen |= records.keys()


def _records(http: Http, found: Found, config: PayPalConfig) -> list[Record]:
    kind, _, identifier = found.identifier.partition(":")
    for one in (kind, {"capture": "sale", "refund": "sale_refund"}.get(kind)):
        if one and (records := read(http, f"{one}:{identifier}")):
            return records
    if found.told is None or not config.other_apps:
        return []
    return [{"object_kind": "transaction", "id": identifier, "transaction": found.told}]


def _search(http: Http, begin: datetime, end: datetime) -> tuple[list[Found], datetime]:
    found, refreshed = list[Found](), end
    for page in count(1):
        answer: Any = http.get(SEARCH, _window(begin, end) | {"page_size": str(PAGE_SIZE), "page": str(page)})
        try:
            found += [one for detail in answer["transaction_details"] if (one := _found(detail))]
            refreshed = _moment(answer.get("last_refreshed_datetime")) or refreshed
            last = page >= int(answer["total_pages"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise TransientError(f"PayPal, GET {SEARCH}: the answer is not a list of transactions") from None
        if last:
            break
    return found, refreshed


def _window(begin: datetime, end: datetime) -> dict[str, str]:
    first, last = (f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for moment in (begin, end))
    return {"start_date": first, "end_date": last, "fields": "all"}


def _found(detail: Record) -> Found | None:
    info = detail["transaction_info"]
    code, value = info["transaction_event_code"], str(info["transaction_amount"]["value"])
    kind = "refund" if code == REFUND else "capture" if code in SALES and not value.startswith("-") else ""
    changed = _moment(info.get("transaction_updated_date") or info["transaction_initiation_date"])
    if not kind or changed is None:
        return None
    told = {"transaction_info": info, "payer_info": detail.get("payer_info"), "cart_info": detail.get("cart_info")}
    return Found(changed, named(kind, info["transaction_id"], "transaction_id"), told)


def _disputes(http: Http, since: datetime) -> Iterator[Found]:
    query = {"update_time_after": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}", "page_size": str(DISPUTES_SIZE)}
    while True:
        answer: Any = http.get(DISPUTES, query)
        try:
            for one in answer.get("items") or []:
                at = _moment(one.get("update_time") or one["create_time"])
                yield Found(at or since, named("dispute", one["dispute_id"], "dispute_id"))
            links = answer.get("links") or []
            following = next((link["href"] for link in links if link.get("rel") == "next"), None)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise TransientError(f"PayPal, GET {DISPUTES}: the answer is not a list of disputes") from None
        if following is None:
            return
        query = dict(httpx.URL(following).params)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
