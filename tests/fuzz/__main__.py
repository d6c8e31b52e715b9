"""Fuzz in large: `python -m tests.fuzz --runs 20000 [--only pacs] [--seed 7]`."""

import argparse
import secrets
import sys

from .groups import GROUPS
from .watched import fuzz


def main() -> int:
    """Each group in turn; 1 if any of them failed."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--runs", type=int, default=2000, help="inputs for each reader")
    options.add_argument("--seed", type=int, help="the same inputs again; random if left out")
    options.add_argument("--only", choices=GROUPS, help="one group of readers")
    asked = options.parse_args()
    seed = secrets.randbelow(2**32) if asked.seed is None else asked.seed
    outcomes = []
    for group in [asked.only] if asked.only else GROUPS:
        outcome = fuzz(group, runs=asked.runs, seed=seed)
        outcomes.append(outcome.ok)
        print(f"{group}: {'holds' if outcome.ok else 'FAILS'} (seed {seed})", outcome.said, flush=True)  # noqa: T201
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
