import json

import pytest

from connectors.airtable import pings
from connectors.airtable.testing import mac_secret
from hub.plugin import ConfigError, DataError, Ignored, RawRequest, SignatureError

# A ping as Airtable documents it, with a secret of 32 bytes and the MAC that belongs to them.
SECRET = "Zml4dHVyZS1tYWMtc2VjcmV0LTMyLWJ5dGVzLWxvbmc="
BODY = (
    b'{"base":{"id":"appFIXTUREbase001"},"webhook":{"id":"achFIXTURE0000001"},"timestamp":"2026-11-20T17:52:31.000Z"}'
)
MAC = "hmac-sha256=c1817dd09fe89257ece468d6a7b1320a3b15e43602e67fdcbd3bf332e78f75da"


def ping(world, **changes):
    headers, body = world.fake.ping(world.hook)
    return RawRequest({**headers, **changes}, body, world.fake.clock())


def followed(world, request):
    world.source.verify(request)
    told = world.source.changed(request)
    return [world.mapped(record) for item in told for record in world.source.read(world.http, item)]


def test_the_mac_of_a_known_ping_is_right(world, clock):
    world.use(base="appFIXTUREbase001", mac_secret=SECRET)
    world.source.verify(RawRequest({"x-airtable-content-mac": MAC}, BODY, clock()))


def test_another_mac_is_refused_with_401(world, clock):
    world.use(mac_secret=SECRET)
    with pytest.raises(SignatureError):
        world.source.verify(RawRequest({"x-airtable-content-mac": "hmac-sha256=" + "0" * 64}, BODY, clock()))
    assert world.source.refusal_status == 401


def test_a_ping_leads_to_the_sale_whose_row_changed(world, clock):
    old = world.sell(folio="PED-1")
    clock.passes(hours=1)
    world.fake.edit(world.table, old, estado="pagado")

    (sale,) = followed(world, ping(world))

    assert (sale.id, sale.total, sale.forma_pago) == ("PED-1", 1160, None)


def test_a_ping_stands_for_everything_shortly_before_it(world, clock):
    for number in range(120):
        world.sell(folio=f"PED-{number}")
    clock.passes(minutes=1)

    assert len(followed(world, ping(world))) == 120


def test_older_changes_are_left_to_the_polls(world, clock):
    world.sell(folio="PED-1")
    clock.passes(hours=1)
    world.sell(folio="PED-2")

    assert [sale.id for sale in followed(world, ping(world))] == ["PED-2"]


def test_a_deleted_row_is_nothing(world):
    world.fake.delete(world.table, world.sell())

    assert followed(world, ping(world)) == []


def test_an_expired_webhook_is_nothing_for_a_ping_and_an_error_for_check(world, clock):
    world.sell()
    request = ping(world)
    clock.passes(days=8)

    assert followed(world, request) == []
    with pytest.raises(ConfigError, match="no webhook any more"):
        world.source.check(world.http)


def test_two_secrets_serve_while_a_webhook_is_replaced(world):
    new = world.fake.hook()
    world.use(mac_secret=mac_secret(new), mac_secrets=[mac_secret(world.hook)])

    world.source.verify(ping(world))


def test_a_secret_that_is_not_base64_is_a_config_error_that_does_not_show_it(world):
    world.use(mac_secret="no es base64")
    with pytest.raises(ConfigError, match="not base64") as caught:
        world.source.verify(ping(world))
    assert "no es" not in str(caught.value)


def test_without_a_secret_nothing_is_believed(world):
    world.use(mac_secret=None)
    with pytest.raises(SignatureError):
        world.source.verify(ping(world))


def test_another_base_is_ignored_and_rubbish_set_aside(world, clock):
    other = json.dumps({"base": {"id": "appOTHER"}, "webhook": {"id": "ach1"}, "timestamp": "2026-11-20T17:52:31.000Z"})
    assert isinstance(world.source.changed(RawRequest({}, other.encode(), clock())), Ignored)
    with pytest.raises(DataError):
        world.source.changed(RawRequest({}, b'{"base": 1}', clock()))


def test_a_flood_of_changes_is_read_back_to_its_beginning_or_to_the_limit(world, monkeypatch):
    monkeypatch.setattr(pings, "AT_ONCE", 3)
    monkeypatch.setattr(pings, "ROUNDS", 2)
    for number in range(10):
        world.sell(folio=f"PED-{number}")

    found = {sale.id for sale in followed(world, ping(world))}

    assert found == {f"PED-{number}" for number in range(4, 10)}


def test_a_real_delivery_is_signed_by_the_fake(world, clock):
    headers, body = world.fake.signed(world.hook, b"{}")
    world.source.verify(RawRequest(headers, body, clock()))
