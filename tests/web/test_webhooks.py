"""The webhook endpoint over a real socket: 2xx means committed, and nothing else does."""

import hmac
import json
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import event as engine_event

from hub.plugin import ConfigError
from hub.store import InboxItem
from hub.web.app import make_app
from hub.web.patience import PatientApp
from hub.web.webhooks import MAX_BYTES
from tests.support.world import world

EVENT = b'{"id":"evt_1","object":"event","type":"other","livemode":false,"data":{}}'
FILES = {"use": "files", "issuer": "tienda", "every": "1 hour", "start": "2026-01-01", "folder": "ventas"}
BUSY_MS = 100


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url, sources__archivos=FILES) as made:
        yield made


@pytest.fixture
def url(hub, serve):
    return serve(make_app(hub.flow, lambda: True))


@pytest.fixture
def sale(hub):
    hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    return hub.stripe.events("payment_intent.succeeded")[0]


def signed(hub, body: bytes, **how) -> dict[str, str]:
    return {"stripe-signature": hub.stripe.signature(body, **how)}


def post(url, content, headers, source="stripe-mx"):
    return httpx.post(f"{url}/webhooks/{source}", content=content, headers=headers, timeout=30)


def test_a_delivery_is_answered_once_it_is_committed_and_known_when_it_comes_again(hub, url, sale):
    headers, body = hub.stripe.delivery(sale)
    first = post(url, body, headers)
    assert (first.status_code, first.json()) == (200, {"received": True, "new": True})
    item = hub.only(InboxItem)
    assert (item.source, item.kind, item.delivery_key, item.body) == ("stripe-mx", "delivery", sale["id"], body)
    assert (item.state, item.due_at) == ("received", item.received_at)

    headers, body = hub.stripe.delivery(sale)
    again = post(url, body, headers)
    assert (again.status_code, again.json()) == (200, {"received": True, "new": False})
    assert len(hub.all(InboxItem)) == 1


def test_only_the_headers_that_a_source_names_are_stored(hub, url, sale, monkeypatch):
    plugin = hub.flow.instances.sources["stripe-mx"].plugin
    monkeypatch.setattr(type(plugin), "kept_headers", frozenset({"x-topic"}))
    headers, body = hub.stripe.delivery(sale)
    sent = {"Authorization": "Basic c2VjcmV0", "Cookie": "session=secret", "X-Token": "secret", "X-Topic": "paid"}
    assert post(url, body, headers | sent).is_success
    assert hub.only(InboxItem).headers == {"x-topic": "paid"}


def test_a_parameter_of_the_address_is_kept_like_a_header_that_a_source_names(hub, url, sale, monkeypatch):
    plugin = hub.flow.instances.sources["stripe-mx"].plugin
    monkeypatch.setattr(type(plugin), "kept_headers", frozenset({"?data.id"}))
    headers, body = hub.stripe.delivery(sale)
    params = {"data.id": "81000000001", "token": "secret"}
    assert httpx.post(f"{url}/webhooks/stripe-mx", params=params, content=body, headers=headers, timeout=30).is_success
    assert hub.only(InboxItem).headers == {"?data.id": "81000000001"}


@pytest.mark.parametrize("rotated", ["old", "new"])
def test_while_a_secret_is_changed_both_are_believed(tmp_path, database_url, serve, rotated):
    secrets = {"old": "whsec_fake", "new": "whsec_new"}
    with world(tmp_path, database_url, **{"sources__stripe-mx__webhook_secrets": [secrets["new"]]}) as hub:
        url = serve(make_app(hub.flow, lambda: True))
        assert post(url, EVENT, signed(hub, EVENT, secret=secrets[rotated])).json() == {"received": True, "new": True}
        again = signed(hub, EVENT, secret=secrets["new" if rotated == "old" else "old"])
        assert post(url, EVENT, again).json() == {"received": True, "new": False}
        assert post(url, EVENT, signed(hub, EVENT, secret="whsec_third")).status_code == 400


