"""The commands of plugins as their source tells them: `hub --help` imports no plugin to list a name."""

import ast
import os
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

BUILT_IN = "autofactura-hub"
HOOK = "hub_commands"


class _UntoldError(Exception):
    """Only running it would tell."""


def announced() -> dict[str, str] | None:
    """Names of commands with the line that explains them; None if a plugin would have to be run to know."""
    switch = os.environ.get("HUB_NO_PLUGINS", "")
    points = () if switch == "all" else entry_points(group="hub.plugins")
    asked = [point for point in points if switch in {"", "0"} or (point.dist and point.dist.name == BUILT_IN)]
    try:
        return dict(line for point in asked for line in _commands_of(point))
    except _UntoldError:
        return None


def _commands_of(point: EntryPoint) -> Iterator[tuple[str, str]]:
    source = _source_of(point.value)
    if "import *" in source:
        raise _UntoldError
    if HOOK not in source:
        return
    try:
        body = ast.parse(source).body
    except SyntaxError:  # it is refused when it is loaded, and adds nothing
        return
    hook = next((node for node in body if isinstance(node, ast.FunctionDef) and node.name == HOOK), None)
    names = [name for call in ast.walk(hook) if isinstance(call, ast.Call) for name in _named(call)] if hook else []
    if hook is None or not names:
        raise _UntoldError
    line = (ast.get_docstring(hook) or f"Of the plugin {point.name}.").splitlines()[0]
    yield from ((name, line) for name in names)


def _named(call: ast.Call) -> Iterator[str]:
    """`cli.add_typer(app, name="acme")`, `cli.command("acme")`, `cli.command(name="acme")`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in {"add_typer", "command"}:
        return
    given = [word.value for word in call.keywords if word.arg == "name"]
    if call.func.attr == "command":
        given += call.args[:1]
    if not given or not isinstance(given[0], ast.Constant) or not isinstance(given[0].value, str):
        raise _UntoldError
    yield given[0].value


def _source_of(value: str) -> str:
    top, *rest = value.partition(":")[0].split(".")
    spec = PathFinder.find_spec(top)
    if spec is None or ":" in value:
        raise _UntoldError
    places = [Path(place) for place in spec.submodule_search_locations or ()]
    files = [_file(place, rest) for place in places] if places else [Path(spec.origin or "")]
    found = next((file for file in files if file.suffix == ".py" and file.is_file()), None)
    if found is None and not any(any(file.parent.glob(f"{file.stem}.*")) for file in files):
        return ""  # it is not there at all, so it adds nothing
    if found is None:
        raise _UntoldError
    return found.read_text(encoding="utf-8", errors="replace")


def _file(place: Path, rest: list[str]) -> Path:
    folder = place.joinpath(*rest)
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
