"""Each fixture: what Stripe holds, the event that it sends, and what must come out."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hub.plugin import Ignored, Refund, Sale

CASES = sorted(Path(__file__).with_name("fixtures").glob("*.json"))


def seen(sale: Sale) -> dict[str, Any]:
    taxes = [line.taxes for line in sale.lines]
    known = [tax for each in taxes for tax in each or ()]
    tax = None if None in taxes else str(sum((t.amount or Decimal(0) for t in known), Decimal(0)))
    return {
        "id": sale.id,
        "currency": sale.currency,
        "total": str(sale.total),
        "prices_include_tax": sale.prices_include_tax,
        "lines": len(sale.lines),
        "tax": tax,
        "discount": str(sum((line.discount for line in sale.lines), Decimal("0.00"))),
        "forma_pago": sale.forma_pago,
        "seller": sale.seller,
        "reference": sale.reference,
    }


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
    assert expect["sale"].items() <= seen(movement).items()
    assert buyer.items() <= movement.buyer.model_dump().items()
