"""`hub config`."""

import typer

from hub.config import example as example_of
from hub.config import load
from hub.config.schema import schema as json_schema
from hub.config.show import show as redacted
from hub.flow.instances import plugin_configs

from . import show
from .state import State

app = typer.Typer(help="The configuration file.", no_args_is_help=True)


@app.command()
def check(context: typer.Context) -> None:
    """Read the file and tell every problem at once; ask nobody outside."""
    state: State = context.obj
    load(state.config, plugins=plugin_configs(state.registry), all_installed=True)
    typer.echo(f"{state.config}: no problems")


@app.command("show")
def show_(context: typer.Context) -> None:
    """Every setting in force and where it comes from, without secrets."""
    state: State = context.obj
    typer.echo(redacted(state.settings, plugin_configs(state.registry)))


@app.command()
def example(context: typer.Context) -> None:
    """An example file with every key that there is, the installed plugins' included."""
    state: State = context.obj
    typer.echo(example_of(plugin_configs(state.registry)), nl=False)


@app.command()
def schema(context: typer.Context) -> None:
    """The JSON schema of the file, the installed plugins' keys included, for an editor."""
    state: State = context.obj
    show.value(json_schema(plugin_configs(state.registry)))
