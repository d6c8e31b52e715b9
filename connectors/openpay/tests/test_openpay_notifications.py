import json
from dataclasses import replace

import httpx
import pytest

from hub.plugin import ConfigError, DataError, Http, Ignored, RawRequest, SignatureError, TransientError


def notified(world):
    world.fake.charge("500.00")
    return world.request(world.fake.notifications[-1])


def test_user_and_password_must_be_those_of_the_webhook(world):
    request = notified(world)
    world.source.verify(request)

    for header in (world.fake.authorization(password="other"), world.fake.authorization(user="x"), "Bearer x", "ñ", ""):
        with pytest.raises(SignatureError, match="wrong"):
            world.source.verify(replace(request, headers={"authorization": header}))
    with pytest.raises(SignatureError, match="missing"):
        world.source.verify(replace(request, headers={}))


def test_any_of_several_passwords_is_enough_and_none_is_never(world):
    request = notified(world)

    world.source_with(webhook_password="old-password", webhook_passwords=[world.fake.webhook_password]).verify(request)
    with pytest.raises(SignatureError, match="no webhook password"):
        world.source_with(webhook_password=None).verify(request)


def test_only_a_verification_may_come_without_credentials(world, clock):
    headers, body = world.fake.verification()
    world.source.verify(RawRequest(headers, body, clock()))

    with pytest.raises(SignatureError):
        world.source.verify(RawRequest({"authorization": "Basic eDp5"}, body, clock()))
    for rubbish in (b"", b"\xff", b"[]", b'{"type":["verification"]}'):
        with pytest.raises(SignatureError):
            world.source.verify(RawRequest({}, rubbish, clock()))


def test_a_verification_shows_nothing_but_a_code(world, clock):
    headers, body = world.fake.verification("<b>pay here</b>")

    with pytest.raises(DataError, match="verification_code"):
        world.source.changed(RawRequest(headers, body, clock()))


def test_each_refund_is_another_delivery_with_or_without_its_own_object(world, clock):
    charge = world.fake.charge("500.00")
    keys = []
    for _ in range(2):
        clock.passes(minutes=1)
        world.fake.refund(charge, "100.00")
        keys.append(world.source.delivery_key(world.request(world.fake.notifications[-1])))
        bare = {**world.fake.notifications[-1], "transaction": {"id": charge["id"]}}
        keys.append(world.source.delivery_key(world.request(bare)))

    assert len(set(keys)) == 4


@pytest.mark.parametrize(
    "body", [b"[]", b"17", b"{}", b'{"type":', b"\xff", b'{"type":"charge.succeeded","transaction":{"id":"../x"}}']
)
def test_a_body_that_says_nothing_is_refused(world, clock, body):
    for call in (world.source.delivery_key, world.source.changed):
        with pytest.raises(DataError):
            call(RawRequest({}, body, clock()))


def test_fields_that_openpay_adds_one_day_do_not_matter(world):
    request = notified(world)
    body = {**json.loads(request.body), "new": {"field": 1}}

    assert world.movements(replace(request, body=json.dumps(body).encode())) == world.movements(request)


def test_a_charge_of_a_stored_customer_is_read_where_it_is(world):
    customer = world.fake.customer()
    world.fake.charge("500.00", customer_id=customer["id"], customer={"name": "Ana"})

    (sale,) = world.movements(world.request(world.fake.notifications[-1]))

    assert (sale.total, sale.buyer.customer_id) == (500, customer["id"])


def test_a_customers_charge_that_is_kept_with_the_merchants_is_found_there(world):
    charge = world.fake.charge("500.00")

    assert list(world.source.read(world.http, f"acgone/{charge['id']}"))
    assert list(world.source.read(world.http, "acgone/trgone")) == []


def test_check_reads_a_charge_and_says_whose_it_is(world):
    assert world.source.check(world.http) == "OpenPay answers for merchant mtest000fixture in the sandbox"

    world.fake.forbid("/v1/mtest000fixture/charges")
    with pytest.raises(ConfigError, match="403"):
        world.source.check(world.http)
    other = world.source_with(merchant_id="mother")
    http = Http.of(other.client())
    with pytest.raises(ConfigError, match="404"):
        other.check(http)
    http.close()


def test_sandbox_and_production_are_different_addresses(world):
    for sandbox, host in ((True, "sandbox-api.openpay.mx"), (False, "api.openpay.mx")):
        address = world.source_with(api_url=None, sandbox=sandbox).client().base_url
        assert httpx.URL(address).host == host


def test_a_wrong_key_does_not_show_itself(world):
    source = world.source_with(private_key="sk_very_wrong")
    http = Http.of(source.client())

    with pytest.raises(ConfigError) as caught:
        source.check(http)
    assert "very_wrong" not in f"{caught.value} {source.config!r} {source.client()!r}"
    http.close()


def test_too_many_requests_say_how_long_to_wait(world):
    charge = world.fake.charge("10.00")
    world.fake.fail_next(429, {"Retry-After": "7"})

    with pytest.raises(TransientError) as caught:
        world.of(charge)
    assert caught.value.retry_after_s == 7


def test_a_payout_says_nothing(world):
    told = world.source.changed(world.request({"type": "payout.succeeded", "transaction": {"id": "tr1"}}))

    assert isinstance(told, Ignored)
