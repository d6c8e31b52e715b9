"""A bad plugin harms only itself, and the operator reads which one and why."""

import sys
from importlib.metadata import EntryPoint
from typing import ClassVar

import pytest

from hub.plugin import Config, ConfigError, PacConfig, PacProvider, Source, hookimpl
from hub.registry import Registry
from tests.registry.plugin_modules import ShopSource, brings, packages


@pytest.fixture
def package(tmp_path):
    with packages(tmp_path) as make:
        yield make


def good(package, name="shop", distribution="hub-shop"):
    cls = type("Good", (ShopSource,), {"name": name})
    return package(distribution, name, hub_sources=brings("hub_sources", cls))


def error_of(point, **options):
    (plugin,) = Registry.load([point], environ={}, **options).plugins
    assert not plugin.sources
    return plugin.error


def test_a_healthy_plugin_is_found_with_its_package_and_version(package):
    registry = Registry.load([good(package)], environ={})
    (plugin,) = registry.plugins
    assert (plugin.distribution, plugin.version, plugin.entry_point) == ("hub-shop", "1.0", "shop")
    assert plugin.hooks == ("hub_sources",)
    assert plugin.import_ms >= 0
    assert registry.source("shop") is plugin.sources["shop"]


BREAKS_AT_IMPORT = {
    "raise RuntimeError('no luck')": "RuntimeError: no luck",
    "raise SystemExit(3)": "SystemExit: 3",
    "raise GeneratorExit": "GeneratorExit: no message",
    "import no_such_module": "ModuleNotFoundError: No module named 'no_such_module'",
    "def (": "SyntaxError",
    "class E(Exception):\n def __str__(self): return 'two\\nlines'\nraise E": "E: two lines",
}


@pytest.mark.parametrize(("source", "words"), BREAKS_AT_IMPORT.items(), ids=lambda v: v[:24])
def test_a_plugin_that_breaks_at_import_costs_only_itself(package, source, words):
    registry = Registry.load([good(package), package("hub-broken", "broken", source)], environ={})
    assert "shop" in registry.sources
    assert [plugin.error[: len(words)] for plugin in registry.plugins] == [words, ""]


def test_a_missing_module_costs_only_itself(package):
    registry = Registry.load([good(package), EntryPoint("gone", "no_such_module", "hub.plugins")], environ={})
    assert "shop" in registry.sources
    assert "no_such_module" in registry.plugins[0].error


def test_an_interrupt_by_the_operator_is_not_contained(package):
    with pytest.raises(KeyboardInterrupt):
        Registry.load([package("hub-slow", "slow", "raise KeyboardInterrupt")], environ={})


@hookimpl
def hub_source():
    return []


@hookimpl
def hub_event(evnet):
    return None


@hookimpl(wrapper=True)
def hub_receiver():
    return (yield)


def hub_sources():
    return []


HANGS = {
    "at import": "import threading\nthreading.Event().wait()\n",
    "in its hook": "import threading\nfrom hub.plugin import hookimpl\n\n@hookimpl\ndef hub_sources():\n"
    "    threading.Event().wait()\n",
}


@pytest.mark.parametrize("source", HANGS.values(), ids=HANGS)
def test_a_plugin_that_hangs_is_left_behind_and_named(package, source):
    points = [package("hub-aaa", "stuck", source), good(package)]
    registry = Registry.load(points, environ={}, patience_s=0.3)
    assert [plugin.error for plugin in registry.plugins] == [
        "its import takes longer than 0.3 s; report it to its author, or uninstall it",
        "",
    ]
    assert registry.plugins[0].label == "hub-aaa 1.0 (stuck)"


def test_a_plugin_that_ends_too_late_gets_no_name(package):
    import threading

    gate = threading.Event()
    slow = type("Slow", (ShopSource,), {"name": "shop"})
    late = package("hub-aaa", "late", hub_sources=brings("hub_sources", slow))
    holder = sys.modules[late.value]
    holder.hub_sources = hookimpl(lambda: gate.wait() and [slow], specname="hub_sources")
    registry = Registry.load([late, good(package)], environ={}, patience_s=0.3)
    gate.set()
    assert registry.source("shop") is not slow
    assert [bool(plugin.error) for plugin in registry.plugins] == [True, False]


