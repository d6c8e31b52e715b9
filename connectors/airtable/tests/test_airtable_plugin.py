import subprocess
import sys

import pluggy
import pytest

import connectors.airtable
from connectors.airtable.config import AirtableConfig
from connectors.airtable.source import AirtableSource
from connectors.airtable.testing_formula import FormulaError, understood
from hub.plugin import API, ConfigError, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.airtable)

    assert manager.hook.hub_sources() == [[AirtableSource]]
    assert (AirtableSource.name, AirtableSource.api, AirtableSource.config_type) == ("airtable", API, AirtableConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.airtable; print([m for m in sys.modules if 'airtable' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.airtable']\n"


def test_a_missing_library_is_told_as_such(monkeypatch, world):
    monkeypatch.setitem(sys.modules, "pyairtable", None)

    with pytest.raises(ConfigError, match="needs pyairtable") as caught:
        world.source.check(world.http)
    assert "autofactura-hub[airtable]" in caught.value.hint


@pytest.mark.parametrize("formula", ["AND(", "{x", "NADA()", "AND() 5", "{no hay}", "IS_BEFORE('x')", "RECORD_ID"])
def test_the_fake_refuses_formulas_that_airtable_would_refuse(formula):
    with pytest.raises(FormulaError):
        understood(formula, frozenset({"f"}), frozenset())


def test_the_fake_knows_that_computed_fields_are_not_edited():
    with pytest.raises(FormulaError):
        understood("LAST_MODIFIED_TIME({f})", frozenset({"f"}), frozenset({"f"}))


def test_an_installation_without_the_library_has_the_source_all_the_same():
    loaded = "import sys; sys.modules.update(requests=None, pyairtable=None); import connectors.airtable.source"

    subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True)
