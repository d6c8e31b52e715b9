"""The public API is a promise: it changes on purpose or not at all."""

import difflib
import os
from pathlib import Path

import pytest

import hub.plugin
from tests.plugin.public_api import describe

SNAPSHOT = Path(__file__).parent / f"api_v{hub.plugin.API}.txt"
WRITE = "HUB_WRITE_API_SNAPSHOT"
ADVICE = f"""
The public API of plugins changed. Published plugins rely on every line of {SNAPSHOT.name}.

Fine within API {hub.plugin.API}: a new name, a new field with a default, a new optional method, a new hook
argument. Then write the new snapshot and say it in the changelog:

    {WRITE}=1 pytest tests/plugin/test_public_api.py

Anything else (a line taken away or changed) breaks plugins and needs a new hub.plugin.API.
"""


def changes(promised, now):
    return [line for line in difflib.ndiff(promised.splitlines(), now.splitlines()) if line[0] in "+-"]


def test_the_public_api_is_what_was_promised():
    if os.environ.get(WRITE):
        SNAPSHOT.write_text(describe())
    found = changes(SNAPSHOT.read_text(), describe())
    assert not found, "\n".join((ADVICE, *found))


@pytest.mark.parametrize(
    "part",
    [
        "    sello: str\n",
        ", issuer: Issuer",
        "class Bearer(httpx.Auth)\n",
        "'01', ",
        "def exponent_of",
        "@abstractmethod ",
        "API = 1",
        ", gt=0",
    ],
)
def test_nothing_of_the_api_can_go_unnoticed(part):
    now = describe()
    assert part in now
    assert changes(now, now.replace(part, "", 1))


def test_every_public_name_is_explained():
    own = [getattr(hub.plugin, name) for name in hub.plugin.__all__]
    silent = [thing.__name__ for thing in own if callable(thing) and hasattr(thing, "__name__") and not thing.__doc__]
    assert not silent


def test_every_hook_is_explained():
    hooks = {name: hook for name, hook in vars(hub.plugin.Specs).items() if name.startswith("hub_")}
    assert len(hooks) >= 8
    assert not [name for name, hook in hooks.items() if not hook.__doc__]


def test_all_lists_what_the_package_imports():
    public = {name for name, value in vars(hub.plugin).items() if not name.startswith("_")}
    modules = {name for name in public if type(getattr(hub.plugin, name)).__name__ == "module"}
    assert public - modules == set(hub.plugin.__all__)
