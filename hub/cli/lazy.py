"""Commands by name: listed without importing them, imported when one is called."""

from functools import cached_property
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup


class Commands(TyperGroup):
    """The `hub` command: its own commands, and those that plugins add."""

    own: ClassVar[dict[str, tuple[str, str]]]
    """Name -> `module:attribute` within this package, and the line for the list."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (as typer calls it)
        """Every name: ours first, then those of plugins. No plugin is imported if its source tells its commands."""
        return [*self.own, *(name for name in self._lines if name not in self.own)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 (as typer calls it)
        """What the list shows of a command; None if there is none."""
        line = self._lines.get(cmd_name)
        return None if line is None else TyperCommand(cmd_name, help=line)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself, for calling it. A name that is not ours may be a plugin's."""
        self._quiet()
        name = args[0]
        if name in self.own:
            self.commands[name] = _loaded(name, self.own[name][0])
        else:
            self.commands.update(self.of_plugins)
        command = self.commands.get(name)
        return super().resolve_command(ctx, args) if command is None else (name, command, args[1:])

    @cached_property
    def of_plugins(self) -> dict[str, Any]:
        """The commands of healthy plugins; one that breaks or takes a name of ours adds none, and the log says so."""
        from .installed import installed

        holder = _holder()
        for name in self.own:
            holder.command(name)(_nothing)
        installed().hook.hub_commands(holder)
        found: dict[str, Any] = getattr(typer.main.get_command(holder), "commands")  # noqa: B009 (a group has it)
        return {name: command for name, command in found.items() if name not in self.own}

    @cached_property
    def _lines(self) -> dict[str, str]:
        from .announced import announced

        told = announced()
        if told is None:
            told = {name: command.get_short_help_str(100) for name, command in self.of_plugins.items()}
        return {**told, **{name: line for name, (_, line) in self.own.items()}}

    @staticmethod
    def _quiet() -> None:
        """What a plugin does while it is loaded must not spoil the answer on standard output."""
        from hub.config import LogSettings
        from hub.logs import configure

        configure(LogSettings())


def _loaded(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(f".{module}", __package__), attribute)
    holder = _holder()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return getattr(typer.main.get_command(holder), "commands")[name]  # noqa: B009 (a group has it)


def _holder() -> typer.Typer:
    holder = typer.Typer(add_completion=False)
    holder.callback()(_nothing)
    return holder


def _nothing() -> None:
    """Holds a place."""
