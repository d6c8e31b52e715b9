"""One call to a PAC: to whom, what, and when it may begin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from hub.plugin import PacProvider
from hub.store import Cfdi

from .context import Flow
from .instances import Instance

Request = TypeVar("Request")


class Then(NamedTuple):
    """What a step does next: with the row that it began with, or with another one that it took along."""

    entity_id: int
    run: Callable[[], object]
    """Answers another `Then`, or the step is over."""


Next = Callable[[], object]
"""What a step does once its beginning is committed."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Request]):
    """A turn at a PAC, and what to send it."""

    pac: Instance[PacProvider[Any]]
    request: Request
    begins_in_s: float
    claimed_s: float
    """When its document was claimed, in the flow's `seconds`."""

    def wait(self, flow: Flow, cfdi: Cfdi) -> bool:
        """Until the PAC's pace allows it. False: this process slept through its lease, another has the document."""
        flow.sleep(self.begins_in_s)
        # Both clocks: one may be set back, the other may stand while the machine sleeps.
        leased = flow.seconds() - self.claimed_s < flow.settings.engine.lease_s
        return leased and cfdi.due_at is not None and flow.now() < cfdi.due_at
