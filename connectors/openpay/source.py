"""The OpenPay source: notifications as hints, the list of charges as the safety net."""

from collections.abc import Iterable, Iterator
from datetime import datetime
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

from . import compose, pages, to_sale
from .config import OpenPayConfig
from .credentials import PrivateKey, verify_basic
from .notification import ABOUT_MONEY, VERIFICATION, is_verification, notification_of


class OpenPaySource(WebhookSource[OpenPayConfig]):
    """Charges, refunds and lost chargebacks of one OpenPay merchant."""

    name = "openpay"
    waivers: ClassVar[dict[str, str]] = {
        "a_tampered_body_is_refused": "OpenPay signs nothing; user and password tell the sender, and nothing of the "
        "body is believed: the charge is read again with the key",
        "an_old_delivery_is_refused": "OpenPay signs no time; the charge is read again as it is now",
        "rubbish_is_set_aside": "user and password do not depend on the body; rubbish that carries them is refused as "
        "unreadable (HTTP 400) instead",
    }

    def client(self) -> Client:
        """With the private key, at the merchant's address."""
        return Client(base_url=self.config.address, auth=PrivateKey(self.config.private_key))

    def check(self, http: Http) -> str:
        """Read one charge."""
        http.get("/charges", {"limit": "1"})
        where = "the sandbox" if self.config.sandbox else "production"
        return f"OpenPay answers for merchant {self.config.merchant_id} in {where}"

    def verify(self, request: RawRequest) -> None:
        """Check user and password; the first message to a new webhook may come without."""
        if "authorization" not in request.headers and is_verification(request):
            return
        if not self.config.passwords:
            raise SignatureError(
                "no webhook password is configured", hint="set webhook_password to that of the webhook in OpenPay"
            )
        verify_basic(request, self.config.webhook_user, self.config.passwords)

    def delivery_key(self, request: RawRequest) -> str:
        """Kind of event, charge and refund: OpenPay gives no number of its own."""
        return notification_of(request).key

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """The charge to read again."""
        told = notification_of(request)
        if told.kind == VERIFICATION:
            return Ignored(f"verification code {told.code}: type it at the webhook in OpenPay, if you just made one")
        if told.kind not in ABOUT_MONEY:
            return Ignored(f"{told.kind} is not handled")
        return [told.identifier]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The charge, its refunds and its chargeback."""
        return compose.read(http, identifier)

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What happened since then, oldest first."""
        return pages.pages(http, since, self.config)

    def to_sale(self, record: Record) -> Movement:
        """One composed record -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)
