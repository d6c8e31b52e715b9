"""Catch-up: OpenPay's lists filter by creation only, so everything of the last months is looked at again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.plugin import Http, Page, Record, TransientError

from .compose import compose, is_paid, refunds_of
from .config import OpenPayConfig

LIST_SIZE = 100
CHARGES_PER_PAGE = 50
NEVER = datetime.min.replace(tzinfo=UTC)


def pages(http: Http, since: datetime, config: OpenPayConfig) -> Iterator[Page]:
    """Every charge that something happened to since then, oldest happening first.

    All are listed before the first page: only then is it true that nothing older is still to come.
    """
    # A day more, for the filter takes days and does not say of which zone.
    first_day = (since - timedelta(days=config.window_days + 1)).date().isoformat()
    found = {str(charge["id"]): charge for charge in _listed(http, {"creation[gte]": first_day}, config)}
    dated = [(_happened(charge), identifier, charge) for identifier, charge in found.items() if _counts(charge)]
    # What does not say when is handed over each time; the hub drops what it knows.
    changed = sorted((one for one in dated if one[0] >= since or _undated(*one)), key=lambda one: one[:2])
    for start in range(0, len(changed), CHARGES_PER_PAGE):
        chunk = changed[start : start + CHARGES_PER_PAGE]
        records = [record for _, _, charge in chunk for record in compose(charge)]
        yield Page(records, None if chunk[-1][0] == NEVER else chunk[-1][0])


def _listed(http: Http, query: dict[str, str], config: OpenPayConfig) -> Iterator[Record]:
    yield from _all(http, "/charges", query)
    if config.stored_customers:
        for customer in _all(http, "/customers", {}):
            yield from _all(http, f"/customers/{customer['id']}/charges", query)


def _all(http: Http, path: str, query: dict[str, str]) -> Iterator[Record]:
    offset = 0
    while True:
        answer: Any = http.get(path, {**query, "limit": str(LIST_SIZE), "offset": str(offset)})
        if not isinstance(answer, list):
            raise TransientError(f"OpenPay, GET {path}: the answer is not a list")
        yield from answer
        if len(answer) < LIST_SIZE:
            return
        offset += len(answer)


def _counts(charge: Record) -> bool:
    return charge.get("transaction_type") == "charge" and is_paid(str(charge.get("status")))


def _undated(happened: datetime, _: str, charge: Record) -> bool:
    """A chargeback, a refund without its own object, and a charge that cannot be read (a person will see it)."""
    status = str(charge.get("status"))
    vague = status.startswith("chargeback") or (status == "refunded" and not refunds_of(charge))
    return vague or happened == NEVER


def _happened(charge: Record) -> datetime:
    try:
        told = [one.get("operation_date") or one["creation_date"] for one in (charge, *refunds_of(charge))]
        return max(NEVER, *map(datetime.fromisoformat, told))
    except (KeyError, TypeError, ValueError):
        return NEVER
