"""What starting a program costs in CPU time, as an installed one starts: an earlier start left its bytecode."""

import os
import resource
import subprocess
from collections.abc import Sequence
from statistics import median

from tests.support.process import environment

STARTS = 15


def start_ms(command: Sequence[str], **environ: str) -> float:
    """The median of many starts, in milliseconds, the interpreter's own start included."""
    settings = environment(**environ)
    _cpu_ms(command, settings)
    return median(_cpu_ms(command, settings) for _ in range(STARTS))


def _cpu_ms(command: Sequence[str], settings: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=settings, cwd=os.sep)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
