"""What a model expects at a place: the fields of a section, the members of a union, what a dict or list holds."""

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from .document import Key

SECRETS = (SecretStr, SecretBytes)


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a section by the word that the file uses for them."""
    named = {}
    for name, info in model.model_fields.items():
        alias = info.validation_alias if isinstance(info.validation_alias, str) else info.alias
        named[alias or name] = info
    return named


def members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a type, without None, `Annotated` and aliases."""
    while get_origin(annotation) is Annotated or isinstance(annotation, TypeAliasType):
        annotation = annotation.__value__ if isinstance(annotation, TypeAliasType) else get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        return tuple(member for part in get_args(annotation) for member in members(part))
    return () if annotation is type(None) else (annotation,)


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The section type among the alternatives, if there is one."""
    return next((m for m in members(annotation) if isinstance(m, type) and issubclass(m, BaseModel)), None)


def held_by(annotation: Any) -> Any:
    """What a dict's values or a list's items are; Any if the type does not say."""
    for member in members(annotation):
        origin, arguments = get_origin(member), get_args(member)
        if not isinstance(origin, type) or not arguments:
            continue
        if issubclass(origin, Mapping):
            return arguments[1]
        if issubclass(origin, Sequence | set | frozenset):
            return arguments[0]
    return Any


def literals(annotation: Any) -> tuple[Any, ...]:
    """The allowed words of `Literal` alternatives."""
    return tuple(word for m in members(annotation) if get_origin(m) is Literal for word in get_args(m))


def is_secret(annotation: Any) -> bool:
    """True if a value of this type must never be shown, by itself or inside a list or dict."""
    inner = held_by(annotation)
    return any(m in SECRETS for m in members(annotation)) or (inner is not Any and is_secret(inner))


def field_at(model: type[BaseModel], key: Key) -> FieldInfo | None:
    """The field that describes a place: the field itself, or the one whose list or dict holds it."""
    found: FieldInfo | None = None
    annotation: Any = model
    for part in key:
        section = section_of(annotation)
        if section is None:
            annotation = held_by(annotation)
            continue
        found = fields_of(section).get(str(part))
        if found is None:
            return None
        annotation = found.annotation
    return found


def annotation_at(model: type[BaseModel], key: Key) -> Any:
    """The type that is expected at a place; Any if nothing is."""
    annotation: Any = model
    for part in key:
        section = section_of(annotation)
        known = fields_of(section) if section else {}
        annotation = known[str(part)].annotation if str(part) in known else held_by(annotation)
    return annotation
