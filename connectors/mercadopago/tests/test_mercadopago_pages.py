from datetime import UTC, datetime

import pytest

from connectors.mercadopago import pages as module
from hub.plugin import ConfigError, Refund, Sale, TransientError


def test_every_payment_comes_once_oldest_change_first(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 7)
    since = clock()
    for number in range(30):
        world.fake.pay(f"{100 + number}.00")
        clock.passes(seconds=40 if number % 3 else 0)

    sales = world.pulled(since)

    assert len({sale.id for sale in sales}) == len(sales) == 30
    assert [sale.sold_at for sale in sales] == sorted(sale.sold_at for sale in sales)


def test_a_search_never_goes_deeper_than_one_instant(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 5)
    since = clock()
    for _ in range(40):
        world.fake.pay("100.00")
        clock.passes(minutes=1)

    assert len(world.pulled(since)) == 40
    offsets = [one.url.params["offset"] for one in world.fake.requests if one.url.path == module.SEARCH]
    assert set(offsets) == {"0"}


def test_a_payment_that_changes_while_it_is_read_hides_no_other(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    since = clock()
    payments = []
    for _ in range(6):
        payments.append(world.fake.pay("100.00"))
        clock.passes(minutes=1)
    pages = world.source.pages(world.http, since)

    first = next(pages)
    world.fake.refund(payments[0], "10.00")
    rest = [record for page in pages for record in page.records]

    found = {record["id"] for record in (*first.records, *rest) if record["object_kind"] == "sale"}
    assert found == {str(payment["id"]) for payment in payments}
    assert [record for record in rest if record["object_kind"] == "refund"]


def test_since_is_inclusive_and_older_payments_stay_out(world, clock):
    world.fake.pay("100.00")
    since = clock.passes(hours=1)
    world.fake.pay("200.00")

    assert [sale.total for sale in world.pulled(since)] == [200]


def test_a_voucher_is_found_when_it_is_paid_days_later(world, clock):
    payment = world.fake.start("100.00")
    since = clock.passes(days=3)
    assert world.pulled(since) == []

    world.fake.approve(payment)

    (sale,) = world.pulled(since)
    assert sale.sold_at == since


def test_refunds_and_lost_chargebacks_are_pulled(world, clock):
    refunded, lost = world.fake.pay("100.00"), world.fake.pay("200.00")
    since = clock.passes(days=1)
    world.fake.refund(refunded, "30.00")
    world.fake.refund(refunded, "20.50")
    world.fake.chargeback_ends(world.fake.chargeback(lost))

    pulled = world.pulled(since)

    back = [(one.kind, one.sale_id, str(one.amount)) for one in pulled if isinstance(one, Refund)]
    assert back == [
        ("refund", str(refunded["id"]), "30.00"),
        ("refund", str(refunded["id"]), "20.50"),
        ("dispute_lost", str(lost["id"]), "200.00"),
    ]
    assert len([one for one in pulled if isinstance(one, Sale)]) == 2


def test_nothing_new_gives_no_page_and_no_promise(world, clock):
    assert list(world.source.pages(world.http, clock())) == []


def test_a_limit_in_the_middle_keeps_the_pages_before_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    since = clock()
    for _ in range(5):
        world.fake.pay("100.00")
        clock.passes(minutes=1)
    pages = world.source.pages(world.http, since)
    first = next(pages)

    world.fake.fail_next(429)

    with pytest.raises(TransientError):
        next(pages)
    assert len(world.pulled(first.complete_until)) == 4


def test_a_refused_search_is_an_error_and_not_an_empty_shop(world):
    world.fake.forbid("/v1/payments")

    with pytest.raises(ConfigError, match="403"):
        list(world.source.pages(world.http, datetime(2026, 1, 1, tzinfo=UTC)))
