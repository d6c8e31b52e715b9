from datetime import timedelta

import pytest

from hub.plugin import DataError, Http, Ignored, RawRequest, SignatureError, TransientError
from hub.testing.service import taken_once


def test_a_redelivery_has_the_same_key_and_gives_the_same_record(world, clock):
    world.fake.pay(50000)
    event = world.fake.events("payment_intent.succeeded")[0]
    first, key = world.records(event), world.source.delivery_key(world.request(event))

    clock.passes(hours=2)

    assert world.source.delivery_key(world.request(event)) == key == event["id"]
    assert world.records(event) == first


def test_every_event_about_one_payment_leads_to_one_record(world, items):
    world.fake.checkout(items)
    world.fake.invoice(items)

    sales = [sale.id for event in world.fake.events() for sale in world.movements(event)]

    assert len(sales) == 2 + 4
    assert len(set(sales)) == 2


def test_a_refund_does_not_change_the_record_of_the_sale(world):
    intent = world.fake.pay(50000)
    event = world.fake.events("payment_intent.succeeded")[0]
    before = world.records(event)

    world.fake.refund(intent, 20000)

    assert world.records(event) == before


@pytest.mark.parametrize("age_s", [301, -301, 86400])
def test_an_old_signature_is_refused(world, clock, age_s):
    world.fake.pay(50000)
    request = world.request(world.fake.events()[-1])
    late = RawRequest(request.headers, request.body, clock() + timedelta(seconds=age_s))

    with pytest.raises(SignatureError, match="old"):
        world.source.verify(late)


def test_one_changed_byte_is_refused(world):
    world.fake.pay(50000)
    request = world.request(world.fake.events()[-1])
    tampered = RawRequest(request.headers, request.body.replace(b"50000", b"50001"), request.received_at)

    with pytest.raises(SignatureError, match="does not match"):
        world.source.verify(tampered)


def test_any_of_several_secrets_and_signatures_is_enough(world, clock):
    source = world.source_with(webhook_secrets=["whsec_new"])
    body = b"{}"
    stale = world.fake.signature(body, secret="whsec_gone")
    fresh = world.fake.signature(body, secret="whsec_new")
    header = f"{stale},{fresh.split(',')[1]}"

    source.verify(RawRequest({"stripe-signature": header}, body, clock()))
    with pytest.raises(SignatureError):
        world.source.verify(RawRequest({"stripe-signature": header}, body, clock()))


def test_without_a_configured_secret_nothing_is_accepted(world):
    source = world.source_with(webhook_secret=None)
    world.fake.pay(50000)

    with pytest.raises(SignatureError, match="no webhook secret"):
        source.verify(world.request(world.fake.events()[-1]))


@pytest.mark.parametrize("body", [b'{"id":"evt_1","obj', b"[]", b"{}", b"\xff"])
def test_a_body_that_cannot_be_read_is_refused(world, clock, body):
    with pytest.raises(DataError):
        world.source.delivery_key(RawRequest({}, body, clock()))


def test_an_event_without_an_object_is_set_aside(world):
    event = {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "livemode": False, "data": {}}

    with pytest.raises(DataError, match=r"data\.object"):
        world.source.changed(world.request(event))


def test_a_thin_event_says_what_to_change_in_stripe(world):
    event = {"id": "evt_1", "object": "v2.core.event", "type": "v1.billing.meter.no_meter_found"}

    with pytest.raises(DataError) as caught:
        world.source.changed(world.request(event))
    assert "snapshot" in caught.value.hint


def test_events_of_the_other_mode_are_ignored(world):
    world.fake.pay(50000)
    event = world.fake.events("payment_intent.succeeded")[0]

    told = world.source.changed(world.request({**event, "livemode": True}))

    assert isinstance(told, Ignored)
    assert "a live event" in told.reason
    assert isinstance(world.source_with(live_mode=True).changed(world.request(event)), Ignored)
    assert isinstance(world.source_with(api_key="rk_live_x").changed(world.request(event)), Ignored)


def test_an_object_that_stripe_no_longer_knows_gives_nothing(world):
    for target in ("pi_gone", "ch_gone", "cs_gone", "in_gone", "re_gone", "dp_gone", "xx_other"):
        assert list(world.source.read(world.http, target)) == []


def test_too_many_requests_say_how_long_to_wait(world):
    world.fake.pay(50000)
    world.fake.fail_next(429, {"Retry-After": "7", "Stripe-Rate-Limited-Reason": "global-rate"})

    with pytest.raises(TransientError) as caught:
        list(world.source.read(world.http, "pi_0001"))
    assert caught.value.retry_after_s == 7


@pytest.mark.parametrize("status", [409, 500, 502, 503])
def test_trouble_at_stripe_is_transient(world, status):
    world.fake.fail_next(status)

    with pytest.raises(TransientError):
        list(world.source.read(world.http, "pi_0001"))


def test_nobody_listening_is_transient(world):
    http = Http.of(world.source_with(api_url="http://127.0.0.1:9").client())

    with pytest.raises(TransientError):
        list(world.source.read(http, "pi_0001"))
    http.close()


def test_the_official_library_accepts_the_fakes_signature(world, clock):
    stripe = pytest.importorskip("stripe")
    headers, body = world.fake.delivery(world.fake.tell("payment_intent.succeeded", {"id": "pi_1"}))
    secret, text = world.fake.webhook_secret, body.decode()

    assert stripe.WebhookSignature.verify_header(text, headers["stripe-signature"], secret, tolerance=None)


def test_the_fake_delivers_over_http_what_the_source_accepts(world, clock):
    world.fake.pay(50000)

    status, request = taken_once(
        lambda url: world.fake.send(world.fake.events()[-1], url), "/webhooks/stripe-mx", clock
    )

    assert status == 200
    world.source.verify(request)
    assert list(world.source.changed(request)) == ["pi_0001"]
