"""Each fixture: the rows of a table, and what must come out."""

import json
from pathlib import Path

import pytest

from hub.plugin import DataError, Ignored, Refund, Sale
from hub.testing.summary import summary_of

CASES = sorted(Path(__file__).with_name("fixtures").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_rows_become_what_the_fixture_expects(path, world):
    case = json.loads(path.read_text("utf-8"))
    for row in case["rows"]:
        world.fake.add(world.table, row["fields"], key=row["id"])
    expect = case["expect"]

    (found,) = world.pulled()

    if expect["outcome"] == "ignored":
        assert isinstance(found, Ignored)
        assert "cotización" in found.reason
    elif expect["outcome"] == "quarantined":
        assert isinstance(found, DataError)
        assert "column total" in str(found)
        assert found.hint
    elif expect["outcome"] == "refund":
        assert isinstance(found, Refund)
        told = found.model_dump(mode="json") | {"amount": f"{found.amount:.2f}"}
        assert expect["refund"].items() <= told.items()
    else:
        assert isinstance(found, Sale)
        assert expect["sale"].items() <= summary_of(found).items()
        assert expect["buyer"].items() <= found.buyer.model_dump().items()
        assert found.sold_at.isoformat() == "2026-11-20T11:52:00-06:00"
