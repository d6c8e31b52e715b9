"""The configured plugins, made once: each with its own way out."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

import structlog

from hub.cfdi.csd import Csd, CsdError
from hub.config import PluginConfigs, Settings, check_options
from hub.plugin import Config, ConfigError, Http, HubError, Notifier, PacProvider, Plugin, Source, WritesBack
from hub.registry import Registry

from .network import guarded
from .sat_consulta import SatConsulta

P = TypeVar("P", bound=Plugin[Any])
log = structlog.get_logger()

PATIENCE_S = 20.0
"""How long the making of one plugin may take."""
_WAY_BACK = "install or mend it and start the hub again, or take it out of the configuration"


@dataclass(frozen=True, slots=True)
class Instance(Generic[P]):
    """A plugin with its configuration and its connections."""

    name: str
    plugin: P
    http: Http


@dataclass(frozen=True, slots=True)
class Instances:
    """All that the configuration names, without the sources and notifiers whose plugins break or are not there."""

    registry: Registry
    sources: Mapping[str, Instance[Source[Any]]]
    pacs: Mapping[str, Instance[PacProvider[Any]]]
    notifiers: Mapping[str, Instance[Notifier[Any]]]
    csds: Mapping[str, Csd]
    sat: SatConsulta | None = None
    broken: Mapping[str, ConfigError] = field(default_factory=dict)
    """Enabled sources and notifiers that are left out, as `source NAME`, and why: the plugin is not installed, was
    refused or cannot be made. Their data are kept; they go on once it is there again and the hub was started."""

    @classmethod
    def of(cls, settings: Settings, registry: Registry) -> "Instances":
        """Make them.

        Raises:
            ConfigError: the plugin of a PAC is missing, a plugin's options are wrong, a PAC does not fit the
                environment or a CSD cannot be used.
        """
        options = check_options(settings, plugin_configs(registry))
        enabled = {name: source.use for name, source in settings.sources.items() if source.enabled}
        channels = {name: notifier.use for name, notifier in settings.notifiers.items()}
        broken = {
            **_left_out("source", enabled, options.sources, registry.source),
            **_left_out("notifier", channels, options.notifiers, registry.notifier),
        }
        pacs = {
            name: _instance(name, registry.pac_provider(pac.use), options.pacs[name], settings)
            for name, pac in settings.pacs.items()
        }
        for name, pac in pacs.items():
            _fits(settings, name, pac.plugin)
        sources = _each(
            "source",
            {
                name: partial(_instance, name, registry.source(use), options.sources[name], settings)
                for name, use in enabled.items()
                if name in options.sources
            },
            broken,
        )
        for name, instance in sources.items():
            _writes(settings, name, instance.plugin)
        notifiers = _each(
            "notifier",
            {
                name: partial(_instance, name, registry.notifier(use), options.notifiers[name], settings)
                for name, use in channels.items()
                if name in options.notifiers
            },
            broken,
        )
        return cls(
            registry=registry,
            sources=sources,
            pacs=pacs,
            notifiers=notifiers,
            csds={name: _csd(settings, name) for name in settings.issuers},
            sat=SatConsulta.of(settings),
            broken=broken,
        )

    def log_broken(self) -> None:
        """Say at start what is left out."""
        for what, error in self.broken.items():
            log.error("left out, its data are kept", what=what, why=str(error), hint=error.hint)

    def close(self) -> None:
        """Give all connections back."""
        for group in (self.sources, self.pacs, self.notifiers):
            for instance in group.values():
                instance.http.close()
        if self.sat is not None:
            self.sat.close()


def plugin_configs(registry: Registry) -> PluginConfigs:
    """The configuration classes of what is installed, as `hub.config` wants them."""
    return PluginConfigs(
        pacs={name: cls.config_type for name, cls in registry.pac_providers.items()},
        sources={name: cls.config_type for name, cls in registry.sources.items()},
        notifiers={name: cls.config_type for name, cls in registry.notifiers.items()},
        refused=frozenset(name for plugin in registry.plugins if plugin.error for name in plugin.names),
    )


def _left_out(
    kind: str, uses: Mapping[str, str], options: Mapping[str, Config], find: Callable[[str], object]
) -> dict[str, ConfigError]:
    """Those whose plugin is not installed, or was refused."""
    found: dict[str, ConfigError] = {}
    for name, use in uses.items():
        if name not in options:
            try:
                find(use)
            except ConfigError as error:
                hint = "; ".join(filter(None, (_WAY_BACK, error.hint)))
                found[f"{kind} {name}"] = ConfigError(f"{error}; its data are kept", hint=hint)
    return found


class _BrokenError(ConfigError):
    """It is the plugin's fault, and no setting's."""


def _each(
    kind: str, makers: Mapping[str, Callable[[], Instance[P]]], broken: dict[str, ConfigError]
) -> dict[str, Instance[P]]:
    made = {}
    for name, make in makers.items():
        try:
            made[name] = make()
        except _BrokenError as error:
            broken[f"{kind} {name}"] = error
    return made


def _instance(name: str, cls: type[P], config: Config, settings: Settings) -> Instance[P]:
    """Made in a thread, which is left behind if it does not end."""
    made: list[Instance[P] | BaseException] = []

    def make() -> None:
        try:
            plugin = cls(config)
            http = Http.of(guarded(plugin.client(), settings.network.private_addresses))
            made.append(Instance(name, plugin, http))
        except BaseException as error:  # SystemExit of a plugin must not stop the hub
            made.append(error)

    thread = threading.Thread(target=make, name=f"make {name}", daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    hint = "report it to the plugin's author, or disable it"
    if not made:
        raise _BrokenError(f"{name}: its plugin {cls.name} is not ready within {PATIENCE_S:g} s", hint=hint)
    (found,) = made
    if isinstance(found, HubError):
        raise found
    if isinstance(found, BaseException):
        said = f"{name}: its plugin {cls.name} cannot be made: {type(found).__name__}: {found}"
        raise _BrokenError(said, hint=hint) from found
    return found


def _fits(settings: Settings, name: str, pac: PacProvider[Any]) -> None:
    wanted = "production" if settings.environment == "production" else "sandbox"
    if wanted not in pac.capabilities.environments:
        raise ConfigError(
            f"pacs.{name}: {pac.name} makes no valid invoices and this configuration is for {settings.environment}",
            hint="choose a real PAC, or set environment: test",
        )


def _writes(settings: Settings, name: str, source: Source[Any]) -> None:
    if settings.sources[name].write_back and not isinstance(source, WritesBack):
        raise ConfigError(
            f"sources.{name}: {source.name} cannot write back to where its sales come from",
            hint="take write_back: true away",
        )


def _csd(settings: Settings, name: str) -> Csd:
    issuer = settings.issuers[name]
    where = f"issuers.{name}.csd"
    try:
        csd = Csd.load(issuer.csd.certificate, issuer.csd.private_key.get_secret_value(), issuer.csd.password)
    except CsdError as error:
        raise ConfigError(f"{where}: {error.reason}", hint=error.hint) from error
    if csd.rfc != issuer.rfc:
        raise ConfigError(
            f"{where}: this certificate belongs to {csd.rfc}, the issuer is {issuer.rfc}",
            hint="give the .cer and .key of the issuer's own CSD, or correct issuers." + name + ".rfc",
        )
    return csd
