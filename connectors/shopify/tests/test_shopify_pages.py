import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.shopify import pages as module
from connectors.shopify.testing_shapes import Item
from hub.plugin import ConfigError, Http, Refund, Sale, TransientError

LINE = [Item("Taza", "116.00")]


def test_every_order_comes_once_and_the_oldest_change_first(world, clock):
    for _ in range(23):
        world.fake.sell(LINE)
        clock.passes(minutes=1)

    sales = world.pulled()

    assert len({sale.id for sale in sales}) == len(sales) == 23
    assert [sale.updated_at for sale in sales] == sorted(sale.updated_at for sale in sales)


def test_since_is_inclusive_and_what_did_not_change_stays_out(world, clock):
    old = world.fake.sell(LINE)
    since = clock.passes(hours=1)
    new = world.fake.sell(LINE)
    assert [sale.id for sale in world.pulled(since)] == [str(new["id"])]

    clock.passes(hours=1)
    world.fake.refund(old, "16.00")

    assert [type(movement) for movement in world.pulled(clock())] == [Sale, Refund]


def test_each_promise_holds_if_reading_stops_right_after_it(world, clock):
    world.use(orders_per_page=2)
    for _ in range(4):
        world.fake.sell(LINE)
        world.fake.sell(LINE)
        world.fake.sell(LINE)
        clock.passes(seconds=40)
    since = clock.passes(hours=1) - timedelta(days=1)
    everything = {sale.id for sale in world.pulled(since)}

    for stop in range(1, 7):
        pages = [page for page, _ in zip(world.source.pages(world.http, since), range(stop), strict=False)]
        before = {record["id"] for page in pages for record in page.records}
        after = {sale.id for sale in world.pulled(pages[-1].complete_until)}
        assert before | after == everything


def test_nothing_is_promised_of_the_last_minutes_by_shopifys_own_clock(world, clock):
    world.fake.sell(LINE)
    old = clock.now
    clock.passes(days=400)
    world.fake.sell(LINE)
    world.use(orders_per_page=1)

    first, second = world.source.pages(world.http, old)

    assert (first.complete_until, second.complete_until) == (old, clock.now - module.SETTLED)
    assert world.source.overlap == timedelta(0)


def test_an_order_that_changes_while_it_is_read_comes_again(world, clock):
    world.use(orders_per_page=1)
    first, second = world.fake.sell(LINE), None
    clock.passes(minutes=1)
    second = world.fake.sell(LINE)
    clock.passes(minutes=1)
    pages = world.source.pages(world.http, datetime(2020, 1, 1, tzinfo=UTC))
    seen = [record["id"] for record in next(pages).records]
    world.fake.refund(second, "16.00")

    seen += [record["id"] for page in pages for record in page.records]

    assert seen[0] == str(first["id"])
    assert seen[1:] == [str(second["id"]), str(second["refunds"][0]["id"])]


def test_lines_beyond_the_first_ones_are_read_page_by_page(world, clock):
    items = [Item(f"Cosa {number}", "1.16") for number in range(257)]
    order = world.fake.sell(items)

    (sale,) = world.pulled()
    (again,) = world.of(order)

    assert (len(sale.lines), sale.total) == (257, Decimal("298.12"))
    assert again == sale
    asked = [json.loads(request.content)["variables"] for request in world.fake.requests]
    assert len([variables for variables in asked if "id" in variables and "after" in variables]) == 6


def test_an_order_deleted_between_two_pages_of_its_lines_does_not_lose_the_others(world, clock, monkeypatch):
    world.fake.sell([Item(f"Cosa {number}", "1.16") for number in range(30)])
    order = world.fake.sell(LINE)
    monkeypatch.setattr(world.fake.admin, "_order", lambda **_: None)

    records = [
        record for page in world.source.pages(world.http, clock.now - timedelta(days=1)) for record in page.records
    ]

    assert [len(record["lineItems"]) for record in records] == [20, 1]
    assert records[1]["id"] == str(order["id"])


# ---- cost points


def test_a_shop_without_points_says_when_to_come_back(world):
    world.fake.sell(LINE)
    world.fake.admin.points.left = 5

    with pytest.raises(TransientError) as caught:
        list(world.source.read(world.http, "6000000000001"))
    assert 0 < caught.value.retry_after_s < 5

    with pytest.raises(TransientError) as caught:
        world.pulled()
    assert caught.value.retry_after_s == pytest.approx(19.95)


def test_a_long_reading_gets_to_its_end_on_few_points(world, clock):
    """The hub waits as it is asked to and goes on from the last page that it was given."""
    world.use(orders_per_page=5)
    for _ in range(60):
        world.fake.sell(LINE)
        clock.passes(seconds=1)
    clock.passes(hours=1)
    world.fake.admin.points.most = world.fake.admin.points.left = 400
    since, seen, waits = datetime(2026, 11, 3, tzinfo=UTC), set(), 0

    for _ in range(60):
        try:
            for page in world.source.pages(world.http, since):
                seen |= {record["id"] for record in page.records}
                since = page.complete_until or since
            break
        except TransientError as error:
            waits += 1
            clock.passes(seconds=error.retry_after_s)
    else:
        pytest.fail(f"still reading after {waits} waits")

    assert len(seen) == 60
    assert waits


