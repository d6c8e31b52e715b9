"""Where a field of the buyer, or the order number, may stand in a record."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.plugin import Record

from .config import BuyerField, StripeConfig
from .keys import ALIASES, named, plain, text


def typed_in(record: Record) -> list[Mapping[str, Any]]:
    """The places of a record where something was typed: metadata and custom fields that are not empty."""
    return [place for place in (*_metadata(record), *_custom_fields(record)) if place]


def value_of(
    record: Record, config: StripeConfig, field: BuyerField, typed: Sequence[Mapping[str, Any]] | None = None
) -> str:
    """A field from where the operator said, else from the usual places; an empty string if nobody tells.

    `typed` is what `typed_in` answers, for who asks for several fields.
    """
    if config.fields:
        wanted = config.fields.get(field, ())
        for path in (wanted,) if isinstance(wanted, str) else wanted:
            if found := _at(record, path):
                return found
    if field == "reference":
        return _reference(record)
    for place in typed_in(record) if typed is None else typed:
        if found := named(place, ALIASES[field]):
            return found
    return ""


def _reference(record: Record) -> str:
    number = text((record["invoice"] or {}).get("number"))
    client = text((record["session"] or {}).get("client_reference_id"))
    typed = [named(place, ALIASES["reference"]) for place in _metadata(record)]
    order = ((record["payment_intent"] or {}).get("payment_details") or {}).get("order_reference")
    return next((found for found in (number, client, *typed, text(order)) if found), "")


def _at(record: Record, path: str) -> str:
    """`metadata.rfc` looks into every object's metadata; `customer.metadata.rfc` into that one's only."""
    head, *rest = path.split(".")
    places: list[Mapping[str, Any]] = [record]
    if plain(head) == "metadata":
        places = list(_metadata(record))
    elif plain(head) == "customfields":
        places = list(_custom_fields(record))
    else:
        rest = [head, *rest]
    return next((found for place in places if (found := _walk(place, rest))), "")


def _walk(place: Any, names: list[str]) -> str:
    for name in names:
        if not isinstance(place, Mapping):
            return ""
        place = next((value for key, value in place.items() if plain(str(key)) == plain(name)), None)
    return text(place)


def _metadata(record: Record) -> Iterator[Mapping[str, Any]]:
    for name in ("payment_intent", "session", "invoice"):
        yield (record[name] or {}).get("metadata") or {}
    details = ((record["invoice"] or {}).get("parent") or {}).get("subscription_details") or {}
    yield details.get("metadata") or {}
    for name in ("charge", "customer"):
        yield (record[name] or {}).get("metadata") or {}


def _custom_fields(record: Record) -> Iterator[Mapping[str, Any]]:
    session = (record["session"] or {}).get("custom_fields") or []
    yield {field["key"]: (field.get(field["type"]) or {}).get("value") for field in session}
    invoice = (record["invoice"] or {}).get("custom_fields") or []
    yield {field["name"]: field["value"] for field in invoice}
