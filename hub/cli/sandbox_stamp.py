"""`hub check --sandbox-stamp`: one test invoice through each PAC's sandbox, and what was confirmed."""

from collections.abc import Iterator

from hub.flow.context import Flow
from hub.flow.sandbox_stamp import refuse_production, sandbox_stamp
from hub.flow.sandbox_step import Step, Verdict
from hub.plugin import ConfigError

from . import show
from .exits import CONFIGURATION, DONE, TRANSIENT


def print_checklists(flow: Flow, name: str | None, *, as_json: bool) -> int:
    """The checklist of every PAC, or of one; answers the exit code.

    Raises:
        ConfigError: the configuration is for production, or there is no such PAC.
    """
    refuse_production(flow)
    if name is not None and name not in flow.instances.pacs:
        raise ConfigError(f"no PAC in the configuration is called {name}")
    done = list(_steps(flow, name))
    rows = [
        {"pac": pac, "step": step.name, "state": str(step.verdict), "says": step.says, "hint": step.hint}
        for pac, step in done
    ]
    show.rows(("pac", "step", "state", "says"), rows, notes=("hint",), as_json=as_json)
    verdicts = {step.verdict for _, step in done}
    if Verdict.WRONG in verdicts:
        return CONFIGURATION
    return TRANSIENT if Verdict.LATER in verdicts else DONE


def _steps(flow: Flow, name: str | None) -> Iterator[tuple[str, Step]]:
    for pac in flow.instances.pacs if name is None else [name]:
        yield from ((pac, step) for step in sandbox_stamp(flow, pac))
