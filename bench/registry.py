"""Benchmarks by name: a decorated function measures one figure and returns it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number, its unit, and what it is a figure of."""

    value: float
    unit: str
    of: str


BENCHMARKS: dict[str, Callable[[], Figure]] = {}


def benchmark(name: str) -> Callable[[Callable[[], Figure]], Callable[[], Figure]]:
    """Registers a benchmark under the name that results carry, e.g. `cfdi.build_seal.share_of_rsa`."""

    def register(measure: Callable[[], Figure]) -> Callable[[], Figure]:
        BENCHMARKS[name] = measure
        return measure

    return register
