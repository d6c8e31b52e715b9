"""Dependencies point one way, plugins have no privileges, and heavy libraries stay where they are used."""

import subprocess
import sys
import textwrap
import tomllib

import pytest

from tests.source_imports import ROOT, imports_of, sources

PLUGINS = ("connectors", "pac_providers", "notifiers")
LOW = {"cfdi", "sat", "store", "plugin", "config", "registry", "secrecy"}
MAY_IMPORT = {
    "plugin": {"sat"},
    "registry": {"plugin"},
    "testing": {"plugin", "registry"},
    "sat": set(),
    "colour": set(),
    "secrecy": set(),
    "cfdi": {"sat", "colour"},
    "config": {"plugin", "registry", "sat", "cfdi"},
    "store": {"config", "plugin", "sat", "cfdi", "secrecy"},
    "flow": LOW | {"colour"},
    "logs": {"config", "secrecy"},
    "engine": LOW | {"flow"},
    "web": LOW | {"flow", "engine", "colour"},
    "cli": LOW | {"flow", "engine", "web", "logs", "testing"},
}
"""Folder or module of hub -> the others that it may import; `hub` itself (the version) is open to all."""

HEAVY = {
    "stripe": "connectors/stripe",
    "gspread": "connectors/sheets",
    "pyairtable": "connectors/airtable",
    "openpyxl": "connectors/files",
}
"""Library -> the only folder that may import it."""


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


def wrong_directions(part, areas):
    single = ROOT / f"hub/{part}.py"
    files = [*sources(f"hub/{part}"), *([single] if single.exists() else [])]
    forbidden = areas - MAY_IMPORT[part] - {part}
    return [str(one) for file in files for one in imports_of(file) if area(one.of) in forbidden]


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_dependencies_point_one_way(part):
    wrong = wrong_directions(part, hub_areas() | MAY_IMPORT.keys())
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("hub/cfdi/build.py", "from hub.store import tables"),
        ("hub/sat/catalogs.py", "def late():\n    from ..plugin import Sale"),
        ("hub/plugin/http.py", "import hub.config.settings"),
        ("hub/flow/stamp.py", "from hub import web"),
        ("hub/store/tables.py", "from .. import flow"),
        ("hub/registry.py", "if TYPE_CHECKING:\n    from hub.engine import clock"),
    ],
)
def test_a_wrong_direction_is_found_wherever_it_hides(tmp_path, monkeypatch, file, line):
    for module in ("tests.source_imports", __name__):
        monkeypatch.setattr(f"{module}.ROOT", tmp_path)
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text(line)
    part = file.removesuffix(".py").split("/")[1]
    assert len(wrong_directions(part, set(MAY_IMPORT))) == 1


def test_the_hub_does_not_know_its_plugins():
    wrong = [str(one) for file in sources("hub") for one in imports_of(file) if one.of.split(".")[0] in PLUGINS]
    assert not wrong, "\n".join(wrong)


def is_fake(file):
    """A plugin's `testing*.py`: its remote side, for tests and demonstrations."""
    return file.name.startswith("testing")


def test_built_in_plugins_import_the_public_api_only():
    wrong = [
        str(one)
        for file in sources(*PLUGINS)
        if not is_fake(file)
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


def test_a_plugin_does_not_lean_on_its_fake():
    wrong = []
    for file in sources(*PLUGINS):
        fakes = {".".join(fake.relative_to(ROOT).with_suffix("").parts) for fake in file.parent.glob("testing*.py")}
        leaning = () if is_fake(file) else imports_of(file)
        wrong += [str(one) for one in leaning if {one.of, one.of.rpartition(".")[0]} & fakes]
    assert not wrong, "\n".join(wrong)


def test_heavy_libraries_stay_in_their_connector():
    wrong = []
    for file in sources("hub", *PLUGINS):
        for one in imports_of(file):
            home = HEAVY.get(one.of.split(".")[0])
            if home and not file.is_relative_to(ROOT / home):
                wrong.append(f"{one}, which belongs to {home}")
    assert not wrong, "\n".join(wrong)


def entry_points():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return sorted(project["entry-points"]["hub.plugins"].values())


@pytest.mark.parametrize("module", entry_points())
def test_finding_a_built_in_plugin_imports_nothing_heavy(module):
    if not list(ROOT.glob(module.replace(".", "/") + "*")):
        pytest.skip(f"{module} is not here")
    assert loaded_by(module) & HEAVY.keys() == set(), f"import it inside the function that uses it ({module})"


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
    heavy = {"sqlalchemy", "sqlmodel", "satcfdi", "lxml", "cryptography", "starlette", "typer", "typst", *HEAVY}
    assert loaded_by(module) & heavy == set()


def loaded_by(module):
    command = [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.split())