def test_a_secret_that_was_taken_away_is_believed_no_more(tmp_path, database_url, serve):
    with world(tmp_path, database_url, **{"sources__stripe-mx__webhook_secret": "whsec_new"}) as hub:
        url = serve(make_app(hub.flow, lambda: True))
        assert post(url, EVENT, signed(hub, EVENT, secret="whsec_new")).status_code == 200
        assert post(url, EVENT, signed(hub, EVENT, secret="whsec_fake")).status_code == 400


def test_an_empty_secret_signs_nothing(hub, url, monkeypatch):
    plugin = hub.flow.instances.sources["stripe-mx"].plugin
    monkeypatch.setattr(plugin, "config", plugin.config.model_copy(update={"webhook_secret": SecretStr("")}))
    stamp = str(int(hub.clock().timestamp()))
    empty = hmac.digest(b"", f"{stamp}.".encode() + EVENT, "sha256").hex()
    assert post(url, EVENT, {"stripe-signature": f"t={stamp},v1={empty}"}).status_code == 400
    assert hub.all(InboxItem) == []


@pytest.mark.parametrize(("age_s", "status"), [(-302, 400), (-298, 200), (0, 200), (298, 200), (302, 400)])
def test_a_signature_is_good_for_five_minutes_on_either_side(hub, url, age_s, status):
    hub.clock.stop()
    headers = signed(hub, EVENT, at=hub.clock() - timedelta(seconds=age_s))
    assert post(url, EVENT, headers).status_code == status


def test_what_is_signed_is_the_bytes_and_not_what_they_mean(hub, url):
    same = json.dumps(json.loads(EVENT), indent=1).encode()
    assert post(url, same, signed(hub, EVENT)).status_code == 400
    assert post(url, same, signed(hub, same)).status_code == 200


def test_a_delivery_whose_body_does_not_come_is_answered_and_the_line_closed(hub, serve, monkeypatch):
    monkeypatch.setitem(PatientApp.__init__.__kwdefaults__, "body_s", 0.2)
    port = httpx.URL(serve(make_app(hub.flow, lambda: True))).port
    head = "POST /webhooks/stripe-mx HTTP/1.1\r\nHost: hub\r\nContent-Length: 100\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in signed(hub, EVENT).items())
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(20)
        line.sendall(head.encode() + b"\r\n" + EVENT[:10])
        heard = b"".join(iter(lambda: line.recv(4096), b""))
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert hub.all(InboxItem) == []


@pytest.mark.parametrize("wrong", ["other secret", "too old", "other body", "malformed", "missing"])
def test_a_delivery_that_is_not_from_its_sender_is_refused_and_not_stored(hub, url, sale, wrong):
    _, body = hub.stripe.delivery(sale)
    headers = {
        "other secret": signed(hub, body, secret="whsec_other"),
        "too old": signed(hub, body, at=hub.clock() - timedelta(seconds=301)),
        "other body": signed(hub, body + b" "),
        "malformed": {"stripe-signature": "v1=abc"},
        "missing": {},
    }[wrong]
    answer = post(url, body, headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert hub.all(InboxItem) == []


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b"{}", b'{"id": 7}', b""])
def test_a_signed_body_that_cannot_be_read_is_a_bad_request(hub, url, body):
    answer = post(url, body, signed(hub, body))
    assert (answer.status_code, hub.all(InboxItem)) == (400, [])


@pytest.mark.parametrize("source", ["nobody", "archivos", "stripe-mx%00", "stripe-mx/more"])
def test_an_address_that_takes_no_deliveries_is_not_found(hub, url, sale, source):
    headers, body = hub.stripe.delivery(sale)
    assert post(url, body, headers, source).status_code == 404
    assert hub.all(InboxItem) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_delivers(url, method):
    answer = httpx.request(method, f"{url}/webhooks/stripe-mx")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def chunks(size: int) -> Iterator[bytes]:
    for start in range(0, size, 60_000):
        yield b" " * min(60_000, size - start)


@pytest.mark.parametrize("content", [lambda size: b" " * size, chunks], ids=["with a length", "chunked"])
def test_a_body_of_a_megabyte_is_looked_at_and_one_byte_more_is_too_large(hub, url, content):
    whole = b" " * MAX_BYTES
    assert post(url, content(MAX_BYTES), signed(hub, whole)).json()["detail"] == "the body is not JSON"
    assert post(url, content(MAX_BYTES + 1), signed(hub, whole + b" ")).status_code == 413
    assert hub.all(InboxItem) == []


