"""Each fixture: what Stripe holds, the event that it sends, and what must come out."""

import json
from pathlib import Path

import pytest

from hub.plugin import Ignored, Refund, Sale
from hub.testing.summary import summary_of

CASES = sorted(Path(__file__).with_name("fixtures").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_event_leads_to_what_the_fixture_expects(path, world):
    case = json.loads(path.read_text("utf-8"))
    for found in case["objects"]:
        world.fake.put(found, case["account"])
    expect = case["expect"]

    if expect["outcome"] == "ignored":
        told = world.source.changed(world.request(case["event"]))
        assert isinstance(told, Ignored)
        assert told.reason
        return
    (movement,) = world.movements(case["event"])

    if expect["outcome"] == "refund":
        assert isinstance(movement, Refund)
        assert expect["refund"].items() <= movement.model_dump(mode="json").items()
        return
    assert isinstance(movement, Sale)
    buyer = expect["sale"].pop("buyer")
    assert expect["sale"].items() <= summary_of(movement).items()
    assert buyer.items() <= movement.buyer.model_dump().items()
