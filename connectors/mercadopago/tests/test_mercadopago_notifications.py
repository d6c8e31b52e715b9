import hmac
import json
from dataclasses import replace

import pytest

from hub.plugin import ConfigError, DataError, Http, Ignored, RawRequest, SignatureError, TransientError


def notified(world):
    world.fake.pay("500.00")
    return world.request(world.fake.notifications[-1])


@pytest.mark.parametrize("milliseconds", [False, True])
@pytest.mark.parametrize("lowered", [False, True])
def test_every_way_of_signing_that_was_seen_is_taken(world, clock, milliseconds, lowered):
    headers, body = world.fake.delivery(world.fake.tell("order", "ORD01JTEST", "order.processed"))
    stamp = int(clock().timestamp()) * (1000 if milliseconds else 1)
    subject = "ord01jtest" if lowered else "ORD01JTEST"
    manifest = f"id:{subject};request-id:{headers['x-request-id']};ts:{stamp};".encode()
    mac = hmac.digest(world.fake.webhook_secret.encode(), manifest, "sha256").hex()

    world.source.verify(RawRequest({**headers, "x-signature": f"ts={stamp},v1={mac}"}, body, clock()))


def test_a_part_that_is_missing_is_missing_in_what_is_signed(world, clock):
    headers, body = world.fake.delivery(world.fake.tell("payment", "77", "payment.created"))
    stamp = int(clock().timestamp())
    mac = hmac.digest(world.fake.webhook_secret.encode(), f"id:77;ts:{stamp};".encode(), "sha256").hex()
    bare = {name: value for name, value in headers.items() if name != "x-request-id"}

    world.source.verify(RawRequest({**bare, "x-signature": f"ts={stamp},v1={mac}"}, body, clock()))


def test_a_signature_does_not_serve_for_another_payment(world):
    request = notified(world)
    other = json.dumps({**json.loads(request.body), "data": {"id": "81000000099"}}).encode()

    with pytest.raises(SignatureError, match="different subjects"):
        world.source.verify(replace(request, body=other))
    bare = {name: value for name, value in request.headers.items() if name != "?data.id"}
    with pytest.raises(SignatureError, match="does not match"):
        world.source.verify(replace(request, body=other, headers=bare))


@pytest.mark.parametrize("age_s", [601, -601, 86400])
def test_an_old_signature_is_refused(world, clock, age_s):
    request = notified(world)
    late = replace(request, received_at=clock.passes(seconds=age_s))

    with pytest.raises(SignatureError, match="old"):
        world.source.verify(late)
    world.source_with(signature_tolerance_s=0).verify(late)


def test_any_of_several_secrets_is_enough(world):
    request = notified(world)

    world.source_with(webhook_secret="other-secret", webhook_secrets=[world.fake.webhook_secret]).verify(request)
    with pytest.raises(SignatureError, match="does not match"):
        world.source_with(webhook_secret="other-secret").verify(request)
    with pytest.raises(SignatureError, match="no webhook secret"):
        world.source_with(webhook_secret=None).verify(request)


def test_unsigned_hints_are_taken_only_if_that_is_set_and_each_counts(world, clock):
    payment = world.fake.pay("500.00")
    request = RawRequest(*world.fake.ipn("payment", str(payment["id"])), clock())
    with pytest.raises(SignatureError):
        world.source.verify(request)

    world.source = world.source_with(unsigned_notifications=True)

    (sale,) = world.movements(request)
    assert sale.id == str(payment["id"])
    later = replace(request, received_at=clock.passes(seconds=1))
    assert world.source.delivery_key(later) != world.source.delivery_key(request)
    # Whoever signs is judged by it, whatever is set.
    with pytest.raises(SignatureError):
        world.source.verify(replace(request, headers={**request.headers, "x-signature": "ts=1,v1=00"}))


def test_an_unsigned_hint_may_name_its_order_in_the_body(world, clock):
    world.source = world.source_with(unsigned_notifications=True)
    payments = [world.fake.pay("300.00"), world.fake.pay("200.00")]
    order = world.fake.merchant_order([{"title": "Mesa", "quantity": 1, "unit_price": 500}], payments)
    body = {"resource": f"https://api.mercadolibre.com/merchant_orders/{order['id']}", "topic": "merchant_order"}

    sales = world.movements(RawRequest({}, json.dumps(body).encode(), clock()))

    assert {sale.id: sale.total for sale in sales} == {str(one["id"]): one["transaction_amount"] for one in payments}
    assert [line.description for sale in sales for line in sale.lines] == ["Venta", "Venta"]


@pytest.mark.parametrize(
    "body", [b"[]", b"17", b'{"data":', b'{"data":{"id":"../../users/me"},"type":"payment"}', b"{}"]
)
def test_a_body_that_says_nothing_is_refused(world, clock, body):
    for call in (world.source.delivery_key, world.source.changed):
        with pytest.raises(DataError):
            call(RawRequest({}, body, clock()))


def test_only_the_parameters_that_are_needed_later_are_kept(world):
    request = notified(world)
    kept = {name: value for name, value in request.headers.items() if name in world.source.kept_headers}

    assert set(kept) == {"?data.id", "?type"}
    assert world.source.changed(replace(request, headers=kept)) == world.source.changed(request)


def test_check_tells_whose_token_it_is(world):
    assert world.source.check(world.http) == "Mercado Pago answers for account 123456789 in test mode"

    world.fake.forbid("/v1/payments/search")
    with pytest.raises(ConfigError, match="403"):
        world.source.check(world.http)
    with pytest.raises(ConfigError, match="account 123456789, collector_id is 1"):
        world.source_with(collector_id="1").check(world.http)


def test_a_wrong_token_does_not_show_itself(world):
    source = world.source_with(access_token="TEST-very-wrong-token")
    http = Http.of(source.client())

    with pytest.raises(ConfigError) as caught:
        source.check(http)
    assert "very-wrong" not in f"{caught.value} {source.config!r}"
    http.close()


def test_too_many_requests_say_how_long_to_wait(world):
    world.fake.fail_next(429, {"Retry-After": "7"})

    with pytest.raises(TransientError) as caught:
        world.of(world.fake.pay("10.00"))
    assert caught.value.retry_after_s == 7


def test_the_fake_delivers_with_the_parameters_in_the_address(world, serve_once):
    world.fake.pay("500.00")

    status, request = serve_once(lambda url: world.fake.send(world.fake.notifications[-1], url))

    assert status == 200
    world.source.verify(request)
    assert not isinstance(world.source.changed(request), Ignored)
