"""A list of rules of the matriz de errores, each a small function under its code."""

from collections.abc import Callable
from typing import Generic, TypeVar

from ..refusal import Refused

S = TypeVar("S")
Holds = Callable[[S], bool]


class Rules(Generic[S]):
    """`rules("CFDI40110", "...")` decorates a function that answers whether the rule holds."""

    def __init__(self) -> None:
        self._rules: list[tuple[str, str, Holds[S]]] = []

    def __call__(self, code: str, message: str) -> Callable[[Holds[S]], Holds[S]]:
        def add(holds: Holds[S]) -> Holds[S]:
            self._rules.append((code, message, holds))
            return holds

        return add

    @property
    def codes(self) -> list[str]:
        return [code for code, _, _ in self._rules]

    def check(self, subject: S) -> None:
        """Refuse with the first rule that does not hold."""
        for code, message, holds in self._rules:
            if not holds(subject):
                raise Refused(code, message)
