"""How often something happens: `15 minutes`, or once a day: `day at 06:00`."""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated, Self

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from .durations import duration_words, parse_duration
from .section import refused

_DAILY = re.compile(r"day at ([01]?[0-9]|2[0-3]):([0-5][0-9])")
_SHORTEST = timedelta(seconds=10)
_LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Every:
    """Either an `interval`, or a time of day in the issuer's zone (`daily_at`); exactly one is set."""

    interval: timedelta | None = None
    daily_at: time | None = None

    def __post_init__(self) -> None:
        """Refuse neither and both."""
        if (self.interval is None) == (self.daily_at is None):
            raise ValueError("give either an interval or a time of day")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the words of the file.

        Raises:
            PydanticCustomError: not a schedule, or an interval outside 10 s to 7 days.
        """
        words = " ".join(text.lower().removeprefix("every ").split())
        if daily := _DAILY.fullmatch(words):
            return cls(daily_at=time(int(daily[1]), int(daily[2])))
        try:
            interval = parse_duration(words)
        except PydanticCustomError:
            raise refused("is not a schedule", "write it as 15 minutes, 1 hour, 30 s or day at 06:00") from None
        if not _SHORTEST <= interval <= _LONGEST:
            raise refused("must be between 10 s and 7 days")
        return cls(interval=interval)

    def __str__(self) -> str:
        """The words that `parse` reads back."""
        if self.daily_at is not None:
            return f"day at {self.daily_at:%H:%M}"
        return duration_words(self.interval or timedelta(0))


def _read(value: object) -> object:
    return Every.parse(value) if isinstance(value, str) else value


EveryWords = Annotated[
    Every,
    BeforeValidator(_read),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["15 minutes", "1 hour", "30 s", "day at 06:00"]}),
]
"""An `Every`; in the file it is written in words."""
