"""Texts of the file become what their field asks for; pydantic then judges them."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import SecretBytes
from pydantic.fields import FieldInfo

from .document import Key
from .problems import Problem, UnusableError
from .reference import Reference
from .shape import fields_of, held_by, is_secret, literals, members, section_of
from .yaml_text import Plain

# A leading zero is a code, not a number.
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")
_BOOLEANS = {"true": True, "false": False}


def path_from(folder: Path, text: str) -> Path:
    """A path of the file: `~` is the user's home, a relative one starts at the folder."""
    try:
        return folder / Path(text).expanduser()
    except RuntimeError:  # there is no such home
        return folder / text


@dataclass(slots=True)
class Fitter:
    """Fits one tree; relative paths start at `folder`."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    unusable: set[Key] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set, repr=False)

    def fit(self, value: Any, annotation: Any, key: Key) -> Any:
        """The value as plain Python, without `Plain` and `Reference`; None if it cannot be used."""
        try:
            return self._fitted(value, annotation, key)
        except UnusableError as error:
            self.problems.append(error.problem)
            self.unusable.add(key)
            return None

    def _fitted(self, value: Any, annotation: Any, key: Key) -> Any:
        if value is None:
            return _nothing(annotation)
        if isinstance(value, dict):
            section = section_of(annotation)
            known = fields_of(section) if section else {}
            inner = held_by(annotation)
            return self._default_paths(known, value) | {
                name: self.fit(item, known[name].annotation if name in known else inner, (*key, name))
                for name, item in value.items()
            }
        if isinstance(value, list):
            inner = held_by(annotation)
            return [self.fit(item, inner, (*key, index)) for index, item in enumerate(value)]
        if isinstance(value, Reference):
            return self._content(value, annotation, key)
        if isinstance(value, str) and _wants_bytes(annotation):
            raise _refused(key, "is the content of a file", "write {$file: path}")
        if isinstance(value, str) and is_secret(annotation):
            self.secrets.add(str(value))
        return self._leaf(value, annotation) if isinstance(value, str) else value

    def _default_paths(self, known: Mapping[str, FieldInfo], given: Mapping[str, Any]) -> dict[str, Path]:
        # A default is as relative as what is written, and must not depend on where the hub was started.
        defaults = ((name, info.default) for name, info in known.items() if name not in given)
        return {name: path_from(self.folder, str(path)) for name, path in defaults if isinstance(path, Path)}

    def _content(self, reference: Reference, annotation: Any, key: Key) -> Any:
        content = reference.content.get_secret_value()
        if _wants_bytes(annotation):
            return self._from_base64(reference, content, key) if reference.kind == "env" else content
        try:
            text = content.decode("utf-8-sig").strip("\r\n")
        except UnicodeDecodeError:
            raise _refused(key, f"the content of {reference} is not UTF-8 text", "is it the right file?") from None
        self.secrets.add(text)
        return self._leaf(Plain(text), annotation)

    def _from_base64(self, reference: Reference, content: bytes, key: Key) -> Any:
        try:
            return base64.b64decode(b"".join(content.split()), validate=True)
        except binascii.Error:
            hint = "a file in an environment variable is written in base64; or write {$file: path}"
            raise _refused(key, f"the content of {reference} is not base64", hint) from None

    def _leaf(self, text: str, annotation: Any) -> Any:
        wanted = members(annotation)
        for word in literals(annotation):
            if text == str(word):
                return word
        if any(isinstance(member, type) and issubclass(member, Path) for member in wanted):
            return path_from(self.folder, text)
        if isinstance(text, Plain) and str not in wanted:
            return _plain_value(text, wanted)
        return str(text)


def _refused(key: Key, message: str, hint: str) -> UnusableError:
    return UnusableError(Problem(key, message, hint))


def _nothing(annotation: Any) -> Any:
    """A section whose every line is commented out is an empty section; any other empty value stays None."""
    if type(None) in get_args(annotation):
        return None
    holds_keys = section_of(annotation) or any(get_origin(member) is dict for member in members(annotation))
    return {} if holds_keys else None


def _wants_bytes(annotation: Any) -> bool:
    wanted = members(annotation)
    return (bytes in wanted or SecretBytes in wanted) and str not in wanted


def _plain_value(text: str, wanted: tuple[Any, ...]) -> Any:
    anything = Any in wanted or object in wanted
    if (bool in wanted or anything) and text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    if (int in wanted or anything) and _WHOLE.fullmatch(text):
        return int(text)
    if anything and _DECIMAL.fullmatch(text):
        return Decimal(text)
    return str(text)
