from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.paypal import pages as module
from hub.plugin import ConfigError, Ignored, Refund, Sale, TransientError


def test_every_payment_comes_once_oldest_first_across_pages_and_windows(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 3)
    clock.now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=80)
    since = clock()
    for _ in range(16):
        world.fake.capture("100.00")
        clock.passes(days=5)

    sales = world.pulled(since)

    assert len({sale.id for sale in sales}) == len(sales) == 16
    assert [sale.sold_at for sale in sales] == sorted(sale.sold_at for sale in sales)
    asked = [one.url.params for one in world.fake.requests if one.url.path == module.SEARCH]
    spans = {datetime.fromisoformat(q["end_date"]) - datetime.fromisoformat(q["start_date"]) for q in asked}
    assert max(spans) == timedelta(days=31)
    assert len({query["start_date"] for query in asked}) == 3


def test_each_promise_holds_if_reading_stops_right_after_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "RECORDS_PER_PAGE", 3)
    since = clock()
    for _ in range(8):
        world.fake.capture("100.00")
        world.fake.capture("200.00")
        clock.passes(seconds=40)
    everything = {sale.id for sale in world.pulled(since)}
    assert len(everything) == 16

    for stop in range(1, 6):
        pages = [page for page, _ in zip(world.source.pages(world.http, since), range(stop), strict=False)]
        before = {record["id"] for page in pages for record in page.records}
        assert before | {sale.id for sale in world.pulled(pages[-1].complete_until)} == everything


def test_nothing_is_promised_that_the_search_does_not_know_yet(world, clock):
    since = clock()
    world.fake.capture("100.00")
    clock.passes(hours=1)
    dispute = world.fake.dispute(world.fake.capture("200.00"))
    world.fake.lag = timedelta(minutes=30)

    (page,) = world.source.pages(world.http, since)

    assert [record["id"] for record in page.records] == ["CAP0001", f"dispute-{dispute['dispute_id']}"]
    assert page.complete_until == clock() - timedelta(minutes=30)


def test_a_payment_that_clears_days_later_is_found_within_the_look_back(world, clock):
    capture = world.fake.capture("100.00", status="PENDING")
    since = clock.passes(hours=9)
    assert world.pulled(since) == []

    world.fake.clear(capture)

    (sale,) = world.pulled(since)
    assert isinstance(sale, Sale)
    world.source = world.source_with(look_back_days=0)
    assert world.pulled(since) == []


def test_since_is_inclusive_and_older_payments_stay_out(world, clock):
    world.fake.capture("100.00")
    since = clock.passes(hours=1)
    world.fake.capture("200.00")

    assert [sale.total for sale in world.pulled(since)] == [200]


def test_money_of_other_apps_counts_by_what_the_search_tells_or_not_at_all(world, clock):
    since = clock()
    world.fake.transact("BUTTON1", "75.00", "T0007", item="Boleto")
    world.fake.transact("BUTTONREF", "-25.00", "T1107", reference="BUTTON1")

    sale, refund = sorted(world.pulled(since), key=lambda one: isinstance(one, Refund))

    assert (sale.id, sale.total, sale.forma_pago, sale.lines[0].description) == ("BUTTON1", 75, "31", "Boleto")
    assert (refund.id, refund.sale_id, refund.amount) == ("BUTTONREF", "BUTTON1", 25)
    world.source = world.source_with(other_apps=False)
    assert world.pulled(since) == []


def test_a_transaction_that_did_not_go_through_is_no_sale(world, clock):
    world.fake.transact("BUTTON1", "75.00", "T0007", status="P")

    (told,) = world.pulled(clock())
    assert isinstance(told, Ignored)


@pytest.mark.parametrize(
    ("code", "value"),
    [("T0400", "-500.00"), ("T0200", "10.00"), ("T0006", "-10.00"), ("T1106", "-75.00"), ("T0013", "5.00")],
)
def test_what_is_no_sale_of_the_shop_is_left_out(world, clock, code, value):
    world.fake.transact("OTHER1", value, code)

    assert world.pulled(clock()) == []


def test_disputes_come_by_pages_and_only_if_they_count(world, clock, monkeypatch):
    monkeypatch.setattr(module, "DISPUTES_SIZE", 2)
    captures = [world.fake.capture("100.00") for _ in range(5)]
    since = clock.passes(hours=4)
    for capture in captures:
        world.fake.dispute_ends(world.fake.dispute(capture))

    assert {one.sale_id for one in world.pulled(since)} == {capture["id"] for capture in captures}
    world.source = world.source_with(lost_disputes="ignore")
    assert world.pulled(since) == []


def test_a_start_longer_ago_than_the_search_goes_is_cut(world, clock):
    world.fake.capture("100.00")

    assert len(world.pulled(clock() - timedelta(days=4000))) == 1


def test_a_refused_search_is_an_error_and_not_an_empty_account(world, clock):
    world.fake.forbid("/v1/reporting")

    with pytest.raises(ConfigError, match="403"):
        list(world.source.pages(world.http, clock()))


def test_an_answer_that_is_no_list_is_tried_again(world, clock):
    answer = world.fake.answer
    world.fake.answer = lambda request: (
        answer(request) if "reporting" not in request.url.path else httpx.Response(200, json={})
    )

    with pytest.raises(TransientError, match="not a list"):
        list(world.source.pages(world.http, clock()))
