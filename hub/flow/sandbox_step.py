"""One line of the checklist of a PAC's sandbox."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from hub.plugin import ConfigError, HubError, TransientError

T = TypeVar("T")


class Verdict(StrEnum):
    CONFIRMED = "confirmed"
    """The PAC does what its plugin says."""
    UNSURE = "not confirmed"
    """It neither does nor refuses; the line says what it did."""
    WRONG = "wrong"
    """It does something else, or refuses."""
    LATER = "not reachable"
    SKIPPED = "not asked"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist of a PAC."""

    name: str
    verdict: Verdict
    says: str
    hint: str = ""


def asked(name: str, call: Callable[[], T]) -> T | Step:
    """The answer, or the line that an error is."""
    try:
        return call()
    except ConfigError as error:
        return Step(name, Verdict.WRONG, str(error), error.hint)
    except TransientError as error:
        return Step(name, Verdict.LATER, str(error), error.hint)
    except HubError as error:
        return Step(name, Verdict.UNSURE, str(error), error.hint)
    except Exception as error:
        return Step(name, Verdict.WRONG, f"{type(error).__name__}: {error}", "report it to the plugin's author")
