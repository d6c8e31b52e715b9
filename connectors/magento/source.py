"""The Magento source: lists by the time of change; Adobe Commerce's webhooks as hints."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar

import httpx

from hub.plugin import (
    Bearer,
    Client,
    ConfigError,
    DataError,
    Http,
    Ignored,
    Movement,
    Page,
    RawRequest,
    Record,
    SignatureError,
    WebhookSource,
    text_of,
)

from . import compose, pages, to_sale
from .api import RESOURCES, listed
from .config import MagentoConfig
from .oauth import OAuth1
from .signature import verify_signature

REQUEST_ID = "x-adobe-commerce-request-id"


class MagentoSource(WebhookSource[MagentoConfig]):
    """Paid orders and credit memos of one Magento 2 or Adobe Commerce shop."""

    name = "magento"
    waivers: ClassVar[dict[str, str]] = {
        "an_old_delivery_is_refused": "Adobe Commerce signs no time of sending; a delivery only names an order, which "
        "is read again"
    }

    def client(self) -> Client:
        """With the integration's token, signed or as it is."""
        return Client(base_url=self.config.api_url, auth=self._auth(), headers={"accept": "application/json"})

    def _auth(self) -> httpx.Auth:
        key, secret = self.config.consumer_key, self.config.consumer_secret
        token, token_secret = self.config.access_token, self.config.access_token_secret
        if key is None or secret is None or token_secret is None:
            return Bearer(token)
        return OAuth1(key, secret, token, token_secret)

    def check(self, http: Http) -> str:
        """Read one of each list."""
        refused = {name: why for name in RESOURCES if (why := _refusal(http, name))}
        if len(refused) == len(RESOURCES):
            raise ConfigError(
                next(iter(refused.values())),
                hint="401: activate the integration; to send its token alone, Stores, Configuration, OAuth must"
                " allow tokens as Bearer, or give consumer_key, consumer_secret and access_token_secret; 404: check"
                " api_url",
            )
        if refused:
            raise ConfigError(
                f"the integration may not read {', '.join(refused)}",
                hint="System, Integrations, API: tick Sales, Operations, with Orders, Invoices and Credit Memos",
            )
        return f"Magento answers at {self.config.api_url}"

    def verify(self, request: RawRequest) -> None:
        """Check the signature with any of the configured keys."""
        if not self.config.keys:
            raise SignatureError("no public key is configured", hint="set public_key to that of the webhook signature")
        verify_signature(request, self.config.keys)

    def delivery_key(self, request: RawRequest) -> str:
        """The request's own number: what a merchant lets a webhook say may be the same each time."""
        _subject(request)
        return f"{request.headers.get(REQUEST_ID, '')[:100]}:{hashlib.sha256(request.body).hexdigest()}"

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """The order to read again; nothing else of a delivery is believed."""
        return [_subject(request)]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The order and its credit memos."""
        return compose.read(http, identifier)

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What changed since then."""
        return pages.pages(http, since)

    def to_sale(self, record: Record) -> Movement:
        """One composed record -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)


def _refusal(http: Http, resource: str) -> str:
    try:
        listed(http, resource, ("entity_id", "0", "gt"), size=1)
    except ConfigError as error:
        return str(error)
    return ""


def _subject(request: RawRequest) -> str:
    """The order's number, in whichever of the usual places the merchant lets it stand."""
    try:
        body: Any = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise DataError("the body is not JSON") from error
    if isinstance(body, dict):
        order = body.get("order")
        inner = order.get("entity_id") if isinstance(order, dict) else None
        found = text_of(body.get("order_id")) or text_of(inner) or text_of(body.get("entity_id"))
        if found.isascii() and found.isdecimal():
            return found
    raise DataError(
        "the delivery names no order",
        hint="let the webhook send order.entity_id, or order_id for invoices and credit memos",
        field="order.entity_id",
    )
