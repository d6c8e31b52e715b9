"""The registry: every installed plugin, found once, looked up by name."""

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Self

import pluggy

from hub.plugin import ConfigError, Notifier, PacProvider, Source, Specs

from .hooks import Hooks
from .loaded import BUILT_IN, LoadedPlugin, package_of
from .loader import PROJECT, Attempt, Owners, attempt, describe

GROUP = "hub.plugins"
PATIENCE_S = 20.0
SWITCH = "HUB_NO_PLUGINS"
"""`1` loads only the built-in plugins, `all` loads none; for finding out which plugin is to blame."""


@dataclass(frozen=True, slots=True)
class Registry:
    """All plugins, healthy and refused side by side, and the hooks of the healthy ones."""

    plugins: tuple[LoadedPlugin, ...]
    hook: Hooks

    @classmethod
    def load(
        cls,
        points: Iterable[EntryPoint] | None = None,
        *,
        disabled: frozenset[str] = frozenset(),
        environ: Mapping[str, str] = os.environ,
        patience_s: float = PATIENCE_S,
    ) -> Self:
        """Load every plugin in isolation; never raises for what a plugin does.

        Built-in plugins come first, then the others by name, so that of two that bring the same name
        the later one is refused, and told who has it.

        Args:
            points: entry points instead of the installed ones.
            disabled: names of entry points or of distributions to leave out.
            environ: where `HUB_NO_PLUGINS` is read.
            patience_s: how long the import of one plugin may take.
        """
        found = entry_points(group=GROUP) if points is None else points
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(Specs)
        owners: Owners = {}
        plugins = []
        for point in sorted(found, key=_order):
            left_out = _left_out(point, disabled, environ.get(SWITCH, ""))
            found_out = Attempt(describe(point), error=left_out) if left_out else attempt(point, patience_s)
            if not found_out.error:
                found_out.claim(owners)
            if not found_out.error:
                _share(manager, found_out)
            plugins.append(found_out.result())
        return cls(tuple(plugins), Hooks(manager))

    @property
    def sources(self) -> dict[str, type[Source[Any]]]:
        """Every source by its name."""
        return {name: cls for plugin in self.plugins for name, cls in plugin.sources.items()}

    @property
    def pac_providers(self) -> dict[str, type[PacProvider[Any]]]:
        """Every PAC provider by its name."""
        return {name: cls for plugin in self.plugins for name, cls in plugin.pac_providers.items()}

    @property
    def notifiers(self) -> dict[str, type[Notifier[Any]]]:
        """Every notifier by its name."""
        return {name: cls for plugin in self.plugins for name, cls in plugin.notifiers.items()}

    def source(self, name: str) -> type[Source[Any]]:
        """The source of that name.

        Raises:
            ConfigError: there is none, with what it may be instead or why its package was refused.
        """
        return self.sources.get(name) or self._missing("source", name, self.sources)

    def pac_provider(self, name: str) -> type[PacProvider[Any]]:
        """The PAC provider of that name; raises as `source`."""
        return self.pac_providers.get(name) or self._missing("PAC provider", name, self.pac_providers)

    def notifier(self, name: str) -> type[Notifier[Any]]:
        """The notifier of that name; raises as `source`."""
        return self.notifiers.get(name) or self._missing("notifier", name, self.notifiers)

    def _missing(self, kind: str, name: str, installed: Iterable[str]) -> Any:
        for plugin in self.plugins:
            if plugin.error and name in plugin.names:
                raise ConfigError(f"the {kind} {name} was not loaded: {plugin.label}: {plugin.error}")
        names = sorted(installed)
        close = difflib.get_close_matches(name, names, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise ConfigError(
            f"there is no {kind} plugin called {name}", hint=f"{meant}installed are: {', '.join(names) or 'none'}"
        )


def _order(point: EntryPoint) -> tuple[bool, str, str]:
    distribution, _ = package_of(point)
    return distribution != BUILT_IN, distribution, point.name


def _left_out(point: EntryPoint, disabled: frozenset[str], switch: str) -> str:
    distribution, _ = package_of(point)
    if point.name in disabled or distribution in disabled:
        return "disabled in the configuration"
    if switch == "all" or (switch not in {"", "0"} and distribution != BUILT_IN):
        return f"left out because {SWITCH}={switch}"
    return ""


def _share(manager: pluggy.PluginManager, loaded: Attempt) -> None:
    try:
        manager.register(loaded.namespace, name=loaded.plugin.label)
    except ValueError:
        loaded.error = f"{loaded.plugin.module} is already loaded through another entry point"
