import subprocess
import sys

import pluggy

import connectors.prestashop
from connectors.prestashop.config import PrestaShopConfig
from connectors.prestashop.source import PrestaShopSource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.prestashop)

    assert manager.hook.hub_sources() == [[PrestaShopSource]]
    found = PrestaShopSource
    assert (found.name, found.api, found.config_type) == ("prestashop", API, PrestaShopConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.prestashop; print([m for m in sys.modules if 'prestashop' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.prestashop']\n"
