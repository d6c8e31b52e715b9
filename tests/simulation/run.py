"""Worlds by their seeds: one to look at, or thousands on all processors."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from .actors import HORIZON, one_ordinary_sale, plan
from .invariants import Always, at_rest
from .stage import Stage, stage
from .world import World

CHUNK = 20
NOBODY_RESTS_AFTER = timedelta(hours=3)
"""The longest rest of a PAC, even if the hub's clock was wrong when it began."""


@dataclass(frozen=True)
class Outcome:
    """What came of a seed; `broken` is empty if every invariant held."""

    seed: int
    broken: str
    trace: tuple[tuple[float, str], ...]


def simulate(on: Stage, seed: int) -> Outcome:
    """One world from its beginning to its rest."""
    world = World(on, seed, Always())
    broken = ""
    try:
        plan(world)
        world.run(HORIZON)
        one_ordinary_sale(world)
        world.rest()
        if world.resting_pacs():
            world.let_pass(NOBODY_RESTS_AFTER)
            one_ordinary_sale(world)
            world.rest()
        world.poll()
        world.rest()
        at_rest(world)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        broken = f"{type(error).__name__}: {error}"
    finally:
        world.close()
    return Outcome(seed, broken, tuple(world.trace))


def simulated(seeds: Iterable[int], processes: int) -> Iterator[Outcome]:
    """Many worlds, in the order of their seeds; those that held come without their trace."""
    ordered = list(seeds)
    chunks = [ordered[first : first + CHUNK] for first in range(0, len(ordered), CHUNK)]
    with ProcessPoolExecutor(processes) as pool:
        for outcomes in pool.map(_chunk, chunks):
            yield from outcomes


def _chunk(seeds: list[int]) -> list[Outcome]:
    outcomes = [simulate(_stage(), seed) for seed in seeds]
    if len(seeds) == 1:
        return outcomes
    return [one if one.broken else Outcome(one.seed, "", ()) for one in outcomes]


@cache
def _stage() -> Stage:
    """This process's own, gone with it."""
    return _LEAVE.enter_context(stage())


_LEAVE = ExitStack()
