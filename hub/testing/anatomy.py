"""What a plugin's own files import, read from the source, and what its import costs, tried in a process of its own."""

import ast
import importlib.metadata
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PUBLIC = frozenset({"hub.plugin"})
_PROBE = """
import json, sys, time
sys.path[:] = json.loads(sys.argv[2])
import hub.plugin
started = time.process_time()
__import__(sys.argv[1])
print(json.dumps((time.process_time() - started) * 1000))
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """A tried import.

    Attributes:
        ms: the processor time that it took, beyond that of `hub.plugin`.
        error: why it could not be imported; empty if it could.
    """

    ms: float = 0.0
    error: str = ""


def own_files(module: str, *, at_import: bool = False) -> dict[Path, str]:
    """The file of a module and those that it imports, directly or not, from its own package, with their names.

    With `at_import` only those that are loaded with it, and not those that a function imports when it is called.
    """
    found: dict[Path, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = _file_of(name)
        if file is None or file in found:
            continue
        found[file] = name
        top = module.rpartition(".")[0] or module
        imported = (one for of, _ in imports_of(file, name, at_import=at_import) for one in _parents(of))
        waiting += [one for one in imported if f"{one}.".startswith(f"{top}.")]
    return found


def libraries_at_import(module: str) -> list[str]:
    """Libraries that are imported with a module and that a plain installation of the hub does not have."""
    files = {file: name for file, name in own_files(module, at_import=True).items() if not file.name.startswith("test")}
    tops = {of.partition(".")[0] for file, name in files.items() for of, _ in imports_of(file, name, at_import=True)}
    foreign = tops - set(sys.stdlib_module_names) - {module.partition(".")[0], "hub"}
    if not foreign:
        return []
    brought = importlib.metadata.packages_distributions()
    ours = _of_the_hub()
    return sorted(top for top in foreign if not {name.lower() for name in brought.get(top, ())} & ours)


def forbidden_imports(module: str) -> list[str]:
    """Imports of parts of the hub that are no public API, each with its place."""
    wrong = []
    for file, name in sorted(own_files(module).items()):
        allowed = {*PUBLIC, "hub.testing"} if file.name.startswith("test") else PUBLIC
        for of, line in imports_of(file, name):
            parts = of.split(".")
            if parts[0] == "hub" and not (len(parts) <= 3 and ".".join(parts[:2]) in allowed):
                wrong.append(f"{file.name}:{line} imports {of}")
    return wrong


def imports_of(file: Path, module: str, *, at_import: bool = False) -> Iterator[tuple[str, int]]:
    """Every import of a file, absolute, with its line; with `at_import` not those inside functions."""
    package = module.split(".") if file.name == "__init__.py" else module.split(".")[:-1]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in _outside_functions(tree) if at_import else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, (node.module or "").split("."))])
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for inner in ast.iter_child_nodes(node):
        is_typing = isinstance(inner, ast.If) and "TYPE_CHECKING" in ast.unparse(inner.test)
        if not is_typing and not isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield inner
            yield from _outside_functions(inner)


@cache
def tried_import(module: str, path: tuple[str, ...] | None = None) -> Imported:
    """Import a module in a new process, with the path of this one unless said otherwise."""
    given = json.dumps(list(sys.path if path is None else path))
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter)
            [sys.executable, "-c", _PROBE, module, given],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return Imported(error="its import does not end")
    if done.returncode != 0:
        return Imported(error=(done.stderr.strip().splitlines() or ["its import ended the process"])[-1])
    return Imported(ms=json.loads(done.stdout.splitlines()[-1]))


def _of_the_hub() -> set[str]:
    """Distributions that a plain installation of the hub has, and so a running hub has mostly loaded."""
    found: set[str] = set()
    waiting = ["autofactura-hub"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        try:
            wanted = importlib.metadata.requires(name) or ()
        except importlib.metadata.PackageNotFoundError:
            continue
        waiting += [_name(one) for one in wanted if "extra ==" not in one]
    return found


def _name(requirement: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else " " for letter in requirement).split()[0].lower()


def _file_of(module: str) -> Path | None:
    loaded = getattr(sys.modules.get(module), "__file__", None)
    if loaded is None:
        try:
            spec = importlib.util.find_spec(module)
        except (ImportError, ValueError):
            return None
        loaded = spec.origin if spec else None
    return Path(loaded) if loaded and loaded.endswith(".py") else None


def _parents(name: str) -> list[str]:
    """`a.b.c` may be the module `a.b.c`, or `c` of the module `a.b`."""
    return [name, name.rpartition(".")[0]] if "." in name else [name]
