"""How long the command line takes to say what there is: the CPU of `hub --help`, the interpreter's start included."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.registry import Figure, benchmark
from bench.start import start_ms
from tests.support.process import HUB
from tests.support.site import distribution

CONNECTORS = 15
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
        taken = start_ms([*HUB, "--help"], PYTHONPATH=site)
        start = start_ms([sys.executable, "-c", ""], PYTHONPATH=site)
    return Figure(taken, "ms", f"CPU of `hub --help`, {CONNECTORS} connectors installed; Python alone {start:.0f} ms")
