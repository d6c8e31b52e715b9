"""Catch-up: Clip's list filters by creation only, so the payments of the last days are looked at again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.plugin import Http, Page, Record, TransientError

from .config import ClipConfig
from .read import compose

PAYMENTS = "/payments"
PER_PAGE = 50
NEVER = datetime.min.replace(tzinfo=UTC)


def pages(http: Http, since: datetime, config: ClipConfig) -> Iterator[Page]:
    """Every payment that was made since then, oldest first, and those of the last days that money went back of.

    All are listed before the first page: only then is it true that nothing older is still to come.
    """
    begin, now = since.astimezone(UTC) - timedelta(days=config.window_days), datetime.now(UTC)
    found: dict[str, Record] = {}
    while begin < now:
        end = min(begin + timedelta(hours=config.list_hours), now)
        found |= {str(payment["id"]): payment for payment in listed(http, begin, end)}
        begin = end
    dated = [(_made(payment), identifier, payment) for identifier, payment in found.items()]
    # What does not say when is handed over each time; the hub drops what it knows.
    wanted = (one for one in dated if one[0] >= since or one[0] == NEVER or one[2].get("amount_refunded"))
    ordered = sorted(wanted, key=lambda one: one[:2])
    for start in range(0, len(ordered), PER_PAGE):
        chunk = ordered[start : start + PER_PAGE]
        records = [record for _, _, payment in chunk for record in compose(payment)]
        yield Page(records, None if chunk[-1][0] == NEVER else chunk[-1][0])


def listed(http: Http, begin: datetime, end: datetime) -> list[Record]:
    """The payments that were begun between two moments."""
    query = {name: f"{moment:%Y-%m-%dT%H:%M:%SZ}" for name, moment in (("from", begin), ("to", end))}
    answer: Any = http.get(PAYMENTS, query)
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or not all(isinstance(one, dict) and one.get("id") for one in results):
        raise TransientError(f"Clip, GET {PAYMENTS}: the answer is not a list of payments")
    return results


def _made(payment: Record) -> datetime:
    try:
        made = datetime.fromisoformat(payment.get("approved_at") or payment["created_at"])
        return made.astimezone(UTC) if made.tzinfo else NEVER
    except (KeyError, TypeError, ValueError, OverflowError):
        return NEVER
