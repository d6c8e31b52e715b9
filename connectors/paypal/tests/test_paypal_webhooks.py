import json
from dataclasses import replace

import pytest

from connectors.paypal import signature
from hub.plugin import ConfigError, DataError, Http, RawRequest, SignatureError, TransientError


def notified(world):
    world.fake.capture("500.00")
    return world.request(world.fake.events[-1])


@pytest.mark.parametrize(
    "url",
    [
        "http://api.paypal.com/v1/notifications/certs/CERT-FAKE-1",
        "https://paypal.com.evil.example/v1/notifications/certs/CERT-FAKE-1",
        "https://evilpaypal.com/v1/notifications/certs/CERT-FAKE-1",
        "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-FAKE-1",
        "https://user@api.paypal.com/v1/notifications/certs/CERT-FAKE-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-FAKE-1",
        "https://api.paypal.com/v1/notifications/certs/../../redirect",
        "https://api.paypal.com/v1/notifications/certs/CERT-FAKE-1?next=https://evil.example",
        "https://api.paypal.com/other",
        "//api.paypal.com/v1/notifications/certs/CERT-FAKE-1",
        "https://[",
    ],
)
def test_a_certificate_is_asked_of_paypal_only(world, url):
    request = notified(world)
    asked = len(world.fake.requests)

    with pytest.raises(SignatureError, match="certificate"):
        world.source.verify(replace(request, headers={**request.headers, "paypal-cert-url": url}))
    assert len(world.fake.requests) == asked


def test_a_certificate_is_fetched_once_for_many_deliveries(world):
    requests = [notified(world) for _ in range(5)]
    for request in requests:
        world.source.verify(request)

    assert len([one for one in world.fake.requests if "/certs/" in one.url.path]) == 1


def test_only_so_many_certificates_are_kept(world, monkeypatch):
    monkeypatch.setattr(signature, "_MOST_KEPT", 2)
    request = notified(world)
    content = world.fake.certificates["CERT-FAKE-1"]
    for name in ("CERT-2", "CERT-3", "CERT-FAKE-1", "CERT-FAKE-1"):
        world.fake.certificates[name] = content
        url = request.headers["paypal-cert-url"].replace("CERT-FAKE-1", name)
        world.source.verify(replace(request, headers={**request.headers, "paypal-cert-url": url}))

    assert len([one for one in world.fake.requests if "/certs/" in one.url.path]) == 3
    assert len(world.source._certificates._known) == 2


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"<html>"])
def test_what_is_no_certificate_of_paypal_signs_nothing(world, content):
    request = notified(world)
    world.fake.certificates["CERT-FAKE-1"] = content

    with pytest.raises(SignatureError, match="no signing certificate"):
        world.source.verify(request)


def test_a_certificate_that_paypal_does_not_have_is_a_forgery_and_trouble_at_paypal_is_not(world):
    request = notified(world)
    world.fake.fail_next(503)
    with pytest.raises(TransientError):
        world.source.verify(request)
    world.source.verify(request)

    other = request.headers["paypal-cert-url"] + "0"
    with pytest.raises(SignatureError, match="no such certificate"):
        world.source.verify(replace(request, headers={**request.headers, "paypal-cert-url": other}))


def test_a_certificate_holds_for_its_time_only(world, clock):
    request = notified(world)
    source = world.source_with(signature_tolerance_s=0)
    source.verify(request)

    with pytest.raises(SignatureError, match="not valid at this time"):
        source.verify(replace(request, received_at=clock.passes(days=20 * 365)))


@pytest.mark.parametrize("age_s", [3601, -3601])
def test_an_old_signature_is_refused(world, clock, age_s):
    late = replace(notified(world), received_at=clock.passes(seconds=age_s))

    with pytest.raises(SignatureError, match="old"):
        world.source.verify(late)
    world.source_with(signature_tolerance_s=0).verify(late)


def test_a_delivery_of_another_webhook_is_refused_and_two_may_be_named(world):
    request = notified(world)

    world.source_with(webhook_ids=["OTHER", world.fake.webhook_id]).verify(request)
    with pytest.raises(SignatureError, match="does not match"):
        world.source_with(webhook_ids=["OTHER"]).verify(request)
    with pytest.raises(SignatureError, match="no webhook"):
        world.source_with(webhook_ids=[]).verify(request)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"17",
        b"{}",
        b'{"id":',
        b'{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED"}',
        b'{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"../x"}}',
        b'{"id":"WH-1","event_type":"CUSTOMER.DISPUTE.CREATED","resource":{"id":"1"}}',
    ],
)
def test_a_body_that_says_nothing_is_set_aside(world, clock, body):
    with pytest.raises(DataError):
        world.source.changed(RawRequest({}, body, clock()))


def test_a_reversed_capture_is_read_again_whatever_the_event_carries(world):
    capture = world.fake.capture("500.00")
    refund = world.fake.refund(capture)
    links = [{"href": f"https://api.paypal.com/v2/payments/captures/{capture['id']}", "rel": "self"}]
    told = world.fake.tell("PAYMENT.CAPTURE.REVERSED", "capture", {**capture, "links": links})

    sale, back = world.movements(world.request(told))
    assert (sale.id, back.id) == (capture["id"], refund["id"])
    (alone,) = world.movements(world.request(world.fake.tell("PAYMENT.CAPTURE.REVERSED", "refund", refund)))
    assert alone == back


def test_a_token_is_asked_for_once_and_again_when_it_is_refused(world, clock):
    capture = world.fake.capture("500.00")
    world.of(capture)
    world.of(capture)
    logins = [one for one in world.fake.requests if one.url.path.endswith("/token")]
    assert len(logins) == 1

    clock.passes(hours=10)
    world.of(capture)
    assert len([one for one in world.fake.requests if one.url.path.endswith("/token")]) == 2


def test_a_wrong_secret_does_not_show_itself(world):
    source = world.source_with(client_secret="very-wrong-secret")
    http = Http.of(source.client())

    with pytest.raises(ConfigError, match="access token") as caught:
        source.check(http)
    assert "very-wrong" not in f"{caught.value} {source.config!r} {source.client()!r}"
    http.close()


def test_check_names_what_the_app_may_not_do(world):
    assert world.source.check(world.http) == "PayPal answers in the sandbox; the app may search transactions"

    world.fake.forbid("/v1/customer/disputes")
    with pytest.raises(ConfigError, match="customer/disputes"):
        world.source.check(world.http)
    world.source_with(lost_disputes="ignore").check(world.http)
    world.fake.forbid("/v1/reporting")
    with pytest.raises(ConfigError, match="reporting/transactions"):
        world.source.check(world.http)


def test_too_many_requests_say_how_long_to_wait(world):
    world.fake.fail_next(429, {"Retry-After": "7"}, times=2)
    for _ in range(2):  # at the login, and after it
        with pytest.raises(TransientError) as caught:
            world.source.check(world.http)
        assert caught.value.retry_after_s == 7


def test_sandbox_and_production_are_different_addresses(world):
    for sandbox, host in ((True, "https://api-m.sandbox.paypal.com"), (False, "https://api-m.paypal.com")):
        assert world.source_with(api_url=None, sandbox=sandbox).client().base_url == host


def test_fields_that_paypal_adds_one_day_do_not_matter(world):
    request = notified(world)
    told = {**json.loads(request.body), "new": {"field": 1}}

    assert world.movements(world.request(told)) == world.movements(request)
