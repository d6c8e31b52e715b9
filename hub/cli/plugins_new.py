"""`hub plugins new`: a complete package that passes its own tests."""

import re
from collections.abc import Iterator
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from hub import __version__
from hub.plugin import ConfigError
from hub.registry import LoadedPlugin

from .new_files import NewFiles
from .state import State

TEMPLATES = files(__package__) / "plugin_templates"
PREFIX = "hub-"
LONGEST = 30
_PEP_503 = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
_ELSEWHERE = {"gitignore": ".gitignore", "test.yml": ".github/workflows/test.yml"}


class Kind(StrEnum):
    """What a plugin may be."""

    SOURCE = "source"
    PAC = "pac"
    NOTIFIER = "notifier"


_SECTION = {Kind.SOURCE: "sources", Kind.PAC: "pacs", Kind.NOTIFIER: "notifiers"}
_EXAMPLE = {
    Kind.SOURCE: "        issuer: tienda\n        every: 15 minutes\n        start: 2026-01-01\n"
    "        url: https://mi-tienda.example/api\n        api_key: {$env: API_KEY}",
    Kind.PAC: "        environment: sandbox\n        token: {$env: PAC_TOKEN}",
    Kind.NOTIFIER: "        token: {$env: BOT_TOKEN}",
}


def new(
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="What it shall be.")],
    name: Annotated[str, typer.Argument(help="Such as acme; the package is then called hub-acme.")],
    into: Annotated[Path, typer.Option(help="The folder in which its folder is made.")] = Path(),
) -> None:
    """Make a package with a plugin, its contract test, README and CI, which passes its own tests as it is."""
    state: State = context.obj
    plain = _plain(name)
    distribution = f"{PREFIX}{plain}"
    _refuse_taken(plain, distribution, state.registry.plugins)
    folder = into / distribution
    if folder.exists():
        raise ConfigError(f"{folder} is there already", hint="choose another name, or another folder with --into")
    words = _words(kind, plain, distribution)
    made = NewFiles()
    try:
        for place, text in _made(kind, words):
            made.write(folder / place, text.encode())
    except OSError as error:
        made.undo()
        raise ConfigError(f"{folder} cannot be written: {error.strerror}") from None
    typer.echo(f"made {folder}; next: `pip install -e '{folder}[dev]'`, then `hub plugins check {folder}`")


def _plain(name: str) -> str:
    """The name as the configuration says it, from a name of PyPI's form (PEP 503, PEP 508)."""
    if not _PEP_503.fullmatch(name):
        raise ConfigError(
            f"{name!r} is no name for a package",
            hint="letters, digits, and between them '-', '_' and '.' (PEP 508), such as acme-shop",
        )
    plain = re.sub(r"[-_.]+", "-", name).lower().removeprefix(PREFIX)
    if len(plain) > LONGEST:
        raise ConfigError(f"{plain!r} is longer than {LONGEST} characters", hint="people type it in `use:`")
    if not plain[:1].isalpha():
        raise ConfigError(f"{name!r} does not begin with a letter", hint="`use:` of the configuration needs that")
    if plain.startswith("test"):
        raise ConfigError(
            f"{name!r} begins with `test`: pytest would take the plugin's class for a test of its own",
            hint="choose another name, such as that of the system",
        )
    return plain


def _refuse_taken(plain: str, distribution: str, plugins: tuple[LoadedPlugin, ...]) -> None:
    same = {plain, plain.replace("-", "_")}
    for plugin in plugins:
        if same & {plugin.entry_point, *plugin.offers}:
            raise ConfigError(f"{plain} is the name of an installed plugin: {plugin.label}", hint="choose another name")
    try:
        installed = version(distribution)
    except PackageNotFoundError:
        return
    raise ConfigError(f"{distribution} {installed} is an installed package", hint="choose another name")


def _words(kind: Kind, plain: str, distribution: str) -> dict[str, str]:
    parts = plain.split("-")
    return {
        "Class": "".join(part.capitalize() for part in parts),
        "distribution": distribution,
        "example": _EXAMPLE[kind],
        "hub_version": ".".join(__version__.split(".")[:2]),
        "module": distribution.replace("-", "_"),
        "name": plain,
        "section": _SECTION[kind],
        "title": " ".join(part.capitalize() for part in parts),
    }


def _made(kind: Kind, words: dict[str, str]) -> Iterator[tuple[Path, str]]:
    for folder in ("every", str(kind)):
        for place, template in _templates(TEMPLATES / folder, ""):
            bare = _ELSEWHERE.get(place, place).replace("plugin.py", f"{words['module']}.py")
            yield Path(bare), Template(template.read_text(encoding="utf-8")).substitute(words)


def _templates(folder: Traversable, before: str) -> Iterator[tuple[str, Traversable]]:
    for found in sorted(folder.iterdir(), key=lambda one: one.name):
        if found.is_dir():
            yield from _templates(found, f"{before}{found.name}/")
        elif found.name.endswith(".txt"):
            yield before + found.name.removesuffix(".txt"), found
