"""The configured PACs as an operator sees them: who they are, how they are doing, and what they offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from hub.plugin import Operation
from hub.store import Condition, PacHealth

from .context import Flow
from .pac_offers import Pac
from .turns import rests


@dataclass(frozen=True, slots=True)
class Overview:
    """A configured PAC as it is now. `failures` are calls in a row; `waits` is what a person must mend."""

    name: str
    plugin: str
    environment: str
    confidence: str
    health: Literal["works", "fails", "rests"]
    failures: int
    rests_until: datetime | None
    offers: Sequence[Operation]
    waits: str


def overview(flow: Flow) -> list[Overview]:
    """Every configured PAC, in the configuration's order."""
    with flow.store.read() as session:
        return [_overview(flow, session, pac) for pac in flow.instances.pacs.values()]


def _overview(flow: Flow, session: Session, pac: Pac) -> Overview:
    health, waits = session.get(PacHealth, pac.name), session.get(Condition, f"pac {pac.name}")
    resting, failures = rests(health, flow.now()), health.failures if health else 0
    return Overview(
        name=pac.name,
        plugin=pac.plugin.name,
        environment=pac.plugin.config.environment,
        confidence=pac.plugin.capabilities.confidence,
        health="rests" if resting else "fails" if failures else "works",
        failures=failures,
        rests_until=health.open_until if health and resting else None,
        offers=sorted(pac.plugin.offers()),
        waits=waits.message if waits else "",
    )
