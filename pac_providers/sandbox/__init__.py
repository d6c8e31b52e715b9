"""A PAC inside the hub for development, demos and tests: it checks, stamps and fails as a real one does."""

from typing import TYPE_CHECKING, Any

from hub.plugin import PacProvider, hookimpl

if TYPE_CHECKING:
    import typer


@hookimpl
def hub_pac_providers() -> list[type[PacProvider[Any]]]:
    """The sandbox; its checks and keys are loaded with the first request."""
    from .provider import Sandbox

    return [Sandbox]


@hookimpl
def hub_commands(cli: "typer.Typer") -> None:
    """Add `hub sandbox ...`."""
    from .commands import app

    cli.add_typer(app, name="sandbox")