class NoSource:
    name = "nothing"


class Incomplete(Source[Config]):
    name = "half"


class Old(ShopSource):
    name, api = "old", 0


class Shouting(ShopSource):
    name = "SHOP"


class Nameless(ShopSource):
    name = None


class OddConfig(ShopSource):
    name, config_type = "odd", dict


class Unexplained(ShopSource):
    name, waivers = "unexplained", {"since_is_inclusive": "  "}


class PlainPac(PacProvider[Config]):
    name = "plain"
    check = stamp = recover = cancel = status = lambda self, *a: None


class VaguePac(PacProvider):
    name, capabilities = "vague", {"cancels": True}
    config_type = PacConfig
    check = stamp = recover = cancel = status = lambda self, *a: None


@hookimpl(specname="hub_sources")
def raises():
    raise ValueError("cannot list")


@hookimpl(specname="hub_sources")
def answers_nothing_to_go_through():
    return 7


REFUSED = [
    ({"hub_source": hub_source}, "did you mean hub_sources?"),
    ({"hub_event": hub_event}, "evnet"),
    ({"hub_receiver": hub_receiver}, "hub_receiver is a hook wrapper"),
    ({"hub_sources": hub_sources}, "hub_sources is not marked as a hook; put @hookimpl"),
    ({}, "it implements no hook"),
    ({"f": raises}, "ValueError: cannot list"),
    ({"f": answers_nothing_to_go_through}, "hub_sources answered a int; return a list"),
    ({"f": brings("hub_sources", ShopSource(Config()))}, "a ShopSource, not a class; return the class itself"),
    ({"f": brings("hub_sources", NoSource)}, "NoSource is not a source; subclass hub.plugin.Source"),
    ({"f": brings("hub_notifiers", ShopSource)}, "ShopSource is not a notifier"),
    ({"f": brings("hub_sources", Incomplete)}, "Incomplete does not implement check, pages, to_sale"),
    ({"f": brings("hub_sources", Old)}, "old was written for plugin API 0, this hub speaks 1"),
    ({"f": brings("hub_sources", Shouting)}, "Shouting.name is 'SHOP'"),
    ({"f": brings("hub_sources", Nameless)}, "Nameless.name is None"),
    ({"f": brings("hub_sources", OddConfig)}, "the configuration of OddConfig is dict, not a Config"),
    ({"f": brings("hub_sources", Unexplained)}, "Unexplained.waivers needs a written reason"),
    ({"f": brings("hub_sources", ShopSource, ShopSource)}, "it brings two sources called shop"),
    ({"f": brings("hub_pac_providers", PlainPac)}, "the configuration of PlainPac is Config, not a PacConfig"),
    ({"f": brings("hub_pac_providers", VaguePac)}, "VaguePac.capabilities is not a Capabilities"),
]


