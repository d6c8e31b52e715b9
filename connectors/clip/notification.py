"""A notification: what it is about. Clip signs nothing, so nothing else of it is believed."""

import json
import re

from hub.plugin import DataError, Ignored, RawRequest, Record, text_of

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
UNPAID = frozenset({"CREATED", "PENDING", "CANCELED", "CANCELLED", "EXPIRED"})


def notification_of(request: RawRequest) -> Record:
    """Read the body.

    Raises:
        DataError: it is none.
    """
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise DataError("the body is not JSON") from error
    if not isinstance(told, dict) or not text_of(told.get("resource")):
        raise DataError("the body names no resource", field="resource")
    return told


def key_of(told: Record) -> str:
    """The same for every attempt to deliver one change, and for no other change."""
    names = ("resource", "id", "resource_status", "transaction_id")
    return ":".join(text_of(told.get(name)) for name in names)


def target_of(told: Record) -> str | Ignored:
    """What to read: `payment:<transaction>/<checkout>` or `refund:<refund>`.

    Raises:
        DataError: it names nothing.
    """
    resource, status = text_of(told["resource"]), text_of(told.get("resource_status"))
    if resource == "REFUND":
        return f"refund:{_id(told, 'id')}"
    if resource != "CHECKOUT":
        return Ignored(f"{resource} is not handled")
    if status in UNPAID:
        return Ignored(f"checkout {_id(told, 'payment_request_id')}: resource_status={status}, no money came")
    return f"payment:{_id(told, 'transaction_id')}/{_id(told, 'payment_request_id')}"


def _id(told: Record, name: str) -> str:
    found = text_of(told.get(name))
    if not ID.fullmatch(found):
        raise DataError(f"{name} is {told.get(name)!r}, no id of Clip", field=name)
    return found
