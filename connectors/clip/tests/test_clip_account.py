from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clip import pages as module
from connectors.clip.config import ClipConfig
from connectors.clip.read import compose
from connectors.clip.source import ClipSource
from hub.plugin import ConfigError, DataError, Http, Ignored, RawRequest, Sale, SignatureError, TransientError

D = Decimal
SOURCE = ClipSource(ClipConfig(api_key="k", api_secret="s"))


@pytest.mark.parametrize(
    ("kind", "code"),
    [("CREDIT", "04"), ("DEBIT", "28"), ("CASH", "01"), ("TRANSFER", "03"), ("OF_TOMORROW", None), (None, None)],
)
def test_how_it_was_paid(world, kind, code):
    assert world.of(world.fake.pay("100.00", kind=kind))[0].forma_pago == code


def test_the_operator_may_set_how_a_type_counts(world):
    world.source = world.source_with(formas_pago={"credit": "29", "points": "05"})

    told = [world.of(world.fake.pay("1.00", kind=kind))[0].forma_pago for kind in ("CREDIT", "POINTS", "DEBIT")]
    assert told == ["29", "05", "28"]


@pytest.mark.parametrize(
    ("settings", "total", "kinds"),
    [
        ({}, 100, ["product"]),
        ({"tips": "invoice"}, 110, ["product", "tip"]),
        ({"tips_in_amount": True}, 90, ["product"]),
        ({"tips": "invoice", "tips_in_amount": True}, 100, ["product", "tip"]),
    ],
)
def test_what_a_tip_is(world, settings, total, kinds):
    world.source = world.source_with(**settings)

    (sale,) = world.of(world.fake.pay("100.00", tip_amount=10))

    assert (sale.total, [line.kind for line in sale.lines]) == (total, kinds)


@pytest.mark.parametrize("status", ["pending", "rejected", "cancelled"])
def test_what_is_not_approved_is_no_sale(world, status):
    (told,) = world.of(world.fake.pay("100.00", status=status))

    assert isinstance(told, Ignored)
    assert status in told.reason


@pytest.mark.parametrize("status", ["pending", "declined"])
def test_a_refund_that_is_not_approved_does_not_count(world, status):
    world.fake.refund(world.fake.pay("100.00"), status=status)

    (told,) = world.movements(world.request(world.fake.notifications[-1]))
    assert isinstance(told, Ignored)


def test_a_refund_of_something_else_is_a_persons_matter(world):
    world.fake.refund(world.fake.pay("100.00"))["reference"]["type"] = "settlement"

    with pytest.raises(DataError, match="not of a payment"):
        world.movements(world.request(world.fake.notifications[-1]))


def test_several_refunds_are_several_and_the_sale_stays_as_it_was(world):
    payment = world.fake.pay("100.00")
    before = world.movements(world.request(world.fake.notifications[-1]))
    refunds = []
    for amount in ("10.00", "20.50"):
        world.fake.refund(payment, amount)
        refunds += world.movements(world.request(world.fake.notifications[-1]))

    assert [one.amount for one in refunds] == [D("10.00"), D("20.50")]
    sale, note = world.of(payment)
    assert (sale.total, sale.id) == (before[0].total, before[0].id)
    assert isinstance(note, Ignored)


def test_without_a_webhook_money_that_went_back_is_a_persons_matter(world, clock):
    world.source = world.source_with(webhook_token=None)
    since = clock()
    payment = world.fake.pay("100.00")
    world.fake.refund(payment, "40.00")

    sale, note = [record for page in world.source.pages(world.http, since) for record in page.records]

    assert isinstance(world.source.to_sale(sale), Sale)
    with pytest.raises(DataError, match=r"pay-0001: 40\.00 went back"):
        world.source.to_sale(note)


def test_the_list_does_not_take_the_buyer_of_the_checkout_away(world, clock):
    since = clock()
    world.fake.pay("100.00", metadata={"rfc": "URE180429TM6", "customer_info": {"phone": 9931234567, "name": "Ana"}})

    (told,) = world.movements(world.request(world.fake.notifications[-1]))
    (listed,) = world.pulled(since)

    assert (told.buyer.rfc, told.buyer.phone, told.buyer.nombre) == ("URE180429TM6", "9931234567", "Ana")
    assert listed.buyer.rfc is None
    assert listed.id == told.id
    assert listed.updated_at < told.updated_at


def test_every_payment_comes_once_oldest_first_over_several_lists(world, clock, monkeypatch):
    monkeypatch.setattr(module, "PER_PAGE", 7)
    clock.passes(days=-5)
    since = clock()
    for _ in range(30):
        world.fake.pay("100.00", terminal=True)
        clock.passes(hours=4)

    sales = world.pulled(since)

    assert len({sale.id for sale in sales}) == len(sales) == 30
    assert [sale.sold_at for sale in sales] == sorted(sale.sold_at for sale in sales)
    spans = {(one.url.params["from"], one.url.params["to"]) for one in world.fake.requests}
    assert len(spans) >= 12


