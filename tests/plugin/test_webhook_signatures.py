"""Signatures are checked over the raw bytes; anybody may send anything."""

import base64
import dataclasses
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from hub.plugin import (
    ConfigError,
    RawRequest,
    SignatureError,
    verify_hmac,
    verify_standard_webhook,
    verify_stripe_style,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = '{"id":"ev_1","total":199.90,"name":"Íñigo"}'.encode()
OLD, NEW, OTHER = (SecretStr(f"whsec-{name}-5ecret") for name in ("old", "new", "other"))


def mac(secret, message):
    return hmac.new(secret.get_secret_value().encode(), message, hashlib.sha256)


def request(headers, body=BODY, at=NOW):
    return RawRequest(headers, body, at)


def hex_signed(secret=NEW):
    return request({"x-signature": mac(secret, BODY).hexdigest()})


def base64_signed(secret=NEW):
    return request({"x-signature": base64.b64encode(mac(secret, BODY).digest()).decode()})


def stripe_signed(secret=NEW, at=NOW):
    stamp = str(int(at.timestamp()))
    return request({"x-signature": f"t={stamp},v1={mac(secret, stamp.encode() + b'.' + BODY).hexdigest()}"})


def check_hex(request, secrets=(NEW, OLD)):
    verify_hmac(request, "X-Signature", secrets)


def check_base64(request, secrets=(NEW, OLD)):
    verify_hmac(request, "X-Signature", secrets, encoding="base64")


def check_stripe(request, secrets=(NEW, OLD)):
    verify_stripe_style(request, "X-Signature", secrets)


STYLES = [(hex_signed, check_hex), (base64_signed, check_base64), (stripe_signed, check_stripe)]
styles = pytest.mark.parametrize(("signed", "check"), STYLES, ids=["hex", "base64", "stripe"])


@styles
def test_either_secret_is_good_while_they_are_rotated(signed, check):
    check(signed(NEW))
    check(signed(OLD))


@styles
def test_a_strangers_signature_is_refused(signed, check):
    with pytest.raises(SignatureError, match="does not match"):
        check(signed(OTHER))
    with pytest.raises(SignatureError):
        check(signed(NEW), secrets=())


@styles
@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], b"", BODY.replace(b"199.90", b"1.90")])
def test_a_tampered_body_is_refused(signed, check, body):
    with pytest.raises(SignatureError):
        check(dataclasses.replace(signed(), body=body))


@styles
def test_a_missing_header_is_refused(signed, check):
    with pytest.raises(SignatureError, match="missing"):
        check(dataclasses.replace(signed(), headers={}))


@styles
@given(value=st.text())
def test_no_rubbish_in_the_header_does_anything_but_refuse(signed, check, value):
    with pytest.raises(SignatureError):
        check(dataclasses.replace(signed(), headers={"x-signature": value}))


@given(stamp=st.one_of(st.text(), st.sampled_from(["\u00b2", "9" * 400, "-1", "1e9", " 1", "0x1"])))
def test_no_rubbish_in_the_time_does_anything_but_refuse(stamp):
    good = mac(NEW, stamp.encode(errors="replace") + b"." + BODY).hexdigest()
    with pytest.raises(SignatureError):
        check_stripe(request({"x-signature": f"t={stamp},v1={good}"}))


@pytest.mark.parametrize("secret", ["", "whsec_"])
def test_an_empty_secret_signs_nothing(secret):
    empty = [SecretStr(secret)]
    by_hmac = RawRequest({"x-signature": hmac.digest(b"", BODY, "sha256").hex()}, BODY, NOW)
    stamp = str(int(NOW.timestamp()))
    mac = base64.b64encode(hmac.digest(b"", b"id." + stamp.encode() + b"." + BODY, "sha256")).decode()
    headers = {"webhook-id": "id", "webhook-timestamp": stamp, "webhook-signature": f"v1,{mac}"}
    with pytest.raises(SignatureError):
        verify_hmac(by_hmac, "x-signature", empty)
    with pytest.raises(SignatureError):
        verify_standard_webhook(RawRequest(headers, BODY, NOW), empty)


@pytest.mark.parametrize("age", [timedelta(seconds=300), timedelta(0), timedelta(seconds=-300)])
def test_a_delivery_is_good_for_five_minutes_either_way(age):
    check_stripe(dataclasses.replace(stripe_signed(), received_at=NOW + age))


@pytest.mark.parametrize("age", [timedelta(seconds=301), timedelta(days=1), timedelta(seconds=-301)])
def test_an_old_or_future_delivery_is_refused(age):
    with pytest.raises(SignatureError, match="old"):
        check_stripe(dataclasses.replace(stripe_signed(), received_at=NOW + age))


def test_the_tolerance_can_be_set():
    late = dataclasses.replace(stripe_signed(), received_at=NOW + timedelta(seconds=20))
    with pytest.raises(SignatureError):
        verify_stripe_style(late, "x-signature", [NEW], tolerance_s=10)


def test_one_of_several_signatures_is_enough_and_other_schemes_are_ignored():
    good = stripe_signed().headers["x-signature"]
    check_stripe(request({"x-signature": f"{good},v1={'0' * 64},v0=abc"}))
    with pytest.raises(SignatureError, match="malformed"):
        check_stripe(request({"x-signature": good.replace("v1=", "v0=")}))


# The example that the Standard Webhooks libraries publish with their tests.
STANDARD_SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
SIGNATURE = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
STANDARD = RawRequest(
    {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": f"v1,{SIGNATURE}",
    },
    b'{"test": 2432232314}',
    datetime.fromtimestamp(1614265330, UTC),
)


def test_the_published_example_of_standard_webhooks_is_accepted():
    verify_standard_webhook(STANDARD, [STANDARD_SECRET])
    verify_standard_webhook(STANDARD, [OTHER_STANDARD, STANDARD_SECRET])


OTHER_STANDARD = SecretStr("whsec_" + base64.b64encode(b"another secret of 24 b..").decode())


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize(
    "value", ["", "rubbish", "1614265331", "v1,", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="]
)
def test_every_signed_part_of_a_standard_webhook_counts(header, value):
    with pytest.raises(SignatureError):
        verify_standard_webhook(
            dataclasses.replace(STANDARD, headers={**STANDARD.headers, header: value}), [STANDARD_SECRET]
        )
    without = {name: kept for name, kept in STANDARD.headers.items() if name != header}
    with pytest.raises(SignatureError, match="missing"):
        verify_standard_webhook(dataclasses.replace(STANDARD, headers=without), [STANDARD_SECRET])


def test_a_standard_webhook_grows_old_and_knows_its_secret():
    late = dataclasses.replace(STANDARD, received_at=STANDARD.received_at + timedelta(hours=1))
    with pytest.raises(SignatureError, match="old"):
        verify_standard_webhook(late, [STANDARD_SECRET])
    with pytest.raises(SignatureError, match="does not match"):
        verify_standard_webhook(STANDARD, [OTHER_STANDARD])


def test_a_standard_secret_that_is_not_base64_is_a_config_error_that_does_not_show_it():
    with pytest.raises(ConfigError) as caught:
        verify_standard_webhook(STANDARD, [SecretStr("whsec_not base64!")])
    assert "not base64!" not in str(caught.value)
