"""What a command's end means: 0 done, 1 bug, 2 configuration, 3 transient, 4 in doubt, 5 records set aside."""

import os
import sys

import structlog
import typer
from rich.console import Console

from hub.plugin import ConfigError, ContractError, HubError, InDoubtError, TransientError

DONE, BUG, CONFIGURATION, TRANSIENT, IN_DOUBT, SET_ASIDE = range(6)

_CODES: tuple[tuple[type[HubError], int], ...] = (
    (ConfigError, CONFIGURATION),
    (ContractError, CONFIGURATION),
    (TransientError, TRANSIENT),
    (InDoubtError, IN_DOUBT),
)


def run(app: typer.Typer) -> int:
    """Run the command line and turn what it raises into words and an exit code."""
    try:
        app()
    except HubError as error:
        return _told(error)
    except BrokenPipeError:
        # Whoever read our output has enough; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception:
        structlog.get_logger().exception("this is a bug of the hub, please report it")
        return BUG
    return DONE


def end(code: int | None, **_: object) -> None:
    """What every command comes to: the number it returned is the exit code."""
    raise typer.Exit(code or DONE)


def _told(error: HubError) -> int:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(str(error), style="red", markup=False)
    if error.hint:
        console.print(error.hint, markup=False)
    return next((code for kind, code in _CODES if isinstance(error, kind)), BUG)
