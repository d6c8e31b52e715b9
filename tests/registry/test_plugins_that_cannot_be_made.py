"""A plugin that hangs or breaks when it is made for a configured instance costs only that instance."""

import threading

import pytest

from hub.engine.scheduler import poll_now
from hub.flow.instances import Instances
from hub.plugin import Client, Config, ConfigError, Source, hookimpl
from hub.store import Condition, SourceState
from tests.support.plugins import registry_with
from tests.support.world import world

SHOP = {"issuer": "tienda", "every": "1 hour", "start": "2026-01-01"}


class Good(Source[Config]):
    name = "good"

    def check(self, http):
        return "open"

    def pages(self, http, since):
        return iter(())

    def to_sale(self, record):
        raise NotImplementedError


class Hangs(Good):
    name = "hangs"
    over = threading.Event()

    def __init__(self, config):
        super().__init__(config)
        self.over.wait(60)


class HangsLater(Hangs):
    name = "hangs-later"

    def __init__(self, config):
        self.config = config

    def client(self):
        self.over.wait(60)
        return Client()


class Raises(Good):
    name = "raises"

    def __init__(self, config):
        raise RuntimeError("no such device")


class Exits(Good):
    name = "exits"

    def __init__(self, config):
        raise SystemExit(3)


BAD = {
    Hangs: "bad: its plugin hangs is not ready within 2 s",
    HangsLater: "bad: its plugin hangs-later is not ready within 2 s",
    Raises: "bad: its plugin raises cannot be made: RuntimeError: no such device",
    Exits: "bad: its plugin exits cannot be made: SystemExit: 3",
}


@pytest.fixture(autouse=True)
def _let_go():
    Hangs.over.clear()
    yield
    Hangs.over.set()


@pytest.mark.parametrize(("plugin", "says"), BAD.items(), ids=[one.name for one in BAD])
def test_a_source_that_cannot_be_made_is_named_and_the_others_work(tmp_path, monkeypatch, plugin, says):
    monkeypatch.setattr("hub.flow.instances.PATIENCE_S", 2)
    registry = registry_with(hub_sources=hookimpl(lambda: [Good, plugin], specname="hub_sources"))
    changes = {f"sources__{name}": {**SHOP, "use": use} for name, use in (("bad", plugin.name), ("fine", "good"))}
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", registry=registry, **changes) as hub:
        assert set(hub.flow.instances.sources) == {"stripe-mx", "fine"}
        for name in ("bad", "fine"):
            poll_now(hub.flow, name)
        hub.work()
        (told,) = hub.all(Condition)
        assert (told.subject, told.message) == ("source bad", says)
        assert {state.name: state.read_at is not None for state in hub.all(SourceState)} == {"bad": False, "fine": True}


def test_a_plugin_that_says_what_is_wrong_with_its_settings_is_heard(tmp_path):
    class Picky(Good):
        name = "picky"

        def __init__(self, config):
            raise ConfigError("the key and the secret are of two shops")

    registry = registry_with(hub_sources=hookimpl(lambda: [Picky], specname="hub_sources"))
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as hub:
        shop = hub.settings.sources["stripe-mx"].model_copy(update={"use": "picky", "options": {}})
        settings = hub.settings.model_copy(update={"sources": {"picky": shop}})
        with pytest.raises(ConfigError, match="of two shops"):
            Instances.of(settings, registry)
