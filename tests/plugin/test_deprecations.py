"""What is deprecated says when it goes, and is gone when that release is made."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import hub

ROOT = Path(__file__).parents[2]
PUBLIC = ("hub/plugin", "hub/testing")
DUE = re.compile(r"removed in (\d+)\.(\d+)$")


def deprecations(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every warning that is made: `DeprecationWarning("...")`, `warn("...", DeprecationWarning)`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        given = [*node.args, *(word.value for word in node.keywords)]
        named = "DeprecationWarning" in {ast.unparse(part).rpartition(".")[2] for part in [node.func, *given]}
        if named:
            text = "".join(
                part.value
                for argument in given
                for part in ast.walk(argument)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
            yield node.lineno, text


def faults(source: str, version: str) -> list[str]:
    now = tuple(int(part) for part in version.split(".")[:2])
    found = []
    for line, text in deprecations(source):
        due = DUE.search(text)
        if due is None:
            found.append(f"{line}: {text!r} does not end in `removed in X.Y`")
        elif (int(due[1]), int(due[2])) <= now:
            found.append(f"{line}: {text!r} is due: remove it")
    return found


def test_no_deprecation_is_overdue_or_without_a_date():
    files = [file for folder in PUBLIC for file in sorted((ROOT / folder).rglob("*.py"))]
    assert len(files) > 20
    assert [f"{file.name}:{fault}" for file in files for fault in faults(file.read_text(), hub.__version__)] == []


@pytest.mark.parametrize(
    ("source", "version", "wrong"),
    [
        ('hookspec(warn_on_impl=DeprecationWarning("use hub_x; removed in 0.4"))', "0.3.9", 0),
        ('hookspec(warn_on_impl=DeprecationWarning("use hub_x; removed in 0.4"))', "0.4.0", 1),
        ('warnings.warn("use x; removed in 0.4", DeprecationWarning, stacklevel=2)', "0.10.0", 1),
        ('warnings.warn("use x; removed in 1.2", category=DeprecationWarning)', "0.10.0", 0),
        ('warnings.warn("use x", DeprecationWarning)', "0.1.0", 1),
        ('@warnings.deprecated("use x; removed in 0.2", category=DeprecationWarning)\ndef f(): ...', "0.2.0", 1),
        ('warnings.warn(f"{name} is old; removed in 0.2", builtins.DeprecationWarning)', "0.2.0", 1),
        ('warnings.warn("it rains", UserWarning)', "9.0", 0),
    ],
)
def test_the_date_is_read_from_every_way_to_warn(source, version, wrong):
    assert len(faults(source, version)) == wrong
