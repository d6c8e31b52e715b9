"""`make mutate MODULES="hub/cfdi/limits.py ..."`: would the tests notice a wrong change?

Which tests those are says `mutation.toml`, or `TESTS="tests/cfdi/..."`; without MODULES all of that list are taken.

Every mutant (`tools.mutants`) runs in a fork of a process that has imported all libraries but nothing of the project;
an import hook serves the changed module there, so no file is touched. A mutant is killed by a failing test or by time.
Survivors that `docs/mutation.md` explains are counted apart; the command ends with 1 if one is left unexplained.
"""

import argparse
import ast
import contextlib
import importlib
import importlib.machinery
import importlib.util
import os
import select
import signal
import sys
import time
import tomllib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

import hypothesis
import pytest
from rich.console import Console

from .mutants import Mutant, mutants

_ROOT = Path(__file__).parent.parent
_EXPLAINED, _TESTS = _ROOT / "docs" / "mutation.md", _ROOT / "tools" / "mutation.toml"
_SURVIVED, _NO_TEST, _TIME_IS_UP = "", "no test ran", "time is up"
_NEVER = ("__main__", "conftest")
_LIMIT_S = 90
_TOLD = Console(highlight=False, soft_wrap=True, markup=False)


class _Changed(importlib.machinery.SourceFileLoader):
    """Serves one module from its changed syntax tree."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        super().__init__(module, str(_ROOT / path))
        self._tree = tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        return (
            importlib.util.spec_from_file_location(fullname, self.path, loader=self) if fullname == self.name else None
        )

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return compile(self._tree, self.path, "exec")


class _FirstFailure:
    """A pytest plugin that keeps the first test that failed, or could not be collected."""

    def __init__(self) -> None:
        self.test = _SURVIVED

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._keep(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._keep(report)

    def _keep(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed and not self.test:
            self.test = report.nodeid


class _Fork:
    """A child process that does `work` in silence; its answer can be read from the file descriptor."""

    def __init__(self, work: Callable[[], str], limit_s: int) -> None:
        self._reading, writing = os.pipe()
        self._child = os.fork()
        if not self._child:
            self._answer(work, limit_s, writing)
        os.close(writing)

    @staticmethod
    def _answer(work: Callable[[], str], limit_s: int, writing: int) -> None:
        signal.alarm(limit_s)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        answer = _NO_TEST
        try:
            answer = work()
        finally:
            with os.fdopen(writing, "w") as pipe:
                pipe.write(f"={answer}")
            os._exit(0)

    def fileno(self) -> int:
        return self._reading

    def answer(self) -> str:
        with os.fdopen(self._reading) as pipe:
            told = pipe.read()
        os.waitpid(self._child, 0)
        return told[1:] if told else _TIME_IS_UP


def _first_failure(tests: Sequence[str]) -> str:
    """The first test that fails, or `_SURVIVED`."""
    hypothesis.settings.register_profile(
        "mutation",
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutation")
    first = _FirstFailure()
    options = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider"]
    code = pytest.main([*options, *tests], plugins=[first])
    return first.test or (_SURVIVED if code == pytest.ExitCode.OK else _NO_TEST)


def _libraries(tests: Sequence[str]) -> str:
    """The modules outside the project that the tests load, once they have passed with nothing changed."""
    if failed := _first_failure(tests):
        return f"! {failed}"
    files = {name: getattr(module, "__file__", None) or str(_ROOT) for name, module in sys.modules.items()}
    return " ".join(name for name, file in files.items() if not file.startswith(str(_ROOT)) and name not in _NEVER)


def _preload(tests: Sequence[str]) -> None:
    told = _Fork(lambda: _libraries(tests), 10 * _LIMIT_S).answer()
    if told.startswith("!") or told in (_NO_TEST, _TIME_IS_UP):
        sys.exit(f"the tests fail before anything is changed: {told}")
    for name in told.split():
        with contextlib.suppress(ImportError):  # of parts that only their package may import
            importlib.import_module(name)


def _killer(path: Path, mutant: Mutant, tests: Sequence[str], likely: Sequence[str]) -> str:
    """The test that notices the mutant; those that noticed others are asked first."""
    sys.meta_path.insert(0, _Changed(path, mutant.tree))
    return (_first_failure(likely) if likely else _SURVIVED) or _first_failure(tests)


def _judged(path: Path, tests: Sequence[str], jobs: int) -> Iterator[tuple[Mutant, str]]:
    """Each mutant of a module with what killed it."""
    likely: deque[str] = deque(maxlen=6)
    running: dict[_Fork, Mutant] = {}
    waiting = list(mutants(path.read_text(encoding="utf-8")))[::-1]
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[_Fork(lambda m=mutant: _killer(path, m, tests, [*likely]), _LIMIT_S)] = mutant  # type: ignore[misc]
        ready, _, _ = select.select(list(running), [], [])
        for fork in ready:
            killer = fork.answer()
            if "::" in killer and killer not in likely:
                likely.append(killer)
            yield running.pop(fork), killer


def _explained() -> set[str]:
    """The mutants of the table of `docs/mutation.md`, as `_named` says them: its first two columns."""
    if not _EXPLAINED.exists():
        return set()
    rows = [line.split(" | ") for line in _EXPLAINED.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return {f"{row[0].removeprefix('| ')} | {row[1]}" for row in rows}


def _named(path: Path, mutant: Mutant) -> str:
    """A mutant without its line, which moves: `module` | function: `before` -> `after`."""
    return f"`{path}` | {mutant.name.replace('|', '¦')}"


def alive(path: Path, tests: Sequence[str], jobs: int) -> list[str]:
    """Runs all mutants of a module; the survivors that nobody explained."""
    started, explained = time.monotonic(), _explained()
    judged = list(_judged(path, tests, jobs))
    survived = sorted([mutant for mutant, killer in judged if killer == _SURVIVED], key=lambda m: m.line)
    found = [mutant for mutant in survived if _named(path, mutant) not in explained]
    killed, known, took = len(judged) - len(survived), len(survived) - len(found), time.monotonic() - started
    _TOLD.print(f"{path}: {len(judged)} mutants, {killed} killed, {known} explained, {len(found)} alive, {took:.0f} s")
    for mutant in found:
        _TOLD.print(f"  line {mutant.line}: | {_named(path, mutant)} |")
    return [_named(path, mutant) for mutant in found]


def main() -> int:
    """Reads the command line; 1 if there are survivors that `docs/mutation.md` does not explain."""
    known = tomllib.loads(_TESTS.read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(prog="python -m tools.mutate")
    parser.add_argument("modules", nargs="*", default=list(known), help="files from the root of the project")
    parser.add_argument(
        "--tests", nargs="+", help="what pytest runs against each mutant, if not what mutation.toml says"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    wanted = {module: given.tests or known[module] for module in given.modules}
    _preload(sorted({test for tests in wanted.values() for test in tests}))
    return 1 if sum([len(alive(Path(module), tests, given.jobs)) for module, tests in wanted.items()]) else 0


if __name__ == "__main__":
    sys.exit(main())
