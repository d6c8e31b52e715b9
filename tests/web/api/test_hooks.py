"""Subscriptions: only safe addresses, every event once, signed, tried again, and taken away when nobody listens."""

import json

import pytest
from pydantic import SecretStr

from connectors.zapier.testing import FakeZapier
from hub.flow import hooks
from hub.flow.hook_events import EVENTS, OTHER_NAMES
from hub.flow.tell import tell_events
from hub.plugin import RawRequest, SignatureError, verify_standard_webhook
from hub.store import Condition, Delivery, Hook
from tests.web.api.conftest import BUYER, SALE, Caller, key_of, places


@pytest.fixture
def zapier(hub):
    fake = FakeZapier(clock=hub.clock)
    with fake.serving():
        yield fake


@pytest.fixture
def key(hub):
    return key_of(hub, "zaps")


def tell(hub):
    hub.work()
    tell_events(hub.flow)
    hub.work()


def told(hub):
    return [row for row in hub.all(Delivery) if row.kind == "hook"]


def test_every_event_of_a_sale_is_told_once_in_words_of_the_subscriber(hub, url, zapier, key):
    words = ["ticket.created", "ticket.claimed", "ticket.invoiced", "cfdi.stamped", "invoice.stamped", "ticket.void"]
    zaps = {word: zapier.switch_on(url, key, word) for word in words}
    zapier.send(url, key, "/api/v1/sales", {**SALE, "buyer": BUYER})
    tell(hub)
    tell(hub)
    heard = {word: [one["event"] for one in zap.heard] for word, zap in zaps.items()}
    assert heard == {word: [word] for word in words[:-1]} | {"ticket.void": []}
    assert zaps["ticket.invoiced"].heard[0]["invoice_uuid"] == hub.cfdi.uuid
    assert zaps["cfdi.stamped"].ids == zaps["invoice.stamped"].ids
    assert {row.state for row in told(hub)} == {"sent"}


def test_what_is_told_is_what_the_list_shows(hub, url, zapier, key):
    zap = zapier.switch_on(url, key, "ticket.created")
    zapier.send(url, key, "/api/v1/sales", SALE)
    tell(hub)
    (heard,) = zap.heard
    assert heard.pop("event") == "ticket.created"
    assert Caller(url, key).get("/tickets").json() == [heard]


def test_a_ticket_that_is_held_is_told_with_its_reason(hub, url, zapier, key):
    zap = zapier.switch_on(url, key, "ticket.held")
    zapier.send(url, key, "/api/v1/sales", {**SALE, "payments": [], "buyer": BUYER})
    tell(hub)
    (heard,) = zap.heard
    assert (heard["state"], "how it was paid" in heard["why"]) == ("held", True)


def test_who_sees_its_own_source_alone_hears_of_no_other(hub, url, zapier):
    zap = zapier.switch_on(url, key_of(hub, "propio"), "ticket.created")
    zapier.send(url, key_of(hub, "zaps"), "/api/v1/sales", {**SALE, "external_id": "Z"})
    tell(hub)
    assert (zap.tries, told(hub)) == ([], [])
    stamped = zapier.switch_on(url, key_of(hub, "propio"), "cfdi.stamped")
    zapier.send(url, key_of(hub, "zaps"), "/api/v1/sales", {**SALE, "external_id": "Z-2", "buyer": BUYER})
    tell(hub)
    assert (hub.cfdi.state, stamped.tries) == ("stamped", [])


def test_a_delivery_is_tried_again_under_the_same_id_when_the_subscriber_asks_for_it(hub, url, zapier, key):
    zap = zapier.switch_on(url, key, "ticket.created")
    zap.fail_next(429, {"retry-after": "90"})
    zap.fail_next(503)
    zapier.send(url, key, "/api/v1/sales", SALE)
    tell(hub)
    hub.pass_time(seconds=89)
    assert len(zap.tries) == 1
    hub.pass_time(seconds=2)
    assert (len(zap.tries), zap.heard) == (2, [])
    hub.pass_time(seconds=60)
    assert (len(zap.tries), len(set(zap.tries)), len(zap.heard), zap.forged) == (3, 1, 1, 0)
    (row,) = told(hub)
    assert (row.state, row.reason, row.message_id) == ("sent", "", zap.ids[0])


def test_a_subscriber_that_stays_broken_is_told_to_the_operator_and_given_up_in_the_end(
    hub, url, zapier, key, monkeypatch
):
    monkeypatch.setattr("hub.flow.deliver.GIVE_UP_AFTER", 8)
    zap = zapier.switch_on(url, key, "ticket.created")
    zap.fail_next(500, times=20)
    zapier.send(url, key, "/api/v1/sales", SALE)
    tell(hub)
    for _ in range(9):
        hub.pass_time(hours=2)
    (row,) = told(hub)
    assert (row.state, len(zap.tries), "HTTP 500" in row.reason) == ("failed", 8, True)
    (trouble,) = hub.all(Condition)
    assert trouble.subject == f"hook {hub.only(Hook).id} to 127.0.0.1"
    assert any("HTTP 500" in mail.text for mail in hub.smtp.received)


