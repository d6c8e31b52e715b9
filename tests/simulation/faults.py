"""What may go wrong, and how often: each seed draws its own bad day."""

from random import Random

KINDS = {
    # the hub's own machine
    "crash before commit": 0.01,
    "crash after commit": 0.01,
    "crash at a remote call": 0.02,
    "worker lost": 0.01,
    "worker stalls beyond its lease": 0.03,
    "database locked": 0.02,
    "disk full": 0.02,
    "commit without an answer": 0.02,
    "clock jumps": 0.03,
    "step delivered twice": 0.1,
    # the PAC
    "pac refuses connections": 0.1,
    "pac request lost": 0.05,
    "pac request late": 0.05,
    "pac answer lost": 0.1,
    "pac request doubled": 0.05,
    "pac 500 before": 0.05,
    "pac 500 after": 0.05,
    "pac garbage": 0.05,
    "pac 401": 0.03,
    "pac without credits": 0.03,
    "pac slow": 0.1,
    # the shop
    "shop refuses connections": 0.1,
    "shop 500": 0.1,
    "shop 429": 0.05,
    "shop 401": 0.02,
    "shop garbage": 0.05,
    "shop slow": 0.1,
    "delivery never sent": 0.15,
    "delivery doubled": 0.2,
    "delivery late": 0.3,
    # mail
    "mail refuses connections": 0.1,
    "mail 4xx": 0.1,
    "mail 5xx": 0.03,
    "mail dropped after DATA": 0.1,
    "mail slow": 0.1,
}
"""Chance of each at one opportunity, on an ordinary bad day."""


class Faults:
    """A kind either never strikes in a world or does so at its own rate; after `stop`, nothing does."""

    def __init__(self, random: Random) -> None:
        self._random = random
        share = random.choice((0.0, 0.2, 0.5, 0.8))
        worse = random.choice((0.5, 1.0, 2.0))
        self._rates = {kind: rate * worse for kind, rate in KINDS.items() if random.random() < share}
        self._stopped = False

    def stop(self) -> None:
        """From now on everything works."""
        self._stopped = True

    def strike(self, kind: str) -> bool:
        """Whether this goes wrong now."""
        assert kind in KINDS
        rate = 0.0 if self._stopped else self._rates.get(kind, 0.0)
        return rate > 0 and self._random.random() < rate

    def first(self, *kinds: str) -> str | None:
        """The first of several that strikes."""
        return next((kind for kind in kinds if self.strike(kind)), None)
