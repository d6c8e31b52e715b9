import subprocess
import sys

import pluggy

import connectors.stripe
from connectors.stripe.config import StripeConfig
from connectors.stripe.source import StripeSource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.stripe)

    assert manager.hook.hub_sources() == [[StripeSource]]
    assert (StripeSource.name, StripeSource.api, StripeSource.config_type) == ("stripe", API, StripeConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.stripe; print([m for m in sys.modules if 'stripe' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.stripe']\n"


def test_every_setting_explains_itself():
    assert all(field.description for field in StripeConfig.model_fields.values())
