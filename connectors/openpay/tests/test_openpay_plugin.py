import subprocess
import sys

import pluggy

import connectors.openpay
from connectors.openpay.config import OpenPayConfig
from connectors.openpay.source import OpenPaySource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.openpay)

    assert manager.hook.hub_sources() == [[OpenPaySource]]
    found = OpenPaySource
    assert (found.name, found.api, found.config_type) == ("openpay", API, OpenPayConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.openpay; print([m for m in sys.modules if 'openpay' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.openpay']\n"
