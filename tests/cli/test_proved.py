"""`hub check` waits for no plugin for ever, and shows each answer as it comes."""

import io
import threading

from rich.console import Console

from hub.cli import show
from hub.cli.proved import Finding, proved
from hub.plugin import ConfigError, TransientError


def test_a_check_that_does_not_answer_is_left_behind():
    over = threading.Event()

    def hangs():
        over.wait(30)
        return "too late"

    found = proved(hangs, patience_s=0.05)
    over.set()
    assert (found.ok, found.says, found.transient) == (False, "did not answer within 0.05 s", True)
    assert "report it to the plugin's author" in found.hint


def test_whatever_a_check_does_is_a_finding():
    def fails(error):
        def check():
            raise error

        return proved(check)

    assert proved(lambda: "shop demo") == Finding(True, "shop demo")
    assert fails(ConfigError("wrong key", hint="make one")) == Finding(False, "wrong key", "make one")
    assert fails(TransientError("no answer")).transient
    assert fails(SystemExit(3)).says == "SystemExit: 3"
    assert fails(KeyError("name")).says == "KeyError: 'name'"


def test_a_terminal_shows_each_row_before_the_next_is_asked_for(monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr(show, "console", lambda: Console(file=screen, force_terminal=True, width=80, highlight=False))
    seen = []

    def found():
        for what in ("source shop", "pac principal"):
            yield {"what": what, "state": "ok", "says": "fine", "hint": "all well"}
            seen.append(screen.getvalue())

    show.rows(("what", "state", "says"), found(), notes=("hint",), as_json=False, widths=(13, 5))
    first, both = seen
    assert ("source shop    ok     fine" in first, "principal" in first) == (True, False)
    assert "pac principal  ok     fine" in both
    assert both.count("all well") == 2
