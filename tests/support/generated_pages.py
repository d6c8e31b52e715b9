"""Pages of the documentation that are written from the code: settings, commands, and what the kit checks."""
# ruff: noqa: E501 (lines of Markdown)

import json
from collections.abc import Callable, Iterator
from typing import Any

import typer
from pydantic import BaseModel

from hub.cli.app import build
from hub.config import Settings
from hub.config.shape import fields_of, held_by, section_of
from hub.testing import (
    LocalSourceContract,
    NotifierContract,
    PacContract,
    PluginContract,
    SourceContract,
    WebhookSourceContract,
    WriteBackContract,
    checks_of,
)

SETTINGS = """# Settings

Every setting of the hub itself. A plugin's own are told by `hub plugins show NAME` and its README; [configure](configure.md) tells how to begin.
`NAME` is a name of yours. Bold ones are needed.

| setting | is | if left out |
|---|---|---|
"""
COMMANDS = """# Commands

Every command of `hub` and of the plugins that come with it. `--help` after any of them says the same; `--json` answers for machines. The
[exit codes](../write-a-plugin/errors.md) are the same everywhere.
"""
KIT = """# What the kit checks

`hub.testing` is plain classes. A test subclasses the contract of its kind and plays the remote side on a good day; the kit plays all others. Nothing of the plugin is
replaced: what is faked is the wire. Each check has been seen to fail on a plugin made to break it, and a failure says what to do.

| contract | for | you write |
|---|---|---|
| `SourceContract` | a source with a remote side | `answer`, `movements`, `broken` |
| `WebhookSourceContract` | one with signed deliveries, too | `deliveries` besides |
| `LocalSourceContract` | a folder, a file, a database on this machine | `movements`, `broken`, `take_away` |
| `WriteBackContract` | a source that is told what became of its sales | see its docstring |
| `PacContract` | a PAC | `answer`, and a method for each situation |
| `NotifierContract` | a notifier | `make_sink` |

A check that cannot be met is waived on the plugin class with a reason that operators read: `waivers = {"since_is_inclusive": "the shop has no times"}`.

`Recording` plays back what `hub plugins record` wrote. `hub.testing.smtp`, `hub.testing.pac_server` and `hub.testing.fake_sat` are parts of fake remote sides.
`hub.testing.summary.summary_of(sale)` is a sale as one row, for your own tables of records and what must come of them: `assert expected.items() <= summary_of(sale).items()`.
"""
_CONTRACTS: tuple[tuple[str, type, tuple[type, ...]], ...] = (
    ("Every plugin", PluginContract, ()),
    ("Every source with a remote side", SourceContract, (PluginContract,)),
    ("A source with webhooks, besides", WebhookSourceContract, (SourceContract,)),
    (
        "A local source, besides those of every plugin and the common ones of a source",
        LocalSourceContract,
        (SourceContract,),
    ),
    ("A source that is written back to, besides", WriteBackContract, (PluginContract, SourceContract)),
    ("A PAC", PacContract, (PluginContract,)),
    ("A notifier", NotifierContract, (PluginContract,)),
)


def settings_page() -> str:
    """docs/operate/settings.md."""
    return SETTINGS + "".join(_settings(Settings, ""))


def _settings(model: type[BaseModel], before: str) -> Iterator[str]:
    for name, info in fields_of(model).items():
        if name == "options":
            continue
        key = f"{before}{name}"
        item = section_of(held_by(info.annotation))
        default = "" if info.is_required() else _default(info.get_default(call_default_factory=True))
        shown = f"**`{key}`**" if info.is_required() else f"`{key}`"
        yield f"| {shown} | {info.description} | {default} |\n"
        if inner := section_of(info.annotation):
            yield from _settings(inner, f"{key}.")
        elif item:
            is_list = "tuple" in str(info.annotation)
            yield from _settings(item, f"{key}[]." if is_list else f"{key}.NAME.")


def _default(value: Any) -> str:
    if value in (None, "", (), {}, []) or isinstance(value, BaseModel):
        return ""
    return f"`{json.dumps(value, default=str, ensure_ascii=False).strip(chr(34))}`"


def commands_page() -> str:
    """docs/operate/commands.md."""
    group = typer.main.get_command(build())
    found = [(name, group.resolve_command(None, [name])[1]) for name in group.list_commands(None)]
    return COMMANDS + "".join(part for name, command in found for part in _command(f"hub {name}", command))


def _command(name: str, command: Any) -> Iterator[str]:
    yield f"\n## `{name}`\n\n{_said(command)}\n"
    inner = getattr(command, "commands", {})
    if not inner:
        yield from _parameters(command)
    for word, one in inner.items():
        yield f"\n### `{name} {word}`\n\n{_said(one)}\n"
        yield from _parameters(one)


def _parameters(command: Any) -> Iterator[str]:
    lines = [
        f"- `{'`, `'.join(one.opts) if one.param_type_name == 'option' else one.name.upper()}`"
        f"{': ' + ' '.join(one.help.split()) if getattr(one, 'help', None) else ''}\n"
        for one in command.params
        if one.name != "help"
    ]
    if lines:
        yield "\n" + "".join(lines)


def _said(command: Any) -> str:
    return " ".join((command.help or "").split())


def kit_page() -> str:
    """docs/write-a-plugin/testing.md."""
    parts = [KIT]
    for title, contract, known in _CONTRACTS:
        already = {check for one in known for check in checks_of(one)}
        listed = "".join(f"- `{check}`\n" for check in checks_of(contract) if check not in already)
        parts.append(f"\n## {title}\n\n{listed}")
    return "".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "operate/settings.md": settings_page,
    "operate/commands.md": commands_page,
    "write-a-plugin/testing.md": kit_page,
}
