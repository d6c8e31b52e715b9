"""GraphQL documents, read: what an operation selects, its fragments put in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_TOKEN = re.compile(r'[\s,]+|#[^\n]*|(\.\.\.|[{}()\[\]:!$=|@]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[A-Za-z_]\w*)')


class GraphqlError(Exception):
    """An error of the answer, with its code."""

    def __init__(self, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.extensions = extensions

    def as_json(self) -> Json:
        """As it stands among the errors."""
        return {"message": str(self), "extensions": self.extensions}


@dataclass
class Field:
    """One selected field, or a fragment of a type (`on`)."""

    name: str
    alias: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    selected: list["Field"] = field(default_factory=list)
    on: str = ""


@dataclass(frozen=True)
class Variable:
    """`$name`, before its value is known."""

    name: str


class Parser:
    """One document: an operation and its fragments."""

    def __init__(self, document: str) -> None:
        self.tokens = list(_tokens(document))
        self.at = 0
        self.root = "QueryRoot"
        self.fragments: dict[str, Field] = {}

    def parse(self) -> list[Field]:
        """What the operation selects, its fragments put in."""
        operation: list[Field] = []
        while self.at < len(self.tokens):
            if self._peek() == "fragment":
                self._fragment()
            else:
                operation = self._operation()
        return [self._spread(each) for each in operation]

    def _operation(self) -> list[Field]:
        if self._peek() in {"query", "mutation"}:
            self.root = {"query": "QueryRoot", "mutation": "Mutation"}[self._next()]
            while self._peek() != "{":
                self._next()
        return self._selection()

    def _fragment(self) -> None:
        self._expect("fragment")
        name = self._next()
        self._expect("on")
        self.fragments[name] = Field(name, on=self._next(), selected=self._selection())

    def _selection(self) -> list[Field]:
        self._expect("{")
        found = []
        while self._peek() != "}":
            found.append(self._field())
        self._next()
        return found

    def _field(self) -> Field:
        name = self._next()
        if name == "...":
            return self._fragment_inside()
        alias = name
        if self._peek() == ":":
            self._next()
            name = self._next()
        found = Field(name, alias)
        if self._peek() == "(":
            found.arguments = self._arguments()
        if self._peek() == "{":
            found.selected = self._selection()
        return found

    def _fragment_inside(self) -> Field:
        name = self._next()
        return Field("", on=self._next(), selected=self._selection()) if name == "on" else Field(name, on="?")

    def _arguments(self) -> dict[str, Any]:
        self._expect("(")
        found = {}
        while self._peek() != ")":
            name = self._next()
            self._expect(":")
            found[name] = self._value()
        self._next()
        return found

    def _value(self) -> Any:
        said = self._next()
        if said == "$":
            return Variable(self._next())
        if said.startswith('"'):
            return said[1:-1]
        if said in {"true", "false"}:
            return said == "true"
        return int(said) if re.fullmatch(r"-?\d+", said) else said

    def _spread(self, found: Field) -> Field:
        if found.on == "?":
            if found.name not in self.fragments:
                raise GraphqlError(f"Fragment {found.name} was used, but not defined", code="useAndDefineFragment")
            found = self.fragments[found.name]
        return Field(
            found.name, found.alias, found.arguments, [self._spread(each) for each in found.selected], found.on
        )

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise GraphqlError("syntax error, unexpected end of file", code="syntaxError")
        self.at += 1
        return token

    def _expect(self, wanted: str) -> None:
        token = self._next()
        if token != wanted:
            raise GraphqlError(f"syntax error, unexpected {token}, expecting {wanted}", code="syntaxError")


def _tokens(document: str) -> Iterator[str]:
    at = 0
    while at < len(document):
        match = _TOKEN.match(document, at)
        if match is None:
            raise GraphqlError(f"syntax error, unexpected {document[at]!r}", code="syntaxError")
        at = match.end()
        if match[1]:
            yield match[1]
