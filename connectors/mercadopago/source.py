"""The Mercado Pago source: notifications as hints, the search as the safety net."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar

from hub.plugin import (
    Bearer,
    Client,
    ConfigError,
    Http,
    Ignored,
    Movement,
    Page,
    RawRequest,
    Record,
    SignatureError,
    WebhookSource,
)

from . import pages, read, to_sale
from .config import MercadoPagoConfig
from .notification import KEPT, is_unsigned, notification_of, verify_signature

KINDS = {
    "payment": "payment",
    "merchant_order": "merchant_order",
    "topic_merchant_order_wh": "merchant_order",
    "order": "order",
    "chargebacks": "chargeback",
    "topic_chargebacks_wh": "chargeback",
}
"""What a notification may be about -> how that is read."""


class MercadoPagoSource(WebhookSource[MercadoPagoConfig]):
    """Payments, refunds and lost chargebacks of one Mercado Pago account."""

    name = "mercadopago"
    kept_headers = KEPT
    waivers: ClassVar[dict[str, str]] = {
        "a_tampered_body_is_refused": "Mercado Pago signs the payment's id, not the body; nothing else of the body is "
        "believed, and the payment is read again with the token",
        "rubbish_is_set_aside": "the address carries the signed id, so a spoilt body still has its signature; "
        "it is refused as unreadable (HTTP 400) instead",
    }

    def client(self) -> Client:
        """With the account's token."""
        return Client(base_url=self.config.api_url, auth=Bearer(self.config.access_token))

    def check(self, http: Http) -> str:
        """Ask whose token it is, and search once."""
        account = http.get("/users/me")
        number = str(account.get("id")) if isinstance(account, dict) else ""
        if number != self.config.collector_id:
            raise ConfigError(
                f"the access token is of account {number}, collector_id is {self.config.collector_id}",
                hint="set collector_id to the account whose token this is",
            )
        http.get(pages.SEARCH, {"limit": "1"})
        return f"Mercado Pago answers for account {number} in {'live' if self.config.live else 'test'} mode"

    def verify(self, request: RawRequest) -> None:
        """Check `x-signature` with any of the configured secrets; unsigned ones pass only if that is set."""
        if is_unsigned(request) and self.config.unsigned_notifications:
            return
        if not self.config.secrets:
            raise SignatureError(
                "no webhook secret is configured", hint="set webhook_secret: Tus integraciones, Webhooks"
            )
        verify_signature(request, self.config.secrets, self.config.signature_tolerance_s)

    def delivery_key(self, request: RawRequest) -> str:
        """The notification's number; a hint without one counts as new each time, for only the reading tells."""
        told = notification_of(request)
        if told.key:
            return f"notification:{told.key}"
        if is_unsigned(request):
            return f"hint:{told.topic}:{told.subject}:{request.received_at.isoformat()}"
        return hashlib.sha256(request.body).hexdigest()

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """What to read again; nothing else of a notification is believed."""
        told = notification_of(request)
        kind = KINDS.get(told.topic)
        if kind is None:
            return Ignored(f"{told.topic} is not handled")
        return [read.identifier(kind, told.subject, request.received_at)]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The payment that was named, its refunds and its chargeback, or all payments of an order."""
        return read.read(http, identifier)

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What changed since then, oldest first."""
        return pages.pages(http, since)

    def to_sale(self, record: Record) -> Movement:
        """One composed record -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)
