"""All commands together, the plugins' own included; the module of a command is imported when it is called."""

from pathlib import Path
from typing import Annotated

import typer

from hub import __version__

from .exits import end
from .lazy import Commands

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init:init", "Write a first configuration, with the embedded sandbox PAC, and make the database."),
    "check": (
        "check:check",
        "Prove the configuration, the database, the CSDs, the look of the PDFs and every plugin's credentials.",
    ),
    "run": (
        "daemon:run",
        "Run the daemon: read the sources, invoice, deliver, and serve webhooks and portal. SIGTERM ends it.",
    ),
    "worker": ("roles:worker", "Do the work on this machine, beside other workers (PostgreSQL). SIGTERM ends it."),
    "web": ("roles:web", "Take webhooks and serve the portal; workers do the rest (PostgreSQL). SIGTERM ends it."),
    "scheduler": (
        "roles:scheduler",
        "Run the clock: one of several leads, another follows when it is gone (PostgreSQL). SIGTERM ends it.",
    ),
    "sync": ("sync:sync", "Read a source and take its sales in; the daemon, or the next run of it, invoices them."),
    "reconcile": (
        "reconcile:reconcile",
        "Compare a period (the month of its last day, today unless said) and list every difference with its sale.",
    ),
    "tickets": ("tickets:app", "The sales and where each of them is."),
    "sales": ("sales:app", "Sales that you key in yourself."),
    "api-keys": ("api_keys:app", "Keys of the REST API; each is bound to one source."),
    "cfdi": ("cfdi:app", "The CFDIs and their files."),
    "pac": ("pac:app", "What the configured PACs offer beyond stamping."),
    "catalogs": ("catalogs:app", "SAT's catalogs and its 69-B list."),
    "doubts": ("doubts:app", "Documents whose stamp is not known for sure."),
    "inbox": ("inbox:app", "Raw deliveries and records as they arrived."),
    "plugins": ("plugins:app", "What is installed, healthy or not; make, check and record a plugin."),
    "config": ("config:app", "The configuration file."),
    "secrets": ("secrets:app", "Secrets encrypted at rest; {$secret: name} in the configuration reads them."),
    "support": ("support:app", "What helps a maintainer to help you."),
    "db": ("database:app", "The database."),
}
"""Name -> where it is, and its line in `hub --help`, which must not cost the import of all of them."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"autofactura-hub {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """The command with what the installed plugins add to it."""
    group = type("HubCommands", (Commands,), {"own": COMMANDS})
    app = typer.Typer(name="hub", cls=group, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)

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
        from .state import State

        context.obj = State(config_path)

    return app
