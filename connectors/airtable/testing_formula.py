"""The part of Airtable's formula language that filters use, for the fake."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<field>\{(?:[^}\\]|\\.)*\})|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Z_]+)|(?P<sign>!=|[(),=&]))"
)


class FormulaError(Exception):
    """Airtable would answer 422 INVALID_FILTER_BY_FORMULA."""


@dataclass(frozen=True)
class Row:
    """What a formula may ask of a row."""

    key: str
    fields: dict[str, Any]
    created: datetime
    edited: dict[str, datetime]

    def edited_at(self, names: list[str]) -> datetime:
        """When one of these fields was last edited; of all fields if none is named."""
        return max((when for name, when in self.edited.items() if not names or name in names), default=self.created)


Meaning = Callable[[Row], Any]


def understood(formula: str, names: frozenset[str], computed: frozenset[str]) -> Meaning:
    """What a filter says of a row, in a table with these fields.

    Raises:
        FormulaError: Airtable would not take it.
    """
    tokens = _tokens(formula)
    meaning = _Reader(tokens, names, computed).joined()
    if tokens:
        raise FormulaError(f"what is {tokens[0][1]} doing there")
    return meaning


def _tokens(formula: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while formula[at:].strip():
        match = TOKEN.match(formula, at)
        if match is None:
            raise FormulaError(f"cannot read {formula[at:][:20]}")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


@dataclass
class _Reader:
    tokens: list[tuple[str, str]]
    names: frozenset[str]
    computed: frozenset[str]

    def joined(self) -> Meaning:
        left = self._concatenated()
        if not self.tokens or self.tokens[0][1] not in {"=", "!="}:
            return left
        sign = self.tokens.pop(0)[1]
        right = self._concatenated()
        return lambda row: (left(row) == right(row)) is (sign == "=")

    def _concatenated(self) -> Meaning:
        left = self._single()
        while self.tokens and self.tokens[0][1] == "&":
            self.tokens.pop(0)
            left = _both(left, self._single())
        return left

    def _single(self) -> Meaning:
        if not self.tokens:
            raise FormulaError("the formula ends too early")
        kind, word = self.tokens.pop(0)
        if kind == "field":
            name = self._field(word)
            return lambda row: row.fields.get(name)
        if kind == "text":
            text = re.sub(r"\\(.)", r"\1", word[1:-1])
            return lambda _: text
        if kind == "number":
            return lambda _: float(word)
        if kind == "name":
            return self._called(word)
        raise FormulaError(f"unexpected {word}")

    def _field(self, word: str) -> str:
        name = re.sub(r"\\(.)", r"\1", word[1:-1])
        if name not in self.names:
            raise FormulaError(f"Unknown field names: {name.lower()}")
        return name

    def _called(self, name: str) -> Meaning:
        if not self.tokens or self.tokens.pop(0)[1] != "(":
            raise FormulaError("a function without its arguments")
        if name == "LAST_MODIFIED_TIME":
            return self._last_modified()
        arguments: list[Meaning] = []
        while self.tokens and self.tokens[0][1] != ")":
            arguments.append(self.joined())
            if self.tokens and self.tokens[0][1] == ",":
                self.tokens.pop(0)
        self._closed()
        return _function(name, arguments)

    def _last_modified(self) -> Meaning:
        named: list[str] = []
        while self.tokens and self.tokens[0][0] == "field":
            named.append(self._field(self.tokens.pop(0)[1]))
            if self.tokens and self.tokens[0][1] == ",":
                self.tokens.pop(0)
        self._closed()
        if not self.computed.isdisjoint(named):
            raise FormulaError("LAST_MODIFIED_TIME takes fields that people edit")
        return lambda row: row.edited_at(named)

    def _closed(self) -> None:
        if not self.tokens or self.tokens.pop(0)[1] != ")":
            raise FormulaError("a parenthesis is not closed")


def _both(left: Meaning, right: Meaning) -> Meaning:
    return lambda row: _text(left(row)) + _text(right(row))


def _function(name: str, arguments: list[Meaning]) -> Meaning:
    wanted = {"NOT": 1, "RECORD_ID": 0, "CREATED_TIME": 0, "IS_BEFORE": 2}.get(name, len(arguments))
    if len(arguments) != wanted:
        raise FormulaError(f"{name} takes {wanted} arguments")
    match name:
        case "AND":
            return lambda row: all(one(row) for one in arguments)
        case "OR":
            return lambda row: any(one(row) for one in arguments)
        case "NOT":
            return lambda row: not arguments[0](row)
        case "RECORD_ID":
            return lambda row: row.key
        case "CREATED_TIME":
            return lambda row: row.created
        case "IS_BEFORE":
            return lambda row: _before(arguments[0](row), arguments[1](row))
    raise FormulaError(f"there is no function {name}")


def _before(one: Any, other: Any) -> bool:
    # What is no date is an error of that row alone, and an error is not true.
    try:
        return _moment(one) < _moment(other)
    except (TypeError, ValueError):
        return False


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
