import subprocess
import sys

import pluggy

import connectors.files
from connectors.files.config import FilesConfig
from connectors.files.source import FilesSource
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.files)

    assert manager.hook.hub_sources() == [[FilesSource]]
    assert (FilesSource.name, FilesSource.api, FilesSource.config_type) == ("files", API, FilesConfig)


def test_openpyxl_is_loaded_only_for_a_workbook():
    loaded = "import sys, connectors.files.source; print('openpyxl' in sys.modules)"

    assert (
        subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "False\n"
    )


def test_every_setting_explains_itself():
    assert all(field.description for field in FilesConfig.model_fields.values())