def test_a_sender_who_hangs_up_in_the_middle_leaves_nothing(hub, url, sale):
    headers, body = hub.stripe.delivery(sale)
    port = httpx.URL(url).port
    with socket.create_connection(("127.0.0.1", port)) as line:
        head = f"POST /webhooks/stripe-mx HTTP/1.1\r\nHost: hub\r\nContent-Length: {len(body)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        line.sendall(head.encode() + b"\r\n" + body[:-1])
    assert post(url, body, headers).json()["new"] is True
    assert len(hub.all(InboxItem)) == 1


def test_fifty_equal_deliveries_at_once_are_one_row(hub, url, sale):
    headers, body = hub.stripe.delivery(sale)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: post(url, body, headers), range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()["new"] for answer in answers].count(True) == 1
    assert len(hub.all(InboxItem)) == 1


def test_a_database_that_is_gone_acknowledges_nothing_until_it_is_back(hub, url, sale, database_url):
    headers, body = hub.stripe.delivery(sale)
    with out_of_order(hub):
        answer = post(url, body, headers)
        assert (answer.status_code, answer.json()) == (503, {"status": 503, "detail": "try again later"})
    assert hub.all(InboxItem) == []
    assert post(url, body, headers).json() == {"received": True, "new": True}


def out_of_order(hub):
    """Another process holds SQLite's write lock; PostgreSQL takes no writes."""
    if not hub.flow.store.is_sqlite:
        return read_only(hub)
    engine_event.listen(hub.flow.store.engine, "checkout", impatient)
    other = sqlite3.connect(hub.flow.store.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return closing(other)


def impatient(connection, _record, _proxy):
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")


class read_only:
    """Every new transaction of this database may only look."""

    def __init__(self, hub):
        self._engine = hub.flow.store.engine

    def __enter__(self):
        engine_event.listen(self._engine, "begin", self._begin)

    def __exit__(self, *_):
        engine_event.remove(self._engine, "begin", self._begin)

    @staticmethod
    def _begin(connection):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def test_a_plugin_that_breaks_on_a_delivery_makes_the_sender_try_again(hub, url, sale, monkeypatch):
    plugin = hub.flow.instances.sources["stripe-mx"].plugin
    headers, body = hub.stripe.delivery(sale)

    def broken(_request):
        raise RuntimeError("surprise")

    monkeypatch.setattr(plugin, "delivery_key", broken)
    assert post(url, body, headers).status_code == 503
    monkeypatch.undo()
    assert post(url, body, headers).json()["new"] is True


def test_a_source_whose_plugin_is_gone_makes_the_sender_try_again(hub, url, sale):
    hub.flow.instances.broken["source stripe-mx"] = ConfigError("there is no source plugin called stripe")
    headers, body = hub.stripe.delivery(sale)
    assert (post(url, body, headers).status_code, hub.all(InboxItem)) == (503, [])
    del hub.flow.instances.broken["source stripe-mx"]
    assert post(url, body, headers).json() == {"received": True, "new": True}


def test_an_event_that_was_taken_becomes_a_ticket(hub, url, sale):
    assert hub.stripe.send(sale, f"{url}/webhooks/stripe-mx") == 200
    hub.work()
    assert hub.ticket.movement_key == sale["data"]["object"]["id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (json.dumps({"id": "evt_" + "x" * 5000, "object": "event", "type": "other", "data": {}}), 200),
        (json.dumps({"id": "evt_\0", "object": "event", "type": "other", "data": {}}), 200),
        ('{"id": "evt_\\ud800", "object": "event", "type": "other", "data": {}}', 200),
        ('{"id": "evt_1", "object": "event", "type": "other", "data": {"object": 1e999999999}}', 400),
        ('{"id": "evt_1", "object": "event", "type": "other", "data": NaN}', 400),
        ("[" * 200_000, 400),
    ],
    ids=["long key", "NUL in the key", "half a character in the key", "an endless number", "NaN", "too deep"],
)
def test_odd_but_signed_bodies_have_a_definite_answer(hub, url, body, status):
    content = body.encode()
    assert post(url, content, signed(hub, content)).status_code == status
