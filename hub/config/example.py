"""A configuration file that explains itself, made from the settings and the plugins' configuration classes.

A line `# words` explains, a line `#key: value` may be switched on by removing the `#`.
"""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, SecretBytes
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from hub.plugin import Config

from .durations import duration_words
from .plugin_options import INSTANCE_TYPES, Kind, PluginConfigs
from .settings import Settings
from .shape import fields_of, held_by, is_secret, literals, members, section_of

_HEADER = """\
# Autofactura Hub. Copy this file to config.yaml and change what is yours.
# `#key: value` is a default or an example: remove the # to use it. `hub check` tells what is wrong, with the line.
# Any value may be {$env: NAME} (environment, or .env beside this file) or {$file: path} (from this file's folder)."""
_ISSUER = "tienda"
_PAC = "principal"


def example(plugins: PluginConfigs) -> str:
    """The text of an example file; the first plugin of each kind is switched on, the others are commented out."""
    return "\n".join([_HEADER, *_settings(plugins)]) + "\n"


def _settings(plugins: PluginConfigs) -> Iterator[str]:
    for name, info in Settings.model_fields.items():
        yield ""
        yield from _prose(info.description or "", 0)
        if name == "issuers":
            yield from (f"{name}:", f"  {_ISSUER}:", *_Section("").lines(held_by(info.annotation), 2))
        elif name in INSTANCE_TYPES:
            yield from _instances(name, plugins)  # type: ignore[arg-type]
        elif section := section_of(info.annotation):
            yield from (f"{name}:", *_Section("").lines(section, 1))
        else:
            yield f"{name}: {_inline(_value(info, name, ''))}"


def _instances(kind: Kind, plugins: PluginConfigs) -> Iterator[str]:
    yield f"{kind}:"
    # The embedded sandbox and a folder of files come first: a first run needs no account.
    ordered = sorted(plugins.of(kind).items(), key=lambda plugin: plugin[0] not in {"sandbox", "files"})
    for index, (use, config_type) in enumerate(ordered):
        off = "#" if index else ""
        name = _PAC if kind == "pacs" and not index else use.replace("_", "-")
        if about := (config_type.__doc__ or "").strip().split("\n")[0]:
            yield from _prose(about, 1)
        yield f"  {off}{name}:"
        yield from _Section(use, off).lines(INSTANCE_TYPES[kind], 2, {"use": use, "issuer": _ISSUER})
        yield from _Section(use, off).lines(_own(config_type, kind), 2)


def _own(config_type: type[Config], kind: Kind) -> Mapping[str, FieldInfo]:
    core = fields_of(INSTANCE_TYPES[kind])
    return {name: info for name, info in fields_of(config_type).items() if name not in core}


@dataclass(frozen=True, slots=True)
class _Section:
    """Writes the lines of a section. `use` names its environment variables; `off` is `#` if all of it is off."""

    use: str
    off: str = ""

    def lines(
        self, section: type[BaseModel] | Mapping[str, FieldInfo], depth: int, given: Mapping[str, str] | None = None
    ) -> Iterator[str]:
        fields = section if isinstance(section, Mapping) else fields_of(section)
        for name, info in fields.items():
            if name != "options":
                yield from _prose(info.description or "", depth)
                yield from self._entry(name, info, depth, (given or {}).get(name))

    def _entry(self, name: str, info: FieldInfo, depth: int, given: str | None) -> Iterator[str]:
        inner = section_of(info.annotation)
        if inner and type(None) not in getattr(info.annotation, "__args__", ()):
            yield f"{'  ' * depth}{self.off}{name}:"
            yield from self.lines(inner, depth + 1)
            return
        if item := section_of(held_by(info.annotation)):
            for key, part in fields_of(item).items():
                yield from _prose(f"- {key}: {part.description}", depth)
        needed = given is not None or info.is_required()
        value = _inline(given or _value(info, name, self.use))
        yield f"{'  ' * depth}{self.off if needed else '#'}{name}: {value}".rstrip()


def _prose(text: str, depth: int) -> list[str]:
    margin = "  " * depth + "# "
    return textwrap.wrap(text, 110, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)


def _value(info: FieldInfo, name: str, use: str) -> Any:
    default = info.get_default(call_default_factory=True) if not info.is_required() else None
    if default not in (None, "", (), {}, [], PydanticUndefined):
        return _plain(default)
    return info.examples[0] if info.examples else _by_type(info, name, use)


def _by_type(info: FieldInfo, name: str, use: str) -> Any:
    annotation = info.annotation
    wanted = members(annotation)
    if bytes in wanted or SecretBytes in wanted:
        return {"$file": f"secrets/{name}"}
    if is_secret(annotation):
        secret = {"$env": f"{use}_{name}".upper().replace("-", "_")}
        return secret if held_by(annotation) is Any else [secret]
    if words := literals(annotation):
        return words[0]
    return next(
        (value for kind, value in _SAMPLES.items() if _is_a(kind, wanted)), "..." if info.is_required() else None
    )


_SAMPLES: Mapping[type, Any] = {bool: True, int: 1, Mapping: {}, list: [], tuple: [], Path: "folder"}


def _is_a(kind: type, wanted: tuple[Any, ...]) -> bool:
    origins = [getattr(member, "__origin__", member) for member in wanted]
    return any(isinstance(origin, type) and issubclass(origin, kind) for origin in origins)


def _plain(value: Any) -> Any:
    """A default as the file writes it."""
    if isinstance(value, timedelta):
        return duration_words(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(mode="json", exclude_defaults=True))
    return value if isinstance(value, bool | int | float | str) else str(value)


def _inline(value: Any) -> str:
    if value is None:
        return ""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")
