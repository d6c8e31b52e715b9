"""`python -m tests.simulation`: RUNS worlds from SEED on; a world that breaks a promise is shown from its beginning."""

import argparse
import os
import sys
import time

from .run import Outcome, simulated
from .trace import shown


def main() -> int:
    """Exit code 1 if any world broke a promise."""
    arguments = _arguments()
    began = time.monotonic()
    broken: list[Outcome] = []
    for done, outcome in enumerate(simulated(arguments.seeds, arguments.processes), 1):
        if outcome.broken:
            broken.append(outcome)
            _say(f"seed {outcome.seed} breaks a promise: {outcome.broken}")
        if done % 500 == 0:
            _say(f"{done} worlds, {len(broken)} broke a promise, {time.monotonic() - began:.0f} s")
    if broken:
        _say(shown(broken[0]))
        _say(f"again: make simulate SEED={broken[0].seed}")
    elif len(arguments.seeds) == 1:
        _say(shown(outcome))
    _say(f"{len(arguments.seeds)} worlds, {len(broken)} broke a promise, {time.monotonic() - began:.0f} s")
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="only this world, shown whatever becomes of it")
    parser.add_argument("--runs", type=int, default=2000, help="how many worlds")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    alone = arguments.seed is not None
    arguments.seeds = [arguments.seed] if alone else range(arguments.first, arguments.first + arguments.runs)
    return arguments


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


sys.exit(main())
