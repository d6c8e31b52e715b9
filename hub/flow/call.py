"""One call to a PAC: to whom, what, and when it may begin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from hub.plugin import PacProvider
from hub.store import Cfdi

from .context import Flow
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

    def wait(self, flow: Flow, cfdi: Cfdi) -> bool:
        """Until the PAC's pace allows it. False: this process slept through its lease, another has the document."""
        flow.sleep(self.begins_in_s)
        return cfdi.due_at is not None and flow.now() < cfdi.due_at
