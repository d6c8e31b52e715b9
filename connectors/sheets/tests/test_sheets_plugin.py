import subprocess
import sys

import pluggy
import pytest

import connectors.sheets
from connectors.sheets.config import SheetsConfig
from connectors.sheets.source import SheetsSource
from hub.plugin import API, ConfigError, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.sheets)

    assert manager.hook.hub_sources() == [[SheetsSource]]
    assert (SheetsSource.name, SheetsSource.api, SheetsSource.config_type) == ("sheets", API, SheetsConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.sheets; print([m for m in sys.modules if 'sheets' in m or 'gspread' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.sheets']\n"


@pytest.mark.parametrize("library", ["gspread.http_client", "google.auth"])
def test_a_missing_library_is_told_as_such(monkeypatch, world, library):
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(ConfigError, match="needs gspread") as caught:
        world.source.check(world.http)
    assert "autofactura-hub[sheets]" in caught.value.hint


def test_an_installation_without_the_library_has_the_source_all_the_same():
    loaded = "import sys; sys.modules.update(requests=None, gspread=None, google=None); import connectors.sheets.source"

    subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True)
