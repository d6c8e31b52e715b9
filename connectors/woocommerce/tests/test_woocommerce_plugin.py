import subprocess
import sys

import pluggy

import connectors.woocommerce
from connectors.woocommerce.config import WooCommerceConfig
from connectors.woocommerce.source import WooCommerceSource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.woocommerce)

    assert manager.hook.hub_sources() == [[WooCommerceSource]]
    found = WooCommerceSource
    assert (found.name, found.api, found.config_type) == ("woocommerce", API, WooCommerceConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.woocommerce; print([m for m in sys.modules if 'woocommerce' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.woocommerce']\n"
