"""Each case of the wire, as PrestaShop sends it, and what it must become."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from hub.plugin import Ignored, Refund, Sale, TransientError

FIXTURES = Path(__file__).with_name("fixtures")
CASES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FIXTURES.glob("*.json")}


def cases(outcome):
    return sorted(name for name, case in CASES.items() if case["outcome"] == outcome)


def since_of(case):
    begin, _, _ = case["query"]["filter[date_upd]"].strip("[]").partition(",")
    return datetime.fromisoformat(f"{begin}-06:00").astimezone(UTC)


def movements(world, name):
    """What a reading gives while the shop has what the case tells."""
    case = CASES[name]
    for listed, resource in (("orders", "orders"), ("order_slips", "order_slip")):
        world.fake.put(resource, *case["answer"].get(listed, ()))
    world.fake.put("order_payments", *case.get("payments", ()))
    if "address" in case:
        world.fake.put("addresses", case["address"])
    return world.pulled(since_of(case))


def test_every_case_has_its_test():
    judged = {"sale", "refund", "duplicate", "ignored", "retry", "poll_page", "info"}
    assert {case["outcome"] for case in CASES.values()} == judged
    assert len(CASES) == 11


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
    assert sale.reference == expected["external_ref"]
    assert sale.buyer.rfc == expected["buyer_rfc"]
    assert sale.buyer.nombre == expected.get("buyer_name", "Ana Pérez")
    assert sale.buyer.codigo_postal == expected.get("buyer_zip", "86991")
    assert sale.sold_at == datetime(2026, 11, 20, 17, 52, 31, tzinfo=UTC)


@pytest.mark.parametrize("name", cases("refund"))
def test_a_refund(world, name):
    expected = CASES[name]["refund"]
    sold = {"1001": "paid_sale_mxn", "1002": "sale_tax_discount"}[expected["sale_external_id"]]
    (sale,) = movements(world, sold)

    refund = movements(world, name)[0]

    assert isinstance(refund, Refund)
    assert (refund.id, refund.sale_id, refund.currency, refund.amount) == (
        f"slip-{expected['external_id']}",
        expected["sale_external_id"],
        expected["currency"],
        Decimal(expected["amount"]),
    )
    assert sale.id == refund.sale_id
    assert (refund.amount == sale.total) is expected["full"]


def test_the_overlap_brings_the_same_sale_again(world):
    assert movements(world, "duplicate_delivery") == movements(world, "paid_sale_mxn")


def test_a_transfer_that_is_awaited_is_no_sale_yet(world):
    (told,) = movements(world, "unsupported_event")

    assert isinstance(told, Ignored)
    assert "not paid" in told.reason


def test_an_empty_list_is_no_page(world):
    case = CASES["empty_page"]
    assert list(world.source.pages(world.http, since_of(case))) == []

    asked = dict(world.fake.requests[-1].url.params)
    begin = case["query"]["filter[date_upd]"].partition(",")[0]
    assert asked.pop("filter[date_upd]").startswith(f"{begin},")
    assert asked == {name: value for name, value in case["query"].items() if name != "filter[date_upd]"}


def test_an_error_in_xml_is_tried_again(world):
    world.fake.answer = lambda request: httpx.Response(200, text=CASES["malformed"]["answer"])

    with pytest.raises(TransientError, match="not JSON"):
        world.pulled()


def test_json_is_asked_for_each_time(world):
    movements(world, "paid_sale_mxn")
    as_xml = CASES["order_xml_default"]["answer"]

    assert as_xml.startswith("<?xml")
    assert {one.url.params["output_format"] for one in world.fake.requests} == {"JSON"}
