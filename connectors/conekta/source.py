"""The Conekta source: signed events as hints, the list of orders as the safety net."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar

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
)

from . import compose, pages, to_sale
from .config import ConektaConfig
from .events import told_by
from .signature import verify_digest

_ORDER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ConektaSource(WebhookSource[ConektaConfig]):
    """Paid orders, refunds and lost chargebacks of one Conekta account."""

    name = "conekta"
    waivers: ClassVar[dict[str, str]] = {
        "an_old_delivery_is_refused": "Conekta signs no time of sending and does not say for how long it tries again; "
        "an event counts once by its id, and the order is read again"
    }

    def client(self) -> Client:
        """Every request names the version of the API."""
        headers = {"accept": self.config.api_version, "accept-language": "es"}
        return Client(base_url=self.config.api_url, auth=Bearer(self.config.api_key), headers=headers)

    def check(self, http: Http) -> str:
        """Read one order, and see that it is of the mode that the configuration says."""
        answer: Any = http.get("/orders", {"limit": "1"})
        orders = answer.get("data") if isinstance(answer, dict) else None
        live = self.config.live_mode
        if orders and bool(orders[0].get("livemode")) != live:
            raise ConfigError(
                f"the key reads {'test' if live else 'live'} orders, live_mode is {live}",
                hint="put the key of the other mode into api_key, or change live_mode",
            )
        return f"Conekta answers in {'live' if live else 'test'} mode, version {self.config.api_version}"

    def verify(self, request: RawRequest) -> None:
        """Check `DIGEST` with any of the configured keys."""
        if not self.config.keys:
            raise SignatureError("no webhook key is configured", hint="set public_key to the webhook key of Conekta")
        verify_digest(request, self.config.keys)

    def delivery_key(self, request: RawRequest) -> str:
        """Conekta's event id: the same for every redelivery."""
        identifier = _event(request).get("id")
        if not isinstance(identifier, str) or not identifier:
            raise DataError("the delivery carries no event id", field="id")
        return f"event:{identifier}"

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """The order to read again; complete records only of what an order may not tell."""
        told = told_by(_event(request), live=self.config.live_mode)
        if isinstance(told, Ignored):
            return told
        found = list(told)
        odd = next((one for one in found if isinstance(one, str) and not _ORDER_ID.fullmatch(one)), None)
        if odd is not None:
            raise DataError(f"{odd!r} is no id of an order", field="data.object.id")
        return found

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The order, its refunds and its chargebacks."""
        return compose.read(http, identifier)

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What changed since then, oldest first."""
        return pages.pages(http, since)

    def to_sale(self, record: Record) -> Movement:
        """One composed record -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)


def _event(request: RawRequest) -> dict[str, Any]:
    try:
        event = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise DataError("the body is not JSON") from error
    if not isinstance(event, dict):
        raise DataError("the body is not a JSON object")
    return event
