"""`{$env: X}`, `{$file: path}` and `{$secret: name}` become what they stand for, or a problem with its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretBytes

from .document import Key
from .dotenv import read_dotenv
from .fit import path_from
from .problems import Problem, UnusableError
from .reference import Reference
from .suggest import did_you_mean
from .vault import FILE, Vault, VaultError
from .vault_key import find_keys

MAX_FILE_BYTES = 5_000_000
_KINDS = ("$env", "$file", "$secret")
_FORMS = "write {$env: NAME}, {$file: path} or {$secret: name}"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHELL_STYLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(slots=True)
class Resolver:
    """Resolves the references of one file; collects problems and the keys that have no usable value."""

    folder: Path
    environ: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    unusable: set[Key] = field(default_factory=set)
    _dotenv: Mapping[str, str] | None = field(init=False)
    _vault: Vault | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Read `.env` once."""
        self._dotenv = read_dotenv(self.folder / ".env")

    def resolve(self, value: Any, key: Key = ()) -> Any:
        """The same tree with every reference resolved; what cannot be is None and in `unusable`."""
        try:
            return self._resolved(value, key)
        except UnusableError as error:
            self.problems.append(error.problem)
            self.unusable.add(key)
            return None

    def _resolved(self, value: Any, key: Key) -> Any:
        if isinstance(value, dict):
            if any(name.startswith("$") for name in value):
                return self._reference(value, key)
            return {name: self.resolve(item, (*key, name)) for name, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item, (*key, index)) for index, item in enumerate(value)]
        if isinstance(value, str) and (found := _SHELL_STYLE.fullmatch(value)):
            raise _refused(key, "is not filled in: only {$env: NAME} is", f"write {{$env: {found[1]}}}")
        return value

    def _reference(self, mapping: dict[str, Any], key: Key) -> Reference:
        kind, name = next(iter(mapping.items()))
        if kind.startswith(tuple(f"{form}:" for form in _KINDS)):
            raise _refused(key, "lacks a space after the colon", _FORMS)
        if len(mapping) != 1 or kind not in _KINDS:
            meant = did_you_mean(kind, _KINDS)
            raise _refused(key, f"is not a reference{meant}", f"{_FORMS}, nothing else")
        if not isinstance(name, str) or not name:
            raise _refused(key, f"has an empty {kind}", _FORMS)
        read = {"$env": self._env, "$file": self._file, "$secret": self._secret}[kind]
        return read(name, key)

    def _env(self, name: str, key: Key) -> Reference:
        if not _NAME.fullmatch(name):
            raise _refused(key, "has an $env that is not a variable name", "letters, digits and _ only")
        value = self.variables.get(name)
        looked = ("environment", str(self.folder / ".env") + ("" if self._dotenv is not None else " (not found)"))
        if value is None:
            raise _not_set(key, name, looked)
        if not value.strip():
            raise _refused(key, f"the environment variable {name} is empty", looked_in=looked)
        return Reference("env", name, SecretBytes(value.strip("\r\n").encode("utf-8", "surrogateescape")))

    def _file(self, name: str, key: Key) -> Reference:
        path = path_from(self.folder, name)
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise _refused(key, f"the file {name} is larger than {MAX_FILE_BYTES // 1_000_000} MB")
            content = path.read_bytes()
        except (OSError, ValueError) as error:
            raise _refused(key, f"the file {name} {_why(error)}", looked_in=(str(path),)) from None
        if not content:
            raise _refused(key, f"the file {name} is empty", looked_in=(str(path),))
        return Reference("file", name, SecretBytes(content))

    def _secret(self, name: str, key: Key) -> Reference:
        path = self.folder / FILE
        try:
            if self._vault is None:
                self._vault = Vault(path, find_keys(path, self.variables).keys)
            return Reference("secret", name, self._vault.get(name))
        except VaultError as error:
            raise _refused(key, f"the vault: {error.reason}", error.hint, looked_in=(str(path),)) from None

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment, and what `.env` adds to it."""
        return {**(self._dotenv or {}), **self.environ}


def _refused(key: Key, message: str, hint: str = "", looked_in: tuple[str, ...] = ()) -> UnusableError:
    return UnusableError(Problem(key, message, hint, looked_in))


def _not_set(key: Key, name: str, looked_in: tuple[str, ...]) -> UnusableError:
    if len(name) >= 16 and not name.isupper():
        hint = "{$env: NAME} takes the name of a variable; a key pasted here belongs into .env as NAME=key"
        return _refused(key, f"the environment variable {name[:4]}... is not set", hint, looked_in)
    return _refused(key, f"the environment variable {name} is not set", looked_in=looked_in)


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, IsADirectoryError):
        return "is a folder"
    return "may not be read by this user" if isinstance(error, PermissionError) else "cannot be read"
