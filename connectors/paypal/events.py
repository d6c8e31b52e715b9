"""A webhook event: what it is about. Nothing else of it is believed."""

import json
import re
from collections.abc import Callable
from typing import Any

from hub.plugin import DataError, Ignored, RawRequest, Record, text_of

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def event_of(request: RawRequest) -> Record:
    """Read the body.

    Raises:
        DataError: it is no event.
    """
    try:
        event = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise DataError("the body is not JSON") from error
    if not isinstance(event, dict) or not text_of(event.get("id")):
        raise DataError("the body is no event of PayPal", field="id")
    return event


def target_of(event: Record) -> str | Ignored:
    """What to read again, as `capture:2GG...`.

    Raises:
        DataError: the event names nothing.
    """
    kind = text_of(event.get("event_type"))
    handler = HANDLERS.get(kind)
    if handler is None:
        return Ignored(f"{kind} is not handled")
    resource = event.get("resource")
    if not isinstance(resource, dict):
        raise DataError(f"event {event['id']}: resource is missing", field="resource")
    return handler(resource)


def named(kind: str, value: Any, field: str = "resource.id") -> str:
    """`kind:value`.

    Raises:
        DataError: that is no id.
    """
    found = text_of(value)
    if not ID.fullmatch(found):
        raise DataError(f"{field} is {value!r}, no id of PayPal", field=field)
    return f"{kind}:{found}"


def _itself(kind: str, name: str = "id") -> Callable[[Record], str | Ignored]:
    return lambda resource: named(kind, resource.get(name), f"resource.{name}")


def _given_back(resource: Record) -> str | Ignored:
    links = resource.get("links") or []
    itself = next((str(link.get("href")) for link in links if link.get("rel") == "self"), "")
    return named("capture" if "/captures/" in itself else "refund", resource.get("id"))


def _approved(resource: Record) -> str | Ignored:
    return Ignored(f"order {resource.get('id')} was approved; it becomes a sale once its money is captured")


HANDLERS: dict[str, Callable[[Record], str | Ignored]] = {
    "CHECKOUT.ORDER.APPROVED": _approved,
    "PAYMENT.CAPTURE.COMPLETED": _itself("capture"),
    "PAYMENT.CAPTURE.PENDING": _itself("capture"),
    "PAYMENT.CAPTURE.DENIED": _itself("capture"),
    "PAYMENT.CAPTURE.DECLINED": _itself("capture"),
    "PAYMENT.CAPTURE.REFUNDED": _given_back,
    "PAYMENT.CAPTURE.REVERSED": _given_back,
    "PAYMENT.SALE.COMPLETED": _itself("sale"),
    "PAYMENT.SALE.PENDING": _itself("sale"),
    "PAYMENT.SALE.DENIED": _itself("sale"),
    "PAYMENT.SALE.REFUNDED": _itself("sale_refund"),
    "CUSTOMER.DISPUTE.CREATED": _itself("dispute", "dispute_id"),
    "CUSTOMER.DISPUTE.UPDATED": _itself("dispute", "dispute_id"),
    "CUSTOMER.DISPUTE.RESOLVED": _itself("dispute", "dispute_id"),
}
