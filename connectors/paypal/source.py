"""The PayPal source: signed events as hints, the transaction search as the safety net."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from hub.plugin import (
    Client,
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
from .access import PayPalAccess
from .config import PayPalConfig
from .events import event_of, target_of
from .signature import Certificates, verify


class PayPalSource(WebhookSource[PayPalConfig]):
    """Captures, refunds and lost disputes of one PayPal account."""

    name = "paypal"
    overlap: ClassVar[timedelta] = timedelta(hours=3)
    """The search is up to three hours late."""

    def __init__(self, config: PayPalConfig) -> None:
        super().__init__(config)
        self._certificates = Certificates(config.certificates_url)

    def client(self) -> Client:
        """With the app's access token."""
        return Client(base_url=self.config.address, auth=PayPalAccess(self.config))

    def check(self, http: Http) -> str:
        """Search once and list disputes once: what the app may not do is refused now."""
        pages.check(http, self.config)
        where = "the sandbox" if self.config.sandbox else "production"
        return f"PayPal answers in {where}; the app may search transactions"

    def verify(self, request: RawRequest) -> None:
        """Check PayPal's seal with the certificate that the delivery names, if that is PayPal's."""
        if not self.config.webhook_ids:
            raise SignatureError(
                "no webhook is configured",
                hint="set webhook_ids to the ID that the app's page shows beside the webhook",
            )
        verify(request, self.config.webhook_ids, self._certificates, self.config.signature_tolerance_s)

    def delivery_key(self, request: RawRequest) -> str:
        """The event's number, the same for every redelivery."""
        return f"event:{event_of(request)['id']}"

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """What to read again; the event itself may be old."""
        target = target_of(event_of(request))
        return target if isinstance(target, Ignored) else [target]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The capture with its refunds, the refund, the payment of a subscription, or the dispute."""
        return read.read(http, identifier)

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What changed since then, oldest first."""
        return pages.pages(http, since, self.config)

    def to_sale(self, record: Record) -> Movement:
        """One composed record -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)