def test_since_is_inclusive_and_older_payments_stay_out(world, clock):
    world.fake.pay("100.00")
    since = clock.passes(hours=1)
    world.fake.pay("200.00")

    assert [sale.total for sale in world.pulled(since)] == [200]


def test_a_payment_that_is_approved_late_is_found_within_the_window(world, clock):
    payment = world.fake.pay("100.00", status="pending", approved_at=None)
    since = clock.passes(days=3)
    assert world.pulled(since) == []

    payment.update(status="approved", approved_at=since.isoformat())

    assert [sale.total for sale in world.pulled(since)] == [100]
    world.source = world.source_with(window_days=1)
    assert world.pulled(since) == []


@pytest.mark.parametrize("date", ["ayer", 7, "2026-11-20T11:52:31"])
def test_a_payment_without_a_date_is_set_aside_and_hides_no_other(world, clock, date):
    since = clock() - timedelta(hours=1)
    world.fake.pay("100.00", approved_at=date)
    world.fake.pay("200.00")

    records = [record for page in world.source.pages(world.http, since) for record in page.records]

    assert [record["id"] for record in records] == ["pay-0001", "pay-0002"]
    with pytest.raises(DataError):
        world.source.to_sale(records[0])


@pytest.mark.parametrize("answer", [b"[]", b"{}", b'{"results": [1]}', b'{"results": [{"amount": 1}]}'])
def test_an_answer_that_is_no_list_is_not_an_empty_account(world, clock, answer):
    world.fake.answer = lambda request: httpx.Response(200, content=answer)

    with pytest.raises(TransientError, match="not a list"):
        list(world.source.pages(world.http, clock()))


def test_check_lists_and_tells_a_key_that_is_refused(world):
    assert world.source.check(world.http) == "Clip answers; payments of the last hour: 0"

    source = world.source_with(api_secret="very-wrong-secret")
    http = Http.of(source.client())
    with pytest.raises(ConfigError, match="401") as caught:
        source.check(http)
    assert "very-wrong" not in f"{caught.value} {source.config!r} {source.client()!r}"
    http.close()


@pytest.mark.parametrize("way", ["basic", "bearer", "token"])
def test_the_key_may_be_shown_in_several_ways(world, way):
    source = world.source_with(authorization=way)
    http = Http.of(source.client())

    source.check(http)
    http.close()


def test_basic_needs_a_secret_too():
    with pytest.raises(ValueError, match="api_secret"):
        ClipConfig(api_key="k")
    assert ClipConfig(api_key="k", authorization="bearer").api_secret is None


def test_a_short_token_is_refused():
    with pytest.raises(ValueError, match="webhook_token"):
        ClipConfig(api_key="k", api_secret="s", webhook_token="short")


def test_two_tokens_may_be_good_for_a_while_and_none_is_never(world):
    world.fake.pay("1.00")
    request = world.request(world.fake.notifications[-1])

    world.source_with(webhook_token="x" * 16, webhook_tokens=[world.fake.webhook_token]).verify(request)
    with pytest.raises(SignatureError, match="no webhook token"):
        world.source_with(webhook_token=None).verify(request)
    with pytest.raises(SignatureError, match="does not carry"):
        world.source.verify(replace(request, headers={}))


@pytest.mark.parametrize(
    "body",
    [b"[]", b"17", b"{}", b'{"resource":', b'{"resource":"REFUND","id":"../x"}', b'{"resource":"CHECKOUT"}'],
)
def test_a_body_that_says_nothing_is_set_aside(world, clock, body):
    with pytest.raises(DataError):
        world.source.changed(RawRequest({}, body, clock()))


@given(st.integers(1, 10**12), st.integers(0, 10**6))
def test_any_amount_is_exact(cents, tip):
    payment = {
        "id": "p",
        "amount": D(cents) / 100,
        "tip_amount": D(tip) / 100,
        "status": "approved",
        "created_at": "2026-11-20T17:52:31Z",
    }
    (record,) = compose(payment)

    assert SOURCE.to_sale(record).total == D(cents) / 100


@given(st.one_of(st.floats(), st.text(), st.none(), st.booleans(), st.decimals(), st.lists(st.integers())))
def test_anything_else_is_an_amount_or_set_aside(amount):
    payment = {"id": "p", "amount": amount, "status": "approved", "created_at": "2026-11-20T17:52:31Z"}
    (record,) = compose(payment)
    try:
        sale = SOURCE.to_sale(record)
    except DataError:
        return
    assert sale.total == D(amount)
