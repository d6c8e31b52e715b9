import pytest

from connectors.openpay import pages as module
from hub.plugin import ConfigError, DataError, Refund, Sale, TransientError


def test_every_charge_comes_once_oldest_first(world, clock, monkeypatch):
    monkeypatch.setattr(module, "LIST_SIZE", 7)
    since = clock()
    for _ in range(30):
        world.fake.charge("100.00")
        clock.passes(minutes=1)

    sales = world.pulled(since)

    assert len({sale.id for sale in sales}) == len(sales) == 30
    assert [sale.sold_at for sale in sales] == sorted(sale.sold_at for sale in sales)


def test_each_promise_holds_if_reading_stops_right_after_it(world, clock, monkeypatch):
    monkeypatch.setattr(module, "CHARGES_PER_PAGE", 3)
    since = clock()
    for _ in range(8):
        world.fake.charge("100.00")
        world.fake.charge("200.00")
        clock.passes(seconds=40)
    everything = {sale.id for sale in world.pulled(since)}

    for stop in range(1, 6):
        pages = [page for page, _ in zip(world.source.pages(world.http, since), range(stop), strict=False)]
        before = {record["id"] for page in pages for record in page.records}
        assert before | {sale.id for sale in world.pulled(pages[-1].complete_until)} == everything


def test_since_is_inclusive_and_older_charges_stay_out(world, clock):
    world.fake.charge("100.00")
    since = clock.passes(hours=1)
    world.fake.charge("200.00")

    assert [sale.total for sale in world.pulled(since)] == [200]


def test_what_happens_to_a_charge_within_the_window_is_found(world, clock):
    waiting, refunded, lost = world.fake.start("100.00"), world.fake.charge("200.00"), world.fake.charge("300.00")
    since = clock.passes(days=80)
    world.fake.complete(waiting)
    world.fake.refund(refunded, "50.00")
    world.fake.chargeback_ends(world.fake.chargeback(lost))

    pulled = world.pulled(since)

    assert {one.sale_id: (one.kind, one.amount) for one in pulled if isinstance(one, Refund)} == {
        refunded["id"]: ("refund", 50),
        lost["id"]: ("dispute_lost", 300),
    }
    assert len([one for one in pulled if isinstance(one, Sale)]) == 3
    world.source = world.source_with(window_days=30)
    assert world.pulled(since) == []


def test_charges_of_stored_customers_are_pulled_only_if_that_is_set(world, clock):
    since = clock()
    customers = [world.fake.customer() for _ in range(2)]
    for customer in customers:
        world.fake.charge("100.00", customer_id=customer["id"])
    assert world.pulled(since) == []

    world.source = world.source_with(stored_customers=True)

    assert {sale.buyer.customer_id for sale in world.pulled(since)} == {customer["id"] for customer in customers}


@pytest.mark.parametrize("date", ["ayer", 7, "2026-11-20T11:52:31"])
def test_a_charge_without_a_date_is_set_aside_and_hides_no_other(world, clock, date):
    since = clock()
    world.fake.charge("100.00").update(operation_date=date)
    world.fake.charge("200.00")

    page = next(world.source.pages(world.http, since))

    broken, good = page.records
    assert world.source.to_sale(good).total == 200
    with pytest.raises(DataError):
        world.source.to_sale(broken)


def test_payouts_in_a_list_are_none_of_our_business(world, clock):
    world.fake.charge("100.00", transaction_type="payout", operation_type="out")

    assert world.pulled(clock()) == []


def test_nothing_new_gives_no_page_and_no_promise(world, clock):
    assert list(world.source.pages(world.http, clock())) == []


def test_a_refused_list_is_an_error_and_not_an_empty_shop(world, clock):
    world.fake.forbid("/v1/mtest000fixture/charges")

    with pytest.raises(ConfigError, match="403"):
        list(world.source.pages(world.http, clock()))


def test_a_limit_in_the_middle_of_the_list_tells_nothing_yet(world, clock, monkeypatch):
    monkeypatch.setattr(module, "LIST_SIZE", 2)
    for _ in range(3):
        world.fake.charge("100.00")
    handle = world.fake.answer

    def answer(request):
        world.fake.fail_next(429)
        return handle(request)

    world.fake.answer = answer
    with pytest.raises(TransientError):
        next(world.source.pages(world.http, clock()))
