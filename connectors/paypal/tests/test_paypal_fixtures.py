"""Each case of the wire, as PayPal sends it, and what it must become."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.paypal import pages
from hub.plugin import DataError, Ignored, RawRequest, Refund, Sale, SignatureError

FIXTURES = Path(__file__).with_name("fixtures")
AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
CASES = {path.stem: json.loads(path.read_text(), parse_float=Decimal) for path in FIXTURES.glob("*.json")}
COLLECTIONS = {"capture": "/v2/payments/captures", "refund": "/v2/payments/refunds", "dispute": "/v1/customer/disputes"}


@pytest.fixture(autouse=True)
def _certificate(world):
    world.fake.certificates["CERT-360caa42-fixture"] = (FIXTURES / "certificate.pem").read_bytes()


def cases(outcome):
    return sorted(name for name, case in CASES.items() if case["outcome"] == outcome)


def delivery(name, at=AT):
    sent = CASES[name]["delivery"]
    return RawRequest(sent["headers"], sent["body"].encode(), at)


def movements(world, name):
    for path, order in CASES[name].get("remote", {}).items():
        assert path == f"/v2/checkout/orders/{order['id']}"
        world.fake.put("/v2/checkout/orders", order)
    event = json.loads(CASES[name]["delivery"]["body"], parse_float=Decimal)
    world.fake.put(COLLECTIONS[event["resource_type"]], event["resource"])
    return world.movements(delivery(name))


def test_every_case_has_its_test():
    judged = {"sale", "refund", "dispute_opened", "duplicate", "deferred", "ignored", "rejected", "poll_page"}
    assert {case["outcome"] for case in CASES.values()} == judged
    assert len(CASES) == 14


@pytest.mark.parametrize("name", cases("sale"))
def test_a_sale(world, name):
    expected = CASES[name]["sale"]

    (sale,) = movements(world, name)

    assert isinstance(sale, Sale)
    told = (sale.id, sale.currency, sale.total, sale.forma_pago, sale.reference)
    wanted = [expected[one] for one in ("external_id", "currency", "total", "forma_pago", "external_ref")]
    assert told == (wanted[0], wanted[1], Decimal(wanted[2]), *wanted[3:])
    assert len(sale.lines) == expected["line_count"]
    assert sum(line.discount for line in sale.lines) == Decimal(expected["discount_total"])
    assert sum(tax.amount for line in sale.lines for tax in line.taxes) == Decimal(expected["tax_total"])
    assert {tax.rate for line in sale.lines for tax in line.taxes} == {Decimal("0.16")}
    assert sale.prices_include_tax is False
    buyer = sale.buyer
    fiscal = (buyer.rfc, buyer.codigo_postal, buyer.regimen_fiscal, buyer.uso_cfdi)
    assert fiscal == tuple(expected.get(f"buyer_{name}") for name in ("rfc", "zip", "regimen", "uso_cfdi"))
    assert (buyer.nombre, buyer.customer_id) == ("Ana Pérez", "QYR5Z8XDVJNXQ")
    assert sale.live is False


@pytest.mark.parametrize("name", cases("refund"))
def test_a_refund(world, name):
    expected = CASES[name]["refund"]

    (refund,) = movements(world, name)

    assert isinstance(refund, Refund)
    assert (refund.id, refund.sale_id) == (expected["external_id"], expected["sale_external_id"])
    assert (refund.currency, refund.amount) == (expected["currency"], Decimal(expected["amount"]))
    sale = CASES["paid_sale_mxn" if expected["full"] else "sale_tax_discount"]["sale"]
    assert sale["external_id"] == refund.sale_id
    assert (refund.amount == Decimal(sale["total"])) is expected["full"]


def test_an_opened_dispute_changes_nothing_and_says_so(world):
    (told,) = movements(world, "dispute_created")

    assert isinstance(told, Ignored)
    assert "dispute PP-D-FIX01 on 2GG00000FIX00001 opened: 1160.00 MXN" in told.reason


def test_a_redelivery_has_the_key_of_the_first(world):
    again = delivery("duplicate_delivery", AT + timedelta(hours=1))
    world.source.verify(again)

    assert world.source.delivery_key(again) == world.source.delivery_key(delivery("paid_sale_mxn"))
    assert f"paypal:{world.source.delivery_key(again)}" == CASES["duplicate_delivery"]["key"]
    assert movements(world, "duplicate_delivery") == movements(world, "paid_sale_mxn")


def test_a_capture_that_is_pending_is_not_a_sale_yet(world):
    (told,) = movements(world, "capture_pending")

    assert told == Ignored("2GG00000FIX00009: capture is PENDING; it becomes a sale once it is completed")


def test_an_order_that_was_approved_has_no_money_yet(world):
    request = delivery("paid_sale_mxn_order_approved_same")
    world.source.verify(request)

    told = world.source.changed(request)
    assert isinstance(told, Ignored)
    assert "5O100000FIX00001 was approved" in told.reason


def test_another_event_is_ignored(world):
    request = delivery("unsupported_event")
    world.source.verify(request)

    assert world.source.changed(request) == Ignored("VAULT.PAYMENT-TOKEN.CREATED is not handled")


@pytest.mark.parametrize(("name", "why"), [("bad_signature", "does not match"), ("evil_cert_url", "not paypal.com")])
def test_what_paypal_did_not_sign_is_refused(world, name, why):
    assert CASES[name]["status"] == world.source.refusal_status
    with pytest.raises(SignatureError, match=why):
        world.source.verify(delivery(name))
    if name == "evil_cert_url":
        assert world.fake.requests == []


def test_a_spoilt_body_is_refused_as_unreadable(world):
    assert CASES["malformed"]["status"] == 400
    request = delivery("malformed")
    world.source.verify(request)

    with pytest.raises(DataError, match="JSON"):
        world.source.delivery_key(request)


def test_a_page_of_the_search(world):
    page = CASES["transaction_search_page_1"]
    world.fake.transactions += page["answer"]["transaction_details"]

    sale, refund = world.pulled(datetime.fromisoformat(page["query"]["start_date"]))

    # The app cannot read these, so the search's own words count; ids and order of time are those of the captures.
    assert {sale.id, refund.id} == {"2GG00000FIX00001", "1JU00000FIX00001"}
    by_id = {one.id: one for one in (sale, refund)}
    assert by_id["2GG00000FIX00001"].total == Decimal("1160.00")
    assert by_id["2GG00000FIX00001"].lines[0].description == "Playera básica algodón"
    assert by_id["1JU00000FIX00001"].amount == Decimal("522.00")
    assert by_id["1JU00000FIX00001"].sale_id == "2GG00000FIX00002"
    asked = [dict(one.url.params) for one in world.fake.requests if one.url.path == pages.SEARCH]
    assert {name for query in asked for name in query} == set(page["query"])
    assert asked[0]["page_size"] == page["query"]["page_size"]
    assert asked[0]["start_date"] == "2026-11-09T00:00:00Z"
    assert page["next"] is None
