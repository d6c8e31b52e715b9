"""What is fuzzed: a reader with inputs for it, and the errors that it may raise."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple, TypeVar

from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


class Target(NamedTuple):
    """`use` gets one input; whatever it raises is a finding."""

    name: str
    inputs: SearchStrategy[Any]
    use: Callable[[Any], object]


Targets = Callable[[ExitStack], list[Target]]
"""Makes the targets of a group; what they need (servers, databases, folders) ends with the stack."""


def allowed(*errors: type[Exception]) -> Callable[[Callable[[], T]], T | None]:
    """Call something that may raise these errors and no others; they must also be fit to be told."""

    def call(what: Callable[[], T]) -> T | None:
        try:
            return what()
        except errors as error:
            told(error)
            return None

    return call


def told(error: Exception) -> None:
    """An error must be fit to be told: in words, and not too many."""
    words = [str(error), str(getattr(error, "hint", ""))]
    assert words[0], f"{type(error).__name__} without a word"
    assert max(map(len, words)) < 20_000, f"{type(error).__name__} says {len(words[0])} characters"
