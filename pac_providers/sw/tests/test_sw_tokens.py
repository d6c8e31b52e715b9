"""SW's tokens: one login for all, one renewal, and nothing of it where it does not belong."""

import threading
import time

import httpx
import pytest

from hub.plugin import ConfigError, Http, InDoubtError, TransientError
from pac_providers.sw.provider import Sw
from pac_providers.sw.testing import FakeSw
from pac_providers.sw.tests.documents import Pac, cancellation, config, invoice, reference

STRANGE = "5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9"
LOGIN = "/v2/security/authenticate"


def paths(sw):
    return [request.url.path for request in sw.requests]


def test_the_first_call_logs_in_and_the_others_do_not(pac, sw):
    assert sw.logins == 0
    pac.balance()
    pac.stamp(invoice())
    pac.balance()
    assert sw.logins == 1


def test_a_token_without_end_needs_no_login(connect, sw):
    connect(user="", password=None, token=sw.infinite_token).stamp(invoice())
    assert (sw.logins, len(sw.sat.stamps)) == (0, 1)


def test_an_expired_token_is_renewed_once_and_the_same_bytes_are_sent_again(pac, sw):
    pac.stamp(invoice())
    sw.expire_tokens()
    second = pac.stamp(invoice("1043"))
    assert sw.logins == 2
    refused, taken = sw.writes[-2:]
    assert refused.content == taken.content
    assert refused.headers["authorization"] != taken.headers["authorization"]
    assert [stamp.uuid for stamp in sw.sat.stamps][1:] == [second.uuid]


def test_a_new_token_that_is_refused_too_is_the_operators_matter(pac, sw):
    answer = sw.answer
    sw.answer = lambda request: answer(request) if request.url.path == LOGIN else httpx.Response(401)
    with pytest.raises(ConfigError):
        pac.stamp(invoice())
    assert paths(sw) == [LOGIN, "/v4/cfdi33/stamp/v2"] * 2


def test_a_token_without_end_is_never_renewed(connect, sw):
    with pytest.raises(ConfigError):
        connect(user="", password=None, token="aaa.bbb.revoked-token").stamp(invoice())
    assert paths(sw) == ["/v4/cfdi33/stamp/v2"]


def test_a_token_near_its_end_is_renewed_before_it_is_refused(pac, sw, monkeypatch):
    pac.stamp(invoice())
    later = time.time() + 7150
    monkeypatch.setattr(time, "time", lambda: later)
    pac.stamp(invoice("1043"))
    assert (sw.logins, len(sw.writes)) == (2, 2)


def test_a_wrong_password_stamps_nothing_and_is_the_operators_matter(connect, sw):
    pac = connect(password="wrong-Password-3")
    for call in (
        pac.check,
        lambda: pac.stamp(invoice()),
        lambda: pac.cancel(cancellation("5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9")),
    ):
        with pytest.raises(ConfigError, match="login") as caught:
            call()
        assert "environment" in caught.value.hint
    assert sw.writes == []


def broken(request):
    raise httpx.ReadTimeout("silence", request=request)


@pytest.mark.parametrize(
    "login",
    [
        broken,
        lambda _: httpx.Response(503),
        lambda _: httpx.Response(200, content=b"<html>"),
        lambda _: httpx.Response(200, json={"data": {}, "status": "success"}),
        lambda _: httpx.Response(200, json={"data": {"token": "a\u00e9", "expires_in": "soon"}}),
        lambda _: httpx.Response(302),
    ],
    ids=["silence", "503", "html", "no token", "bad token", "redirect"],
)
def test_a_login_that_fails_is_transient_and_the_next_call_tries_again(login):
    sw = FakeSw()
    fails = [True]

    def wire(request):
        if request.url.path == LOGIN and fails:
            fails.pop()
            return login(request)
        return sw.handle(request)

    plugin = Sw(config())
    client = plugin.client()
    http = Http(httpx.Client(base_url=client.base_url, auth=client.auth, transport=httpx.MockTransport(wire)))
    with pytest.raises(TransientError):
        plugin.stamp(http, invoice())
    assert sw.writes == []
    assert plugin.stamp(http, invoice()).uuid == sw.sat.stamps[0].uuid


def test_a_login_waits_no_longer_than_any_request(sw):
    seen = []

    def wire(request):
        seen.append(request.extensions["timeout"]["read"])
        return sw.handle(request)

    client = Sw(config(timeout_s=7)).client()
    options = {"base_url": client.base_url, "auth": client.auth, "timeout": client.timeout_s}
    Http(httpx.Client(**options, transport=httpx.MockTransport(wire))).get("/management/v2/api/users/balance")
    assert seen == [7, 7]


def test_threads_share_one_token(connect, sw):
    pac = connect()
    results, start = [], threading.Barrier(8)

    def work(number):
        start.wait()
        results.append(pac.stamp(invoice(str(number))).uuid)

    for _ in range(2):
        threads = [threading.Thread(target=work, args=(len(results) + number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sw.expire_tokens()
    assert sw.logins == 2
    assert len(set(results)) == len(sw.sat.stamps) == 16


def test_links_to_other_hosts_get_no_token(sw):
    with sw.serving() as url, sw.serving() as elsewhere:
        answer = sw.answer

        def answer_with_links_elsewhere(request):
            response = answer(request)
            return httpx.Response(
                response.status_code, content=response.content.replace(url.encode(), elsewhere.encode())
            )

        sw.answer = answer_with_links_elsewhere
        pac = Pac(config(url))
        stamped = pac.stamp(invoice())
        assert pac.fetch(reference(sw.sat.stamps[0])).xml == stamped.xml
        pac.http.close()
    assert str(sw.requests[-1].url).startswith(elsewhere)
    assert "authorization" not in sw.requests[-1].headers
    assert all("authorization" in request.headers for request in sw.requests[1:-1])


def test_the_status_service_gets_no_token(sw):
    with sw.serving() as url, sw.serving() as elsewhere:
        pac = Pac(config(url, status_url=elsewhere))
        pac.status(cancellation(STRANGE).cfdi)
        pac.http.close()
    (asked,) = sw.requests
    assert "authorization" not in asked.headers


def test_a_lost_stamp_after_a_renewal_is_a_doubt(pac, sw):
    pac.balance()
    sw.expire_tokens()
    answer = sw.answer

    def hang_up_on_the_new_token(request):
        response = answer(request)
        if sw.is_write(request) and response.status_code == 200:
            raise httpx.RemoteProtocolError("hung up", request=request)
        return response

    sw.answer = hang_up_on_the_new_token
    with pytest.raises(InDoubtError, match="after sending"):
        pac.stamp(invoice())
    assert len(sw.sat.stamps) == 1
