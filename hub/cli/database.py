"""`hub db`."""

from importlib.util import find_spec

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
