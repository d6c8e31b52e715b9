import subprocess
import sys

import pluggy

import connectors.mercadopago
from connectors.mercadopago.config import MercadoPagoConfig
from connectors.mercadopago.source import MercadoPagoSource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.mercadopago)

    assert manager.hook.hub_sources() == [[MercadoPagoSource]]
    found = MercadoPagoSource
    assert (found.name, found.api, found.config_type) == ("mercadopago", API, MercadoPagoConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.mercadopago; print([m for m in sys.modules if 'mercadopago' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.mercadopago']\n"
