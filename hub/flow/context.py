"""What every step needs: settings, store, plugins, a clock, and a way to say that work is ready."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from sqlmodel import Session

from hub.config import IssuerSettings, Settings
from hub.plugin import Issuer
from hub.store import Letterbox, Store

from .instances import Instances


class Kick(Protocol):
    """The engine's port: work is ready, said inside the transaction that made it ready."""

    def __call__(self, session: Session, entity: str, entity_id: int, /) -> None: ...


def goes_nowhere(_entity: str, _entity_id: int) -> bool:
    """For whoever runs one step and no more."""
    return False


def no_kick(_session: Session, _entity: str, _entity_id: int) -> None:
    """For commands outside the daemon: its sweep finds the row."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The surroundings of the steps. One for a process."""

    settings: Settings
    store: Store
    instances: Instances
    kick: Kick = no_kick
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    seconds: Callable[[], float] = time.monotonic
    """A clock that nobody sets: what must surely have passed is measured by it."""
    goes_on: Callable[[str, int], bool] = goes_nowhere
    """Asked by a step that could take the next row's along: whether its place is free for that. True binds."""
    letterbox: Letterbox | None = None
    """Where deliveries are acknowledged without waiting for the database; None where they need not wait for it."""
    awaited: dict[int, tuple[datetime, float]] = field(default_factory=dict)
    """CFDIs in doubt that this process waits for: when they were last sent, and since when it waits, in `seconds`."""

    def issuer(self, name: str) -> IssuerSettings:
        """The settings of an issuer that the database names."""
        return self.settings.issuers[name]

    def issuer_value(self, name: str) -> Issuer:
        """What a policy hook may know of an issuer."""
        issuer = self.settings.issuers[name]
        return Issuer(name, issuer.rfc, issuer.nombre, issuer.regimen_fiscal, issuer.codigo_postal)
