"""From when on a source's sales are invoiced: a day in the issuer's zone, or a moment with its zone."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from .section import refused

_HINT = "write a day such as 2026-01-01, or a moment with its zone such as 2026-01-01T09:00:00-06:00"


def parse_start(text: str) -> date | datetime:
    """A day, or an aware moment.

    Raises:
        PydanticCustomError: neither, or a moment without its zone.
    """
    try:
        if len(text.strip()) <= 10:
            return date.fromisoformat(text.strip())
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise refused("is not a day", _HINT) from None
    return _aware(moment)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise refused("is a moment without its zone", _HINT)
    return moment


def _read(value: object) -> object:
    if isinstance(value, str):
        return parse_start(value)
    return _aware(value) if isinstance(value, datetime) else value


Start = Annotated[
    date | datetime,
    BeforeValidator(_read),
    PlainSerializer(lambda value: value.isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "examples": ["2026-01-01", "2026-01-01T09:00:00-06:00"]}),
]
"""A `date` or an aware `datetime`."""
