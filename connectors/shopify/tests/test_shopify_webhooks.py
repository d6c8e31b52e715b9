import pytest

from connectors.shopify.testing_shapes import Item
from hub.plugin import ConfigError, DataError, Ignored, RawRequest, SignatureError
from hub.testing.service import taken_once

LINE = [Item("Taza", "116.00")]


def test_every_topic_about_an_order_leads_to_the_same_records(world):
    order = world.fake.sell(LINE)
    world.fake.refund(order, "16.00")
    world.fake.cancel(order)
    told = [
        *world.fake.events(),
        world.fake.tell("orders/edited", {"order_edit": {"id": 1, "order_id": order["id"]}}),
        world.fake.tell("order_transactions/create", {"id": 2, "order_id": order["id"]}),
        world.fake.tell("tender_transactions/create", {"id": 3, "order_id": order["id"]}),
    ]

    seen = [world.records(world.request(event)) for event in told]

    assert len(told) == 10
    assert all(records == seen[0] for records in seen)


def test_an_old_order_that_the_app_may_not_see_is_shown_to_a_person(world, clock):
    paid_late = world.fake.order(LINE)
    clock.passes(days=61)
    told = world.request(world.fake.tell("orders/paid", {"id": paid_late["id"]}))
    assert len(world.records(told)) == 1

    world.fake.forbid("read_all_orders")
    with pytest.raises(DataError, match="older than 60 days, or deleted") as caught:
        world.records(told)
    assert "give the app read_all_orders" in caught.value.hint


def test_the_body_is_a_hint_only(world):
    order = world.fake.sell(LINE)
    old = world.fake.tell("orders/paid", {"id": order["id"], "total_price": "9999999.00", "line_items": []})

    (sale,) = world.movements(old)

    assert sale.total == 116


def test_a_retry_and_another_subscription_have_the_same_key_and_another_topic_has_not(world):
    order = world.fake.sell(LINE)
    paid = world.request(world.fake.events("orders/paid")[0])
    other = {**paid.headers, "x-shopify-webhook-id": "another subscription"}
    topic = {**paid.headers, "x-shopify-topic": "inventory_levels/update"}

    key = world.source.delivery_key(paid)

    assert world.source.delivery_key(RawRequest(other, paid.body, paid.received_at)) == key
    assert world.source.delivery_key(RawRequest(topic, paid.body, paid.received_at)) != key
    assert world.source.delivery_key(RawRequest({}, paid.body, paid.received_at))
    assert str(order["id"]) in next(iter(world.source.changed(paid)))


def test_the_coming_names_of_the_headers_are_understood_too(world):
    order = world.fake.sell(LINE)
    request = world.request(world.fake.events("orders/paid")[0], prefix="")

    assert "x-shopify-topic" not in request.headers
    assert world.records(request)[0]["id"] == str(order["id"])


@pytest.mark.parametrize("secret", ["shpss_tests", "shpss_the_old_one", "secret of the admin"])
def test_any_of_the_secrets_is_enough(world, secret):
    world.use(webhook_secrets=["shpss_the_old_one", "secret of the admin"])
    world.fake.sell(LINE)

    world.source.verify(world.request(world.fake.told[-1], secret=secret))


def test_another_secret_is_refused_and_without_any_nothing_is_accepted(world):
    world.fake.sell(LINE)
    forged = world.request(world.fake.told[-1], secret="shpss_wrong")
    with pytest.raises(SignatureError, match="does not match"):
        world.source.verify(forged)

    world.use(client_secret=None)
    with pytest.raises(SignatureError, match="no webhook secret"):
        world.source.verify(world.request(world.fake.told[-1]))


def test_a_delivery_of_another_shop_is_ignored(world):
    world.fake.sell(LINE)
    request = world.request(world.fake.told[-1])
    other = {**request.headers, "x-shopify-shop-domain": "otra.myshopify.com"}

    told = world.source.changed(RawRequest(other, request.body, request.received_at))

    assert isinstance(told, Ignored)
    assert "otra.myshopify.com" in told.reason


@pytest.mark.parametrize("body", [b'{"id":1,', b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_cannot_be_read_is_refused(world, clock, body):
    with pytest.raises(DataError):
        world.source.delivery_key(RawRequest({}, body, clock()))


@pytest.mark.parametrize("found", [None, "6000000000001", True, -1, 1.5])
def test_a_body_without_an_id_is_set_aside(world, found):
    event = world.fake.tell("orders/paid", {"id": found})

    with pytest.raises(DataError, match="names no id") as caught:
        world.source.changed(world.request(event))
    assert "include_fields" in caught.value.hint


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact"])
def test_a_privacy_request_waits_for_a_person(world, topic):
    event = world.fake.tell(topic, {"shop_id": 1, "customer": {"id": 7, "email": "ana@cliente.example"}})

    with pytest.raises(DataError, match=topic) as caught:
        world.source.changed(world.request(event))
    assert "30 days" in caught.value.hint
    assert "ana@" not in f"{caught.value} {caught.value.hint}"


def test_an_open_chargeback_tells_the_operator_and_changes_nothing(world):
    world.fake.dispute(world.fake.sell(LINE))

    told = world.source.changed(world.request(world.fake.told[-1]))

    assert isinstance(told, Ignored)
    assert "answer it in Shopify" in told.reason


def test_a_lost_chargeback_is_read_again(world):
    order = world.fake.sell(LINE)
    world.fake.dispute_ends(world.fake.dispute(order))

    (refund,) = world.movements(world.fake.told[-1])

    assert (refund.kind, refund.sale_id) == ("dispute_lost", str(order["id"]))


def test_an_uninstalled_app_pauses_the_source_until_it_is_installed_again(world):
    event = world.fake.uninstall()
    with pytest.raises(ConfigError, match="401") as caught:
        world.records(world.request(event))
    assert "Install it again" in caught.value.hint

    world.fake.install("shpat_fake")

    assert world.records(world.request(event)) == []


def test_a_forged_uninstallation_changes_nothing(world):
    assert world.records(world.request(world.fake.tell("app/uninstalled", {"id": 954889}))) == []


def test_what_shopify_no_longer_knows_gives_nothing(world):
    assert list(world.source.read(world.http, "1")) == []
    assert list(world.source.read(world.http, "dispute:1")) == []


def test_the_fake_delivers_over_http_what_the_source_accepts(world, clock):
    order = world.fake.sell(LINE)

    status, request = taken_once(lambda url: world.fake.send(world.fake.told[-1], url), "/webhooks/shopify-mx", clock)

    assert status == 200
    world.source.verify(request)
    assert list(world.source.changed(request)) == [str(order["id"])]
