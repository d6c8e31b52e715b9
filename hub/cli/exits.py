"""What a command's end means: 0 done, 1 bug, 2 configuration, 3 transient, 4 in doubt, 5 records set aside."""

import os
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from hub.plugin import HubError

DONE, BUG, CONFIGURATION, TRANSIENT, IN_DOUBT, SET_ASIDE = range(6)
SWITCH = "HUB_DEBUG"
"""`1` shows the traceback of a bug."""


def run(app: typer.Typer) -> int:
    """Run the command line and turn what it raises into words and an exit code."""
    threading.excepthook = _dead_thread
    try:
        app()
    except Exception as error:
        return _trouble(error)
    except SystemExit as end:
        return _flushed(end.code if isinstance(end.code, int) else DONE)
    return DONE


def end(code: int | None, **_: object) -> None:
    """What every command comes to: the number it returned is the exit code."""
    raise typer.Exit(code or DONE)


def _trouble(error: Exception) -> int:
    from hub.plugin import HubError

    return _told(error) if isinstance(error, HubError) else _bug(error)


def code_of(error: "HubError") -> int:
    """The exit code of an error."""
    from hub.plugin import ConfigError, ContractError, HubError, InDoubtError, TransientError

    codes: tuple[tuple[type[HubError], int], ...] = (
        (ConfigError, CONFIGURATION),
        (ContractError, CONFIGURATION),
        (TransientError, TRANSIENT),
        (InDoubtError, IN_DOUBT),
    )
    return next((code for kind, code in codes if isinstance(error, kind)), BUG)


def _told(error: "HubError") -> int:
    from rich.console import Console

    from hub.secrecy import masked

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(masked(str(error)), style="red", markup=False)
    if error.hint:
        console.print(masked(error.hint), markup=False)
    return code_of(error)


def _bug(error: Exception) -> int:
    """Through the log, because what the error says may quote a secret."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    facts: dict[str, object] = {"error": said, "at": f"{Path(place.filename).name}:{place.lineno} {place.name}"}
    if os.environ.get(SWITCH, "") in {"", "0"}:
        facts["hint"] = f"{SWITCH}=1 shows the traceback"
    else:
        facts["exc_info"] = error
    _log().error("this is a bug of the hub, please report it", **facts)
    return BUG


def _dead_thread(death: threading.ExceptHookArgs) -> None:
    """Through the log, too: Python itself would print the error as it is."""
    name = death.thread.name if death.thread else ""
    _log().error("a thread of the hub failed, please report it", thread=name, exc_info=death.exc_value)


def _log() -> Any:
    import structlog

    return structlog.get_logger()


def _flushed(code: int) -> int:
    """Write what is still buffered. Whoever read our output and has enough of it must not cost a complaint."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
