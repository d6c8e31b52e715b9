"""The public API as text, from its source: every name, signature, field and hook argument, one a line.

From the source and not from the objects, so that it reads the same under every version of Python and pydantic.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import hub.plugin.rows

FOLDER = Path(hub.plugin.__file__).parent


def describe() -> str:
    """The whole of `hub.plugin` as it is now."""
    found = sorted((name, list(lines)) for tree in _trees(FOLDER) for name, lines in _described(tree))
    found += sorted((name, list(lines)) for tree in _trees(FOLDER / "rows") for name, lines in _of_rows(tree))
    return "\n".join(line for _, lines in found for line in lines) + "\n"


def _trees(folder: Path) -> Iterator[ast.Module]:
    return (ast.parse(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.py")))


def _of_rows(tree: ast.Module) -> Iterator[tuple[str, Iterator[str]]]:
    for node in tree.body:
        name = _name(node)
        if name in hub.plugin.rows.__all__:
            lines = _class(node) if isinstance(node, ast.ClassDef) else iter([_line(node)])
            yield name, (line if line.startswith(" ") else f"rows: {line}" for line in lines)


def _described(tree: ast.Module) -> Iterator[tuple[str, Iterator[str]]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, _class(node)
        name = _name(node)
        if name in {*hub.plugin.__all__, "session_over"} and not isinstance(node, ast.ClassDef):
            yield name, iter([_line(node)])


def _class(node: ast.ClassDef) -> Iterator[str]:
    decorators = "".join(f"@{ast.unparse(decorator)} " for decorator in node.decorator_list)
    yield f"{decorators}class {node.name}({', '.join(ast.unparse(base) for base in node.bases)})"
    members = [member for member in node.body if _name(member) == "__init__" or _name(member)[:1] not in {"_", ""}]
    if "dataclass" not in decorators:
        # The order of a dataclass's fields is a promise too, that of methods and of pydantic's fields is not.
        members.sort(key=_name)
    yield from (f"    {_line(member)}" for member in members)


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.target)
    return ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else ""


def _line(node: ast.stmt) -> str:
    if not isinstance(node, ast.FunctionDef):
        return " ".join(ast.unparse(node).split())
    decorators = "".join(f"@{ast.unparse(decorator)} " for decorator in node.decorator_list)
    answer = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{decorators}def {node.name}({ast.unparse(node.args)}){answer}"
