import pytest

from connectors.conekta import pages as module
from connectors.conekta.testing import Item
from hub.plugin import ConfigError, Refund, Sale, TransientError

ITEMS = [Item("Taza", 10000)]


def test_every_order_comes_once_oldest_change_first(world, clock, monkeypatch):
    monkeypatch.setattr(module, "LIST_SIZE", 7)
    since = clock()
    for _ in range(30):
        world.fake.sell(ITEMS)
        clock.passes(minutes=1)

    sales = world.pulled(since)

    assert len({sale.id for sale in sales}) == len(sales) == 30
    assert [sale.sold_at for sale in sales] == sorted(sale.sold_at for sale in sales)


def test_each_promise_holds_if_reading_stops_right_after_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "RECORDS_PER_PAGE", 3)
    since = clock()
    for _ in range(8):
        world.fake.sell(ITEMS)
        world.fake.sell(ITEMS)
        clock.passes(seconds=40)
    everything = {sale.id for sale in world.pulled(since)}

    for stop in range(1, 6):
        pages = [page for page, _ in zip(world.source.pages(world.http, since), range(stop), strict=False)]
        before = {record["id"] for page in pages for record in page.records}
        assert before | {sale.id for sale in world.pulled(pages[-1].complete_until)} == everything


def test_an_order_is_found_when_it_is_paid_days_later(world, clock):
    order = world.fake.order(ITEMS)
    since = clock.passes(days=3)
    assert world.pulled(since) == []

    world.fake.pay(order, method={"object": "cash_payment"})

    (sale,) = world.pulled(since)
    assert (sale.sold_at, sale.forma_pago) == (since, "01")


def test_refunds_and_chargebacks_are_pulled(world, clock):
    orders = [world.fake.sell(ITEMS) for _ in range(2)]
    since = clock.passes(days=1)
    world.fake.refund(orders[0], 1000)
    world.fake.refund(orders[0], 2050)
    world.fake.chargeback_ends(world.fake.chargeback(orders[1]))

    pulled = world.pulled(since)

    back = {(one.kind, one.sale_id, str(one.amount)) for one in pulled if isinstance(one, Refund)}
    assert back == {
        ("refund", orders[0]["id"], "10.00"),
        ("refund", orders[0]["id"], "20.50"),
        ("dispute_lost", orders[1]["id"], "116.00"),
    }
    assert len([one for one in pulled if isinstance(one, Sale)]) == 2


def test_the_key_goes_to_no_other_address_than_its_own(world, clock, monkeypatch):
    monkeypatch.setattr(module, "LIST_SIZE", 1)
    world.fake.sell(ITEMS)
    world.fake.sell(ITEMS)
    answer = world.fake.answer

    def elsewhere(request):
        response = answer(request)
        body = response.content.replace(b"http://127.0.0.1", b"http://evil.example")
        return type(response)(response.status_code, content=body, headers={"content-type": "application/json"})

    world.fake.answer = elsewhere
    assert len(world.pulled(clock())) == 2


def test_a_mark_that_is_not_given_is_the_last_order(world, clock, monkeypatch):
    monkeypatch.setattr(module, "LIST_SIZE", 1)
    for _ in range(3):
        world.fake.sell(ITEMS)
    answer = world.fake.answer

    def silent(request):
        response = answer(request)
        body = response.json()
        return type(response)(response.status_code, json={**body, "next_page_url": None})

    world.fake.answer = silent
    assert len(world.pulled(clock())) == 3


def test_nothing_new_gives_no_page_and_no_promise(world, clock):
    assert list(world.source.pages(world.http, clock())) == []


def test_a_refused_list_is_an_error_and_not_an_empty_shop(world, clock):
    world.fake.forbid("/orders")

    with pytest.raises(ConfigError, match="403"):
        list(world.source.pages(world.http, clock()))


def test_a_limit_in_the_middle_keeps_the_pages_before_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "RECORDS_PER_PAGE", 2)
    since = clock()
    for _ in range(4):
        world.fake.sell(ITEMS)
        clock.passes(minutes=1)
    pages = world.source.pages(world.http, since)
    first = next(pages)

    world.fake.fail_next(429)

    with pytest.raises(TransientError):
        next(pages)
    assert len(world.pulled(first.complete_until)) == 3
