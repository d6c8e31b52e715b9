"""Catch-up: what webhooks should have told, read from Stripe's lists.

Lists filter by creation only, so an OXXO voucher or an invoice paid days later is found by the events
(kept by Stripe for 30 days); older times are found by the lists alone.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from hub.plugin import Http, Ignored, Page, Record

from .api import StripeApi
from .config import StripeConfig
from .events import HANDLERS, identifier_of
from .read import read

RECORDS_PER_PAGE = 50


def pages(http: Http, since: datetime, config: StripeConfig) -> Iterator[Page]:
    """Everything created or told of since then, in order of time.

    Stripe lists the newest first, so all identifiers are collected before the first page: only then is it
    true that nothing older is still to come.
    """
    seen: set[str] = set()
    found = sorted(_earliest(_found(http, since, config)).items(), key=lambda item: (item[1], item[0]))
    for start in range(0, len(found), RECORDS_PER_PAGE):
        chunk = found[start : start + RECORDS_PER_PAGE]
        records = [record for identifier, _ in chunk for record in read(http, identifier)]
        yield Page(_unseen(records, seen), datetime.fromtimestamp(chunk[-1][1], UTC))


def _unseen(records: Iterable[Record], seen: set[str]) -> list[Record]:
    fresh = []
    for record in records:
        key = f"{record['account']}:{record['id']}"
        if key not in seen:
            seen.add(key)
            fresh.append(record)
    return fresh


def _earliest(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    times: dict[str, int] = {}
    for identifier, created in found:
        times[identifier] = min(created, times.get(identifier, created))
    return times


def _found(http: Http, since: datetime, config: StripeConfig) -> Iterator[tuple[str, int]]:
    window = {"created[gte]": str(int(since.timestamp()))}
    for account in ("", *config.accounts):
        api = StripeApi(http, account)
        prefix = f"{account}:" if account else ""
        for target, created in _listed(api, window):
            yield prefix + target, created
        for target, created in _told(api, window, live=config.live):
            yield prefix + target, created


def _listed(api: StripeApi, window: dict[str, str]) -> Iterator[tuple[str, int]]:
    for intent in api.listed("/v1/payment_intents", window):
        if intent["status"] == "succeeded":
            yield intent["id"], intent["created"]
    for charge in api.listed("/v1/charges", window):
        if charge["status"] == "succeeded" and not charge.get("payment_intent"):
            yield charge["id"], charge["created"]
    for payment in api.listed("/v1/invoice_payments", {**window, "status": "paid"}):
        if not payment["payment"].get("payment_intent"):
            yield payment["invoice"], payment["created"]
    for refund in api.listed("/v1/refunds", window):
        yield refund["id"], refund["created"]
    for dispute in api.listed("/v1/disputes", window):
        if dispute["status"] == "lost":
            yield dispute["id"], dispute["created"]


def _told(api: StripeApi, window: dict[str, str], *, live: bool) -> Iterator[tuple[str, int]]:
    # Stripe takes at most 20 types in one question.
    types = {f"types[{number}]": kind for number, kind in enumerate(sorted(HANDLERS))}
    for event in api.listed("/v1/events", {**window, **types}):
        # A list for a connected account does not repeat `account` in each event.
        target = identifier_of({**event, "account": None}, live=live)
        if not isinstance(target, Ignored):
            yield target, event["created"]
