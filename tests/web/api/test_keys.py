"""Who may use the API: keys of one source, of test or live, revocable, and not too often."""

import pytest

from hub.flow.api_keys import keep_key, revoke_key
from hub.plugin import ConfigError
from hub.store import ApiKey, Hook, InboxItem
from hub.web.api.call import FAILURES_PER_MINUTE
from hub.web.app import make_app
from tests.support.world import world
from tests.web.api.conftest import SALE, SOURCES, Caller, key_of


def test_a_key_says_whose_it_is(api):
    assert api.get("/me").json() == {
        "name": "Tienda de Prueba",
        "label": "propio",
        "source": "propio",
        "issuer": "tienda",
        "rfc": "EKU9003173C9",
        "mode": "test",
    }


@pytest.mark.parametrize("header", ["x_api_key", "x_make_apikey"])
def test_a_key_may_stand_in_another_header(api, header):
    assert api("GET", "/me", authorization="", **{header: api.key}).status_code == 200


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer hubkey_test_no", "Basic aHVi", "hubkey_test_no"])
def test_without_a_valid_key_nothing_is_done_or_told(hub, url, api, sent):
    for method, path in (("GET", "/me"), ("POST", "/sales"), ("GET", "/tickets/1"), ("DELETE", "/hooks/1")):
        answer = api(method, path, SALE if method == "POST" else None, authorization=sent)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert hub.all(InboxItem) == []


def test_only_the_hash_of_a_key_is_kept(hub, api):
    row = hub.only(ApiKey)
    assert api.key.startswith("hubkey_test_")
    assert api.key not in str(row.model_dump())
    assert len(row.hash) == 64


def test_a_revoked_key_opens_nothing_and_its_subscriptions_are_gone(hub, api):
    assert api.post("/hooks", {"target_url": "https://a.example/x", "event": "cfdi.stamped"}).status_code == 201
    with hub.flow.store.write() as session:
        revoke_key(session, session.get_one(ApiKey, hub.only(ApiKey).id), at=hub.clock())
    assert (api.get("/me").status_code, hub.all(Hook)) == (401, [])


def test_a_live_key_does_nothing_at_a_hub_that_tries(hub, url):
    with hub.flow.store.write() as session:
        keep_key(session, "propio", "live", "hubkey_live_x", live=True, at=hub.clock())
    answer = Caller(url, "hubkey_live_x").post("/sales", SALE)
    assert (answer.status_code, answer.json()["detail"]) == (403, "this hub wants a test key")
    assert hub.all(InboxItem) == []


def test_a_key_belongs_to_a_source_that_is_posted_to(hub):
    with pytest.raises(ConfigError, match="no source that is posted to") as refused:
        key_of(hub, "stripe-mx")
    assert refused.value.hint == "sources that are posted to: mostrador, propio, zaps"


def test_a_key_of_a_source_that_is_gone_opens_nothing(hub, url):
    with hub.flow.store.write() as session:
        keep_key(session, "old", "old", "hubkey_test_old", live=False, at=hub.clock())
    assert Caller(url, "hubkey_test_old").get("/me").status_code == 401


def test_who_asks_too_often_is_told_how_long_to_wait(tmp_path, database_url, serve):
    with world(tmp_path, database_url, **SOURCES, web__api_per_minute=3) as hub:
        hub.clock.stop()
        url = serve(make_app(hub.flow, lambda: True))
        api, other = Caller(url, key_of(hub, "propio")), Caller(url, key_of(hub, "zaps"))
        assert [api.get("/me").status_code for _ in range(3)] == [200] * 3
        answer = api.get("/me")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "20")
        assert other.get("/me").status_code == 200
        hub.pass_time(seconds=20)
        assert [api.get("/me").status_code for _ in range(2)] == [200, 429]


def test_who_tries_keys_is_stopped_and_no_good_key_with_him(hub, url, api):
    hub.clock.stop()
    wrong = Caller(url, "hubkey_test_guess")
    for _ in range(FAILURES_PER_MINUTE):
        assert wrong.get("/me").status_code == 401
    assert wrong.get("/me").status_code == 429
    assert api.get("/me").status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/sales", 405)])
def test_what_is_not_there_is_told_in_the_apis_own_words(api, method, path, status):
    answer = api(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_key_of_a_source_whose_plugin_is_gone_is_asked_to_try_again(hub, api):
    hub.flow.instances.broken["source propio"] = ConfigError("there is no source plugin called rest")
    answer = api.post("/sales", SALE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "600")
    del hub.flow.instances.broken["source propio"]
    assert api.post("/sales", SALE).status_code == 201
