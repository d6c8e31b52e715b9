import subprocess
import sys

import pluggy

import connectors.retrypay
from connectors.retrypay.config import RetryPayConfig
from connectors.retrypay.source import RetryPaySource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.retrypay)

    assert manager.hook.hub_sources() == [[RetryPaySource]]
    found = RetryPaySource
    assert (found.name, found.api, found.config_type) == ("retrypay", API, RetryPayConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.retrypay; print([m for m in sys.modules if 'retrypay' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.retrypay']\n"
