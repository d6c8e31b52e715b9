"""Each fixture: the cells of a sheet, and what must come out."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from hub.plugin import ConfigError, Ignored, Refund, Sale
from hub.testing.summary import summary_of

CASES = sorted(Path(__file__).with_name("fixtures").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_cells_become_what_the_fixture_expects(path, world):
    case = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    world.tab.cells = case["cells"]
    expect = case["expect"]
    if expect["outcome"] == "connection_error":
        with pytest.raises(ConfigError, match=expect["says"]):
            world.records()
        return

    (found,) = world.pulled()

    if expect["outcome"] == "ignored":
        assert isinstance(found, Ignored)
        assert "cotización" in found.reason
    elif expect["outcome"] == "refund":
        assert isinstance(found, Refund)
        told = found.model_dump(mode="json") | {"amount": f"{found.amount:.2f}"}
        assert expect["refund"].items() <= told.items()
    else:
        assert isinstance(found, Sale)
        assert expect["sale"].items() <= summary_of(found).items()
        assert expect["buyer"].items() <= found.buyer.model_dump().items()
        assert found.sold_at.isoformat() == expect.get("sold_at", "2026-11-20T12:00:00-06:00")
