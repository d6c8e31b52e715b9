"""The Shopify source: signed webhooks as hints, the list of changed orders as the safety net."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from hub.plugin import (
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
    verify_hmac,
)

from . import pages, queries, read, to_sale, writing
from .access import ShopifyAccess
from .api import Json, ShopifyApi
from .config import ShopifyConfig
from .events import DISPUTE, INSTALLATION, header, target_of

SIGNATURE = "x-shopify-hmac-sha256"


class ShopifySource(WritesBack, WebhookSource[ShopifyConfig]):
    """Paid orders, refunds and lost chargebacks of one shop."""

    name = "shopify"
    batch: ClassVar[int] = writing.BATCH
    overlap: ClassVar[timedelta] = timedelta(0)
    """None: `pages` promises nothing of the last minutes, and an overlap would eat the shop's cost points."""
    kept_headers: ClassVar[frozenset[str]] = frozenset(
        f"{prefix}shopify-{name}" for prefix in ("x-", "") for name in ("topic", "shop-domain")
    )
    waivers: ClassVar[dict[str, str]] = {
        "an_old_delivery_is_refused": "Shopify signs the body and no time; a delivery is a hint and is read again"
    }

    def client(self) -> Client:
        """Every request carries the shop's access token."""
        return Client(base_url=self.config.address, auth=ShopifyAccess(self.config))

    def check(self, http: Http) -> str:
        """Compare the app's scopes with what is read, and read one order and one chargeback."""
        api = ShopifyApi(http, self.config.api_version)
        told = api.query(queries.SHOP)
        scopes = read.scopes_of(told)
        missing = sorted(self._scopes() - scopes)
        if missing:
            raise ConfigError(
                f"the Shopify app lacks the scopes {', '.join(missing)}", hint="give them and install it again"
            )
        shop = told["shop"]
        if shop["myshopifyDomain"] != self.config.shop:
            raise ConfigError(f"this token is of the shop {shop['myshopifyDomain']}, not of {self.config.shop}")
        api.query(queries.page(self.config), first=1, after=None, filter="", lines=1)
        if self._wants_disputes():
            api.query(queries.DISPUTES, first=1, after=None, filter="")
        return self._found(shop, api.answered_version, scopes)

    def _scopes(self) -> set[str]:
        wanted = {"read_orders"}
        if self.config.customer_data:
            wanted.add("read_customers")
        if self.config.lost_disputes == "refund":
            wanted.add("read_shopify_payments_disputes")
        return wanted

    def _found(self, shop: Json, version: str, scopes: set[str]) -> str:
        said = (
            f"Shopify answers for {shop['name']} ({shop['currencyCode']}), version {version or self.config.api_version}"
        )
        if version and version != self.config.api_version:
            said += f"; {self.config.api_version} has expired: set api_version"
        if "read_all_orders" not in scopes:
            said += "; without read_all_orders only the orders of the last 60 days are seen"
        return said

    def verify(self, request: RawRequest) -> None:
        """Check the HMAC of the raw body with any of the configured secrets."""
        if not self.config.secrets:
            raise SignatureError("no webhook secret is configured", hint="set client_secret, or webhook_secrets")
        plain = SIGNATURE.removeprefix("x-")
        name = SIGNATURE if SIGNATURE in request.headers or plain not in request.headers else plain
        verify_hmac(request, name, self.config.secrets, encoding="base64")

    def delivery_key(self, request: RawRequest) -> str:
        """Shopify's event id, the same for retries and other subscriptions; one event may have several topics."""
        _body(request)
        event = header(request, "event-id") or header(request, "webhook-id") or super().delivery_key(request)
        return f"{header(request, 'topic')} {event}"

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """What must be read again; the body may be old, cut down or of another API version."""
        shop = header(request, "shop-domain")
        if shop and shop != self.config.shop:
            return Ignored(f"a delivery of {shop}, this instance reads {self.config.shop}")
        target = target_of(header(request, "topic"), _body(request))
        return target if isinstance(target, Ignored) else [target]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The order with its refunds, or a chargeback; an uninstalled app is told by Shopify's refusal."""
        api = ShopifyApi(http, self.config.api_version)
        if identifier == INSTALLATION:
            api.query(queries.SHOP)
            return []
        if identifier.startswith(DISPUTE):
            return read.read_dispute(api, identifier.removeprefix(DISPUTE)) if self._wants_disputes() else []
        return read.read(api, identifier, self.config)

    def _wants_disputes(self) -> bool:
        return self.config.lost_disputes == "refund"

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What changed since then, oldest first."""
        return pages.pages(http, since, self.config)

    def to_sale(self, record: Record) -> Movement:
        """One order, refund or chargeback -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)

    def check_write_back(self, http: Http) -> str:
        """Look for the scope to write."""
        return writing.check(ShopifyApi(http, self.config.api_version), self.config)

    def write_back(self, http: Http, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
        """Write into a metafield of the sales' orders."""
        return writing.write(ShopifyApi(http, self.config.api_version), self.config, outcomes)

    def id_of(self, record: Record) -> str:
        """The order's number, if the record is an order."""
        return str(record.get("id", "")) if record.get("object_kind") == "order" else ""


def _body(request: RawRequest) -> Json:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise DataError("the body is not JSON") from error
    if not isinstance(body, dict):
        raise DataError("the body is not a JSON object")
    return body
