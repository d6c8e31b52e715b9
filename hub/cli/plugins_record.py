"""`hub plugins record`: a live service as a file that tests can play, without secrets and people."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from hub.config import read_options
from hub.flow.instances import Instance, Instances, plugin_configs
from hub.flow.network import guarded
from hub.plugin import ConfigError, Http, PacProvider, Source
from hub.testing.recording import Recorder, Recording
from hub.testing.secrets import secrets_of

from .state import State


def record(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the configuration calls it: a source, a PAC or a notifier.")],
    to: Annotated[Path, typer.Option(help="The file to write, such as tests/acme.json.")],
    days: Annotated[int, typer.Option(min=1, help="How many days back the pages of a source are read.")] = 7,
    pages: Annotated[int, typer.Option(min=1, help="How many pages of a source are read.")] = 3,
) -> None:
    """Record what a live service answers to harmless calls, for tests: check, and what changed lately at a source."""
    state: State = context.obj
    if to.exists():
        raise ConfigError(f"{to} is there already", hint="choose another name; recordings are not replaced")
    now = datetime.now(UTC).replace(microsecond=0)
    since = now - timedelta(days=days)
    with state.flow() as flow:
        instance = _instance(flow.instances, name)
        private = flow.settings.network.private_addresses
        client = guarded(instance.plugin.client(), private)
        recorder = Recorder(client.transport or httpx.HTTPTransport())
        with closing(Http.of(replace(client, transport=recorder))) as http:
            typer.echo(instance.plugin.check(http))
            if isinstance(instance.plugin, Source):
                list(islice(instance.plugin.pages(http, since), pages))
            elif isinstance(instance.plugin, PacProvider) and "balance" in instance.plugin.offers():
                instance.plugin.balance(http)
    if not recorder.exchanges:
        raise ConfigError(f"{name} asks nobody by HTTP", hint="there is nothing to record")
    secrets = _secrets(state)
    made = Recording.of(instance.plugin.name, now, since, recorder.exchanges, secrets)
    try:
        made.save(to)
    except OSError as error:
        raise ConfigError(f"{to} cannot be written: {error.strerror}") from None
    typer.echo(f"{to}: {len(made.exchanges)} requests; look through it before you share it")


def _instance(instances: Instances, name: str) -> Instance[Any]:
    for group in (instances.sources, instances.pacs, instances.notifiers):
        if name in group:
            return group[name]
    raise ConfigError(f"no source, PAC or notifier of the configuration is called {name}")


def _secrets(state: State) -> list[str]:
    """Those of every plugin: an answer may quote what was meant for another."""
    options = read_options(state.settings, plugin_configs(state.registry))
    typed = [config for kind in (options.pacs, options.sources, options.notifiers) for config in kind.values()]
    return [secret for config in typed for secret in secrets_of(config)]
