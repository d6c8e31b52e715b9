from datetime import UTC, datetime, timedelta

import pytest

from connectors.prestashop import pages as module
from connectors.prestashop.testing import Item
from hub.plugin import ConfigError, Refund, TransientError

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
    orders = []
    for _ in range(6):
        orders.append(world.fake.sell(TAZA))
        clock.passes(minutes=1)
    pages = world.source.pages(world.http, datetime(2026, 1, 1, tzinfo=UTC))

    first = next(pages)
    world.fake.becomes(orders[0], state=4, valid=True)
    rest = [record for page in pages for record in page.records]

    assert {record["id"] for record in (*first.records, *rest)} == {str(order["id"]) for order in orders}


def test_since_is_inclusive_and_in_the_shops_own_time(world, clock):
    world.fake.sell(TAZA)
    since = clock.passes(hours=1)
    told = world.fake.sell(TAZA)

    assert [sale.id for sale in world.pulled(since)] == [str(told["id"])]
    assert [sale.sold_at for sale in world.pulled(since)] == [since]


def test_a_shop_in_another_zone(world, clock):
    world.source = world.source_with(time_zone="America/Tijuana")
    world.fake.zone = world.source.config.zone
    since = clock()
    world.fake.sell(TAZA)

    assert [sale.sold_at for sale in world.pulled(since)] == [since]
    assert world.pulled(since + timedelta(seconds=1)) == []


def test_a_slip_is_found_although_its_order_did_not_change(world, clock):
    order = world.fake.sell(TAZA)
    since = clock.passes(days=3)
    world.fake.refund(order, "30.00", shipping="5.00")

    (refund,) = world.pulled(since)

    assert isinstance(refund, Refund)
    assert (refund.sale_id, refund.amount, refund.refunded_at) == (str(order["id"]), 35, since)


def test_no_order_promises_anything_before_the_slips_are_read(world, clock):
    order = world.fake.sell(TAZA)
    world.fake.refund(order, "30.00")

    slips, orders = world.source.pages(world.http, clock())

    assert (slips.complete_until, orders.complete_until) == (None, clock())


def test_a_limit_in_the_middle_keeps_the_pages_before_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    since = clock()
    for _ in range(5):
        world.fake.sell(TAZA)
        clock.passes(minutes=1)
    pages = world.source.pages(world.http, since)
    first = next(pages)

    world.fake.fail_next(429, {"Retry-After": "9"})

    with pytest.raises(TransientError) as error:
        next(pages)
    assert error.value.retry_after_s == 9
    assert len(world.pulled(first.complete_until)) == 4


@pytest.mark.parametrize("resource", ["orders", "order_slip", "addresses", "order_payments"])
def test_a_missing_permission_is_named_and_never_an_empty_shop(world, resource):
    world.fake.sell(TAZA)
    world.fake.forbid(f"/api/{resource}")

    with pytest.raises(ConfigError, match=f"may not read {resource}"):
        world.source.check(world.http)
    with pytest.raises(ConfigError, match="403"):
        world.pulled()


def test_the_check_says_where_it_answers_and_what_to_do_about_a_wrong_key(world):
    assert world.source.check(world.http) == f"PrestaShop answers at {world.url}"

    world.fake.expected = "another"
    with pytest.raises(ConfigError, match="401") as error:
        world.source.check(world.http)
    assert "webservice_key" in error.value.hint


@pytest.mark.parametrize(
    "config", [{"shop_url": "http://tienda.example"}, {"time_zone": "Mexico"}, {"time_zone": "../etc"}]
)
def test_a_wrong_setting_is_refused(world, config):
    with pytest.raises(ValueError, match=r"https|America/Mexico_City"):
        world.source_with(**config)
