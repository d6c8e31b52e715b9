"""`hub db`."""

import typer

from hub.store import Store

from .state import State

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.command()
def migrate(context: typer.Context) -> None:
    """Bring the tables to this version."""
    state: State = context.obj
    store = Store(state.settings.database_url())
    try:
        store.migrate()
    finally:
        store.close()
    typer.echo(f"{store.url.render_as_string(hide_password=True)} is up to date")
