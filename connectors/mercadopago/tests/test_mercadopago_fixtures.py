"""Each case of the wire, as Mercado Pago sends it, and what it must become."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.mercadopago import pages
from hub.plugin import DataError, Ignored, RawRequest, Refund, Sale, SignatureError, TransientError

FIXTURES = Path(__file__).with_name("fixtures")
AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
CASES = {path.stem: json.loads(path.read_text(), parse_float=Decimal) for path in FIXTURES.glob("*.json")}


def cases(outcome):
    return sorted(name for name, case in CASES.items() if case["outcome"] == outcome)


def delivery(name, at=AT):
    sent = CASES[name]["delivery"]
    query = {f"?{key}": value for key, value in sent["query"].items()}
    return RawRequest({**sent["headers"], **query}, sent["body"].encode(), at)


def remote(world, name):
    places = {
        "payments": world.fake.payments,
        "orders": world.fake.orders,
        "chargebacks": world.fake.chargebacks,
    }
    for path, found in CASES[name].get("remote", {}).items():
        _, _, collection, identifier = path.split("/")
        if found is not None:
            places[collection][identifier] = found


def movements(world, name, at=AT):
    remote(world, name)
    return world.movements(delivery(name, at))


def test_every_case_has_its_test():
    judged = {"sale", "refund", "dispute_opened", "duplicate", "deferred", "ignored", "rejected", "retry_later"}
    assert {case["outcome"] for case in CASES.values()} == {*judged, "poll_page"}
    assert len(CASES) == 21


@pytest.mark.parametrize("name", cases("sale"))
def test_a_sale(world, name):
    world.source = world.source_with(unsigned_notifications=name == "legacy_ipn")
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
    assert all(line.taxes is None for line in sale.lines)
    assert sale.prices_include_tax is True
    assert sale.reference == expected.get("external_ref", sale.reference)
    buyer = sale.buyer
    told = (buyer.rfc, buyer.codigo_postal, buyer.regimen_fiscal, buyer.uso_cfdi)
    assert told == tuple(expected.get(f"buyer_{name}") for name in ("rfc", "zip", "regimen", "uso_cfdi"))
    assert buyer.nombre == expected.get("buyer_name", "Ana Pérez")
    assert sale.live is False


@pytest.mark.parametrize("name", cases("refund"))
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


def test_an_opened_chargeback_changes_nothing_and_says_so(world):
    sale, told = movements(world, "chargeback")

    assert isinstance(sale, Sale)
    assert isinstance(told, Ignored)
    assert "opened: 1160.00 MXN" in told.reason


def test_a_redelivery_has_the_key_of_the_first(world):
    again = delivery("duplicate_delivery", AT + timedelta(minutes=15))
    world.source.verify(again)

    assert world.source.delivery_key(again) == world.source.delivery_key(delivery("paid_sale_mxn"))
    assert world.source.delivery_key(again) == CASES["duplicate_delivery"]["key"]


def test_two_notifications_of_one_payment_are_one_sale(world):
    created, updated = delivery("paid_sale_mxn_created_same_payment"), delivery("paid_sale_mxn")

    assert world.source.delivery_key(created) != world.source.delivery_key(updated)
    assert movements(world, "paid_sale_mxn_created_same_payment") == movements(world, "paid_sale_mxn")


def test_a_payment_that_waits_is_not_a_sale_yet(world):
    (told,) = movements(world, "pending_ticket")

    assert isinstance(told, Ignored)
    assert "pending" in told.reason


def test_an_order_is_folded_into_its_payments(world):
    remote(world, "paid_sale_mxn")

    assert movements(world, "order_topic") == movements(world, "paid_sale_mxn")


def test_what_another_account_collected_is_ignored(world):
    (told,) = movements(world, "other_collector")

    assert isinstance(told, Ignored)
    assert "555" in told.reason


def test_another_topic_is_ignored(world):
    request = delivery("unsupported_event")
    world.source.verify(request)

    assert world.source.changed(request) == Ignored("mp-connect is not handled")


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


def test_a_payment_that_is_not_there_yet_is_read_again_for_a_while(world):
    (soon,) = world.source.changed(delivery("payment_not_found_yet", datetime.now(UTC)))
    with pytest.raises(TransientError, match="not there yet"):
        world.source.read(world.http, soon)

    assert movements(world, "payment_not_found_yet", AT) == []


def test_the_pages_of_a_search(world, monkeypatch):
    page_1, page_2 = CASES["search_page_1"], CASES["search_page_2"]
    monkeypatch.setattr(pages, "PAGE_SIZE", int(page_1["query"]["limit"]))
    for payment in page_1["answer"]["results"] + page_2["answer"]["results"]:
        world.fake.put(payment)

    found = world.pulled(datetime.fromisoformat(page_1["query"]["begin_date"]))

    assert [sale.id for sale in found] == [str(payment["id"]) for payment in world.fake.payments.values()]
    asked = [dict(one.url.params) for one in world.fake.requests if one.url.path == pages.SEARCH]
    fixed = ("sort", "criteria", "range", "limit")
    assert {tuple(query[name] for name in fixed) for query in asked} == {tuple(page_1["query"][name] for name in fixed)}
    # All three changed in one millisecond, so the offset is needed, as the answers say.
    assert int(asked[-1]["offset"]) == page_1["next"]["offset"] == page_2["answer"]["paging"]["offset"]
    assert page_2["next"] is None
