"""Each case of the wire, as Conekta sends it, and what it must become."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.conekta import pages
from hub.plugin import DataError, Ignored, RawRequest, Refund, Sale, SignatureError

FIXTURES = Path(__file__).with_name("fixtures")
AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
CASES = {path.stem: json.loads(path.read_text(), parse_float=Decimal) for path in FIXTURES.glob("*.json")}


@pytest.fixture(autouse=True)
def _signed_with_the_key_of_the_cases(world):
    world.source = world.source_with(public_key=(FIXTURES / "webhook_key.pem").read_text())


def cases(outcome):
    return sorted(name for name, case in CASES.items() if case["outcome"] == outcome)


def delivery(name):
    sent = CASES[name]["delivery"]
    return RawRequest(sent["headers"], sent["body"].encode(), AT)


def remote(world, name):
    """The order that an event tells of is the one that is read again."""
    told = json.loads(CASES[name]["delivery"]["body"])["data"]["object"]
    for order in (told, *CASES[name].get("remote", {}).values()):
        if order["object"] == "order":
            world.fake.put(order)


def movements(world, name):
    remote(world, name)
    return world.movements(delivery(name))


def test_every_case_has_its_test():
    judged = {"sale", "refund", "dispute_opened", "duplicate", "ignored", "rejected"}
    assert {case["outcome"] for case in CASES.values()} == {*judged, "poll_page"}
    assert len(CASES) == 18


@pytest.mark.parametrize("name", cases("sale"))
def test_a_sale(world, name):
    expected = CASES[name]["sale"]

    (sale,) = movements(world, name)

    assert isinstance(sale, Sale)
    assert sale.id == expected["external_id"] == CASES[name]["key"]
    assert (sale.currency, sale.total) == (expected["currency"], Decimal(expected["total"]))
    assert sale.forma_pago == expected["forma_pago"]
    assert len(sale.lines) == expected["line_count"]
    assert sum(line.discount for line in sale.lines) == Decimal(expected["discount_total"])
    assert sum(tax.amount for line in sale.lines for tax in line.taxes) == Decimal(expected["tax_total"])
    assert {tax.rate for line in sale.lines for tax in line.taxes} == {Decimal("0.16")}
    assert sale.prices_include_tax is False
    assert sale.reference == expected.get("external_ref", sale.reference)
    buyer = sale.buyer
    told = (buyer.rfc, buyer.codigo_postal, buyer.regimen_fiscal, buyer.uso_cfdi)
    assert told == tuple(expected.get(f"buyer_{name}") for name in ("rfc", "zip", "regimen", "uso_cfdi"))
    assert buyer.nombre == expected.get("buyer_name", "Ana Pérez")


@pytest.mark.parametrize("name", [name for name in cases("refund") if name != "chargeback_lost"])
def test_a_refund(world, name):
    expected = CASES[name]["refund"]

    sale, refund = movements(world, name)

    assert isinstance(refund, Refund)
    assert (refund.id, refund.sale_id, refund.amount) == (
        expected["external_id"],
        expected["sale_external_id"],
        Decimal(expected["amount"]),
    )
    assert sale.id == refund.sale_id
    assert (refund.amount == sale.total) is expected["full"]


def test_a_lost_chargeback_is_money_back_although_the_order_does_not_tell_of_it(world):
    expected = CASES["chargeback_lost"]["refund"]
    remote(world, "paid_sale_mxn")

    sale, refund = movements(world, "chargeback_lost")

    assert (refund.id, refund.sale_id, refund.kind) == (
        expected["external_id"],
        expected["sale_external_id"],
        expected["reason"],
    )
    assert refund.amount == sale.total == Decimal(expected["amount"])


def test_an_opened_chargeback_changes_nothing_and_says_so(world):
    (told,) = movements(world, "chargeback")

    assert isinstance(told, Ignored)
    assert "opened: 1160.00 MXN, under_review" in told.reason


def test_a_redelivery_has_the_key_of_the_first(world):
    again = delivery("duplicate_delivery")
    world.source.verify(again)

    assert world.source.delivery_key(again) == CASES["duplicate_delivery"]["key"]
    assert world.source.delivery_key(again) == world.source.delivery_key(delivery("paid_sale_mxn"))


def test_the_charge_and_the_order_are_one_sale(world):
    assert movements(world, "paid_sale_mxn_charge_paid_same") == movements(world, "paid_sale_mxn")


@pytest.mark.parametrize("name", cases("ignored"))
def test_what_is_not_about_money_is_ignored(world, name):
    request = delivery(name)
    world.source.verify(request)

    assert isinstance(world.source.changed(request), Ignored)


def test_a_wrong_signature_is_refused(world):
    assert CASES["bad_signature"]["status"] == world.source.refusal_status
    with pytest.raises(SignatureError, match="does not match"):
        world.source.verify(delivery("bad_signature"))


def test_a_spoilt_body_is_refused_as_unreadable(world):
    assert CASES["malformed"]["status"] == 400
    request = delivery("malformed")
    world.source.verify(request)

    with pytest.raises(DataError, match="JSON"):
        world.source.delivery_key(request)


def test_the_pages_of_a_list(world, monkeypatch):
    page_1, page_2 = CASES["list_page_1"], CASES["list_page_2"]
    monkeypatch.setattr(pages, "LIST_SIZE", int(page_1["query"]["limit"]))
    listed = page_1["answer"]["data"] + page_2["answer"]["data"]
    for place, order in enumerate(listed):
        world.fake.put({**order, "created_at": order["created_at"] - place})

    found = world.pulled(datetime.fromtimestamp(int(page_1["query"]["updated_at.gte"]), UTC))

    assert {sale.id for sale in found} == {order["id"] for order in listed}
    asked = [dict(one.url.params) for one in world.fake.requests if one.url.path == "/orders"]
    assert [query.get("next") for query in asked] == [None, page_2["query"]["next"]]
    assert {query["updated_at.gte"] for query in asked} == {page_1["query"]["updated_at.gte"]}
