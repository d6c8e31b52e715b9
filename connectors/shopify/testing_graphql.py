"""Enough of GraphQL for a fake: selections are held against a schema, priced, and answered from plain dicts."""

import base64
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .testing_parser import Field, GraphqlError, Json, Variable

Schema = Mapping[str, Mapping[str, str]]
"""Type -> field -> type of the field; `XConnection` pages through X, and what is no key of the schema is a scalar."""

MONEY = frozenset({"MoneyBag", "MoneyV2"})


@dataclass
class Execution:
    """One document over one schema."""

    schema: Schema
    variables: Mapping[str, Any]
    allowed: Callable[[str, str], None] = lambda _type, _field: None
    objects: int = 0

    def checked(self, selected: list[Field], kind: str) -> int:
        """The cost that could come of it, as the fake reckons: an object 1, a page of n things about 1.5 √n of them.

        Raises:
            GraphqlError: a field or an argument that the schema does not have.
        """
        return sum(self._checked(each, kind) for each in selected)

    def _checked(self, found: Field, kind: str) -> int:
        if found.on:
            return self.checked(found.selected, found.on)
        if found.name == "__typename":
            return 0
        told = self._type_of(kind).get(found.name)
        if told is None:
            raise GraphqlError(f"Field '{found.name}' doesn't exist on type '{kind}'", code="undefinedField")
        inner, _, arguments = told.partition("(")
        for name in found.arguments:
            if name not in arguments.rstrip(")").split():
                raise GraphqlError(f"Field '{found.name}' doesn't accept argument '{name}'", code="argumentNotAccepted")
        if inner in self.schema or inner.endswith("Connection"):
            if not found.selected:
                raise GraphqlError(f"Field must have selections (field '{found.name}')", code="selectionMismatch")
            return self._priced(found, inner)
        if found.selected:
            raise GraphqlError(f"Selections can't be made on scalars (field '{found.name}')", code="selectionMismatch")
        return 0

    def _priced(self, found: Field, inner: str) -> int:
        below = self.checked(found.selected, inner)
        if inner.endswith("Connection"):
            return 2 + math.ceil(1.5 * math.sqrt(self._first(found))) * max(1, below)
        return below + (inner not in MONEY)

    def _first(self, found: Field) -> int:
        first = self._argument(found, "first")
        if not isinstance(first, int) or not 1 <= first <= 250:
            raise GraphqlError(f"you must provide first between 1 and 250 ({found.name})", code="BAD_REQUEST")
        return first

    def _argument(self, found: Field, name: str) -> Any:
        value = found.arguments.get(name)
        return self.variables.get(value.name) if isinstance(value, Variable) else value

    def _type_of(self, kind: str) -> Mapping[str, str]:
        if kind.endswith("Connection"):
            return {"nodes": kind.removesuffix("Connection"), "pageInfo": "PageInfo"}
        return self.schema[kind]

    def answered(self, selected: list[Field], kind: str, source: Any) -> Json:
        """The selected fields of an object. A callable in it is called with the arguments."""
        told: Json = {}
        for found in selected:
            if found.on:
                if found.on == kind or found.on == source.get("__typename"):
                    told |= self.answered(found.selected, found.on, source)
            elif found.name == "__typename":
                told[found.alias] = source.get("__typename", kind)
            else:
                told[found.alias] = self._resolved(found, kind, source)
        return told

    def _resolved(self, found: Field, kind: str, source: Mapping[str, Any]) -> Any:
        self.allowed(kind, found.name)
        inner = self._type_of(kind)[found.name].partition("(")[0]
        value = source[found.name]
        if callable(value):
            value = value(**{name: self._argument(found, name) for name in found.arguments})
        if inner.endswith("Connection"):
            return self._paged(found, inner, value)
        return self._shaped(found, inner, value)

    def _shaped(self, found: Field, inner: str, value: Any) -> Any:
        if value is None or inner not in self.schema:
            return value
        if isinstance(value, list):
            return [self._shaped(found, inner, each) for each in value]
        self.objects += inner not in MONEY
        return self.answered(found.selected, inner, value)

    def _paged(self, found: Field, inner: str, values: list[Any]) -> Json:
        after, first = self._argument(found, "after"), self._first(found)
        start = _position(values, after) if after else 0
        page = values[start : start + first]
        more = {"hasNextPage": start + first < len(values), "endCursor": cursor(page[-1]) if page else None}
        return self.answered(found.selected, inner, {"nodes": page, "pageInfo": more})


def cursor(node: Mapping[str, Any]) -> str:
    """An opaque place in a list."""
    return base64.urlsafe_b64encode(str(node["id"]).encode()).decode()


def _position(values: list[Any], after: str) -> int:
    places = [cursor(value) for value in values]
    if after not in places:
        raise GraphqlError("Invalid cursor for current pagination sort.", code="BAD_REQUEST")
    return places.index(after) + 1
