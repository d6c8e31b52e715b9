"""One call to a PAC: to whom, what, and when it may begin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from hub.plugin import PacProvider

from .instances import Instance

Request = TypeVar("Request")
Next = Callable[[], object]
"""What a step does once its beginning is committed."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Request]):
    """A turn at a PAC, and what to send it."""

    pac: Instance[PacProvider[Any]]
    request: Request
    begins_in_s: float

    def wait(self, sleep: Callable[[float], None]) -> None:
        """Until the PAC's pace allows it."""
        sleep(self.begins_in_s)
