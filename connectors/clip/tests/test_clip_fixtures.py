"""Each case of the wire, as far as Clip's is known, and what it must become."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.clip import pages
from hub.plugin import DataError, Ignored, RawRequest, Refund, Sale, SignatureError

from .conftest import TOKEN

FIXTURES = Path(__file__).with_name("fixtures")
AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
CASES = {path.stem: json.loads(path.read_text(), parse_float=Decimal) for path in FIXTURES.glob("*.json")}


def cases(outcome):
    return sorted(name for name, case in CASES.items() if case["outcome"] == outcome)


def delivery(name, at=AT):
    sent = CASES[name]["delivery"]
    return RawRequest({**sent["headers"], "?token": TOKEN}, sent["body"].encode(), at)


def movements(world, name):
    places = {"payments": world.fake.payments, "checkout": world.fake.checkouts, "refunds": world.fake.refunds}
    for path, found in CASES[name].get("remote", {}).items():
        *_, collection, identifier = path.split("/")
        places[collection][identifier] = found
    return world.movements(delivery(name))


def test_every_case_has_its_test():
    judged = {"sale", "refund", "duplicate", "deferred", "ignored", "rejected", "poll_page"}
    assert {case["outcome"] for case in CASES.values()} == judged
    assert len(CASES) == 11


@pytest.mark.parametrize("name", cases("sale"))
def test_a_sale(world, name):
    expected = CASES[name]["sale"]

    (sale,) = movements(world, name)

    assert isinstance(sale, Sale)
    assert (sale.id, sale.currency, sale.forma_pago) == (
        expected["external_id"],
        expected["currency"],
        expected["forma_pago"],
    )
    assert sale.total == Decimal(expected["total"])
    assert len(sale.lines) == expected["line_count"]
    assert sum(line.discount for line in sale.lines) == Decimal(expected["discount_total"])
    assert [line.taxes for line in sale.lines] == [expected["tax_total"]]
    assert (sale.buyer.rfc, sale.buyer.codigo_postal) == (expected["buyer_rfc"], expected.get("buyer_zip"))
    assert sale.reference == expected.get("external_ref", sale.reference)
    assert sale.lines[0].description == "Pedido PED-1001"
    assert sale.live is False


@pytest.mark.parametrize("name", cases("refund"))
def test_a_refund(world, name):
    expected = CASES[name]["refund"]

    (refund,) = movements(world, name)

    assert isinstance(refund, Refund)
    assert (refund.id, refund.sale_id) == (expected["external_id"], expected["sale_external_id"])
    assert (refund.currency, refund.amount) == (expected["currency"], Decimal(expected["amount"]))
    sold = CASES["paid_sale_mxn" if expected["full"] else "sale_tax_discount"]["sale"]
    assert (refund.amount == Decimal(sold["total"])) is expected["full"]


def test_what_is_told_as_paid_and_is_not_is_ignored(world):
    (told,) = movements(world, "forged_completed")

    assert told == Ignored("checkout pr-0666 is CHECKOUT_CREATED: Clip says that it is not paid")


def test_a_checkout_that_waits_is_not_a_sale_yet(world):
    told = world.source.changed(delivery("checkout_pending"))

    assert isinstance(told, Ignored)
    assert "resource_status=PENDING" in told.reason


def test_another_resource_is_ignored(world):
    assert world.source.changed(delivery("unsupported_event")) == Ignored("SUBSCRIPTION is not handled")


def test_another_attempt_has_the_key_of_the_first(world):
    again = delivery("duplicate_delivery", AT + timedelta(minutes=15))

    assert world.source.delivery_key(again) == world.source.delivery_key(delivery("paid_sale_mxn"))
    assert movements(world, "duplicate_delivery") == movements(world, "paid_sale_mxn")
    assert world.of({"id": CASES["duplicate_delivery"]["key"].rpartition(":")[2]})


def test_a_spoilt_body_is_refused_as_unreadable(world):
    assert CASES["malformed"]["status"] == 400
    request = delivery("malformed")
    world.source.verify(request)

    with pytest.raises(DataError, match="JSON"):
        world.source.delivery_key(request)


def test_an_address_without_the_token_is_refused(world):
    for headers in ({}, {"?token": ""}, {"?token": "9f8e7d6c5b4a"}, {"?token": "ñ"}):
        with pytest.raises(SignatureError, match="token"):
            world.source.verify(RawRequest(headers, b"{}", AT))


def test_the_list_of_payments(world):
    page = CASES["payments_list"]
    for payment in page["answer"]["results"]:
        world.fake.payments[payment["id"]] = payment

    first, second, note = world.pulled(datetime.fromisoformat(page["query"]["from"]))

    totals = [Decimal(payment["amount"]) for payment in page["answer"]["results"]]
    assert [first.total, second.total] == totals
    assert isinstance(note, Ignored)
    assert "522.00 went back" in note.reason
    asked = [dict(one.url.params) for one in world.fake.requests if one.url.path == pages.PAYMENTS]
    assert {name for query in asked for name in query} == set(page["query"])
    assert asked[0]["from"] == "2026-11-12T17:52:31Z"
    assert page["next"] is None
