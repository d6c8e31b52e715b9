"""How a check speaks: what happened, what should have happened, and what the author can do."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

E = TypeVar("E", bound=BaseException)


def fail(message: str) -> NoReturn:
    """Fail the check with words for the author of the plugin."""
    raise AssertionError(message)


def raised(kind: type[E], call: Callable[[], Any], when: str, advice: str) -> E:
    """The error of that kind that `call` raises; anything else fails the check."""
    try:
        result = call()
    except kind as error:
        return error
    except Exception as error:
        shown = f"{type(error).__name__}: {error}"
        raise AssertionError(f"{when} must raise {kind.__name__}, but raised {shown}. {advice}") from error
    fail(f"{when} must raise {kind.__name__}, but the plugin answered {result!r}. {advice}")


def outcome(call: Callable[[], Any]) -> Any:
    """What `call` answers or raises, as a value."""
    try:
        return call()
    except Exception as error:
        return error
