"""Small wrong changes to a module: what a test suite that is worth its name must notice.

Comparisons, arithmetic, boolean logic, constants, rounding, min/max, returns and removed statements. Text that only
people read (docstrings, f-strings, strings with a blank) and annotations are left alone.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NAMES = {
    "ROUND_HALF_UP": ("ROUND_HALF_EVEN", "ROUND_DOWN"),
    "ROUND_FLOOR": ("ROUND_CEILING",),
    "ROUND_CEILING": ("ROUND_FLOOR",),
    "ROUND_DOWN": ("ROUND_HALF_UP",),
    "min": ("max",),
    "max": ("min",),
    "any": ("all",),
    "all": ("any",),
}
_Path = tuple[tuple[str, int | None], ...]


class Mutant(NamedTuple):
    """One change: its `name` says the function and the texts, not the `line`, which moves; `tree` is the module."""

    name: str
    line: int
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, one change each, in the order of the lines."""
    tree = ast.parse(source)
    named: Counter[str] = Counter()
    for path, node, function in sorted(_places(tree, (), "module"), key=lambda place: _line(place[1])):
        for changed in _changes(node):
            name = f"{function}: `{_text(node)}` -> `{_text(changed)}`"
            named[name] += 1
            mutated = copy.deepcopy(tree)
            _put(mutated, path, changed)
            again = f" ({named[name]})" if named[name] > 1 else ""
            yield Mutant(name + again, _line(node), ast.fix_missing_locations(mutated))


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split()) if not isinstance(node, ast.Pass) else "removed"


def _places(node: ast.AST, path: _Path, function: str) -> Iterator[tuple[_Path, Any, str]]:
    if _line(node):
        yield path, node, function
    if isinstance(node, ast.FunctionDef):
        function = node.name
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_comment", "decorator_list", "ctx") or isinstance(
            node, ast.JoinedStr
        ):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                yield from _places(child, (*path, (name, index)), function)


def _line(node: ast.AST) -> int:
    line: int = getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 0)
    return line


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _put(tree: ast.Module, path: _Path, changed: ast.AST) -> None:
    parent: Any = tree
    for name, index in path[:-1]:
        parent = getattr(parent, name) if index is None else getattr(parent, name)[index]
    name, index = path[-1]
    if index is None:
        setattr(parent, name, changed)
    else:
        getattr(parent, name)[index] = changed


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=ops):
            for n, op in enumerate(ops):
                for other in _COMPARISONS[type(op)]:
                    yield _with(node, ops=[*ops[:n], other(), *ops[n + 1 :]])
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _ARITHMETIC:
            yield _with(node, op=_ARITHMETIC[type(op)]())
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if not _has_its_own_negation(test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *_]):
            yield _with(node, ifs=[])
        case ast.Constant(value=value):
            yield from (ast.Constant(other) for other in _other_constants(value))
        case ast.Name(id=name) if name in _NAMES:
            yield from (ast.Name(other, ast.Load()) for other in _NAMES[name])
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Expr() | ast.Continue() | ast.Break():
            yield ast.Pass()
    if isinstance(node, ast.AugAssign):
        yield ast.Pass()


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _has_its_own_negation(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare | ast.UnaryOp)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _other_constants(value: object) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if not isinstance(value, str) or " " in value:
        return []
    try:
        return [str(Decimal(value).scaleb(1) if Decimal(value) else 1)]
    except InvalidOperation:
        return [f"{value}~"]
