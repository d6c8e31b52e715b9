"""On SQLite a delivery is acknowledged from the letterbox: no writing keeps its sender waiting, and none is lost."""

import dataclasses
import sqlite3
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import event

from hub.flow import arrivals as way_in
from hub.flow.arrivals import Arrivals, take_letters
from hub.flow.receive import receive
from hub.store import InboxItem, Letterbox, Store
from hub.store.one_writer import OneWriter
from tests.support.process import daemon
from tests.support.world import METADATA, world

AT = datetime(2026, 3, 4, 18, 59, 59, 123456, tzinfo=UTC)


@pytest.fixture
def hub(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", web__public_url="http://127.0.0.1:1") as made:
        letterbox = Letterbox.beside(made.flow.store)
        made.flow = dataclasses.replace(made.flow, letterbox=letterbox)
        yield made
        letterbox.close()


def letter(key="evt_1", **changes):
    values = {"source": "stripe-mx", "delivery_key": key, "received_at": AT, "headers": {}, "body": b"{}", "due_at": AT}
    return InboxItem(kind="delivery", **values | changes)


def keys(hub):
    return [item.delivery_key for item in hub.all(InboxItem)]


def deliveries(hub):
    """Without the records that a daemon reads at its start."""
    return [item for item in hub.all(InboxItem) if item.kind == "delivery"]


def waiting(hub):
    return [item.delivery_key for item in hub.flow.letterbox.oldest(1000).values()]


def paid(hub):
    hub.stripe.pay(116000, metadata=METADATA)
    return hub.stripe.delivery(hub.stripe.events("payment_intent.succeeded")[-1])


def test_while_somebody_else_writes_a_delivery_is_acknowledged_and_goes_in_afterwards(hub, tmp_path):
    other = OneWriter(tmp_path / "hub.db")
    with other:
        assert receive(hub.flow, "stripe-mx", *paid(hub)).new
        assert (keys(hub), len(waiting(hub))) == ([], 1)
    other.close()
    assert take_letters(hub.flow) == 1
    assert (len(keys(hub)), waiting(hub)) == (1, [])


def test_what_goes_in_is_what_came(hub):
    headers = {"stripe-signature": 't=1,v1=\u00f1\\"', "?token": "a b"}
    body = bytes(range(256))
    assert Arrivals(hub.flow).put(letter(headers=headers, body=body))
    take_letters(hub.flow)
    item = hub.only(InboxItem)
    assert (item.received_at, item.due_at, item.headers, item.body) == (AT, AT, headers, body)
    assert (item.kind, item.state, item.token, item.attempts) == ("delivery", "received", None, 0)


def test_they_go_in_in_their_order_and_so_many_at_a_time(hub, monkeypatch):
    monkeypatch.setattr(way_in, "MOST_LETTERS", 2)
    for key in "eadbc":
        Arrivals(hub.flow).put(letter(key))
    assert [take_letters(hub.flow) for _ in range(4)] == [2, 2, 1, 0]
    assert keys(hub) == list("eadbc")


def test_a_delivery_is_new_once_wherever_its_first_one_is(hub):
    arrivals = Arrivals(hub.flow)
    assert arrivals.put(letter())
    assert not arrivals.put(letter())
    take_letters(hub.flow)
    assert not arrivals.put(letter())
    assert (keys(hub), waiting(hub)) == (["evt_1"], [])
    assert arrivals.put(letter(source="another"))


def test_a_record_of_the_same_key_is_no_delivery(hub):
    with hub.flow.store.write() as session:
        session.add(InboxItem(source="stripe-mx", kind="record", delivery_key="evt_1", received_at=AT, body=b"{}"))
    assert Arrivals(hub.flow).put(letter())


def test_an_end_between_inbox_and_letterbox_takes_nothing_in_twice(hub, monkeypatch):
    Arrivals(hub.flow).put(letter())
    monkeypatch.setattr(Letterbox, "forget", lambda *_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        take_letters(hub.flow)
    monkeypatch.undo()
    assert (keys(hub), waiting(hub)) == (["evt_1"], ["evt_1"])
    take_letters(hub.flow)
    assert (keys(hub), waiting(hub)) == (["evt_1"], [])


def test_what_the_database_does_not_take_now_waits(hub):
    Arrivals(hub.flow).put(letter())

    def away(*_):
        raise ConnectionError("the database is away")

    event.listen(hub.flow.store.engine, "begin", away)
    with pytest.raises(ConnectionError):
        take_letters(hub.flow)
    event.remove(hub.flow.store.engine, "begin", away)
    assert take_letters(hub.flow) == 1
    assert keys(hub) == ["evt_1"]


def test_a_letterbox_that_cannot_be_written_refuses_and_takes_the_next(hub, tmp_path):
    letterbox = hub.flow.letterbox
    assert letterbox.oldest(1) == {}
    letterbox.close()
    path = tmp_path / "hub.db-letters"
    kept = path.read_bytes()
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        Arrivals(hub.flow).put(letter())
    path.write_bytes(kept)
    assert Arrivals(hub.flow).put(letter())
    assert waiting(hub) == ["evt_1"]


def test_a_number_is_never_given_twice(hub):
    """Whoever forgets what he took into the inbox must not forget what came after it."""
    letterbox = hub.flow.letterbox
    letterbox.put([letter("a")])
    (first,) = letterbox.oldest(1)
    letterbox.forget([first])
    letterbox.put([letter("b")])
    letterbox.forget([first])
    assert waiting(hub) == ["b"]


def test_its_files_do_not_grow(hub, tmp_path, monkeypatch):
    monkeypatch.setattr("hub.store.letterbox.CHECKPOINT_AFTER", 50)
    for lot in range(20):
        hub.flow.letterbox.put([letter(f"evt_{lot}_{number}", body=b"x" * 10_000) for number in range(20)])
        take_letters(hub.flow)
    assert sum(path.stat().st_size for path in tmp_path.glob("hub.db-letters*")) < 3_000_000
    assert len(keys(hub)) == 400


def test_postgresql_has_none():
    store = Store("postgresql://nobody@127.0.0.1:1/none")
    assert Letterbox.beside(store) is None
    store.close()


SENDERS = """
import sys
from pathlib import Path
from tests.flow.test_letterbox import letter
from hub.store import Letterbox
box = Letterbox(Path(sys.argv[1]))
print(sum(sum(box.put([letter(f"evt_{number}")])) for number in range(300)))
"""


def test_processes_that_put_the_same_in_and_one_that_takes_it_out_agree(hub, tmp_path):
    """Of each delivery one sender is told that it is new, and it is in the inbox once."""
    command = [sys.executable, "-c", textwrap.dedent(SENDERS), str(tmp_path / "hub.db")]
    senders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(lambda: [sender.communicate(timeout=120)[0] for sender in senders])
        while not told.done() or waiting(hub):
            take_letters(hub.flow)
            time.sleep(0.002)
    assert sum(map(int, told.result())) == 300
    assert sorted(keys(hub)) == sorted(f"evt_{number}" for number in range(300))


def test_what_a_killed_hub_had_acknowledged_is_taken_in_by_the_next(hub, tmp_path):
    """As if it had ended between its answer and the inbox."""
    headers, body = paid(hub)
    assert receive(hub.flow, "stripe-mx", headers, body).new
    with daemon(tmp_path) as running:
        until = time.monotonic() + 60
        while not deliveries(hub):
            assert time.monotonic() < until
            time.sleep(0.05)
        again = httpx.post(f"{running.url}/webhooks/stripe-mx", content=body, headers=headers, timeout=30)
        assert again.json() == {"received": True, "new": False}
    assert waiting(hub) == []


def test_a_daemon_answers_while_its_database_is_being_written(hub, tmp_path):
    headers, body = paid(hub)
    other = OneWriter(tmp_path / "hub.db")
    with daemon(tmp_path) as running:
        with other:
            answer = httpx.post(f"{running.url}/webhooks/stripe-mx", content=body, headers=headers, timeout=5)
            assert answer.json() == {"received": True, "new": True}
            assert deliveries(hub) == []
        other.close()
        until = time.monotonic() + 60
        while not deliveries(hub):
            assert time.monotonic() < until
            time.sleep(0.05)