def test_a_query_that_costs_too_much_says_what_to_lower(world):
    world.use(orders_per_page=100)
    world.fake.sell(LINE)

    with pytest.raises(ConfigError, match="costs too much") as caught:
        world.pulled()
    assert "orders_per_page" in caught.value.hint

    world.use(orders_per_page=20)
    assert len(world.pulled()) == 1


# ---- access


def test_check_tells_shop_version_and_how_far_back_orders_are_seen(world):
    assert world.source.check(world.http) == "Shopify answers for Tienda (MXN), version 2026-10"
    world.fake.forbid("read_all_orders")
    assert "only the orders of the last 60 days" in world.source.check(world.http)


def test_check_names_every_missing_scope_at_once(world):
    world.fake.forbid("read_customers")
    world.fake.forbid("read_shopify_payments_disputes")

    with pytest.raises(ConfigError, match="read_customers, read_shopify_payments_disputes"):
        world.source.check(world.http)

    world.use(customer_data=False, lost_disputes="ignore")
    assert "Tienda" in world.source.check(world.http)


def test_check_says_that_a_version_has_expired(world):
    world.use(api_version="2024-01")

    assert "version 2025-10; 2024-01 has expired: set api_version" in world.source.check(world.http)


def test_check_refuses_the_token_of_another_shop(world):
    world.use(shop="otra.myshopify.com")

    with pytest.raises(ConfigError, match="of the shop tienda-prueba"):
        world.source.check(world.http)


def test_a_missing_scope_is_an_error_and_not_an_empty_shop(world):
    world.fake.forbid("read_orders")

    with pytest.raises(ConfigError, match="read_orders"):
        world.pulled()


@pytest.mark.parametrize(
    ("status", "hint"),
    [(401, "uninstalled"), (402, "frozen"), (403, "read_orders"), (404, "check shop"), (423, "locked"), (400, "shop")],
)
def test_a_refusal_says_what_to_do(world, status, hint):
    world.fake.fail_next(status, {"X-Request-Id": "5ab1"})

    with pytest.raises(ConfigError, match="request 5ab1") as caught:
        world.pulled()
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry-After": "2.0"}, 2),
        (429, {"Retry-After": "soon"}, None),
        (430, {}, None),
        (500, {}, None),
        (503, {}, None),
    ],
)
def test_trouble_at_shopify_is_transient(world, status, headers, wait):
    world.fake.fail_next(status, headers)

    with pytest.raises(TransientError) as caught:
        world.pulled()
    assert caught.value.retry_after_s == wait


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"errors": [{"message": "x", "extensions": {"code": "SHOP_INACTIVE"}}]}, ConfigError),
        ({"errors": [{"message": "x", "extensions": {"code": "undefinedField"}}]}, ConfigError),
        ({"errors": "a text"}, ConfigError),
        ({"errors": ["a text"]}, ConfigError),
        (
            {"data": {"orders": None}, "errors": [{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}]},
            ConfigError,
        ),
        ({"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}, TransientError),
        ({"errors": [{"message": "x", "extensions": {"code": "THROTTLED"}}]}, TransientError),
        (
            {"errors": [{"extensions": {"code": "THROTTLED"}}], "extensions": {"cost": {"throttleStatus": 7}}},
            TransientError,
        ),
        ({"data": None}, TransientError),
        ([], TransientError),
    ],
)
def test_errors_in_an_answer_are_sorted(world, body, error):
    with pytest.raises(error):
        world.answering(body).query("{ shop { name } }")


def test_client_credentials_get_a_token_once_and_again_when_it_is_refused(world):
    world.fake.sell(LINE)
    world.use(access_token=None, client_id=world.fake.client_id)
    assert len(world.pulled()) == len(world.pulled()) == 1
    world.fake.admin.tokens.clear()
    assert len(world.pulled()) == 1

    logins = [request for request in world.fake.requests if request.url.path.endswith("access_token")]
    assert len(logins) == 2


def test_wrong_client_credentials_say_so_and_show_nothing(world):
    world.use(access_token=None, client_id="another-app")

    with pytest.raises(ConfigError, match="client credentials") as caught:
        world.source.check(world.http)
    assert "shpss" not in f"{caught.value} {caught.value.hint} {world.source.config!r}"


def test_trouble_at_the_login_is_transient(world):
    world.use(access_token=None, client_id=world.fake.client_id)
    world.fake.fail_next(503)

    with pytest.raises(TransientError, match="no token"):
        world.source.check(world.http)


def test_nobody_listening_is_transient(world):
    http = Http.of(world.source_with(api_url="http://127.0.0.1:9").client())

    with pytest.raises(TransientError):
        list(world.source.read(http, "1"))
    http.close()
