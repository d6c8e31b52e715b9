"""The Stripe source: signed webhooks as hints, pulled lists as the safety net."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from hub.plugin import (
    Bearer,
    Client,
    ConfigError,
    DataError,
    Http,
    Ignored,
    Movement,
    Outcome,
    Page,
    RawRequest,
    Record,
    SignatureError,
    WebhookSource,
    WritesBack,
    verify_stripe_style,
)

from . import pages, read, to_sale, writing
from .api import StripeApi, as_documented
from .config import StripeConfig
from .events import identifier_of

RESOURCES = (
    "payment_intents",
    "charges",
    "checkout/sessions",
    "invoices",
    "invoice_payments",
    "refunds",
    "disputes",
    "customers",
    "prices",
    "products",
    "tax_rates",
    "events",
)


class StripeSource(WritesBack, WebhookSource[StripeConfig]):
    """Sales, refunds and lost disputes of one Stripe account, or of a Connect platform's accounts."""

    name = "stripe"
    refusal_status = 400  # as Stripe's documentation asks of an endpoint

    def client(self) -> Client:
        """Every request names the pinned API version."""
        return Client(
            base_url=self.config.api_url,
            auth=Bearer(self.config.api_key),
            headers={"stripe-version": self.config.api_version},
        )

    def check(self, http: Http) -> str:
        """Read one object of every resource, so that a missing permission shows now and not at the first sale."""
        api = StripeApi(http)
        refused = [resource for resource in RESOURCES if not api.permitted(f"/v1/{resource}")]
        if refused:
            raise ConfigError(
                f"the Stripe key may not read: {', '.join(refused)}",
                hint="Stripe, Developers, API keys: give the restricted key read permission for these",
            )
        return f"Stripe answers in {'live' if self.config.live else 'test'} mode, version {self.config.api_version}"

    def verify(self, request: RawRequest) -> None:
        """Check `Stripe-Signature` with any of the configured secrets."""
        if not self.config.secrets:
            raise SignatureError(
                "no webhook secret is configured", hint="set webhook_secret to the whsec_... of Stripe"
            )
        verify_stripe_style(request, "stripe-signature", self.config.secrets)

    def delivery_key(self, request: RawRequest) -> str:
        """Stripe's event id: the same for every redelivery."""
        identifier = _event(request).get("id")
        if not isinstance(identifier, str) or not identifier:
            raise DataError("the delivery carries no event id", field="id")
        return identifier

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """The object to read again; the body itself may be old or of another API version."""
        target = identifier_of(_event(request), live=self.config.live)
        return target if isinstance(target, Ignored) else [target]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """All that Stripe knows of one movement of money, as one record."""
        with as_documented():
            return read.read(http, identifier)

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What was created or happened since then, oldest first."""
        with as_documented():
            yield from pages.pages(http, since, self.config)

    def to_sale(self, record: Record) -> Movement:
        """One composed record -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)

    def check_write_back(self, http: Http) -> str:
        """Look for the permission to write."""
        return writing.check(http)

    def write_back(self, http: Http, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
        """Write into the metadata of the sales' objects."""
        return writing.write(http, outcomes)

    def id_of(self, record: Record) -> str:
        """The movement key, which every composed sale carries."""
        if record.get("object_kind") != "sale":
            return ""
        account, identifier = record.get("account"), str(record.get("id", ""))
        return f"{account}:{identifier}" if account else identifier


def _event(request: RawRequest) -> dict[str, Any]:
    event = request.json()
    if not isinstance(event, dict):
        raise DataError("the body is not a JSON object")
    return event
