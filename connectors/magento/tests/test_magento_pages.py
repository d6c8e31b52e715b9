from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from connectors.magento import pages as module
from connectors.magento.oauth import signature
from connectors.magento.testing import Item
from hub.plugin import ConfigError, DataError, Http, RawRequest, Refund, SignatureError, TransientError

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
    world.fake.becomes(orders[0], "complete")
    rest = [record for page in pages for record in page.records]

    assert {record["id"] for record in (*first.records, *rest)} == {str(order["entity_id"]) for order in orders}


def test_since_is_inclusive_and_older_orders_stay_out(world, clock):
    world.fake.sell(TAZA)
    since = clock.passes(hours=1)
    told = world.fake.sell(TAZA)

    assert [sale.id for sale in world.pulled(since)] == [str(told["entity_id"])]


def test_no_order_promises_anything_before_the_credit_memos_are_read(world, clock):
    world.fake.refund(world.fake.sell(TAZA), "30.00")

    memos, orders = world.source.pages(world.http, clock())

    assert isinstance(world.source.to_sale(memos.records[0]), Refund)
    assert (memos.complete_until, orders.complete_until) == (None, clock())


def test_a_limit_in_the_middle_keeps_the_pages_before_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    since = clock()
    for _ in range(5):
        world.fake.sell(TAZA)
        clock.passes(minutes=1)
    pages = world.source.pages(world.http, since)
    first = next(pages)

    world.fake.fail_next(503, {"Retry-After": "9"})

    with pytest.raises(TransientError) as error:
        next(pages)
    assert error.value.retry_after_s == 9
    assert len(world.pulled(first.complete_until)) == 4


@pytest.mark.parametrize("resource", ["orders", "invoices", "creditmemos"])
def test_a_missing_permission_is_named_and_never_an_empty_shop(world, resource):
    world.fake.sell(TAZA)
    world.fake.forbid(f"/rest/V1/{resource}")

    with pytest.raises(ConfigError, match=f"may not read {resource}"):
        world.source.check(world.http)
    with pytest.raises(ConfigError, match="403"):
        world.pulled()


def test_a_shop_that_takes_no_bearer_takes_signed_requests(world):
    world.fake.bearer_allowed = False
    with pytest.raises(ConfigError, match="401") as error:
        world.source.check(world.http)
    assert "consumer_secret" in error.value.hint

    secrets = {"consumer_secret": "fake-consumer-secret", "access_token_secret": "fake-token-secret"}
    signed = world.source_with(consumer_key="fake-key", **secrets)
    world.fake.sell([Item("Niño & Cía. +50% ~", "10.00")])
    wrong = world.source_with(consumer_key="fake-key", **{**secrets, "consumer_secret": "wrong"})

    with closing(Http.of(signed.client())) as http:
        assert signed.check(http) == f"Magento answers at {world.url}/rest/V1"
        assert len(list(signed.pages(http, datetime(2026, 1, 1, tzinfo=UTC)))) == 1
    with closing(Http.of(wrong.client())) as http, pytest.raises(ConfigError, match="401"):
        wrong.check(http)


def test_the_signature_is_that_of_rfc_5849():
    """The example of its section 1.2, which is of SHA-1."""
    params = [
        ("file", "vacation.jpg"),
        ("size", "original"),
        ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
        ("oauth_token", "nnch734d00sl2jdk"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131202"),
        ("oauth_nonce", "chapoH"),
    ]
    keys = [SecretStr("kd94hf93k423kf44"), SecretStr("pfkkdhi9sl3r4s00")]
    url = httpx.URL("http://photos.example.net/photos?file=vacation.jpg&size=original")

    assert signature("GET", url, params, keys, "sha1") == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


@pytest.mark.parametrize(
    "config",
    [
        {"api_url": "http://tienda.example/rest/V1"},
        {"api_url": "https://tienda.example"},
        {"consumer_key": "alone"},
        {"public_key": "no key"},
    ],
)
def test_a_wrong_setting_is_refused(world, config):
    with pytest.raises(ValueError, match=r"https|none of the three|PEM"):
        world.source_with(**config)


def test_a_webhook_says_which_order_in_any_of_the_usual_places(world, clock):
    for body in (b'{"order_id": "7", "entity_id": 9}', b'{"entity_id": 7}', b'{"order": {"entity_id": "7"}}'):
        assert world.source.changed(RawRequest({}, body, clock())) == ["7"]
    with pytest.raises(DataError, match="names no order"):
        world.source.changed(RawRequest({}, b'{"order": {"increment_id": "000000007"}}', clock()))


def test_the_same_words_in_another_request_are_another_delivery(world, clock):
    order = world.fake.sell(TAZA)
    world.fake.becomes(order, "complete")
    world.fake.becomes(order, "complete")
    first, second = (RawRequest(*world.fake.delivery(told), clock()) for told in world.fake.told[-2:])

    assert first.body == second.body
    assert world.source.delivery_key(first) != world.source.delivery_key(second)


def test_without_a_key_nothing_is_taken(world, clock):
    world.fake.sell(TAZA)

    with pytest.raises(SignatureError, match="no public key"):
        world.source_with(public_key=None).verify(RawRequest(*world.fake.delivery(world.fake.told[0]), clock()))
