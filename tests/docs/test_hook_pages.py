"""Every hook has a page, whose example is loaded as a plugin; every error class and exit code is explained."""

import inspect
import re
from pathlib import Path

import pytest

from hub.cli import exits
from hub.plugin import Specs, errors
from hub.registry import Registry
from tests.registry.plugin_modules import packages

DOCS = Path(__file__).parents[2] / "docs"
HOOKS = sorted(name for name in vars(Specs) if name.startswith("hub_"))


def test_there_is_a_page_for_each_hook_and_for_nothing_else():
    pages = {page.stem for page in (DOCS / "hooks").glob("hub_*.md")}
    assert pages == set(HOOKS)
    listed = re.findall(r"^\| \[`(\w+)`\]", (DOCS / "hooks" / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == HOOKS


@pytest.mark.parametrize("hook", HOOKS)
def test_the_page_names_every_argument_and_its_example_is_a_plugin(hook, tmp_path):
    page = (DOCS / "hooks" / f"{hook}.md").read_text(encoding="utf-8")
    (signature,) = re.findall(rf"^{hook}\((.*)\) ->", page, re.MULTILINE)
    wanted = [name for name in inspect.signature(getattr(Specs, hook)).parameters if name != "self"]
    assert [part.partition(":")[0].strip() for part in signature.split(",") if part] == wanted
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    with packages(tmp_path) as package:
        (plugin,) = Registry.load([package("hub-example", "example", example)], environ={}).plugins
    assert plugin.error == ""
    assert hook in plugin.hooks


def test_every_error_that_a_plugin_may_raise_is_explained():
    page = (DOCS / "write-a-plugin" / "errors.md").read_text(encoding="utf-8")
    names = [name for name in vars(errors) if name.endswith("Error")]
    assert len(names) >= 7
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_exit_code_is_explained():
    page = (DOCS / "write-a-plugin" / "errors.md").read_text(encoding="utf-8")
    codes = {getattr(exits, name) for name in ("DONE", "BUG", "CONFIGURATION", "TRANSIENT", "IN_DOUBT", "SET_ASIDE")}
    assert {int(code) for code in re.findall(r"^\| `(\d)` \|", page, re.MULTILINE)} == codes
