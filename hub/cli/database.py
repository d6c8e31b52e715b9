"""`hub db`."""

from importlib.util import find_spec
from pathlib import Path

import typer

from hub.plugin import ConfigError
from hub.store import Store, postgresql_tools

from . import backup
from .state import State

app = typer.Typer(help="The database.", no_args_is_help=True)
app.command("backup")(backup.backup_)
app.command("restored")(backup.restored)
app.command("found")(backup.found)
app.command("settle")(backup.settle_)


@app.command()
def migrate(context: typer.Context) -> None:
    """Bring the tables to this version."""
    state: State = context.obj
    store = Store(state.settings.database_url())
    try:
        if store.is_newer():
            hint = "a newer hub migrated it: update this one"
            raise ConfigError(f"the database is of a newer version ({store.revision()})", hint=hint)
        if postgresql_tools.is_unfinished(store.engine):
            raise ConfigError("a restore into this database was interrupted", hint="drop the database and begin again")
        store.migrate()
        if not store.is_sqlite:
            _prepare_queue(store)
    finally:
        store.close()
    typer.echo(f"{store.url.render_as_string(hide_password=True)} is up to date")


def _prepare_queue(store: Store) -> None:
    """Only where several processes are wanted is Procrastinate installed."""
    if find_spec("procrastinate") is not None:
        from hub.engine.queue.schema import prepare

        prepare(store)


@app.command()
def restore(context: typer.Context, source: Path, force: backup.Force = "") -> None:
    """Put a backup in the place of the database. Nothing is sent until the PACs told what they stamped since."""
    backup.restore(context, source, force)
    store = Store(context.obj.settings.database_url())
    try:
        if not store.is_sqlite:
            _prepare_queue(store)
    finally:
        store.close()
