"""A headless Chromium for tests that look at pages as people do."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the machine (or `CHROMIUM`, or Playwright's own). Without one: skipped, but a failure in CI."""
    with sync_playwright() as playwright:
        chromium = _executable(playwright.chromium.executable_path)
        if chromium is None:
            _missing("no Chromium: install it, set CHROMIUM to its path, or run `playwright install chromium`")
        launched = playwright.chromium.launch(executable_path=chromium, args=list(_QUIET))
        yield launched
        launched.close()


def _executable(own: str) -> str | None:
    found = (os.environ.get("CHROMIUM"), *map(shutil.which, _NAMES), own)
    return next((path for path in found if path and Path(path).exists()), None)


def _missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
