"""`hub plugins`."""

from collections.abc import Iterator
from typing import Any

import typer

from hub.config import read_options
from hub.flow.instances import plugin_configs
from hub.plugin import ConfigError, HubError
from hub.registry import LoadedPlugin

from . import plugins_check, plugins_new, plugins_record, show
from .exits import CONFIGURATION, DONE
from .state import State

app = typer.Typer(help="What is installed, healthy or not; make, check and record a plugin.", no_args_is_help=True)
app.command("new")(plugins_new.new)
app.command("check")(plugins_check.check)
app.command("record")(plugins_record.record)


@app.command("list")
def list_(context: typer.Context, as_json: show.Json = False) -> int:
    """Every installed plugin, what it brings, why one was refused, and what the configuration names in vain."""
    state: State = context.obj
    getattr(context.find_root().command, "of_plugins")  # noqa: B009 (one whose commands are refused is logged)
    absent = list(_absent(state))
    found = [*map(_row, state.registry.plugins), *absent]
    show.rows(("plugin", "package", "brings", "hooks", "state"), found, notes=("confidence", "waived"), as_json=as_json)
    return CONFIGURATION if absent or any(plugin.error for plugin in state.registry.plugins) else DONE


@app.command("show")
def show_(context: typer.Context, name: str, as_json: show.Json = False) -> None:
    """One plugin and its configuration keys."""
    state: State = context.obj
    plugin = next((p for p in state.registry.plugins if name == p.entry_point or name in p.offers), None)
    if plugin is None:
        known = ", ".join(sorted(p.entry_point for p in state.registry.plugins))
        raise ConfigError(f"there is no plugin called {name}", hint=f"installed are: {known}")
    show.facts(
        {**_row(plugin), "module": plugin.module, "import_ms": f"{plugin.import_ms:.0f}", **_keys(plugin)},
        as_json=as_json,
    )


def _absent(state: State) -> Iterator[dict[str, Any]]:
    """Plugins that sources and notifiers of the configuration use and that are not installed."""
    if not state.config.is_file():
        return
    try:
        options = read_options(state.settings, plugin_configs(state.registry))
    except HubError:  # plugins are looked at before there is a configuration that holds, too
        return
    for problem in options.absent:
        kind, name, _ = map(str, problem.key)
        use = getattr(state.settings, kind)[name].use
        told = f"not installed, but {kind}.{name} uses it; its data are kept"
        nothing = dict.fromkeys(("package", "brings", "hooks", "confidence", "waived"), "")
        yield {"plugin": use, **nothing, "state": told}


def _row(plugin: LoadedPlugin) -> dict[str, Any]:
    return {
        "plugin": plugin.entry_point,
        "package": plugin.label,
        "brings": ", ".join(sorted(plugin.offers)),
        "hooks": ", ".join(plugin.hooks),
        "confidence": "; ".join(
            f"{name}: wire format {cls.capabilities.confidence}" for name, cls in sorted(plugin.pac_providers.items())
        ),
        "waived": "; ".join(f"{check}: {why}" for waived in plugin.waivers.values() for check, why in waived.items()),
        "state": plugin.error or "healthy",
    }


def _keys(plugin: LoadedPlugin) -> dict[str, str]:
    classes = [*plugin.sources.values(), *plugin.pac_providers.values(), *plugin.notifiers.values()]
    return {
        f"{cls.name}.{key}": f"{field.description or ''}{' (required)' if field.is_required() else ''}"
        for cls in classes
        for key, field in cls.config_type.model_fields.items()
    }
