"""All commands together, the plugins' own included."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from hub import __version__
from hub.config import LogSettings
from hub.logs import configure
from hub.registry import Registry

from . import (
    catalogs,
    cfdi,
    check,
    config,
    daemon,
    database,
    doubts,
    inbox,
    init,
    plugins,
    reconcile,
    roles,
    secrets,
    support,
    sync,
    tickets,
)
from .exits import end
from .state import State

COMMANDS: dict[str, Callable[..., int | None]] = {
    "init": init.init,
    "check": check.check,
    "run": daemon.run,
    "worker": roles.worker,
    "web": roles.web,
    "scheduler": roles.scheduler,
    "sync": sync.sync,
    "reconcile": reconcile.reconcile,
}
GROUPS = {
    "tickets": tickets.app,
    "cfdi": cfdi.app,
    "catalogs": catalogs.app,
    "doubts": doubts.app,
    "inbox": inbox.app,
    "plugins": plugins.app,
    "config": config.app,
    "secrets": secrets.app,
    "support": support.app,
    "db": database.app,
}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"autofactura-hub {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """The command with what the installed plugins add to it."""
    configure(LogSettings())  # what a plugin does while it is loaded must not spoil the answer on standard output
    registry = Registry.load()
    app = typer.Typer(name="hub", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)

    @app.callback(result_callback=end)
    def hub(
        context: typer.Context,
        config_path: Annotated[
            Path, typer.Option("--config", "-c", envvar="HUB_CONFIG", help="The configuration file.")
        ] = Path("config.yaml"),
        version: Annotated[  # noqa: ARG001
            bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
        ] = False,
    ) -> None:
        """Every sale ends in exactly one valid CFDI 4.0, and nobody has to type it.

        Exit codes: 0 done, 1 bug, 2 configuration, 3 transient, 4 in doubt, 5 records were set aside.
        """
        context.obj = State(config_path, registry)

    for name, command in COMMANDS.items():
        app.command(name)(command)
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)
    registry.hook.hub_commands(app)
    return app
