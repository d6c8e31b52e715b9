"""The settings in force, without secrets, and where each value came from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from .document import Document, Key, dotted
from .durations import duration_words
from .plugin_options import INSTANCE_TYPES, PluginConfigs, read_options
from .redaction import without_password
from .reference import Reference
from .settings import Settings
from .shape import fields_of, is_secret

HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Shown:
    """One value. `origin` is `default`, `line 12`, `env NAME (line 12)`, `file path (line 12)` or `code`."""

    path: str
    value: str
    origin: str


def shown(settings: Settings, plugins: PluginConfigs | None = None) -> tuple[Shown, ...]:
    """Every value in force. The values of a plugin that is not in `plugins` are all hidden."""
    typed = read_options(settings, plugins or PluginConfigs())
    options = {
        (str(kind), str(name)): config for kind in INSTANCE_TYPES for name, config in getattr(typed, kind).items()
    }
    return tuple(_Show(settings.document, options).section(settings, ()))


def show(settings: Settings, plugins: PluginConfigs | None = None) -> str:
    """The same as aligned text."""
    rows = shown(settings, plugins)
    path_width = max(len(row.path) for row in rows)
    origin_width = max(len(row.origin) for row in rows)
    return "\n".join(f"{row.path:<{path_width}}  {row.origin:<{origin_width}}  {row.value}" for row in rows)


@dataclass(frozen=True, slots=True)
class _Show:
    document: Document | None
    options: Mapping[tuple[str, str], BaseModel]

    def section(self, section: BaseModel, key: Key) -> Iterator[Shown]:
        for word, (name, info) in zip(fields_of(type(section)), type(section).model_fields.items(), strict=True):
            if name == "options" and len(key) == 2 and key[0] in INSTANCE_TYPES:
                yield from self._options(getattr(section, name), key)
            else:
                yield from self._value(getattr(section, name), (*key, word), secret=is_secret(info.annotation))

    def _options(self, options: Mapping[str, Any], key: Key) -> Iterator[Shown]:
        config = self.options.get((str(key[0]), str(key[1])))
        if config is None:
            yield from (Shown(dotted((*key, name)), HIDDEN, self._origin((*key, name))) for name in options)
            return
        # `environment` belongs to the instance, which has shown it.
        yield from (row for row in self.section(config, key) if row.path != dotted((*key, "environment")))

    def _value(self, value: Any, key: Key, *, secret: bool) -> Iterator[Shown]:
        if isinstance(value, BaseModel):
            yield from self.section(value, key)
        elif isinstance(value, dict) and value and not secret:
            for name, item in value.items():
                yield from self._value(item, (*key, name), secret=False)
        elif isinstance(value, tuple | list) and value and isinstance(value[0], BaseModel):
            for index, item in enumerate(value):
                yield from self._value(item, (*key, index), secret=False)
        else:
            hidden = value is not None and (secret or isinstance(self._written(key), Reference))
            yield Shown(dotted(key), HIDDEN if hidden else _text(value), self._origin(key))

    def _origin(self, key: Key) -> str:
        if self.document is None:
            return "code"
        if key not in self.document.lines:
            return "default"
        line = f"line {self.document.lines[key]}"
        written = self._written(key)
        return f"{written} ({line})" if isinstance(written, Reference) else line

    def _written(self, key: Key) -> Any:
        value: Any = self.document.tree if self.document else None
        for part in key:
            if isinstance(value, dict):
                value = value.get(str(part))
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
        return value


def _text(value: Any) -> str:
    if value is None or value in ("", {}):
        return "-"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, timedelta):
        return duration_words(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return ", ".join(_text(item) for item in value) or "-"
    return without_password(str(value))
