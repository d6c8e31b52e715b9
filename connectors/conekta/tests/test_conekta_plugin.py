import subprocess
import sys

import pluggy

import connectors.conekta
from connectors.conekta.config import ConektaConfig
from connectors.conekta.source import ConektaSource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.conekta)

    assert manager.hook.hub_sources() == [[ConektaSource]]
    found = ConektaSource
    assert (found.name, found.api, found.config_type) == ("conekta", API, ConektaConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.conekta; print([m for m in sys.modules if 'conekta' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.conekta']\n"
