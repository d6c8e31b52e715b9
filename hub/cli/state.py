"""What the commands work with: the configuration named on the command line, opened when it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import structlog

from hub.config import Settings, load
from hub.flow.context import Flow
from hub.flow.instances import Instances, plugin_configs
from hub.logs import configure, secrets_of
from hub.plugin import ConfigError
from hub.registry import Registry
from hub.sat import assumptions, catalogs, efos
from hub.secrecy import learn, no_core_dump
from hub.store import Store

from .installed import installed

log = structlog.get_logger()


class State:
    """One command's surroundings; everything is made at first use."""

    def __init__(self, config: Path) -> None:
        self.config = config

    @cached_property
    def registry(self) -> Registry:
        """Every installed plugin, healthy or refused."""
        return installed()

    @cached_property
    def settings(self) -> Settings:
        """The configuration with its plugins' options judged; logging and what is known of SAT are set up from it."""
        plugins = plugin_configs(self.registry)
        no_core_dump()
        settings = load(self.config, plugins=plugins)
        secrets = secrets_of(settings, plugins)
        learn(secrets)
        configure(settings.log, secrets)
        catalogs.use(settings.catalogs_dir)
        efos.use(settings.catalogs_dir)
        assumptions.use(settings.sat.assumptions())
        return settings

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database; an SQLite file is brought up to date, PostgreSQL must be so already, or newer."""
        store = Store(self.settings.database_url())
        try:
            if store.is_newer():
                log.warning("the database is of a newer version", revision=store.revision())
            elif store.is_sqlite:
                store.migrate()
            elif not store.is_current():
                raise ConfigError("the database is not of this version", hint="run `hub db migrate`")
            yield store
        finally:
            store.close()

    @contextmanager
    def flow(self) -> Iterator[Flow]:
        """All that the steps need, outside the daemon."""
        with self.store() as store:
            instances = Instances.of(self.settings, self.registry)
            try:
                yield Flow(self.settings, store, instances)
            finally:
                instances.close()
