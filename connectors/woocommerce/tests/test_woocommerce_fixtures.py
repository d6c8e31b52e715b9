"""Each case of the wire, as WooCommerce sends it, and what it must become."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.woocommerce import pages
from hub.plugin import DataError, Ignored, RawRequest, Refund, Sale, SignatureError

FIXTURES = Path(__file__).with_name("fixtures")
AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
CASES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FIXTURES.glob("*.json")}


def cases(outcome):
    return sorted(name for name, case in CASES.items() if case["outcome"] == outcome)


def delivery(name):
    sent = CASES[name]["delivery"]
    return RawRequest(sent["headers"], sent["body"].encode(), AT)


def movements(world, name):
    """The order is read again, as the shop has it when it tells of it."""
    order = world.fake.put(json.loads(CASES[name]["delivery"]["body"], parse_float=Decimal))
    world.fake.refunds[str(order["id"])] = CASES[name].get("refunds", [])
    return world.movements(delivery(name))


def test_every_case_has_its_test():
    judged = {"sale", "refund", "deferred", "duplicate", "ignored", "rejected", "sale_cancelled", "poll_page"}
    assert {case["outcome"] for case in CASES.values()} == judged
    assert len(CASES) == 17


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
    assert sale.prices_include_tax is False
    assert sale.reference == expected.get("external_ref", sale.id)
    buyer = sale.buyer
    assert (buyer.rfc, buyer.uso_cfdi) == (expected["buyer_rfc"], expected.get("buyer_uso_cfdi"))
    assert buyer.codigo_postal == expected.get("buyer_zip", "86991")
    assert buyer.regimen_fiscal == expected.get("buyer_regimen")
    assert buyer.nombre == expected.get("buyer_name", "Ana Pérez")


@pytest.mark.parametrize("name", cases("refund"))
def test_a_refund(world, name):
    expected = CASES[name]["refund"]

    sale, refund = movements(world, name)

    assert isinstance(refund, Refund)
    assert (refund.id, refund.sale_id, refund.currency, refund.amount) == (
        expected["external_id"],
        expected["sale_external_id"],
        expected["currency"],
        Decimal(expected["amount"]),
    )
    assert sale.id == refund.sale_id
    assert (refund.amount == sale.total) is expected["full"]
    assert refund.refunded_at == datetime(2026, 11, 20, 17, 59, tzinfo=UTC)


def test_an_order_that_is_not_paid_is_not_a_sale_yet(world):
    (told,) = movements(world, "created_pending_first")

    assert isinstance(told, Ignored)
    assert "pending and not paid" in told.reason


def test_a_repetition_has_the_key_of_the_first_whatever_its_delivery_id(world):
    again = delivery("duplicate_delivery")
    world.source.verify(again)

    assert again.headers["x-wc-webhook-delivery-id"] != delivery("paid_sale_mxn").headers["x-wc-webhook-delivery-id"]
    assert world.source.delivery_key(again) == world.source.delivery_key(delivery("paid_sale_mxn"))
    assert movements(world, "duplicate_delivery") == movements(world, "paid_sale_mxn")


def test_a_paid_order_in_the_trash_is_shown_to_a_person(world):
    order = json.loads(CASES["paid_sale_mxn"]["delivery"]["body"])
    world.fake.put({**order, "status": "trash"})

    with pytest.raises(DataError, match="moved to the trash"):
        world.movements(delivery("order_deleted"))


def test_the_ping_of_a_new_webhook_is_taken_and_ignored(world):
    ping = delivery("ping")
    world.source.verify(ping)

    assert isinstance(world.source.changed(ping), Ignored)
    assert world.source.delivery_key(ping) == "ping"


def test_another_topic_is_ignored(world):
    request = delivery("unsupported_event")
    world.source.verify(request)

    assert world.source.changed(request) == Ignored("coupon.updated is not handled")


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
    monkeypatch.setattr(pages, "PAGE_SIZE", int(page_1["query"]["per_page"]))
    for order in page_1["answer"] + page_2["answer"]:
        world.fake.put(order)
    since = datetime.fromisoformat(page_1["query"]["modified_after"]).replace(tzinfo=UTC)

    found = world.pulled(since + timedelta(seconds=1))

    assert [sale.id for sale in found] == ["1001", "1002", "1003"]
    asked = [dict(one.url.params) for one in world.fake.requests]
    assert {**asked[0], **page_1["query"]} == asked[0]
    # All three changed in one second, so the page is needed, as the second query says.
    fixed = ("dates_are_gmt", "orderby", "order", "per_page", "status", "page")
    assert [asked[-1][name] for name in fixed] == [page_2["query"][name] for name in fixed]
    assert page_2["next"] is None
