"""Pydantic's errors in plain words, at their line, without the refused value."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .document import Key
from .problems import Problem
from .shape import annotation_at, field_at, fields_of, literals, section_of
from .suggest import closest, did_you_mean

_PLAIN_WORDS = {
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "decimal_parsing": "must be a number",
    "decimal_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be a text",
    "bytes_type": "must be the content of a file: {$file: path}",
    "list_type": "must be a list: one item per line, each after `- `",
    "tuple_type": "must be a list: one item per line, each after `- `",
    "set_type": "must be a list: one item per line, each after `- `",
    "dict_type": "must be a section: `key: value` lines, indented",
    "model_type": "must be a section: `key: value` lines, indented",
    "model_attributes_type": "must be a section: `key: value` lines, indented",
    "mapping_type": "must be a section: `key: value` lines, indented",
    "string_pattern_mismatch": "does not have the expected form",
}
_WITH_LIMIT = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "is shorter than {min_length} characters",
    "decimal_max_digits": "has more than {max_digits} digits",
    "decimal_max_places": "has more than {decimal_places} decimals",
}
_EMPTY = {"string_too_short", "bytes_too_short", "too_short"}


def translated(error: ValidationError, model: type[BaseModel], tree: Any) -> list[Problem]:
    """The errors of validating `tree` as `model`, one problem for each place."""
    found: dict[Key, Problem] = {}
    details = error.errors(include_url=False, include_input=False)
    unknown = {_placed(detail["loc"], tree)[0] for detail in details if detail["type"] == "extra_forbidden"}
    for detail in details:
        problem = _problem(detail, model, tree, unknown)
        if problem is None:
            continue
        earlier = found.get(problem.key)
        found[problem.key] = _either(earlier, problem) if earlier else problem
    return list(found.values())


def _either(one: Problem, other: Problem) -> Problem:
    # The members of a union complain one by one about the same value.
    if other.message in one.message:
        return one
    return Problem(one.key, f"{one.message}, or {other.message}", one.hint or other.hint)


def _problem(detail: ErrorDetails, model: type[BaseModel], tree: Any, unknown: set[Key]) -> Problem | None:
    key, section = _placed(detail["loc"], tree)
    if detail["type"] == "extra_forbidden":
        return _unknown(key, model)
    if detail["type"] == "missing":
        return _missing((*key, str(detail["loc"][-1])), model, section, unknown)
    info = field_at(model, key)
    own_hint = (detail.get("ctx") or {}).get("hint", "")
    hint = str(own_hint) or (info.description or "" if info else "")
    if detail["type"] == "hub_config":
        return Problem(key, detail["msg"], str(own_hint))
    return Problem(key, _message(detail, key, model, tree), hint)


def _message(detail: ErrorDetails, key: Key, model: type[BaseModel], tree: Any) -> str:
    kind, context = detail["type"], detail.get("ctx") or {}
    value = _at(tree, key)
    if value is None or (kind in _EMPTY and not value):
        return "is empty; write a value or remove the line"
    if kind == "literal_error":
        written = key[-1] if detail["loc"][-1] == "[key]" else value
        return _one_of(key, model, written, str(context.get("expected", "")))
    if kind in _WITH_LIMIT:
        return _WITH_LIMIT[kind].format(**context)
    return _PLAIN_WORDS.get(kind) or _sentence(detail["msg"])


def _one_of(key: Key, model: type[BaseModel], value: object, expected: str) -> str:
    info = field_at(model, key)
    words = [str(word) for word in literals(info.annotation)] if info else []
    words = words or re.findall(r"'([^']*)'", expected)
    return f"must be {_alternatives(words)}{did_you_mean(str(value), words)}"


def _alternatives(words: list[str]) -> str:
    quoted = [f"`{word}`" for word in words]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]


def _sentence(message: str) -> str:
    bare = re.sub(r"^(Value error, |Assertion failed, |Input )", "", message)
    return bare[:1].lower() + bare[1:]


def _unknown(key: Key, model: type[BaseModel]) -> Problem:
    known = _siblings(key, model)
    word = str(key[-1])
    hint = "" if closest(word, known) else f"known here: {', '.join(sorted(known))}"
    return Problem(key, f"is not a known key{did_you_mean(word, known)}", hint)


def _missing(key: Key, model: type[BaseModel], section: Any, unknown: set[Key]) -> Problem | None:
    known = _siblings(key, model)
    slips = [word for word in _words(section) if word not in known and closest(word, known) == key[-1]]
    if any((*key[:-1], slip) in unknown for slip in slips):
        return None  # the unknown key is a problem of its own, with this one as its suggestion
    info = field_at(model, key)
    meant = f"; is `{slips[0]}` meant?" if slips else ""
    return Problem(key, f"is missing{meant}", (info.description or "") if info else "")


def _words(section: Any) -> list[str]:
    """The keys of a section; those that a plugin still has to judge wait in `options`."""
    if not isinstance(section, dict):
        return []
    plugins_own = section.get("options")
    return [*section, *(plugins_own if isinstance(plugins_own, dict) else ())]


def _siblings(key: Key, model: type[BaseModel]) -> Iterable[str]:
    section = section_of(annotation_at(model, key[:-1]))
    return fields_of(section) if section else ()


def _placed(loc: tuple[int | str, ...], tree: Any) -> tuple[Key, Any]:
    """The part of a location that exists in the tree, without pydantic's notes, and what stands there."""
    key: list[int | str] = []
    value = tree
    for part in loc:
        if isinstance(value, dict) and part in value:
            value = value[str(part)]
        elif isinstance(value, list | tuple) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            continue
        key.append(part)
    return tuple(key), value


def _at(tree: Any, key: Key) -> Any:
    return _placed(key, tree)[1]
