"""Importing the core must not load what only some calls need."""

import subprocess
import sys


def test_importing_the_core_loads_neither_lxml_nor_satcfdi_nor_pydantic():
    heavy = "{'lxml', 'satcfdi', 'pydantic', 'sqlmodel'}"
    code = f"import sys, hub.cfdi; print(sorted({heavy} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