def test_a_subscriber_that_works_again_ends_the_trouble(hub, url, zapier, key):
    zap = zapier.switch_on(url, key, "ticket.created")
    zap.fail_next(500, times=6)
    zapier.send(url, key, "/api/v1/sales", SALE)
    tell(hub)
    for _ in range(5):
        hub.pass_time(hours=2)
    assert len(hub.all(Condition)) == 1
    hub.pass_time(hours=2)
    assert (len(zap.heard), hub.all(Condition)) == (1, [])


def test_what_is_on_its_way_is_not_told_after_unsubscribing(hub, url, zapier, key):
    zap = zapier.switch_on(url, key, "ticket.created")
    zap.fail_next(503)
    zapier.send(url, key, "/api/v1/sales", SALE)
    tell(hub)
    assert zapier.unsubscribe(url, key, zap).status_code == 200
    hub.pass_time(hours=1)
    (row,) = told(hub)
    assert (row.state, len(zap.tries)) == ("dropped", 1)


def test_a_key_takes_away_its_own_subscriptions_only(hub, url, zapier, key, api):
    zap = zapier.switch_on(url, key, "ticket.created")
    number = zap.subscription["id"]
    assert api("DELETE", f"/hooks/{number}").status_code == 404
    assert api.get("/hooks").json() == []
    assert [one["id"] for one in Caller(url, key).get("/hooks").json()] == [number]
    assert hub.only(Hook).id


def test_the_secret_is_of_the_subscription_and_standard(hub, url, zapier, key):
    first, second = (zapier.switch_on(url, key, "ticket.created") for _ in range(2))
    assert first.subscription["secret"] != second.subscription["secret"]
    now, body = hub.clock(), b'{"id": "1"}'
    stamp = str(int(now.timestamp()))
    signed = hooks.signature(first.subscription["secret"], "evt_1", stamp, body)
    headers = {"webhook-id": "evt_1", "webhook-timestamp": stamp, "webhook-signature": f"v1,{signed}"}
    verify_standard_webhook(RawRequest(headers, body, now), [SecretStr(first.subscription["secret"])])
    with pytest.raises(SignatureError):
        verify_standard_webhook(RawRequest(headers, body, now), [SecretStr(second.subscription["secret"])])


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.zapier.com/x",
        "ftp://hooks.zapier.com/x",
        "https://",
        "https://localhost/x",
        "https://a.localhost/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "https://user:pass@hooks.zapier.com/x",
        "https://hooks.zapier.com:port/x",
        "https://hooks.zapier.com/x#part",
        "https://hooks.zapier.com/ñ",
        "https://hooks.zapier.com/" + "x" * 300,
        "hooks.zapier.com/x",
    ],
)
def test_an_address_that_nobody_should_be_told_at_is_refused(hub, api, address):
    answer = api.post("/hooks", {"target_url": address, "event": "ticket.created"})
    assert (answer.status_code, set(places(answer))) == (422, {"/target_url"})
    assert hub.all(Hook) == []


def test_a_name_that_leads_inside_is_refused_when_it_is_connected_to(hub, api, monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", inside_for("inside.example"))
    assert api.post("/hooks", {"target_url": "https://inside.example/x", "event": "ticket.created"}).status_code == 201
    api.post("/sales", SALE)
    tell(hub)
    (row,) = told(hub)
    assert (row.state, "private network" in row.reason) == ("pending", True)


def inside_for(name):
    import socket

    real = socket.getaddrinfo
    return lambda host, *rest, **more: real("10.0.0.9" if host in {name, name.encode()} else host, *rest, **more)


def test_an_unknown_event_is_refused_with_those_that_are_known(api):
    answer = api.post("/hooks", {"target_url": "https://a.example/x", "event": "sale.sold"})
    assert all(name in places(answer)["/event"].hint for name in EVENTS)


@pytest.mark.parametrize("name", [*EVENTS, *OTHER_NAMES])
def test_every_event_can_be_subscribed_to(api, name):
    assert api.post("/hooks", {"target_url": "https://a.example/x", "event": name}).status_code == 201


def test_a_key_has_so_many_subscriptions_and_no_more(hub, api, monkeypatch):
    monkeypatch.setattr(hooks, "MOST", 2)
    bodies = [{"target_url": f"https://a.example/{number}", "event": "ticket.created"} for number in range(3)]
    assert [api.post("/hooks", body).status_code for body in bodies] == [201, 201, 409]
    assert api.post("/hooks", bodies[0]).status_code == 200
    assert len(hub.all(Hook)) == 2


def test_a_body_that_was_written_once_is_what_every_try_sends(hub, url, zapier, key):
    zap = zapier.switch_on(url, key, "ticket.created")
    zap.fail_next(503)
    zapier.send(url, key, "/api/v1/sales", {**SALE, "buyer": BUYER})
    tell_events(hub.flow)
    (row,) = told(hub)
    hub.work()
    hub.pass_time(hours=1)
    assert zap.heard == [json.loads(row.data["body"])]
