"""The RetryPay source: signed events that carry the whole sale. Nobody is asked for anything."""

import contextlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

from hub.plugin import (
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
    verify_standard_webhook,
)

from . import to_sale
from .config import RetryPayConfig

HANDLED = frozenset({to_sale.SALE, to_sale.REFUND})
_NOBODY = "the sender is never asked for anything: there is no API, sales come by signed events alone"


class RetryPaySource(WebhookSource[RetryPayConfig]):
    """Sales and refunds that a system sends by itself, as the Standard Webhooks specification says."""

    name = "retrypay"
    waivers: ClassVar[dict[str, str]] = {
        "refused_credentials_are_a_config_error": _NOBODY,
        "an_unreachable_service_is_transient": _NOBODY,
        "forbidden_is_an_error_not_an_empty_shop": _NOBODY,
        "a_maintenance_page_is_not_an_empty_shop": _NOBODY,
        "trouble_is_transient": _NOBODY,
        "retry_after_is_honoured": _NOBODY,
        "a_read_that_broke_begins_anew": _NOBODY,
    }

    def check(self, http: Http) -> str:
        """See that the secrets are base64; there is nobody to ask."""
        del http
        at = datetime.now(UTC)
        unsigned = {"webhook-id": "check", "webhook-timestamp": f"{at.timestamp():.0f}", "webhook-signature": ""}
        with contextlib.suppress(SignatureError):
            self.verify(RawRequest(unsigned, b"", at))
        return f"{len(self.config.secrets)} signing secret(s) can be used; sales come by webhook only"

    def verify(self, request: RawRequest) -> None:
        """Check the three headers with any of the configured secrets."""
        verify_standard_webhook(request, self.config.secrets, tolerance_s=self.config.signature_tolerance_s)

    def delivery_key(self, request: RawRequest) -> str:
        """`webhook-id`: the same for every attempt."""
        _event(request)
        return request.headers["webhook-id"]

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """The sale or refund, which the event carries whole."""
        event = _event(request)
        kind, data = text_of(event.get("type")), event.get("data")
        if kind not in HANDLED:
            return Ignored(f"{kind or 'an event without a type'} is not handled")
        identifier = text_of(data.get("external_id")) if isinstance(data, dict) else ""
        if not identifier:
            raise DataError(f"{kind}: data.external_id is missing", hint=to_sale.HINT, field="data.external_id")
        return [{"object_kind": kind, "id": identifier, "data": data}]

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """Nothing: there is no API to read."""
        del http, since
        return iter(())

    def to_sale(self, record: Record) -> Movement:
        """One event -> sale or refund."""
        return to_sale.to_sale(record, self.config)


def _event(request: RawRequest) -> Record:
    try:
        event = json.loads(request.body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise DataError("the body is not JSON") from error
    if not isinstance(event, dict):
        raise DataError("the body is not a JSON object")
    return event
