import json
import re

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError

from connectors.sheets.auth import READ, WRITE
from connectors.sheets.testing import FakeSheets
from hub.plugin import ConfigError, TransientError


def logins(world):
    return [request for request in world.fake.requests if request.url.path == "/token"]


def test_one_login_serves_all_reads_and_may_not_write(world):
    world.records()
    world.records()

    assert len(logins(world)) == 1
    assert {scope for scope, _ in world.fake.tokens.values()} == {READ}


def test_writing_takes_a_token_of_its_own(world):
    world.source.check_write_back(world.http)

    assert {scope for scope, _ in world.fake.tokens.values()} == {READ, WRITE}


def test_a_revoked_token_is_replaced_once(world):
    world.records()
    world.fake.revoke_tokens()
    world.records()

    assert len(logins(world)) == 2


def test_a_token_that_is_refused_again_is_a_persons_matter(world):
    world.fake.fail_next(401, {"error": {"status": "UNAUTHENTICATED"}}, times=2)

    with pytest.raises(ConfigError, match="HTTP 401 UNAUTHENTICATED"):
        world.records()


def test_a_key_of_somebody_else_is_refused_by_its_signature(world):
    other = FakeSheets(private_key=rsa.generate_private_key(65537, 2048))
    world.use(service_account=other.service_account(world.url))

    with pytest.raises(ConfigError, match="HTTP 400 invalid_grant") as caught:
        world.records()
    assert "clock" in caught.value.hint


def test_a_wrong_clock_is_refused_and_told(world, monkeypatch):
    monkeypatch.setattr(world.source.client().auth.__class__, "_assertion", assertion_of_last_year)

    with pytest.raises(ConfigError, match="invalid_grant"):
        world.records()


def assertion_of_last_year(auth, scope):
    from google.auth import crypt, jwt

    signer = crypt.RSASigner.from_string(auth._key.private_key)
    claims = {"iss": auth._key.email, "scope": scope, "aud": auth._key.token_url, "iat": 1, "exp": 3601}
    return jwt.encode(signer, claims).decode()


def test_a_login_that_fails_for_now_is_tried_later(world):
    handle = world.fake._rest.handle
    answers = iter([503, 429])

    def failing(request):
        if request.url.path == "/token" and (status := next(answers, None)):
            return httpx.Response(status, headers={"retry-after": "17"}, json={})
        return handle(request)

    world.fake._rest.handle = failing
    for _ in range(2):
        with pytest.raises(TransientError) as caught:
            world.records()
        assert caught.value.retry_after_s == 17
    assert world.records() == []


@pytest.mark.parametrize("wrong", ["", "{}", "[]", "no json", '{"client_email": "a", "private_key": "b"}', "null"])
def test_what_is_no_key_is_said_without_quoting_it(world, wrong):
    with pytest.raises(ValidationError, match="is not the JSON key") as caught:
        world.use(service_account=wrong)
    assert len(wrong) < 3 or wrong not in str(caught.value)
    world.use()


def test_a_key_whose_pem_is_damaged_is_said_without_quoting_it(world):
    key = json.loads(world.fake.service_account(world.url))
    key["private_key"] = re.sub(r"[A-Za-z0-9+/]{60}", "x" * 60, key["private_key"])
    world.use(service_account=json.dumps(key))

    with pytest.raises(ConfigError, match="private key of service_account cannot be read") as caught:
        world.records()
    assert "xxx" not in str(caught.value)
