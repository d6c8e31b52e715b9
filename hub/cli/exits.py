"""What a command's end means: 0 done, 1 bug, 2 configuration, 3 transient, 4 in doubt, 5 records set aside."""

import sys

import click
import structlog
from rich.console import Console

from hub.plugin import ConfigError, ContractError, HubError, InDoubtError, TransientError

DONE, BUG, CONFIGURATION, TRANSIENT, IN_DOUBT, SET_ASIDE = range(6)

_CODES: tuple[tuple[type[HubError], int], ...] = (
    (ConfigError, CONFIGURATION),
    (ContractError, CONFIGURATION),
    (TransientError, TRANSIENT),
    (InDoubtError, IN_DOUBT),
)


def run(command: click.Command) -> int:
    """Run a command and turn what it raises into words and an exit code."""
    try:
        result = command(standalone_mode=False)
    except click.exceptions.Abort:
        return BUG
    except click.ClickException as error:
        error.show()
        return CONFIGURATION
    except HubError as error:
        return _told(error)
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except Exception:
        structlog.get_logger().exception("this is a bug of the hub, please report it")
        return BUG
    return result if isinstance(result, int) else DONE


def _told(error: HubError) -> int:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(str(error), style="red", markup=False)
    if error.hint:
        console.print(error.hint, markup=False)
    return next((code for kind, code in _CODES if isinstance(error, kind)), BUG)
