"""How long the command line takes to say what there is: the CPU of `hub --help`, the interpreter's start included."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.registry import Figure, benchmark
from tests.support.process import HUB, environment
from tests.support.site import distribution

CONNECTORS, TIMES = 15, 15
PLUGIN = (Path(__file__).parents[1] / "examples" / "plugin" / "hub_tiendita.py").read_text(encoding="utf-8")


@benchmark("cli.help_ms")
def help_ms() -> Figure:
    """The median, with fifteen connectors of other packages beside the built-in ones."""
    with TemporaryDirectory() as folder:
        for number in range(CONNECTORS):
            source = PLUGIN.replace('"tiendita"', f'"shop{number}"')
            site = distribution(
                Path(folder), f"hub-shop{number}", f"hub_shop{number}", {f"hub_shop{number}.py": source}
            )
        taken = median(_cpu_ms([*HUB, "--help"], site) for _ in range(TIMES))
        start = median(_cpu_ms([sys.executable, "-c", ""], site) for _ in range(TIMES))
    return Figure(taken, "ms", f"CPU of `hub --help`, {CONNECTORS} connectors installed; Python alone {start:.0f} ms")


def _cpu_ms(command: list[str], site: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment(PYTHONPATH=site), cwd=os.sep)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
