"""Misbehaviour on demand: what a real PAC does on a bad day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .ledger import Behaviour, Ledger

BEFORE = ("unreachable", "fail", "auth")
"""Stop a request of any kind before any work."""
AFTER = ("lose_answer", "fail_after", "garbage")
"""Spoil the answer of a write (stamp, cancel, answer, open an issuer) whose work is done and committed."""
SEARCH_LAG = "search_lag"
"""Whoever asks for earlier stamps is told that there are none: the PAC's records are behind its stamping."""
NAMES = (*BEFORE, *AFTER, SEARCH_LAG, "slow", "no_credits", "clock_offset")


def _now() -> datetime:
    return datetime.now(UTC)


class Behaviours:
    """The behaviours in force, read anew for each request: another process may set them meanwhile."""

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime] = _now) -> None:
        self._ledger = ledger
        self._clock = clock

    def set(self, name: str, *, times: int | None = None, seconds: float = 0) -> None:
        """`times=None` means until cleared."""
        if name not in NAMES:
            raise ValueError(f"no behaviour {name!r}; there are {', '.join(NAMES)}")
        self._ledger.set_behaviour(Behaviour(name, times, seconds))

    def clear(self) -> None:
        self._ledger.clear_behaviours()

    def take(self, *names: str) -> Behaviour | None:
        """The first of these that is in force, with one of its times used up."""
        active = {behaviour.name: behaviour for behaviour in self._ledger.behaviours()}
        for name in names:
            if name in active and self._ledger.take_behaviour(name):
                return active[name]
        return None

    def now(self) -> datetime:
        """The PAC's clock, which `clock_offset` sets wrong."""
        offsets = [behaviour.seconds for behaviour in self._ledger.behaviours() if behaviour.name == "clock_offset"]
        return self._clock() + timedelta(seconds=sum(offsets))
