"""Dependencies point one way, plugins have no privileges, and heavy libraries stay where they are used."""

import subprocess
import sys
import textwrap

import pytest

from tests.source_imports import ROOT, imports_of, sources

PLUGINS = ("connectors", "pac_providers", "notifiers")
LOW = {"cfdi", "sat", "store", "plugin", "config", "registry"}
MAY_IMPORT = {
    "plugin": set(),
    "registry": {"plugin"},
    "testing": {"plugin", "registry"},
    "sat": set(),
    "cfdi": {"sat"},
    "config": {"plugin", "registry", "sat", "cfdi"},
    "store": {"config", "plugin", "sat", "cfdi"},
    "flow": LOW,
    "engine": LOW | {"flow"},
    "web": LOW | {"flow", "engine"},
    "cli": LOW | {"flow", "engine", "web", "testing"},
}
"""Folder or module of hub -> the others that it may import; `hub` itself (the version) is open to all."""

ONLY_IN = {"stripe": "connectors/stripe", "gspread": "connectors/sheets", "pyairtable": "connectors/airtable"}
HEAVY = {*ONLY_IN, "openpyxl"}


def area(module):
    return module.split(".")[1] if module.startswith("hub.") else ""


def hub_areas():
    return {path.stem for path in (ROOT / "hub").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}


def test_every_part_of_the_hub_has_its_place():
    unplaced = hub_areas() - {"__init__", "__main__"} - MAY_IMPORT.keys()
    assert not unplaced, f"say in MAY_IMPORT what {sorted(unplaced)} may import"


def test_the_allowed_directions_have_no_circle():
    def reached(start, seen):
        for nearer in MAY_IMPORT[start] - seen:
            seen |= {nearer} | reached(nearer, seen | {nearer})
        return seen

    assert not [start for start in MAY_IMPORT if start in reached(start, set())]


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_dependencies_point_one_way(part):
    files = sources(f"hub/{part}") or [ROOT / f"hub/{part}.py"] * (ROOT / f"hub/{part}.py").exists()
    areas = hub_areas()
    wrong = [
        str(found)
        for file in files
        for found in imports_of(file)
        if found.of.startswith("hub.") and area(found.of) in areas - MAY_IMPORT[part] - {part}
    ]
    assert not wrong, "\n".join(wrong)


def test_the_hub_does_not_know_its_plugins():
    wrong = [str(one) for file in sources("hub") for one in imports_of(file) if one.of.split(".")[0] in PLUGINS]
    assert not wrong, "\n".join(wrong)


def test_built_in_plugins_import_the_public_api_only():
    wrong = [
        str(one)
        for file in sources(*PLUGINS)
        for one in imports_of(file)
        if one.of.split(".")[0] == "hub" and not (one.of.startswith("hub.plugin.") and one.of.count(".") == 2)
    ]
    assert not wrong, "\n".join(wrong)


def test_tests_of_built_in_plugins_import_the_public_api_and_the_kit_only():
    wrong = [
        str(one)
        for file in sources(*PLUGINS, tests=True)
        for one in imports_of(file)
        if one.of.split(".")[0] == "hub" and area(one.of) not in {"plugin", "testing"}
    ]
    assert not wrong, "\n".join(wrong)


def test_plugins_do_not_lean_on_each_other():
    wrong = []
    for file in sources(*PLUGINS, tests=True):
        own = file.relative_to(ROOT).parts[:2]
        for one in imports_of(file):
            parts = tuple(one.of.split(".")[:2])
            if parts[0] in PLUGINS and parts != own:
                wrong.append(str(one))
    assert not wrong, "\n".join(wrong)


def test_heavy_libraries_are_imported_where_they_are_used_only():
    wrong = []
    for file in sources("hub", *PLUGINS):
        for one in imports_of(file):
            library = one.of.split(".")[0]
            home = ONLY_IN.get(library, "connectors")
            if library in HEAVY and (one.top or not file.is_relative_to(ROOT / home)):
                wrong.append(f"{one}: import it inside the function that uses it, in {home}")
    assert not wrong, "\n".join(wrong)


def test_imports_inside_functions_and_relative_ones_are_seen(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.source_imports.ROOT", tmp_path)
    file = tmp_path / "hub" / "cfdi" / "seal.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        textwrap.dedent("""
        import lxml.etree
        from typing import TYPE_CHECKING
        from ..sat import rfc
        from . import xml
        if TYPE_CHECKING:
            import stripe
        def late():
            from hub.store.tables import Ticket
            importlib.import_module("hub.flow")
        """)
    )
    found = {one.of: one.top for one in imports_of(file)}
    assert found == {
        "lxml.etree": True,
        "typing.TYPE_CHECKING": True,
        "hub.sat.rfc": True,
        "hub.cfdi.xml": True,
        "stripe": False,
        "hub.store.tables.Ticket": False,
        "hub.flow": False,
    }


@pytest.mark.parametrize("module", ["hub.plugin", "hub.registry"])
def test_the_public_api_imports_nothing_heavy(module):
    heavy = ["sqlalchemy", "sqlmodel", "satcfdi", "lxml", "cryptography", "starlette", "typer", "typst", *HEAVY]
    code = f"import sys, {module}; print(sorted(set({heavy!r}) & sys.modules.keys()))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
