from datetime import UTC, datetime

import httpx
import pytest

from connectors.woocommerce import api
from connectors.woocommerce import pages as module
from connectors.woocommerce.testing import Item
from hub.plugin import ConfigError, Refund, Sale, TransientError

TAZA = [Item("Taza", "100.00")]


@pytest.mark.parametrize("seconds", [0, 40])
def test_every_order_comes_once_oldest_change_first(world, clock, monkeypatch, seconds):
    monkeypatch.setattr(module, "PAGE_SIZE", 7)
    since = clock()
    for number in range(30):
        world.fake.sell(TAZA)
        clock.passes(seconds=seconds if number % 3 else 0)

    sales = world.pulled(since)

    assert len({sale.id for sale in sales}) == len(sales) == 30
    assert [sale.sold_at for sale in sales] == sorted(sale.sold_at for sale in sales)


def test_an_order_that_changes_while_it_is_read_hides_no_other(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    since, orders = clock(), []
    for _ in range(6):
        orders.append(world.fake.sell(TAZA))
        clock.passes(minutes=1)
    pages = world.source.pages(world.http, since)

    first = next(pages)
    world.fake.refund(orders[0], "10.00")
    rest = [record for page in pages for record in page.records]

    sold = {record["id"] for record in (*first.records, *rest) if record["object_kind"] == "sale"}
    assert sold == {str(order["id"]) for order in orders}
    assert [record for record in rest if record["object_kind"] == "refund"]


def test_since_is_inclusive_and_older_orders_stay_out(world, clock):
    world.fake.sell(TAZA)
    since = clock.passes(hours=1)
    told = world.fake.sell([Item("Libro", "200.00")])

    assert [sale.id for sale in world.pulled(since)] == [str(told["id"])]


def test_an_order_that_is_paid_days_later_is_found(world, clock):
    order = world.fake.order(TAZA, payment_method="bacs")
    since = clock.passes(days=3)
    assert world.pulled(since) == []

    world.fake.pay(order)

    (sale,) = world.pulled(since)
    assert sale.sold_at == since


def test_refunds_are_pulled_however_many(world, clock, monkeypatch):
    monkeypatch.setattr(api, "LARGEST_PAGE", 2)
    order = world.fake.sell(TAZA)
    since = clock.passes(days=1)
    for amount in ("30.00", "20.50", "1.00"):
        world.fake.refund(order, amount)

    pulled = world.pulled(since)

    back = [(one.sale_id, str(one.amount)) for one in pulled if isinstance(one, Refund)]
    assert back == [(str(order["id"]), amount) for amount in ("30.00", "20.50", "1.00")]
    assert len([one for one in pulled if isinstance(one, Sale)]) == 1


def test_a_limit_in_the_middle_keeps_the_pages_before_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    since = clock()
    for _ in range(5):
        world.fake.sell(TAZA)
        clock.passes(minutes=1)
    pages = world.source.pages(world.http, since)
    first = next(pages)

    world.fake.fail_next(503, {"Retry-After": "30"})

    with pytest.raises(TransientError) as error:
        next(pages)
    assert error.value.retry_after_s == 30
    assert len(world.pulled(first.complete_until)) == 4


def test_a_firewall_is_an_error_and_not_an_empty_shop(world):
    world.fake.forbid("/wp-json")

    with pytest.raises(ConfigError, match="403"):
        list(world.source.pages(world.http, datetime(2026, 1, 1, tzinfo=UTC)))


def test_a_site_with_plain_links(world, clock):
    world.fake.pretty_links = False
    with pytest.raises(ConfigError, match="404") as error:
        world.source.check(world.http)
    assert "pretty_links" in error.value.hint

    world.source = world.source_with(pretty_links=False)
    order = world.fake.sell(TAZA)
    world.fake.refund(order, "10.00")

    assert world.source.check(world.http).startswith("WooCommerce answers")
    assert len(world.pulled(clock())) == 2
    assert world.of(order) == world.pulled(clock())


def test_a_shop_in_a_folder_is_asked_there(world, clock):
    world.source = world.source_with(shop_url="https://tienda.example/mx/")

    assert world.source.client().base_url == "https://tienda.example/mx"


@pytest.mark.parametrize("address", ["http://tienda.example", "tienda.example", "https://a:b@tienda.example"])
def test_a_key_never_travels_in_clear(world, address):
    with pytest.raises(ValueError, match="https"):
        world.source_with(shop_url=address)


def test_an_answer_that_is_no_list_is_no_empty_shop(world, clock):
    world.fake.answer = lambda request: httpx.Response(200, json={"code": "cache"})

    with pytest.raises(TransientError, match="not a list"):
        world.pulled(clock())
