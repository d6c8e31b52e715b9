import subprocess
import sys

import pluggy

import connectors.magento
from connectors.magento.config import MagentoConfig
from connectors.magento.source import MagentoSource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.magento)

    assert manager.hook.hub_sources() == [[MagentoSource]]
    found = MagentoSource
    assert (found.name, found.api, found.config_type) == ("magento", API, MagentoConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.magento; print([m for m in sys.modules if 'magento' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.magento']\n"
