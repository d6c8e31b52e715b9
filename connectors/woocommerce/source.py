"""The WooCommerce source: webhooks as hints, the list of orders as the safety net."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from hub.plugin import (
    Basic,
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
    verify_hmac,
)

from . import compose, pages, to_sale
from .api import WooApi
from .config import WooCommerceConfig

TOPIC, SIGNATURE = "x-wc-webhook-topic", "x-wc-webhook-signature"
HANDLED = frozenset({"order.created", "order.updated", "order.restored", "order.deleted"})
_PING = re.compile(rb"webhook_id=\d{1,20}")


class WooCommerceSource(WebhookSource[WooCommerceConfig]):
    """Paid orders and refunds of one WooCommerce shop."""

    name = "woocommerce"
    kept_headers = frozenset({TOPIC})
    waivers: ClassVar[dict[str, str]] = {
        "an_old_delivery_is_refused": "WooCommerce signs no time of sending; a delivery only names an order, which is "
        "read again"
    }

    def client(self) -> Client:
        """With the consumer key, and no faster than the host likes."""
        key, secret = self.config.consumer_key, self.config.consumer_secret
        auth = Basic(key.get_secret_value(), secret)
        return Client(base_url=self.config.shop_url, auth=auth, per_second=self.config.per_second)

    def check(self, http: Http) -> str:
        """Read one order."""
        try:
            WooApi(http, self.config).orders(per_page="1")
        except ConfigError as error:
            raise ConfigError(
                str(error),
                hint="401: make a new key with permission Read; the host must pass the header Authorization on;"
                " 403: the key's user may not read orders, or a firewall stands before the shop; 404: check"
                " shop_url, or set pretty_links: false",
            ) from error
        return f"WooCommerce answers at {self.config.shop_url}"

    def verify(self, request: RawRequest) -> None:
        """Check the signature with any of the configured secrets. The ping of a new webhook carries none."""
        if not self.config.secrets:
            raise SignatureError("no webhook secret is configured", hint="set webhook_secret to the webhook's secret")
        if SIGNATURE not in request.headers and _is_ping(request):
            return
        verify_hmac(request, SIGNATURE, self.config.secrets, encoding="base64")

    def delivery_key(self, request: RawRequest) -> str:
        """What was said about what; WooCommerce's own delivery id is neither unique nor the same for a repetition."""
        if _is_ping(request):
            return "ping"
        _subject(request)
        topic = request.headers.get(TOPIC, "")
        return f"{topic}:{hashlib.sha256(request.body).hexdigest()}"[:200]

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """The order to read again; one that was deleted, too: it may still be in the trash."""
        if _is_ping(request):
            return Ignored("the ping of a new webhook")
        topic = request.headers.get(TOPIC, "")
        if topic not in HANDLED:
            return Ignored(f"{topic or 'a delivery without a topic'} is not handled")
        return [_subject(request)]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The order and its refunds."""
        return compose.read(WooApi(http, self.config), identifier, self.config.paid_statuses)

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What changed since then, oldest first."""
        return pages.pages(http, since, self.config)

    def to_sale(self, record: Record) -> Movement:
        """One composed record -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)


def _is_ping(request: RawRequest) -> bool:
    return _PING.fullmatch(request.body) is not None


def _subject(request: RawRequest) -> str:
    try:
        body: Any = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise DataError("the body is not JSON") from error
    subject = body.get("id") if isinstance(body, dict) else None
    if type(subject) is not int or subject <= 0:
        raise DataError("the delivery names no order", field="id")
    return str(subject)
