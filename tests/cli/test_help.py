"""`hub --help` is quick however much is installed, and leaves nothing out."""

import subprocess
import sys

import pytest
import typer

from hub.cli.app import COMMANDS, build
from hub.cli.lazy import _loaded
from tests.support.process import environment, hub
from tests.support.site import distribution

HEAVY = {"hub.plugin", "hub.registry", "hub.store", "hub.config", "pydantic", "sqlalchemy", "httpx", "structlog"}
COMMAND = """
from hub.plugin import hookimpl
from .app import app

@hookimpl
def hub_commands(cli):
    '''Look into Acme's drawers.'''
    cli.add_typer(app, name="acme")
"""
APP = """
import typer
app = typer.Typer()

@app.command()
def open():
    print('opened')

@app.command()
def shut():
    pass
"""
HELP = """
import sys
from hub.cli.app import build
try:
    build()(['--help'])
finally:
    print(*sys.modules, file=sys.stderr)
"""


def package(folder, name, files):
    return distribution(
        folder, f"hub-{name}", f"hub_{name}", {f"hub_{name}/{file}": text for file, text in files.items()}
    )


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_line_in_the_list_is_what_the_command_says_of_itself(name):
    place, line = COMMANDS[name]
    assert (_loaded(name, place).help or "").splitlines()[0] == line


def test_help_imports_neither_plugins_nor_what_commands_need(tmp_path):
    site = [
        package(tmp_path, f"shop{number}", {"__init__.py": "raise SystemExit('imported')\n"}) for number in range(15)
    ]
    done = subprocess.run(
        [sys.executable, "-c", HELP], capture_output=True, text=True, env=environment(PYTHONPATH=site[0]), check=False
    )
    assert "reconcile" in done.stdout
    assert HEAVY & set(done.stderr.split()) == set()


def test_a_command_of_a_plugin_is_listed_unimported_and_runs(tmp_path):
    site = package(tmp_path, "acme", {"__init__.py": COMMAND, "app.py": f"print('imported')\n{APP}"})
    listed = hub(tmp_path, "--help", PYTHONPATH=site).stdout
    assert ("Look into Acme's drawers." in listed, "imported" in listed) == (True, False)
    assert hub(tmp_path, "acme", "open", PYTHONPATH=site).stdout.endswith("opened\n")


@pytest.mark.parametrize(
    "source",
    [
        COMMAND.replace('"acme"', '"ac" + "me"'),
        COMMAND.replace("def hub_commands", "def commands").replace("@hookimpl", "@hookimpl(specname='hub_commands')"),
        "from .more import *\n",
    ],
    ids=["a name that is computed", "a hook of another name", "a star"],
)
def test_what_the_source_does_not_tell_is_asked_of_the_plugin_itself(tmp_path, source):
    site = package(
        tmp_path, "acme", {"__init__.py": source, "app.py": APP, "more.py": f"{COMMAND}\n__all__ = ['hub_commands']"}
    )
    assert "acme" in hub(tmp_path, "--help", PYTHONPATH=site).stdout


def test_a_plugin_that_takes_the_name_of_a_command_is_not_listed_and_not_run(tmp_path):
    site = package(tmp_path, "acme", {"__init__.py": COMMAND.replace('"acme"', '"doubts"'), "app.py": APP})
    listed = hub(tmp_path, "--help", PYTHONPATH=site).stdout
    assert (listed.count(" doubts "), "drawers" in listed) == (1, False)
    assert "resolve" in hub(tmp_path, "doubts", "--help", PYTHONPATH=site).stdout


@pytest.mark.parametrize(("switch", "listed"), [("1", {"sandbox"}), ("all", set())])
def test_the_switch_leaves_commands_out(tmp_path, switch, listed):
    site = package(tmp_path, "acme", {"__init__.py": COMMAND, "app.py": APP})
    said = hub(tmp_path, "--help", PYTHONPATH=site, HUB_NO_PLUGINS=switch).stdout
    assert {name for name in ("sandbox", "acme") if f"\u2502 {name} " in said} == listed


def test_a_broken_source_costs_only_itself(tmp_path):
    site = package(tmp_path, "acme", {"__init__.py": "def hub_commands( :\n"})
    done = hub(tmp_path, "--help", PYTHONPATH=site)
    assert (done.returncode, done.stderr, "sandbox" in done.stdout) == (0, "", True)


def test_a_module_that_is_not_there_keeps_help_quick(tmp_path):
    site = package(tmp_path, "gone", {"other.py": ""})
    done = subprocess.run(
        [sys.executable, "-c", HELP], capture_output=True, text=True, env=environment(PYTHONPATH=site), check=False
    )
    assert HEAVY & set(done.stderr.split()) == set()


def test_every_command_is_in_the_group_that_is_built():
    group = typer.main.get_command(build())
    assert set(COMMANDS) < set(group.list_commands(None))
    assert group.get_command(None, "nonsense") is None
