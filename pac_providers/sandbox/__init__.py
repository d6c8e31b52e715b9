"""A PAC inside the hub for development, demos and tests: it checks, stamps and fails as a real one does."""

from typing import TYPE_CHECKING, Any

from hub.plugin import PacProvider, hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def hub_pac_providers() -> list[type[PacProvider[Any]]]:
    """The sandbox; its checks and keys are loaded with the first request."""
    from .provider import Sandbox

    return [Sandbox]


@hookimpl
def hub_commands(cli: "click.Group") -> None:
    """Add `hub sandbox ...`."""
    from .commands import sandbox

    cli.add_command(sandbox)
