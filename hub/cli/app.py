"""All commands together, the plugins' own included."""

from pathlib import Path
from typing import Annotated

import typer

from hub import __version__
from hub.registry import Registry

from . import catalogs, cfdi, check, config, daemon, database, doubts, inbox, init, plugins, reconcile, sync, tickets
from .exits import end
from .state import State

app = typer.Typer(
    name="hub",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("init")(init.init)
app.command("check")(check.check)
app.command("run")(daemon.run)
app.command("sync")(sync.sync)
app.command("reconcile")(reconcile.reconcile)
app.add_typer(tickets.app, name="tickets")
app.add_typer(cfdi.app, name="cfdi")
app.add_typer(catalogs.app, name="catalogs")
app.add_typer(doubts.app, name="doubts")
app.add_typer(inbox.app, name="inbox")
app.add_typer(plugins.app, name="plugins")
app.add_typer(config.app, name="config")
app.add_typer(database.app, name="db")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"autofactura-hub {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """The command with what the installed plugins add to it."""
    registry = Registry.load()

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

    registry.hook.hub_commands(app)
    return app
