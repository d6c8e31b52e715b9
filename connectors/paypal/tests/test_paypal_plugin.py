import subprocess
import sys

import pluggy

import connectors.paypal
from connectors.paypal.config import PayPalConfig
from connectors.paypal.source import PayPalSource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.paypal)

    assert manager.hook.hub_sources() == [[PayPalSource]]
    found = PayPalSource
    assert (found.name, found.api, found.config_type) == ("paypal", API, PayPalConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.paypal; print([m for m in sys.modules if 'paypal' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.paypal']\n"
