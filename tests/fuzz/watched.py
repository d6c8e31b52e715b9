"""Runs a group in a child process and says what became of it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
INPUT_S = 30.0
"""Far more than any reader needs; whoever reaches it hangs."""
START_S, RUN_S = 120, 2.0
"""How long a group may take: to start, and for each run of all its targets."""
SHOWN = 4000


class Outcome(NamedTuple):
    """`said` is for a person: what failed, with the input."""

    ok: bool
    said: str


def fuzz(group: str, *, runs: int, seed: int, input_s: float = INPUT_S) -> Outcome:
    """Fuzz one group."""
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "input"
        command = [sys.executable, "-m", "tests.fuzz.child", group, str(runs), str(seed), str(input_s), str(note)]
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        environ = {**os.environ, "PYTHONPATH": path, "MALLOC_ARENA_MAX": "2"}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environ, capture_output=True, timeout=START_S + RUN_S * runs, check=False
            )
        except subprocess.TimeoutExpired as late:
            return Outcome(False, f"{group} did not end in {late.timeout:.0f} s\n{_last(note)}")
        said = done.stderr.decode("utf-8", "backslashreplace")
        if done.returncode == 0:
            return Outcome(True, said)
        if "--- " not in said:  # it was ended in the middle
            said += f"\nit ended with {done.returncode}, the last input was\n{_last(note)}"
        return Outcome(False, said)


def _last(note: Path) -> str:
    return note.read_text(encoding="utf-8")[:SHOWN] if note.exists() else "no input was tried"
