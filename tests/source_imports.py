"""Who imports whom, read from the source: also imports inside functions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Import:
    """`by` and `of` are dotted module names; `top` is True outside functions and TYPE_CHECKING."""

    by: str
    of: str
    file: Path
    line: int
    top: bool

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.of}"


def sources(*folders: str, tests: bool = False) -> list[Path]:
    """Python files below these folders; files in `tests` folders only if asked for."""
    found = (file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")))
    return [file for file in found if tests or "tests" not in file.relative_to(ROOT).parts]


def imports_of(file: Path) -> Iterator[Import]:
    """Every import of a file, absolute."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    package = parts[:-1]
    name = ".".join(package if parts[-1] == "__init__" else parts)
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    later = {id(inner) for outer in ast.walk(tree) if _later(outer) for inner in ast.walk(outer)}
    for node in ast.walk(tree):
        for target in _targets(node, package):
            yield Import(name, target, file, node.lineno, id(node) not in later)


def _later(node: ast.AST) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return True
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _targets(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else ()
        base = ".".join((*above, *(node.module or "").split("."))).strip(".")
        yield from (f"{base}.{alias.name}" if alias.name != "*" else base for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in {
        "import_module",
        "importlib.import_module",
        "__import__",
    }:
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
