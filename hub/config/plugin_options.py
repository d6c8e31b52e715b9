"""The plugins' own keys, judged by the plugins' configuration classes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import ValidationError

from hub.plugin import Config

from .document import Document, Key
from .fit import Fitter
from .instances import Instance, NotifierInstance, PacInstance, SourceInstance
from .problems import ConfigProblems, Problem
from .redaction import without_secrets
from .settings import Settings
from .shape import fields_of
from .suggest import did_you_mean
from .translate import translated

Kind = Literal["pacs", "sources", "notifiers"]
KINDS: tuple[Kind, ...] = get_args(Kind)
INSTANCE_TYPES: Mapping[Kind, type[Instance]] = {
    "pacs": PacInstance,
    "sources": SourceInstance,
    "notifiers": NotifierInstance,
}


@dataclass(frozen=True, slots=True)
class PluginConfigs:
    """The configuration class of every installed plugin, by the name that `use:` says.

    `refused` are names of installed plugins that were not loaded. A source or notifier of such a name, or of one
    that is not installed, is left out, so that the others run; a PAC is a problem, because the issuer's documents
    wait for it.
    """

    pacs: Mapping[str, type[Config]] = field(default_factory=dict)
    sources: Mapping[str, type[Config]] = field(default_factory=dict)
    notifiers: Mapping[str, type[Config]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

    def of(self, kind: Kind) -> Mapping[str, type[Config]]:
        """Those of one kind."""
        found: Mapping[str, type[Config]] = getattr(self, kind)
        return found


@dataclass(frozen=True, slots=True)
class PluginOptions:
    """The typed configuration of every instance that has one, by the instance's name; and what is wrong."""

    pacs: Mapping[str, Config] = field(default_factory=dict)
    sources: Mapping[str, Config] = field(default_factory=dict)
    notifiers: Mapping[str, Config] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    absent: tuple[Problem, ...] = ()
    """Sources and notifiers that are left out because no plugin of that name is installed."""


def check_options(settings: Settings, plugins: PluginConfigs) -> PluginOptions:
    """The typed configuration of every instance.

    Raises:
        ConfigProblems: all that is wrong with the plugins' keys, at their lines.
    """
    found = read_options(settings, plugins)
    if found.problems:
        path = settings.document.path if settings.document else Path("settings")
        raise ConfigProblems(path, found.problems)
    return found


def read_options(settings: Settings, plugins: PluginConfigs) -> PluginOptions:
    """Like `check_options`, but an instance with problems is left out, so that the others can run."""
    document = settings.document or Document(Path("settings"))
    sections = {kind: _split(getattr(settings, kind)) for kind in KINDS}
    return options_of(sections, plugins, document)


def _split(instances: Mapping[str, Instance]) -> dict[str, dict[str, Any]]:
    core = {"use", "environment"}
    return {name: {**i.model_dump(include=core), "options": i.options} for name, i in instances.items()}


def options_of(sections: Mapping[Any, Any], plugins: PluginConfigs, document: Document) -> PluginOptions:
    """The typed configuration of instances that are split into core keys and `options`."""
    typed: dict[str, dict[str, Config]] = {kind: {} for kind in KINDS}
    problems: list[Problem] = []
    absent: list[Problem] = []
    for kind, name, instance in _instances(sections):
        installed, use = plugins.of(kind), instance["use"]
        if use not in installed:
            missing = [] if kind != "pacs" and use in plugins.refused else [_not_installed(kind, name, use, installed)]
            (problems if kind == "pacs" else absent).extend(missing)
            continue
        result = _config_of(kind, name, instance, installed[use], document)
        if isinstance(result, Config):
            typed[kind][name] = result
        else:
            problems += result
    return PluginOptions(**typed, problems=_located(problems, document), absent=_located(absent, document))


def _located(problems: Iterable[Problem], document: Document) -> tuple[Problem, ...]:
    return tuple(problem.located(document) for problem in problems)


def _instances(sections: Mapping[Any, Any]) -> Iterator[tuple[Kind, str, Mapping[str, Any]]]:
    for kind in KINDS:
        section = sections.get(kind)
        for name, instance in section.items() if isinstance(section, dict) else ():
            if isinstance(instance, dict) and isinstance(instance.get("use"), str):
                yield kind, name, instance


def _config_of(
    kind: Kind, name: str, instance: Mapping[str, Any], config_type: type[Config], document: Document
) -> Config | list[Problem]:
    options = dict(instance.get("options") or {})
    if kind == "pacs" and "environment" in instance and "environment" in config_type.model_fields:
        options["environment"] = instance["environment"]
    return _typed(options, config_type, (kind, name), document)


def _not_installed(kind: Kind, name: str, use: str, installed: Mapping[str, type[Config]]) -> Problem:
    meant = did_you_mean(use, installed)
    hint = "`hub plugins list` shows what is installed; a missing one is installed with pip"
    return Problem((kind, name, "use"), f"there is no {kind.removesuffix('s')} plugin called `{use}`{meant}", hint)


def _typed(options: dict[str, Any], config_type: type[Config], key: Key, document: Document) -> Config | list[Problem]:
    fitter = Fitter(document.path.parent)
    fitted = fitter.fit(options, config_type, ())
    problems = list(fitter.problems)
    try:
        config = config_type.model_validate(fitted)
    except ValidationError as error:
        problems += [p for p in translated(error, config_type, fitted) if not _covered(p.key, fitter.unusable)]
    except Exception as error:
        problems.append(Problem((), f"the plugin cannot read its configuration: {type(error).__name__}"))
    else:
        if not problems:
            return config
    return [_placed(problem, key, config_type, fitter.secrets) for problem in problems]


def _covered(key: Key, unusable: set[Key]) -> bool:
    return any(key[: len(bad)] == bad for bad in unusable)


def _placed(problem: Problem, key: Key, config_type: type[Config], secrets: set[str]) -> Problem:
    message, hint = without_secrets(problem.message, secrets), without_secrets(problem.hint, secrets)
    if message == "is not a known key" and len(problem.key) == 1:
        core = fields_of(INSTANCE_TYPES[key[0]])  # type: ignore[index]
        known = {*core, *fields_of(config_type)} - {"options"}
        meant = did_you_mean(str(problem.key[0]), known)
        message, hint = message + meant, "" if meant else f"known here: {', '.join(sorted(known))}"
    return Problem((*key, *problem.key), message, hint)
