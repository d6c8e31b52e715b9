"""Http over real sockets: which failure becomes which error decides whether a sale is invoiced twice."""

import traceback
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import httpx
import pytest
from pydantic import SecretStr

from hub.plugin import Basic, Bearer, Client, ConfigError, Http, HubError, InDoubtError, TransientError
from tests.plugin.remote_side import closed_port, remote_side

SECRET = "canary-5ecret-value"
EMAIL = "compras@cliente.example"


@pytest.fixture
def server():
    with remote_side() as server:
        yield server


@pytest.fixture
def http(server):
    http = Http.of(Client(base_url=server.url, auth=Bearer(SecretStr(SECRET)), timeout_s=0.5))
    yield http
    http.close()


def says(status, body=b"{}", **headers):
    return (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def test_a_read_gives_json_with_exact_numbers(server, http):
    server.answer = says(200, b'{"total": 199.90, "qty": 3, "name": "Taza"}')
    assert http.get("/orders", {"since": "2026"}) == {"total": Decimal("199.90"), "qty": 3, "name": "Taza"}
    assert server.requests[0][:2] == ("GET", "/orders?since=2026")


def test_a_query_is_a_post_of_json(server, http):
    server.answer = says(200, b'{"data": 0.10}')
    assert http.query("/graphql", {"query": "{ ñ }"}) == {"data": Decimal("0.10")}
    method, path, headers, body = server.requests[0]
    assert (method, path, headers["content-type"]) == ("POST", "/graphql", "application/json")
    assert body == b'{"query": "{ \\u00f1 }"}'


def test_a_write_sends_its_bytes_unchanged_and_gives_the_answer(server, http):
    server.answer = says(422, b'{"code": "CFDI40147"}', x_request="7")
    xml = b"<?xml?>\r\n<a  b='\xc3\xb1'/>\x00"
    answer = http.post_once("/stamp", xml, {"content-type": "application/xml"})
    assert (answer.status, answer.ok, answer.headers["x-request"]) == (422, False, "7")
    assert answer.json() == {"code": "CFDI40147"}
    assert server.requests[0][3] == xml


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_found_to_be_nothing(server, http, status):
    server.answer = says(status)
    assert http.find("/orders/7") is None


@pytest.mark.parametrize(("status", "kind"), [(401, ConfigError), (400, ConfigError), (503, TransientError)])
def test_finding_fails_like_reading_for_all_else(server, http, status, kind):
    server.answer = says(status)
    with pytest.raises(kind):
        http.find("/orders/7")
    server.answer = says(200, b'{"total": 1.10}')
    assert http.find("/orders/7") == {"total": Decimal("1.10")}


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_refusal_is_a_config_error_for_reads_and_writes(server, http, status):
    server.answer = says(status)
    for call in (lambda: http.get("/x"), lambda: http.query("/x", {}), lambda: http.post_once("/x", b"")):
        with pytest.raises(ConfigError, match=str(status)) as caught:
            call()
        assert caught.value.hint


@pytest.mark.parametrize("status", [400, 402, 406, 409, 410, 422])
def test_another_4xx_is_a_config_error_for_reads(server, http, status):
    server.answer = says(status)
    with pytest.raises(ConfigError):
        http.get("/x")


@pytest.mark.parametrize("status", [400, 402, 406, 410, 422])
def test_another_4xx_is_an_answer_for_writes(server, http, status):
    server.answer = says(status)
    assert http.post_once("/x", b"").status == status


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_trouble_is_transient_for_reads_and_a_doubt_for_writes(server, http, status):
    server.answer = says(status)
    with pytest.raises(TransientError):
        http.get("/x")
    with pytest.raises(InDoubtError):
        http.post_once("/x", b"")


@pytest.mark.parametrize(("asked", "wait"), [({"retry_after": "30"}, 30.0), ({}, None)])
def test_a_write_that_is_turned_away_is_transient_and_waits_as_it_was_asked_to(server, asked, wait):
    http = Http.of(Client(base_url=server.url, turns_away=frozenset({429})))
    server.answer = says(429, **asked)
    with pytest.raises(TransientError, match="nothing was done") as caught:
        http.post_once("/x", b"")
    assert caught.value.retry_after_s == wait
    server.answer = says(503, **asked)
    with pytest.raises(InDoubtError):
        http.post_once("/x", b"")
    http.close()


@pytest.mark.parametrize("name", ["Accept", "accept-encoding", "User-Agent"])
def test_a_header_without_a_value_is_not_sent_at_all(server, name):
    http = Http.of(Client(base_url=server.url, headers={name: None, "x-kept": "1"}))
    http.get("/x")
    http.post_once("/x", b"", {"content-type": "text/xml"})
    http.close()
    for _, _, headers, _ in server.requests:
        assert name.lower() not in headers
        assert headers["x-kept"] == "1"
        assert {"host", "connection"} <= headers.keys()


def test_a_conflict_is_a_doubt_for_writes(server, http):
    server.answer = says(409)
    with pytest.raises(InDoubtError):
        http.post_once("/x", b"")


@pytest.mark.parametrize("trouble", ["reset", "hang up", "silence"])
def test_a_lost_answer_is_transient_for_reads_and_a_doubt_for_writes(server, http, trouble):
    server.answer = trouble
    with pytest.raises(TransientError):
        http.get("/x")
    with pytest.raises(InDoubtError, match="after sending"):
        http.post_once("/x", b"<a/>")
    assert [(method, body) for method, _, _, body in server.requests] == [("GET", b""), ("POST", b"<a/>")]


def test_a_refused_connection_is_transient_even_for_writes():
    http = Http.of(Client(base_url=f"http://127.0.0.1:{closed_port()}"))
    with pytest.raises(TransientError):
        http.get("/x")
    with pytest.raises(TransientError, match="nothing was sent"):
        http.post_once("/x", b"")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"half": ', b"\xff\xfe"])
def test_an_answer_that_is_not_json_is_transient_for_reads_and_a_doubt_for_writes(server, http, body):
    server.answer = says(200, body)
    with pytest.raises(TransientError):
        http.get("/x")
    with pytest.raises(InDoubtError):
        http.post_once("/x", b"").json()


def test_an_answer_that_cannot_be_decoded_is_transient_for_reads_and_a_doubt_for_writes(server, http):
    server.answer = says(200, b"not gzip", content_encoding="gzip")
    with pytest.raises(TransientError):
        http.get("/x")
    with pytest.raises(InDoubtError):
        http.post_once("/x", b"")


def test_an_answer_cut_short_is_transient_for_reads_and_a_doubt_for_writes(server, http):
    server.answer = (200, {"content-length": "100"}, b"{}")
    with pytest.raises(TransientError):
        http.get("/x")
    with pytest.raises(InDoubtError):
        http.post_once("/x", b"")


def test_reading_in_another_format_gives_the_bytes_and_fails_like_reading(server, http):
    server.answer = says(200, b"<a/>")
    assert http.ask("/soap", b"<q/>", {"content-type": "text/xml"}) == b"<a/>"
    method, _, headers, body = server.requests[0]
    assert (method, headers["content-type"], body) == ("POST", "text/xml", b"<q/>")
    for answer, kind in ((says(500, b"<Fault/>"), TransientError), ("reset", TransientError), (says(403), ConfigError)):
        server.answer = answer
        with pytest.raises(kind):
            http.ask("/soap", b"<q/>")


class LogsIn(httpx.Auth):
    """A login of its own before each write, and another one where the write met 401."""

    requires_response_body = True

    def __init__(self, login):
        self.login = login

    def auth_flow(self, request):
        patience = {"timeout": request.extensions["timeout"]}
        yield httpx.Request("POST", self.login, extensions=patience)
        answer = yield request
        if answer.status_code == 401:
            yield httpx.Request("POST", self.login, extensions=patience)
            yield request


@pytest.mark.parametrize("trouble", ["reset", "hang up", "silence"])
def test_a_lost_login_is_transient_because_nothing_was_written(server, trouble):
    with remote_side() as office:
        office.answer = trouble
        http = Http.of(Client(base_url=server.url, auth=LogsIn(office.url), timeout_s=0.5))
        with pytest.raises(TransientError, match="nothing was done"):
            http.post_once("/stamp", b"<a/>")
    assert server.requests == []


def test_a_lost_write_after_a_login_is_still_a_doubt(server):
    with remote_side() as office:
        http = Http.of(Client(base_url=server.url, auth=LogsIn(office.url), timeout_s=0.5))
        server.answer = "hang up"
        with pytest.raises(InDoubtError, match="after sending"):
            http.post_once("/stamp", b"<a/>")
        server.answer = says(401)
        with pytest.raises(ConfigError, match="401"):
            http.post_once("/stamp", b"<a/>")
    assert [body for *_, body in server.requests] == [b"<a/>"] * 3


def test_redirects_are_not_followed(server, http):
    server.answer = says(302, location=server.url + "/elsewhere")
    with pytest.raises(ConfigError):
        http.get("/x")
    assert http.post_once("/x", b"").status == 302
    assert [path for _, path, _, _ in server.requests] == ["/x", "/x"]


def test_retry_after_in_seconds(server, http):
    server.answer = says(429, retry_after="17")
    with pytest.raises(TransientError) as caught:
        http.get("/x")
    assert caught.value.retry_after_s == 17


def test_retry_after_as_a_date(server, http):
    server.answer = says(503, retry_after=format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True))
    with pytest.raises(TransientError) as caught:
        http.get("/x")
    assert 590 < caught.value.retry_after_s <= 600


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0),
        ("9" * 400, 86_400),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 86_400),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\u00b2", None),
        ("", None),
    ],
    ids=lambda value: str(value)[:32],
)
def test_an_odd_retry_after_never_hides_the_trouble(server, http, value, wait):
    server.answer = says(429, retry_after=value)
    with pytest.raises(TransientError) as caught:
        http.get("/x")
    assert caught.value.retry_after_s == wait


