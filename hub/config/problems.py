"""What is wrong with a configuration: every problem at once, with its line and the next step."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from hub.plugin import ConfigError

from .document import Document, Key, dotted


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to change.

    Attributes:
        key: where, as a path of keys; empty for the file as a whole.
        message: what is wrong, to be read after the key: "is missing".
        hint: what to do next; empty if the message says it.
        looked_in: places that were searched in vain.
        line: line in the file, if the problem has one.
    """

    key: Key
    message: str
    hint: str = ""
    looked_in: tuple[str, ...] = ()
    line: int | None = None

    @property
    def path(self) -> str:
        """The key with dots: `sources.stripe-mx.api_key`."""
        return dotted(self.key)

    def located(self, document: Document) -> "Problem":
        """The same with the line of its key, unless it knows a better one."""
        return self if self.line else replace(self, line=document.line_of(self.key))


class UnusableError(Exception):
    """One value cannot be had; raised and caught inside this package."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class ConfigProblems(ConfigError):  # noqa: N818 (it carries many)
    """All problems of one file, in the order of its lines. `str()` is ready to print."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line or 0, problem.path)))
        super().__init__(_text(path, self.problems), hint="mend the lines above and start again")


def _text(path: Path, problems: tuple[Problem, ...]) -> str:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    line_width = max((len(_line(problem)) for problem in problems), default=0)
    path_width = min(40, max((len(problem.path) for problem in problems), default=0))
    blocks = [_block(problem, line_width, path_width) for problem in problems]
    return "\n".join([f"{path.name}: {count}", "", *blocks])


def _block(problem: Problem, line_width: int, path_width: int) -> str:
    where = f"  {_line(problem):<{line_width}}  "
    notes = [f"looked in: {', '.join(problem.looked_in)}"] if problem.looked_in else []
    notes += [problem.hint] if problem.hint else []
    first = f"{where}{problem.path:<{path_width}}  {problem.message}" if problem.key else f"{where}{problem.message}"
    return "\n".join([first.rstrip(), *(" " * len(where) + note for note in notes)])


def _line(problem: Problem) -> str:
    return f"line {problem.line}" if problem.line else ""
