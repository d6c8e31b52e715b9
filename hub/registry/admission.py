"""May this class join? Every refusal says which class, what is wrong and what to write instead."""

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

from hub.plugin import API, Capabilities, Config, ContractError, Notifier, PacConfig, PacProvider, Plugin, Source

KINDS: Mapping[str, tuple[str, type[Plugin[Any]]]] = {
    "hub_sources": ("source", Source),
    "hub_pac_providers": ("PAC provider", PacProvider),
    "hub_notifiers": ("notifier", Notifier),
}
_NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")


def candidates(hook: str, answer: object) -> list[Any]:
    """What a registration hook answered, one by one.

    Raises:
        ContractError: the answer is not a list.
    """
    if isinstance(answer, (str, bytes, type, Mapping)) or not isinstance(answer, Iterable):
        raise ContractError(f"{hook} answered {_shown(answer)}", hint="return a list of classes")
    return list(answer)


def admit(hook: str, candidate: object) -> None:
    """Look at one class that a registration hook answered.

    Raises:
        ContractError: it is not a class that the hub can use.
    """
    kind, base = KINDS[hook]
    if not isinstance(candidate, type):
        raise ContractError(f"{hook} answered {_shown(candidate)}, not a class", hint="return the class itself")
    if not issubclass(candidate, base):
        raise ContractError(f"{candidate.__name__} is not a {kind}", hint=f"subclass hub.plugin.{base.__name__}")
    _named(candidate)
    _speaks_this_api(candidate)
    _complete(candidate)
    _configurable(candidate)
    _waivers_explained(candidate)
    if issubclass(candidate, PacProvider) and not isinstance(candidate.capabilities, Capabilities):
        raise ContractError(f"{candidate.__name__}.capabilities is not a Capabilities")


def _named(cls: type[Plugin[Any]]) -> None:
    name = getattr(cls, "name", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ContractError(
            f"{cls.__name__}.name is {name!r}",
            hint='give it a name of lower case letters, digits, "-" and "_", such as name = "acme"',
        )


def _speaks_this_api(cls: type[Plugin[Any]]) -> None:
    if cls.api != API:
        raise ContractError(
            f"{cls.name} was written for plugin API {cls.api!r}, this hub speaks {API}",
            hint="install a version of the plugin for this hub, or the hub that it was written for",
        )


def _complete(cls: type[Plugin[Any]]) -> None:
    if inspect.isabstract(cls):
        missing = ", ".join(sorted(cls.__abstractmethods__))
        raise ContractError(f"{cls.__name__} does not implement {missing}")


def _configurable(cls: type[Plugin[Any]]) -> None:
    wanted = PacConfig if issubclass(cls, PacProvider) else Config
    given = cls.config_type
    if not (isinstance(given, type) and issubclass(given, wanted)):
        raise ContractError(
            f"the configuration of {cls.__name__} is {_shown(given)}, not a {wanted.__name__}",
            hint=f"write class {cls.__name__}(...[MyConfig]) with class MyConfig({wanted.__name__})",
        )


def _waivers_explained(cls: type[Plugin[Any]]) -> None:
    waivers = cls.waivers
    if not isinstance(waivers, Mapping) or not all(isinstance(r, str) and r.strip() for r in waivers.values()):
        raise ContractError(f"{cls.__name__}.waivers needs a written reason for each check")


def _shown(value: object) -> str:
    return value.__name__ if isinstance(value, type) else f"a {type(value).__name__}"