def everything_shown(error):
    return "".join(traceback.format_exception(error)) + repr(error) + getattr(error, "hint", "")


@pytest.mark.parametrize("answer", [says(401), says(500), says(200, b"<html>"), "reset"], ids=str)
def test_no_secret_and_no_query_is_in_an_error(server, http, answer):
    server.answer = answer
    private = {"email": EMAIL, "token": SECRET}
    for call in (lambda: http.get("/x", private), lambda: http.post_once("/x?token=" + SECRET, b"").json()):
        with pytest.raises(HubError) as caught:
            call()
        assert not [word for word in (SECRET, EMAIL) if word in everything_shown(caught.value)]


def unsendable(server):
    yield Client(base_url=server.url, auth=Bearer(SecretStr(SECRET + "\n")))
    yield Client(base_url=server.url, headers={"x-api-key": SECRET + "\r\n"})
    yield Client(base_url=server.url, headers={"x-api-key": SECRET + "\u00e9"})


def test_a_key_that_cannot_be_sent_is_a_config_error_that_does_not_show_it(server):
    for client in unsendable(server):
        for call in (lambda http: http.get("/x"), lambda http: http.post_once("/x", b"")):
            with pytest.raises(ConfigError, match="header cannot be sent") as caught:
                call(Http.of(client))
            assert SECRET not in everything_shown(caught.value)
    assert server.requests == []


@pytest.mark.parametrize("address", ["foo://x", "no-scheme", "https://[::1", "http://h/\x00"])
def test_an_address_that_is_not_one_is_a_config_error(address):
    with pytest.raises(ConfigError, match="address"):
        Http.of(Client(base_url=address)).get("")
    with pytest.raises(ConfigError, match="address"):
        Http.of(Client(base_url=address)).post_once("", b"")


def test_a_client_shows_neither_headers_nor_credentials():
    client = Client(headers={"x-api-key": SECRET}, auth=Basic("ana", SecretStr(SECRET)))
    assert SECRET not in repr(client)
    assert SECRET not in repr(vars(client.auth))


def test_basic_and_bearer_send_the_credentials(server):
    Http.of(Client(base_url=server.url, auth=Basic("ana", SecretStr("pass")))).get("/")
    Http.of(Client(base_url=server.url, auth=Bearer(SecretStr("token")))).get("/")
    assert [headers["authorization"] for _, _, headers, _ in server.requests] == ["Basic YW5hOnBhc3M=", "Bearer token"]
