"""docs/operate/sat-codes.md says what the code knows. After a change: HUB_WRITE_SAT_CODES=1 pytest this file."""

import os
from pathlib import Path

from tests.support.sat_codes_page import page

PAGE = Path(__file__).parents[2] / "docs" / "operate" / "sat-codes.md"


def test_the_page_of_sats_codes_is_the_one_that_the_code_writes():
    if os.environ.get("HUB_WRITE_SAT_CODES"):
        PAGE.write_text(page(), encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == page()
