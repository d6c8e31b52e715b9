"""Each case of the wire, as OpenPay sends it, and what it must become."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.openpay import pages
from hub.plugin import DataError, Ignored, RawRequest, Refund, Sale, SignatureError

FIXTURES = Path(__file__).with_name("fixtures")
AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
CASES = {path.stem: json.loads(path.read_text(), parse_float=Decimal) for path in FIXTURES.glob("*.json")}


def cases(outcome):
    return sorted(name for name, case in CASES.items() if case["outcome"] == outcome)


def delivery(name):
    sent = CASES[name]["delivery"]
    return RawRequest(sent["headers"], sent["body"].encode(), AT)


def movements(world, name):
    for charge in CASES[name]["remote"].values():
        world.fake.put(charge)
    return world.movements(delivery(name))


def test_every_case_has_its_test():
    judged = {"sale", "refund", "dispute_opened", "duplicate", "ignored", "rejected", "verification"}
    assert {case["outcome"] for case in CASES.values()} == {*judged, "poll_page"}
    assert len(CASES) == 16


@pytest.mark.parametrize("name", cases("sale"))
def test_a_sale(world, name):
    expected = CASES[name]["sale"]

    (sale,) = movements(world, name)

    assert isinstance(sale, Sale)
    assert f"charge:{sale.id}" == CASES[name]["key"]
    assert (sale.id, sale.currency, sale.total) == (
        expected["external_id"],
        expected["currency"],
        Decimal(expected["total"]),
    )
    assert sale.forma_pago == expected["forma_pago"]
    assert len(sale.lines) == expected["line_count"]
    (line,) = sale.lines
    assert line.discount == Decimal(expected["discount_total"])
    tax = None if line.taxes is None else sum(tax.amount for tax in line.taxes)
    assert tax == (Decimal(expected["tax_total"]) if "tax_total" in expected else None)
    assert sale.reference == expected.get("external_ref", sale.reference)
    buyer = sale.buyer
    assert (buyer.rfc, buyer.codigo_postal) == (expected.get("buyer_rfc"), expected.get("buyer_zip"))
    assert buyer.nombre == expected.get("buyer_name", "Ana Pérez")
    assert sale.live is False


@pytest.mark.parametrize("name", cases("refund"))
def test_a_refund(world, name):
    expected = CASES[name]["refund"]

    sale, refund = movements(world, name)

    assert isinstance(refund, Refund)
    assert f"refund:{refund.id}" == CASES[name]["key"]
    assert (refund.sale_id, refund.amount) == (expected["sale_external_id"], Decimal(expected["amount"]))
    assert sale.id == refund.sale_id
    assert (refund.amount == sale.total) is expected["full"]


def test_an_opened_chargeback_changes_nothing_and_says_so(world):
    sale, told = movements(world, "chargeback_created")

    assert isinstance(sale, Sale)
    assert isinstance(told, Ignored)
    assert "opened: 1160.00 MXN" in told.reason


def test_a_redelivery_has_the_key_of_the_first(world):
    again = delivery("duplicate_delivery")
    world.source.verify(again)

    assert world.source.delivery_key(again) == CASES["duplicate_delivery"]["key"]
    assert world.source.delivery_key(again) == world.source.delivery_key(delivery("paid_sale_mxn"))


def test_both_events_of_a_transfer_are_one_sale(world):
    one, other = delivery("spei_received"), delivery("spei_charge_succeeded_same")

    assert world.source.delivery_key(one) != world.source.delivery_key(other)
    (first,), (second,) = movements(world, "spei_received"), movements(world, "spei_charge_succeeded_same")
    assert first == second


def test_another_kind_of_event_is_ignored(world):
    request = delivery("unsupported_event")
    world.source.verify(request)

    assert world.source.changed(request) == Ignored("payout.created is not handled")


def test_the_code_of_a_new_webhook_is_shown(world):
    request = delivery("verification")
    world.source.verify(request)

    assert "verification code UY1qqrxw" in world.source.changed(request).reason
    assert world.source.delivery_key(request) == "verification:UY1qqrxw"


def test_wrong_credentials_are_refused(world):
    assert CASES["bad_auth"]["status"] == world.source.refusal_status
    with pytest.raises(SignatureError, match="wrong"):
        world.source.verify(delivery("bad_auth"))


def test_a_spoilt_body_is_refused_as_unreadable(world):
    assert CASES["malformed"]["status"] == 400
    request = delivery("malformed")
    world.source.verify(request)

    with pytest.raises(DataError, match="JSON"):
        world.source.delivery_key(request)


def test_the_pages_of_a_list(world, monkeypatch):
    page_1, page_2 = CASES["list_page_1"], CASES["list_page_2"]
    monkeypatch.setattr(pages, "LIST_SIZE", int(page_1["query"]["limit"]))
    world.source = world.source_with(window_days=1)
    for charge in reversed(page_1["answer"] + page_2["answer"]):
        world.fake.put(charge)

    found = world.pulled(datetime(2026, 11, 20, tzinfo=UTC))

    assert {sale.id for sale in found} == {charge["id"] for charge in page_1["answer"]}
    asked = [dict(one.url.params) for one in world.fake.requests]
    assert [query["offset"] for query in asked] == [page_1["query"]["offset"], page_2["query"]["offset"]]
    assert {query["limit"] for query in asked} == {page_1["query"]["limit"]}
    # A day before the window, for the day's zone is not told.
    assert {query["creation[gte]"] for query in asked} == {"2026-11-18"}
