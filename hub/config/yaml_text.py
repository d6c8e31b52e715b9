"""YAML text to a tree of plain values that knows the line of each, with a limit on everything that grows."""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .document import Key
from .problems import Problem

MAX_BYTES = 256_000
MAX_DEPTH = 20
MAX_VALUES = 20_000
_TAG = "tag:yaml.org,2002:"
_KNOWN_TAGS = frozenset(
    _TAG + kind for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


class Plain(str):
    """A scalar without quotes. It stays as typed, so that `06000` keeps its zero until a field says what it is."""

    __slots__ = ()


@dataclass(slots=True)
class Reading:
    """What a text says."""

    tree: dict[str, Any] = field(default_factory=dict)
    lines: dict[Key, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unusable: set[Key] = field(default_factory=set)


class _TooMuch(Exception):  # noqa: N818 (never leaves this module)
    """A limit was passed; the problem says which."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_yaml(text: str) -> Reading:
    """Read one YAML document. Whatever is wrong with it is in `problems`; nothing is raised."""
    reading = Reading()
    try:
        _check_depth(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if isinstance(root, MappingNode):
            reading.tree = _Reader(reading).mapping(root, ())
        elif root is not None:
            reading.problems.append(Problem((), "a configuration is keys and values, such as `version: 1`", line=1))
    except _TooMuch as excess:
        reading.problems.append(Problem((), str(excess), line=excess.line))
    except yaml.YAMLError as error:
        reading.problems.append(_syntax(error))
    except (ValueError, OverflowError):
        # PyYAML lets some impossible escapes and numbers through to chr() and int().
        reading.problems.append(Problem((), "is not YAML: an impossible escape such as \\UFFFFFFFF"))
    return reading


def _check_depth(text: str) -> None:
    # Composing is recursive, events are not: this keeps a thousand brackets from reaching the recursion.
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise _TooMuch(f"sections are nested deeper than {MAX_DEPTH}", line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _syntax(error: yaml.YAMLError) -> Problem:
    # str(error) quotes the line, which may hold a secret.
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    detail = _without_names(getattr(error, "problem", None) or "a character that is not allowed")
    return Problem((), f"is not YAML: {detail}", _advice(detail), line=mark.line + 1 if mark else None)


def _without_names(detail: str) -> str:
    # A password that begins with * or & reads as the name of an alias or anchor.
    return re.sub(r"(alias|anchor|tag handle|tag) '.*'", r"\1", detail)


def _advice(detail: str) -> str:
    if "\\t" in detail:
        return "indent with spaces, not with tabs"
    if "mapping values are not allowed" in detail:
        return 'put quotes around a text that holds ": ", braces around {$env: X}, and check the indentation'
    if "undefined alias" in detail or "alphabetic or numeric" in detail:
        return "a text that begins with * or & needs quotes"
    if "single document" in detail:
        return "remove the second `---`"
    return "look at the quotes, brackets and indentation of this line and the one above"


@dataclass(slots=True)
class _Reader:
    reading: Reading
    values: int = 0
    open: set[int] = field(default_factory=set)

    def value(self, node: Node, key: Key) -> Any:
        self.values += 1
        line = node.start_mark.line + 1
        if self.values > MAX_VALUES:
            raise _TooMuch(f"holds more than {MAX_VALUES} values once its aliases are written out", line)
        if id(node) in self.open or len(key) > 2 * MAX_DEPTH:
            raise _TooMuch("an alias contains itself", line)
        if node.tag not in _KNOWN_TAGS:
            self._problem(key, "has a YAML tag; tags are not used here", "remove the word that begins with !", line)
            self.reading.unusable.add(key)
            return None
        if isinstance(node, ScalarNode):
            return _scalar(node)
        return self.mapping(node, key) if isinstance(node, MappingNode) else self._list(node, key)

    def mapping(self, node: MappingNode, key: Key) -> dict[str, Any]:
        self.open.add(id(node))
        tree: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        first_lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == _TAG + "merge":
                self._merge(value_node, key, merged, line)
                continue
            name = self._name(key_node, key, first_lines)
            if name is None:
                continue
            self.reading.lines[*key, name] = line
            tree[name] = self.value(value_node, (*key, name))
        self.open.discard(id(node))
        return merged | tree

    def _name(self, node: Node, key: Key, first_lines: dict[str, int]) -> str | None:
        line = node.start_mark.line + 1
        if not isinstance(node, ScalarNode) or not node.value or node.tag not in _KNOWN_TAGS:
            self._problem(key, "has a key that is not a word", "write `key: value`", line)
            return None
        name = str(node.value)
        if name in first_lines:
            hint = f"it is also on line {first_lines[name]}; keep one of the two"
            self._problem((*key, name), "is written twice", hint, line)
            return None
        first_lines[name] = line
        return name

    def _merge(self, node: Node, key: Key, merged: dict[str, Any], line: int) -> None:
        sections = node.value if isinstance(node, SequenceNode) else [node]
        for section in sections:
            self.values += 1
            if not isinstance(section, MappingNode):
                self._problem(key, "merges (<<) something that is not a section", "write `<<: *name`", line)
                return
            if id(section) in self.open:
                raise _TooMuch("an alias contains itself", line)
            known = dict(self.reading.lines)
            for name, value in self.mapping(section, key).items():
                merged.setdefault(name, value)
            # What the section says itself, or an earlier merge, keeps its own line.
            self.reading.lines.update(known)

    def _list(self, node: Node, key: Key) -> list[Any]:
        self.open.add(id(node))
        items = []
        for index, item in enumerate(node.value):
            self.reading.lines[*key, index] = item.start_mark.line + 1
            items.append(self.value(item, (*key, index)))
        self.open.discard(id(node))
        return items

    def _problem(self, key: Key, message: str, hint: str, line: int) -> None:
        self.reading.problems.append(Problem(key, message, hint, line=line))


def _scalar(node: ScalarNode) -> str | None:
    if node.style is not None:
        return str(node.value)
    return None if node.value in _NULL else Plain(node.value)
