"""Load one entry point in isolation: whatever it does, it costs only itself."""

import difflib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from typing import Any, NoReturn

import pluggy

from hub.plugin import API, ContractError, HubError, Notifier, PacProvider, Plugin, Source, Specs

from .admission import KINDS, admit, candidates
from .loaded import LoadedPlugin, package_of

PROJECT = "hub"
Owners = dict[tuple[str, str], str]
"""Who brings what: (kind, name) -> label of the plugin."""


def describe(point: EntryPoint) -> LoadedPlugin:
    """The plugin as its package's metadata tell of it, before anything of it runs."""
    return LoadedPlugin(*package_of(point), point.name, point.value)


@dataclass(slots=True)
class Attempt:
    """One plugin on its way in; what was learnt stays when a later step refuses it."""

    plugin: LoadedPlugin
    namespace: object = None
    import_ms: float = 0.0
    hooks: tuple[str, ...] = ()
    classes: list[tuple[str, type[Plugin[Any]]]] = field(default_factory=list)
    offers: set[str] = field(default_factory=set)
    error: str = ""

    def run(self, point: EntryPoint) -> None:
        """Import, register, look at every class."""
        try:
            self._import(point)
            manager = self._register()
            self._collect(manager)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit at import must not stop the hub
            self.error = in_words(error)

    def claim(self, owners: Owners) -> None:
        """Take the names of its classes, all or none."""
        try:
            self._claim(owners)
        except ContractError as error:
            self.error = in_words(error)

    def result(self) -> LoadedPlugin:
        """What the registry shows."""
        healthy = not self.error
        return LoadedPlugin(
            self.plugin.distribution,
            self.plugin.version,
            self.plugin.entry_point,
            self.plugin.module,
            sources=self._of(Source) if healthy else {},
            pac_providers=self._of(PacProvider) if healthy else {},
            notifiers=self._of(Notifier) if healthy else {},
            hooks=self.hooks,
            error=self.error,
            offers=frozenset(self.offers),
            waivers={cls.__name__: dict(cls.waivers) for _, cls in self.classes if cls.waivers},
            import_ms=self.import_ms,
        )

    def _import(self, point: EntryPoint) -> None:
        started = time.perf_counter()
        try:
            self.namespace = point.load()
        finally:
            self.import_ms = (time.perf_counter() - started) * 1000

    def _register(self) -> pluggy.PluginManager:
        # A manager of its own, so that a misspelt hook is known to be this plugin's.
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(Specs)
        refuse_unmarked(self.namespace)
        manager.register(self.namespace, name=self.plugin.label)
        callers = manager.get_hookcallers(self.namespace) or []
        for caller in callers:
            refuse_oddities(caller)
        if not callers:
            raise ContractError("it implements no hook", hint="mark its functions with @hookimpl of hub.plugin")
        self.hooks = tuple(sorted(caller.name for caller in callers))
        return manager

    def _collect(self, manager: pluggy.PluginManager) -> None:
        for hook, (kind, _) in KINDS.items():
            for answer in getattr(manager.hook, hook)():
                for candidate in candidates(hook, answer):
                    self.offers.add(str(getattr(candidate, "name", "")))
                    admit(hook, candidate)
                    self.classes.append((kind, candidate))

    def _claim(self, owners: Owners) -> None:
        mine: Owners = {}
        for kind, cls in self.classes:
            if (kind, cls.name) in mine:
                raise ContractError(f"it brings two {kind}s called {cls.name}")
            if owner := owners.get((kind, cls.name)):
                raise ContractError(
                    f"the {kind} {cls.name} of {self.plugin.label} is already brought by {owner}",
                    hint="disable or uninstall one of the two",
                )
            mine[kind, cls.name] = self.plugin.label
        owners.update(mine)

    def _of(self, base: type[Any]) -> Mapping[str, type[Any]]:
        return {cls.name: cls for _, cls in self.classes if issubclass(cls, base)}


def attempt(point: EntryPoint, patience_s: float) -> Attempt:
    """Load one entry point; one that does not come to its end is left behind in its thread, and refused."""
    made = Attempt(describe(point))
    raised: list[KeyboardInterrupt] = []

    def run() -> None:
        try:
            made.run(point)
        except KeyboardInterrupt as error:
            raised.append(error)

    thread = threading.Thread(target=run, name=f"load {point.name}", daemon=True)
    thread.start()
    thread.join(patience_s)
    if thread.is_alive():
        late = f"its import takes longer than {patience_s:g} s; report it to its author, or uninstall it"
        return Attempt(describe(point), error=late, import_ms=patience_s * 1000)
    for error in raised:
        raise error
    return made


def refuse_unmarked(namespace: object) -> None:
    """A function called like a hook but not marked as one would be ignored without a word."""
    for name in vars(Specs):
        function = getattr(namespace, name, None)
        if name.startswith("hub_") and callable(function) and not hasattr(function, f"{PROJECT}_impl"):
            raise ContractError(f"{name} is not marked as a hook", hint="put @hookimpl of hub.plugin above it")


def refuse_oddities(caller: pluggy.HookCaller) -> None:
    """Refuse misspelt hooks, and wrappers, which would let one plugin change the answers of another."""
    for implementation in caller.get_hookimpls():
        if not caller.has_spec() and not implementation.optionalhook:
            _unknown(caller.name)
        if implementation.hookwrapper or implementation.wrapper:
            raise ContractError(f"{caller.name} is a hook wrapper", hint="plugins answer for themselves only")


def _unknown(name: str) -> NoReturn:
    known = [known for known in vars(Specs) if known.startswith("hub_")]
    close = difflib.get_close_matches(name, known, n=1)
    meant = f"did you mean {close[0]}?" if close else f"the hooks are {', '.join(known)}"
    raise ContractError(f"{name} is not a hook of plugin API {API}", hint=meant)


def in_words(error: BaseException) -> str:
    """An error of a plugin for the operator: the type unless it is one of ours, the message, the hint."""
    message = " ".join(str(error).split()) or "no message"
    if not isinstance(error, HubError):
        return f"{type(error).__name__}: {message}"
    return f"{message}; {error.hint}" if error.hint else message
