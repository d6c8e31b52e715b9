"""What the documents say is there: commands, links, states, errors, codes."""

import re
from functools import cache
from pathlib import Path

import pytest
import typer

from hub.cfdi.rules import lookup
from hub.cli.app import build
from hub.plugin import errors
from hub.store import TicketState

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
COMMAND = re.compile(r"(?<![\w.-])hub((?: [a-z]+(?:-[a-z]+)*)+)")


def code_of(path: Path) -> str:
    found = CODE.findall(path.read_text(encoding="utf-8"))
    return "\n".join(code for code in found if not code.startswith("```python"))


@cache
def commands() -> dict[str, set[str]]:
    """Every command with its subcommands."""
    group = typer.main.get_command(build())
    found = {name: group.resolve_command(None, [name])[1] for name in group.list_commands(None)}
    return {name: set(getattr(command, "commands", ())) for name, command in found.items()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_document_exists(path: Path) -> None:
    known = commands()
    for words in COMMAND.findall(code_of(path)):
        name, *rest = words.split()
        assert name in known, f"hub {name}"
        if known[name] and rest:
            assert rest[0] in known[name], f"hub {name} {rest[0]}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_plugin_of_the_readme_is_the_one_that_is_tested() -> None:
    plugin = (ROOT / "examples" / "plugin" / "hub_tiendita.py").read_text(encoding="utf-8")
    assert f"```python\n{plugin.rstrip()}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_both_readmes_have_the_same_parts() -> None:
    english, spanish = (
        re.findall(r"^(#+) ", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        for name in ("README.md", "README.es.md")
    )
    assert english == spanish


def test_every_state_of_a_ticket_is_explained() -> None:
    text = (ROOT / "docs" / "operate" / "daily.md").read_text(encoding="utf-8")
    assert [state for state in TicketState if f"| `{state}` |" not in text] == []


def test_every_error_is_explained() -> None:
    text = (ROOT / "docs" / "operate" / "errors.md").read_text(encoding="utf-8")
    named = [name for name in vars(errors) if name.endswith("Error") and name != "HubError"]
    assert named
    assert [name for name in named if f"`{name}`" not in text] == []


def test_every_code_that_is_explained_is_known() -> None:
    text = (ROOT / "docs" / "operate" / "errors.md").read_text(encoding="utf-8")
    codes = re.findall(r"`(CFDI\d+|\d{3})`", text)
    assert len(codes) > 10
    assert [code for code in codes if lookup(code) is None] == []
