"""The Clip source: notifications as hints, the list of payments as the safety net."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from hub.plugin import Client, Http, Ignored, Movement, Page, RawRequest, Record, SignatureError, WebhookSource

from . import pages, read, to_sale
from .config import ClipConfig
from .credentials import ClipKey, verify_token
from .notification import key_of, notification_of, target_of


class ClipSource(WebhookSource[ClipConfig]):
    """Payments and refunds of one Clip account."""

    name = "clip"
    waivers: ClassVar[dict[str, str]] = {
        "a_tampered_body_is_refused": "Clip signs nothing; a token in the address tells the sender, and nothing of the "
        "body is believed: the payment is read again with the key",
        "an_old_delivery_is_refused": "Clip signs no time; the payment is read again as it is now",
        "rubbish_is_set_aside": "the token does not depend on the body; rubbish that comes with it is refused as "
        "unreadable (HTTP 400) instead",
    }

    def client(self) -> Client:
        """With the key."""
        return Client(base_url=self.config.api_url, auth=ClipKey(self.config))

    def check(self, http: Http) -> str:
        """List the payments of the last hour."""
        now = datetime.now(UTC)
        found = pages.listed(http, now - timedelta(hours=1), now)
        return f"Clip answers; payments of the last hour: {len(found)}"

    def verify(self, request: RawRequest) -> None:
        """Check the token in the address."""
        if not self.config.tokens:
            raise SignatureError("no webhook token is configured", hint="set webhook_token to a long random text")
        verify_token(request, self.config.tokens)

    def delivery_key(self, request: RawRequest) -> str:
        """What changed: the same for every attempt."""
        return key_of(notification_of(request))

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """The payment or refund to read."""
        target = target_of(notification_of(request))
        return target if isinstance(target, Ignored) else [target]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The payment with its checkout, or the refund."""
        return read.read(http, identifier)

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What was paid since then, oldest first."""
        return pages.pages(http, since, self.config)

    def to_sale(self, record: Record) -> Movement:
        """One composed record -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)
