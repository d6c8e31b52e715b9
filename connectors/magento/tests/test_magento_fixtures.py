"""Each case of the wire, as Magento sends it, and what it must become."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from hub.plugin import Ignored, RawRequest, Refund, Sale, TransientError

FIXTURES = Path(__file__).with_name("fixtures")
CASES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal) for path in FIXTURES.glob("*.json")
}
VALUE = "searchCriteria[filter_groups][0][filters][0][value]"


def cases(outcome):
    return sorted(name for name, case in CASES.items() if case["outcome"] == outcome)


def since_of(case):
    return datetime.fromisoformat(case["query"][VALUE]).replace(tzinfo=UTC)


def movements(world, name):
    """What a reading gives while the shop has what the case tells."""
    case = CASES[name]
    for record in case["answer"]["items"]:
        world.fake.put("creditmemos" if "order_id" in record else "orders", record)
    return world.pulled(since_of(case))


def test_every_case_has_its_test():
    judged = {"sale", "refund", "duplicate", "ignored", "retry", "poll_page", "deferred"}
    assert {case["outcome"] for case in CASES.values()} == judged
    assert len(CASES) == 10


@pytest.mark.parametrize("name", cases("sale"))
def test_a_sale(world, name):
    expected = CASES[name]["sale"]

    (sale,) = movements(world, name)

    assert isinstance(sale, Sale)
    assert (sale.id, sale.currency, sale.total) == (
        expected["external_id"],
        expected["currency"],
        Decimal(expected["total"]),
    )
    assert sale.forma_pago == expected["forma_pago"]
    assert len(sale.lines) == expected["line_count"]
    assert sum(line.discount for line in sale.lines) == Decimal(expected["discount_total"])
    assert sum(tax.amount for line in sale.lines for tax in line.taxes) == Decimal(expected["tax_total"])
    assert sale.reference == expected.get("external_ref", sale.reference)
    assert sale.buyer.rfc == expected["buyer_rfc"]
    assert sale.buyer.nombre == expected.get("buyer_name", "Ana Pérez")
    assert sale.buyer.codigo_postal == expected.get("buyer_zip", "86991")


@pytest.mark.parametrize("name", cases("refund"))
def test_a_refund(world, name):
    expected = CASES[name]["refund"]
    sold = {"1001": "paid_sale_mxn", "1002": "sale_tax_discount"}[expected["sale_external_id"]]
    (sale,) = movements(world, sold)

    refund = movements(world, name)[0]

    assert isinstance(refund, Refund)
    assert (refund.id, refund.sale_id, refund.currency, refund.amount) == (
        f"creditmemo-{expected['external_id']}",
        expected["sale_external_id"],
        expected["currency"],
        Decimal(expected["amount"]),
    )
    assert sale.id == refund.sale_id
    assert (refund.amount == sale.total) is expected["full"]


def test_the_overlap_brings_the_same_sale_again(world):
    assert movements(world, "duplicate_delivery") == movements(world, "paid_sale_mxn")


def test_an_order_of_which_nothing_is_paid_is_no_sale_yet(world):
    (told,) = movements(world, "unsupported_event")

    assert isinstance(told, Ignored)
    assert "not paid" in told.reason


def test_the_last_page_that_repeats_is_not_read_for_ever(world):
    case = CASES["page_beyond_last"]

    assert len(movements(world, "page_beyond_last")) == case["answer"]["total_count"]
    asked = [dict(one.url.params) for one in world.fake.requests if one.url.path == "/rest/V1/orders"]
    assert len(asked) == 1
    assert {**asked[0], **case["query"], "searchCriteria[currentPage]": "1"} == asked[0]


def test_a_warning_before_the_json_is_tried_again(world):
    world.fake.answer = lambda request: httpx.Response(200, text=CASES["malformed"]["answer"])

    with pytest.raises(TransientError, match="not JSON"):
        world.pulled()


def test_a_webhook_is_a_hint_to_read_the_order(world):
    case = CASES["adobe_commerce_webhook"]
    request = RawRequest(
        case["delivery"]["headers"], case["delivery"]["body"].encode(), datetime(2026, 11, 20, 18, tzinfo=UTC)
    )
    source = world.source_with(public_key=case["public_key"])
    source.verify(request)
    (sale,) = movements(world, "paid_sale_mxn")

    assert [source.to_sale(one) for name in source.changed(request) for one in source.read(world.http, name)] == [sale]
