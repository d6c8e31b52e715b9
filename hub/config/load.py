"""A configuration file to settings, or to all of its problems at once."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .checks import cross_checks
from .document import Document, Key
from .fit import Fitter
from .plugin_options import INSTANCE_TYPES, PluginConfigs, options_of
from .problems import ConfigProblems, Problem
from .redaction import without_secrets
from .reference import Reference
from .resolve import Resolver
from .settings import Settings
from .shape import field_at, fields_of
from .translate import translated
from .yaml_text import MAX_BYTES, read_yaml

Tree = dict[str, Any]


def load(
    path: Path,
    *,
    plugins: PluginConfigs | None = None,
    environ: Mapping[str, str] | None = None,
    all_installed: bool = False,
) -> Settings:
    """Read a configuration file.

    Args:
        path: the YAML file; `.env` beside it is read too, and relative paths in it start at its folder.
        plugins: the installed plugins' configuration classes, to have their keys judged in the same go.
        environ: the environment variables; those of the process if left out.
        all_installed: a source or notifier whose plugin is not installed is a problem too; else it is left out.

    Raises:
        ConfigProblems: everything that is wrong with it, at once.
    """
    path = Path(path).absolute()
    reading = read_yaml(_text(path))
    resolver = Resolver(path.parent, os.environ if environ is None else environ)
    tree = resolver.resolve(reading.tree)
    loader = _Loader(
        Document(path, tree if isinstance(tree, dict) else {}, reading.lines),
        plugins,
        resolver.unusable | reading.unusable,
        reading.problems,
        all_installed=all_installed,
    )
    loader.problems += [loader.explained(problem) for problem in resolver.problems]
    return loader.settings()


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        message = "there is no such file" if missing else f"the file cannot be read: {error.strerror}"
        hint = "`hub init` writes one" if missing else ""
        raise ConfigProblems(path, [Problem((), message, hint, (str(path),))]) from None
    if len(content) > MAX_BYTES:
        raise ConfigProblems(path, [Problem((), f"the file is larger than {MAX_BYTES // 1000} kB")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigProblems(path, [Problem((), "the file is not UTF-8 text", "save it as UTF-8", line=line)]) from None


@dataclass(slots=True)
class _Loader:
    document: Document
    plugins: PluginConfigs | None
    unusable: set[Key]
    problems: list[Problem]
    all_installed: bool = False
    secrets: set[str] = field(default_factory=set, repr=False)

    def settings(self) -> Settings:
        fitter = Fitter(self.document.path.parent)
        fitted = fitter.fit(_core_keys(self.document.tree), Settings, ())
        _add_options(fitted, self.document.tree)
        self.unusable |= fitter.unusable
        self.secrets |= fitter.secrets
        self.problems += fitter.problems
        settings = self._validated(fitted)
        self._check_plugins(fitted)
        self.problems += cross_checks(fitted)
        if self.problems or settings is None:
            # `from None` and no local values: pydantic's error quotes what was refused.
            raise ConfigProblems(self.document.path, self._presentable()) from None
        return settings

    def _validated(self, fitted: Tree) -> Settings | None:
        try:
            return Settings.model_validate(fitted, context=self.document)
        except ValidationError as error:
            self._add(translated(error, Settings, fitted))
            return None

    def _check_plugins(self, fitted: Tree) -> None:
        if self.plugins is not None:
            found = options_of(fitted, self.plugins, self.document)
            self._add(found.problems + (found.absent if self.all_installed else ()))

    def _add(self, problems: list[Problem] | tuple[Problem, ...]) -> None:
        # A value that is missing already has its problem; what follows from it is noise.
        self.problems += [p for p in problems if not any(_one_inside_other(p.key, bad) for bad in self.unusable)]

    def _presentable(self) -> Iterator[Problem]:
        secrets = self.secrets | set(_contents(self.document.tree))
        for problem in self.problems:
            message, hint = (without_secrets(text, secrets) for text in (problem.message, problem.hint))
            yield replace(problem, message=message, hint=hint).located(self.document)

    def explained(self, problem: Problem) -> Problem:
        """The problem with its field's description as the hint, which often says where a key is found."""
        if problem.hint:
            return problem
        info = field_at(Settings, problem.key) or self._plugin_field(problem.key)
        return replace(problem, hint=(info.description or "") if info else "")

    def _plugin_field(self, key: Key) -> Any:
        if self.plugins is None or len(key) < 3 or key[0] not in INSTANCE_TYPES:
            return None
        kind, name, *inner = key
        section: Any = self.document.tree.get(str(kind))
        config_type = self.plugins.of(kind).get(str(section[name].get("use")))  # type: ignore[arg-type]
        return field_at(config_type, tuple(inner)) if config_type else None


def _one_inside_other(one: Key, other: Key) -> bool:
    shared = min(len(one), len(other))
    return shared > 0 and one[:shared] == other[:shared]


def _instances(tree: Tree) -> Iterator[tuple[str, str, Tree]]:
    for kind in INSTANCE_TYPES:
        section = tree.get(kind)
        for name, instance in section.items() if isinstance(section, dict) else ():
            if isinstance(instance, dict):
                yield kind, name, instance


def _core_keys(tree: Tree) -> Tree:
    """The tree without the plugins' own keys."""
    core = {
        key: dict(value) if key in INSTANCE_TYPES and isinstance(value, dict) else value for key, value in tree.items()
    }
    for kind, name, instance in _instances(tree):
        core[kind][name] = {key: value for key, value in instance.items() if key in _core_of(kind)}
    return core


def _add_options(fitted: Tree, tree: Tree) -> None:
    """Put the plugins' own keys into `options` as they are: only their configuration class knows how to read them."""
    for kind, name, instance in _instances(tree):
        fitted[kind][name]["options"] = {key: value for key, value in instance.items() if key not in _core_of(kind)}


def _core_of(kind: str) -> set[str]:
    return set(fields_of(INSTANCE_TYPES[kind])) - {"options"}  # type: ignore[index]


def _contents(tree: Any) -> Iterator[str]:
    if isinstance(tree, Reference):
        yield tree.content.get_secret_value().decode("utf-8", "replace").strip()
    elif isinstance(tree, dict | list):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _contents(item)
