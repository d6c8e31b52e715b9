import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors.conekta.testing import Item
from hub.plugin import ConfigError, DataError, Http, Ignored, RawRequest, SignatureError, TransientError

OTHER_KEY = (
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYD54V/vp+54P9DXarYqx4MPcm+HK\n"
    "RIQzNasYSoRQHQ/6S6Ps8tpMcT+KvIIC8W/e9k0W7Cm72M1P9jU7SLf/vg==\n"
    "-----END PUBLIC KEY-----\n"
)


def paid(world):
    world.fake.sell([Item("Taza", 30000)])
    return world.request(world.fake.events[-1])


@pytest.mark.parametrize("way", ["signature", "digest", "hex"])
def test_every_way_that_conektas_words_can_mean_is_taken(world, way):
    request = paid(world)
    sealed = replace(request, headers={"digest": world.fake.digest(request.body, way)})

    world.source.verify(sealed)
    with pytest.raises(SignatureError, match="does not match"):
        world.source.verify(replace(sealed, body=request.body.replace(b"30000", b"30001")))


def test_any_of_several_keys_is_enough_and_none_is_never(world):
    other = (Path(__file__).with_name("fixtures") / "webhook_key.pem").read_text()
    request = paid(world)

    world.source_with(public_key=other, public_keys=[world.fake.public_key]).verify(request)
    with pytest.raises(SignatureError, match="does not match"):
        world.source_with(public_key=other).verify(request)
    with pytest.raises(SignatureError, match="no webhook key"):
        world.source_with(public_key=None).verify(request)


@pytest.mark.parametrize(
    "key", ["", "key_secret", OTHER_KEY, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
)
def test_what_is_no_rsa_key_is_refused_in_the_configuration(world, key):
    with pytest.raises(ValidationError, match=r"PEM|RSA"):
        world.source_with(public_key=key)


@pytest.mark.parametrize("digest", ["", "%%%", "AAAA", "ñ", "QUJD" * 86])
def test_a_digest_that_is_none_is_refused(world, digest):
    with pytest.raises(SignatureError):
        world.source.verify(replace(paid(world), headers={"digest": digest}))


def test_a_charge_without_an_order_is_a_sale_of_its_own(world):
    charge = {
        "id": "ch_alone",
        "object": "charge",
        "amount": 5050,
        "currency": "MXN",
        "description": "Propina de la mesa 4",
        "paid_at": 1795197151,
        "payment_method": {"object": "card_payment", "account_type": "Debit"},
        "reference_id": "M-4",
        "status": "paid",
    }

    (sale,) = world.movements(world.request(world.fake.tell("charge.paid", charge)))

    assert (sale.id, str(sale.total), sale.forma_pago, sale.reference) == ("ch_alone", "50.50", "28", "M-4")
    assert [line.description for line in sale.lines] == ["Propina de la mesa 4"]
    told = world.source.changed(world.request(world.fake.tell("charge.refunded", charge)))
    assert isinstance(told, Ignored)


def test_a_chargeback_of_nobodys_order_is_set_aside(world):
    with pytest.raises(DataError, match="of which order"):
        world.source.changed(world.request(world.fake.tell("charge.chargeback.lost", {"id": "chbk_1"})))


@pytest.mark.parametrize("found", [{}, {"id": ""}, {"id": "../customers/cus_1"}, 7])
def test_an_event_that_names_nothing_is_set_aside(world, found):
    event = {"id": "evt_1", "type": "order.paid", "livemode": False, "data": {"object": found}}
    with pytest.raises(DataError):
        world.source.changed(world.request(event))


@pytest.mark.parametrize("body", [b'{"id":"evt_1","dat', b"[]", b"{}", b"\xff", b'{"id":7}'])
def test_a_body_that_cannot_be_read_is_refused(world, clock, body):
    with pytest.raises(DataError):
        world.source.delivery_key(RawRequest({}, body, clock()))


def test_events_of_the_other_mode_are_ignored(world):
    request = paid(world)
    live = replace(request, body=json.dumps({**json.loads(request.body), "livemode": True}).encode())

    assert "a live event" in world.source.changed(live).reason
    assert isinstance(world.source_with(live_mode=True).changed(request), Ignored)


def test_check_sees_that_the_key_is_of_the_mode_that_is_configured(world):
    assert world.source.check(world.http).startswith("Conekta answers in test mode")
    world.fake.sell([Item("Taza", 30000)])
    assert world.source.check(world.http).startswith("Conekta answers in test mode")

    with pytest.raises(ConfigError, match="reads test orders, live_mode is True"):
        world.source_with(live_mode=True).check(world.http)
    world.fake.forbid("/orders")
    with pytest.raises(ConfigError, match="403"):
        world.source.check(world.http)


def test_every_request_names_the_version_and_a_wrong_key_does_not_show_itself(world):
    world.source.check(world.http)
    assert {one.headers["accept"] for one in world.fake.requests} == {"application/vnd.conekta-v2.3.0+json"}

    source = world.source_with(api_key="key_very_wrong")
    http = Http.of(source.client())
    with pytest.raises(ConfigError) as caught:
        source.check(http)
    assert "very_wrong" not in f"{caught.value} {source.config!r}"
    http.close()


def test_too_many_requests_say_how_long_to_wait(world):
    order = world.fake.sell([Item("Taza", 30000)])
    world.fake.fail_next(429, {"Retry-After": "7"})

    with pytest.raises(TransientError) as caught:
        world.of(order)
    assert caught.value.retry_after_s == 7
