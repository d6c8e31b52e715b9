import subprocess
import sys

import pluggy

import connectors.clip
from connectors.clip.config import ClipConfig
from connectors.clip.source import ClipSource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.clip)

    assert manager.hook.hub_sources() == [[ClipSource]]
    found = ClipSource
    assert (found.name, found.api, found.config_type) == ("clip", API, ClipConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.clip; print([m for m in sys.modules if 'clip' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.clip']\n"
