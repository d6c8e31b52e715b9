"""What one look of `hub check` found, and the look at a plugin: a call that may hang, and is then left behind."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from hub.plugin import HubError, TransientError

PATIENCE_S = 60.0
"""How long one call of a plugin may take; a single request has less."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer."""

    ok: bool
    says: str
    hint: str = ""
    transient: bool = False


def proved(check: Callable[[], str], patience_s: float = PATIENCE_S) -> Finding:
    """What a plugin says of itself."""
    said: list[str | BaseException] = []

    def ask() -> None:
        try:
            said.append(check())
        except BaseException as error:  # SystemExit of a plugin must not stop the other checks
            said.append(error)

    # A daemon: it must not keep the command from its end.
    thread = threading.Thread(target=ask, name="check", daemon=True)
    thread.start()
    thread.join(patience_s)
    if not said:
        hint = "the service is slow, or the plugin hangs: try again, then report it to the plugin's author"
        return Finding(False, f"did not answer within {patience_s:g} s", hint, transient=True)
    return _told(said[0])


def _told(said: str | BaseException) -> Finding:
    if isinstance(said, HubError):
        return Finding(False, str(said), said.hint, transient=isinstance(said, TransientError))
    if isinstance(said, BaseException):
        return Finding(False, f"{type(said).__name__}: {said}", "report it to the plugin's author")
    return Finding(True, said)
