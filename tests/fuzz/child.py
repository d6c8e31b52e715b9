"""One group in a process of its own, which ends if an input takes too long or too much memory.

    python -m tests.fuzz.child GROUP RUNS SEED INPUT_S NOTE

An input may take INPUT_S seconds. The one at hand is kept in the file NOTE, for whoever finds the process dead.
"""

import faulthandler
import resource
import sys
import traceback
import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import HypothesisWarning

from .groups import targets_of
from .target import Target

MORE_BYTES = 1_500_000_000
"""What a process may take beyond what it has after its imports."""


def main(group: str, runs: int, seed: int, input_s: float, note: Path) -> int:
    """Try every target; 1 if any of them failed."""
    warnings.simplefilter("ignore", HypothesisWarning)  # the good bytes are long when written out
    with ExitStack() as stack:
        targets = targets_of(group)(stack)
        _limit_memory()
        failed = [_fails(group, target, runs, seed, input_s, note) for target in targets]
    return int(any(failed))


def _fails(group: str, target: Target, runs: int, seed: int, input_s: float, note: Path) -> bool:
    @hypothesis.seed(seed)
    @settings(
        max_examples=runs,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(target.inputs)
    def tried(example: Any) -> None:
        note.write_text(f"{group}: {target.name}\n{example!r}\n", encoding="utf-8", errors="backslashreplace")
        faulthandler.dump_traceback_later(input_s, exit=True)
        try:
            target.use(example)
        finally:
            faulthandler.cancel_dump_traceback_later()

    try:
        tried()
    except Exception:
        told = traceback.format_exc().encode("utf-8", "backslashreplace").decode()
        print(f"--- {group}: {target.name}\n{told}", file=sys.stderr)  # noqa: T201
        return True
    return False


def _limit_memory() -> None:
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MORE_BYTES,) * 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), Path(sys.argv[5])))
