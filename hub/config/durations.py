"""Spans of time in words: `30 s`, `15 minutes`, `1 hour`, `2 days`, `immediately`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from .section import refused

_SECONDS = {"s": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "day": 86400, "week": 604800}
_AMOUNT = re.compile(r"([0-9]{1,6})\s*([a-z]+)")
_HINT = "write a number and s, minutes, hours, days or weeks"


def parse_duration(text: str) -> timedelta:
    """`15 minutes` -> 15 minutes; `0` and `immediately` -> nothing.

    Raises:
        PydanticCustomError: the words are not a duration.
    """
    words = text.strip().lower()
    if words in {"0", "immediately"}:
        return timedelta(0)
    found = _AMOUNT.fullmatch(words)
    unit = found[2] if found else ""
    seconds = _SECONDS.get(unit) or _SECONDS.get(unit.removesuffix("s"))
    if not found or not seconds:
        raise refused("is not a duration", _HINT)
    return timedelta(seconds=int(found[1]) * seconds)


def duration_words(span: timedelta) -> str:
    """The shortest words that `parse_duration` reads back as the same span of whole seconds."""
    seconds = int(span.total_seconds())
    for unit in ("week", "day", "hour", "minute"):
        count, rest = divmod(seconds, _SECONDS[unit])
        if count and not rest:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{seconds} s" if seconds else "immediately"


def _read(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return parse_duration(value) if isinstance(value, str) else value


Duration = Annotated[
    timedelta,
    BeforeValidator(_read),
    PlainSerializer(duration_words),
    WithJsonSchema({"type": "string", "examples": ["15 minutes", "1 hour", "immediately"]}),
]
"""A span of time; in the file it is written in words."""
