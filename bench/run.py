"""Runs the chosen benchmarks, prints a table and keeps the figures in `bench/results.json`."""

import importlib
import json
import os
import pkgutil
from dataclasses import asdict
from pathlib import Path

import bench
from bench.registry import BENCHMARKS, Figure

RESULTS = Path(__file__).with_name("results.json")


def main(arguments: list[str]) -> int:
    """`ONLY=name,...` (a name or its beginning) chooses; without it everything runs. Unknown names are an error."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program need not compile itself at every start
    load_all()
    names = _chosen(arguments)
    if not names:
        print(f"no such benchmark; known are: {', '.join(sorted(BENCHMARKS))}")
        return 2
    figures = {name: _measured(name) for name in names}
    _keep(figures)
    return 0


def load_all() -> None:
    """Registers the benchmarks of every module here."""
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name not in ("__main__", "run", "registry"):
            importlib.import_module(f"bench.{module.name}")


def _chosen(arguments: list[str]) -> list[str]:
    wanted = [
        name for argument in arguments for name in argument.removeprefix("--only=").removeprefix("ONLY=").split(",")
    ]
    return sorted(
        name for name in BENCHMARKS if not wanted or any(name.startswith(prefix) for prefix in wanted if prefix)
    )


def _measured(name: str) -> Figure:
    figure = BENCHMARKS[name]()
    print(f"{name:<42} {figure.value:>14,.3f} {figure.unit:<14} {figure.of}", flush=True)
    return figure


def _keep(figures: dict[str, Figure]) -> None:
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known |= {name: asdict(figure) for name, figure in figures.items()}
    RESULTS.write_text(json.dumps(dict(sorted(known.items())), indent=2, ensure_ascii=False) + "\n")
