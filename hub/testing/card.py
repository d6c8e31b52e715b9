"""Collects, under pytest, what each check of the kit said of a plugin; `hub plugins check` prints it as a card.

A pytest plugin: `pytest -p hub.testing.card`, with the file to write in the environment variable `HUB_CARD`.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from .local_source_contract import LocalSourceContract
from .notifier_contract import NotifierContract
from .pac_contract import PacContract
from .plugin_contract import PluginContract
from .secrets import is_secret_type, sounds_secret
from .source_contract import SourceContract
from .webhook_contract import WebhookSourceContract
from .write_back_contract import WriteBackContract

FILE = "HUB_CARD"
_KINDS = {
    WriteBackContract: "source that is written back to",
    WebhookSourceContract: "source with webhooks",
    SourceContract: "source",
    LocalSourceContract: "local source",
    PacContract: "PAC",
    NotifierContract: "notifier",
}
_found: dict[str, dict[str, Any]] = {}
_others = {"passed": 0, "failed": 0}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what a check said: under its contract if it belongs to one, else among the plugin's other tests."""
    report = yield
    contract = getattr(item, "cls", None)
    if isinstance(contract, type) and issubclass(contract, PluginContract):
        _note(_of(contract), item.name.partition("[")[0], report)
    elif report.failed or (report.when == "call" and report.passed):
        _others["failed" if report.failed else "passed"] += 1
    return report


def pytest_sessionfinish() -> None:
    """Write what was found."""
    Path(os.environ[FILE]).write_text(json.dumps({"contracts": list(_found.values()), "others": _others}))


def _of(contract: type[PluginContract]) -> dict[str, Any]:
    plugin = contract.plugin
    key = f"{contract.__module__}.{contract.__qualname__}"
    return _found.setdefault(
        key,
        {
            "contract": contract.__name__,
            "kind": next((kind for base, kind in _KINDS.items() if issubclass(contract, base)), "plugin"),
            "plugin": plugin.__name__,
            "name": plugin.name,
            "api": plugin.api,
            "module": plugin.__module__,
            "undescribed": [name for name, field in plugin.config_type.model_fields.items() if not field.description],
            "untyped_secrets": [
                name
                for name, field in plugin.config_type.model_fields.items()
                if sounds_secret(name) and not is_secret_type(field.annotation)
            ],
            "passed": [],
            "failed": {},
            "waived": {},
            "warned": {},
            "skipped": {},
        },
    )


def _note(found: dict[str, Any], test: str, report: pytest.TestReport) -> None:
    check = test.removeprefix("test_")
    if report.failed:
        found["failed"][check] = _message(report)
        if check in found["passed"]:
            found["passed"].remove(check)
    elif hasattr(report, "wasxfail"):
        found["warned"][check] = str(report.wasxfail).removeprefix("reason: ")
    elif report.skipped:
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        waived = reason.startswith("waived: ")
        found["waived" if waived else "skipped"][check] = reason.removeprefix("waived: ")
    elif report.when == "call":
        found["passed"].append(check)


def _message(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    said = str(getattr(crash, "message", "")) or report.longreprtext
    return said.removeprefix("AssertionError: ").partition("\nassert ")[0].strip()