@pytest.mark.parametrize(("attributes", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_a_plugin_that_breaks_the_contract_is_refused_with_words(package, attributes, words):
    assert words in error_of(package("hub-odd", "odd", **attributes))


def test_of_two_plugins_with_one_name_the_later_is_refused_and_both_are_named(package):
    first = good(package, distribution="hub-first")
    second = good(package, distribution="hub-second")
    registry = Registry.load([second, first], environ={})
    assert [plugin.error == "" for plugin in registry.plugins] == [True, False]
    assert (
        "source shop of hub-second 1.0 (shop) is already brought by hub-first 1.0 (shop)" in registry.plugins[1].error
    )
    assert registry.source("shop") is registry.plugins[0].sources["shop"]


def test_a_package_with_the_name_of_a_built_in_plugin_is_refused_loudly_and_works_once_that_is_disabled(package):
    built_in = good(package, distribution="autofactura-hub")
    other = good(package, distribution="aaa-shop")
    registry = Registry.load([other, built_in], environ={})
    assert [plugin.distribution for plugin in registry.plugins if plugin.error] == ["aaa-shop"]
    alone = Registry.load([other, built_in], disabled=frozenset({"autofactura-hub"}), environ={})
    assert alone.source("shop") is alone.plugins[1].sources["shop"]


def test_one_module_under_two_entry_points_counts_once(package):
    point = package("hub-policy", "policy", hub_event=hookimpl(lambda: None, specname="hub_event"))
    again = EntryPoint("policy-again", point.value, "hub.plugins")
    errors = [plugin.error for plugin in Registry.load([point, again], environ={}).plugins]
    assert sorted(bool(error) for error in errors) == [False, True]


def test_a_refused_plugin_leaves_the_names_it_wanted_free(package):
    greedy = package("hub-a", "a", hub_sources=brings("hub_sources", ShopSource, Old))
    registry = Registry.load([greedy, good(package, distribution="hub-b")], environ={})
    assert registry.sources["shop"] is registry.plugins[1].sources["shop"]


def test_a_disabled_plugin_is_listed_and_never_imported(package):
    point = package("hub-shop", "shop", "raise RuntimeError('imported')")
    for name in ("shop", "hub-shop"):
        assert error_of(point, disabled=frozenset({name})) == "disabled in the configuration"


@pytest.mark.parametrize(
    ("switch", "loaded"), [("", {"ours", "theirs"}), ("0", {"ours", "theirs"}), ("1", {"ours"}), ("all", set())]
)
def test_hub_no_plugins_leaves_out_the_others_or_all(package, switch, loaded):
    points = [good(package, "ours", "autofactura-hub"), good(package, "theirs", "hub-theirs")]
    registry = Registry.load(points, environ={"HUB_NO_PLUGINS": switch})
    assert set(registry.sources) == loaded
    assert all("HUB_NO_PLUGINS" in plugin.error for plugin in registry.plugins if not plugin.sources)


def test_a_misspelt_name_is_answered_with_the_near_one_and_the_list(package):
    registry = Registry.load([good(package), good(package, "other")], environ={})
    with pytest.raises(ConfigError, match="there is no source plugin called shpo") as caught:
        registry.source("shpo")
    assert caught.value.hint == "did you mean shop? installed are: other, shop"
    with pytest.raises(ConfigError) as caught:
        registry.pac_provider("shop")
    assert caught.value.hint == "installed are: none"
    with pytest.raises(ConfigError, match="there is no notifier plugin called shop"):
        registry.notifier("shop")


def test_the_name_of_a_refused_plugin_is_answered_with_why(package):
    old = package("hub-old", "something-else", hub_sources=brings("hub_sources", Old))
    gone = package("hub-gone", "gone", "import no_such_module")
    registry = Registry.load([old, gone], environ={})
    with pytest.raises(ConfigError, match=r"source old was not loaded: hub-old 1.0 .*plugin API 0"):
        registry.source("old")
    with pytest.raises(ConfigError, match=r"source gone was not loaded: .*no_such_module"):
        registry.source("gone")


def test_waivers_are_shown(package):
    class Waiving(ShopSource):
        waivers: ClassVar = {"since_is_inclusive": "the sheet has no times"}

    registry = Registry.load([package("hub-w", "w", hub_sources=brings("hub_sources", Waiving))], environ={})
    assert registry.plugins[0].waivers == {"Waiving": {"since_is_inclusive": "the sheet has no times"}}


def test_a_package_with_broken_metadata_costs_only_itself(package, tmp_path):
    point = good(package, "odd", "hub-odd")
    (tmp_path / "hub_odd-1.0.dist-info" / "METADATA").write_text("")
    registry = Registry.load([point, good(package)], environ={})
    assert set(registry.sources) == {"odd", "shop"}
    assert [plugin.label for plugin in registry.plugins] == ["odd", "hub-shop 1.0 (shop)"]


def test_the_installed_plugins_load_without_an_exception():
    assert Registry.load().plugins is not None
