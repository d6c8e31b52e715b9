"""No setting, command or check is undocumented. After a change: HUB_WRITE_PAGES=1 pytest this file."""

import os
from pathlib import Path

import pytest

from tests.support.generated_pages import PAGES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("place", PAGES)
def test_the_page_is_the_one_that_the_code_writes(place):
    page = DOCS / place
    if os.environ.get("HUB_WRITE_PAGES"):
        page.write_text(PAGES[place](), encoding="utf-8")

    assert page.read_text(encoding="utf-8") == PAGES[place]()


def test_nothing_is_listed_without_an_explanation():
    assert [line for line in PAGES["operate/settings.md"]().splitlines() if "| None |" in line or "|  | " in line] == []
