from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.stripe import pages as module
from hub.plugin import ConfigError, Http, Ignored, Refund, Sale, TransientError


def test_every_sale_comes_once_and_oldest_first(world, clock, items):
    since = clock()
    for number in range(130):
        world.fake.pay(10000 + number)
        clock.passes(minutes=1)
    world.fake.checkout(items)
    world.fake.invoice(items)
    world.fake.invoice(items, out_of_band=True)

    sales = world.pulled(since)

    assert len(sales) == 133
    assert len({sale.id for sale in sales}) == 133
    assert [sale.sold_at for sale in sales] == sorted(sale.sold_at for sale in sales)


def test_each_promise_holds_if_reading_stops_right_after_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "RECORDS_PER_PAGE", 3)
    since = clock()
    for _ in range(8):
        world.fake.pay(10000)
        world.fake.pay(20000)
        clock.passes(seconds=40)
    everything = {sale.id for sale in world.pulled(since)}

    for stop in range(1, 6):
        pages = [page for page, _ in zip(world.source.pages(world.http, since), range(stop), strict=False)]
        before = {record["id"] for page in pages for record in page.records}
        after = {sale.id for sale in world.pulled(pages[-1].complete_until)}
        assert before | after == everything


def test_since_is_inclusive_and_older_sales_stay_out(world, clock):
    world.fake.pay(10000)
    since = clock.passes(hours=1)
    world.fake.pay(20000)
    clock.passes(hours=1)

    assert [sale.total for sale in world.pulled(since)] == [200]


def test_a_voucher_paid_days_later_is_found_by_its_event(world, clock, items):
    session = world.fake.checkout(items, method={"type": "oxxo", "oxxo": {"number": "1"}})
    since = clock.passes(days=3)
    world.fake.tell("checkout.session.async_payment_succeeded", session)

    (sale,) = world.pulled(since)

    assert sale.id == session["payment_intent"]
    assert sale.forma_pago == "01"


def test_refunds_and_lost_disputes_are_pulled_and_open_disputes_are_not(world, clock):
    intents = [world.fake.pay(10000) for _ in range(3)]
    since = clock.passes(days=1)
    world.fake.refund(intents[0])
    world.fake.dispute_ends(world.fake.dispute(intents[1]), "lost")
    world.fake.dispute(intents[2])

    pulled = world.pulled(since)

    assert {(each.kind, each.sale_id) for each in pulled} == {
        ("dispute_lost", intents[1]["id"]),
        ("refund", intents[0]["id"]),
    }
    assert all(isinstance(each, Refund) for each in pulled)


def test_connected_accounts_are_pulled_only_if_named(world, clock):
    since = clock()
    world.fake.pay(10000, account="acct_tienda")
    assert world.pulled(since) == []

    world.source = world.source_with(accounts=["acct_tienda"])
    (sale,) = world.pulled(since)

    assert sale.id == "acct_tienda:pi_0001"
    assert sale.seller == "acct_tienda"


def test_nothing_new_gives_no_page_and_no_promise(world, clock):
    assert list(world.source.pages(world.http, clock())) == []


def test_a_refused_list_is_an_error_and_not_an_empty_shop(world, clock):
    world.fake.forbid("refunds")

    with pytest.raises(ConfigError, match="refunds"):
        list(world.source.pages(world.http, clock()))


def test_a_wrong_key_is_a_config_error_that_does_not_show_the_key(world):
    source = world.source_with(api_key="sk_test_very_wrong_key")
    http = Http.of(source.client())

    with pytest.raises(ConfigError) as caught:
        source.check(http)
    assert "api_key" in caught.value.hint
    assert "very_wrong" not in f"{caught.value} {source.config!r}"
    http.close()


def test_a_refusal_names_the_request_as_stripes_logs_do(world, clock):
    world.fake.fail_next(400, {"Request-Id": "req_7Hk2"})

    with pytest.raises(ConfigError, match="HTTP 400, request req_7Hk2"):
        list(world.source.pages(world.http, clock()))


def test_check_names_every_missing_permission_at_once(world):
    world.fake.forbid("invoices")
    world.fake.forbid("events")

    with pytest.raises(ConfigError, match="invoices, events"):
        world.source.check(world.http)


def test_check_tells_mode_and_version_and_every_request_carries_it(world):
    assert world.source.check(world.http) == "Stripe answers in test mode, version 2026-10-28.endive"
    assert {request.headers["stripe-version"] for request in world.fake.requests} == {"2026-10-28.endive"}


def test_a_limit_in_the_middle_keeps_the_pages_before_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "RECORDS_PER_PAGE", 2)
    since = clock()
    for _ in range(4):
        world.fake.pay(10000)
        clock.passes(minutes=1)
    pages: Iterator[object] = world.source.pages(world.http, since)
    first = next(pages)

    world.fake.fail_next(429)

    with pytest.raises(TransientError):
        next(pages)
    assert len(world.pulled(first.complete_until)) == 3


def test_a_payment_that_is_still_processing_is_ignored_until_it_succeeds(world, clock):
    since = clock()
    intent = world.fake.pay(10000, status="processing")
    (told,) = [world.source.to_sale(record) for record in world.source.read(world.http, intent["id"])]
    assert isinstance(told, Ignored)
    assert "processing" in told.reason

    intent["status"] = "succeeded"

    assert isinstance(world.pulled(since - timedelta(days=1))[0], Sale)


def test_a_payment_told_of_again_later_comes_at_its_first_mention(world, clock, monkeypatch):
    monkeypatch.setattr(module, "RECORDS_PER_PAGE", 1)
    since = clock()
    early = world.fake.pay(10000)
    clock.passes(hours=1)
    late = world.fake.pay(20000)
    clock.passes(hours=1)
    world.fake.tell("payment_intent.succeeded", early)

    pages = list(world.source.pages(world.http, since))

    assert [record["id"] for page in pages for record in page.records] == [early["id"], late["id"]]
    assert pages[0].complete_until == since
