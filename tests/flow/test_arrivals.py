"""Deliveries go into the inbox together, and none pays for another."""

import dataclasses
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from hub.flow.arrivals import Arrivals
from hub.plugin import TransientError
from hub.store import InboxItem
from hub.store.one_writer import OneWriter
from tests.support.world import world

MANY = 40


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url) as made:
        yield made


@pytest.fixture
def commits(hub):
    """One entry for each transaction that is committed."""
    seen: list[int] = []
    event.listen(hub.flow.store.engine, "commit", lambda _: seen.append(1))
    return seen


def delivery(hub, key, **changes):
    now = hub.flow.now()
    return InboxItem(
        source="stripe-mx", kind="delivery", delivery_key=key, received_at=now, body=b"{}", due_at=now, **changes
    )


def together(hub, items):
    """Put all but the first while the first is being committed; their answers, errors included, in order."""
    held, kicked = threading.Event(), threading.Event()

    def kick(*_):
        kicked.set()
        held.wait(30)

    arrivals = Arrivals(dataclasses.replace(hub.flow, kick=kick))
    with ThreadPoolExecutor(len(items)) as pool:
        answers = [pool.submit(arrivals.put, items[0])]
        assert kicked.wait(30)
        answers += [pool.submit(arrivals.put, item) for item in items[1:]]
        until = time.monotonic() + 30
        while len(arrivals._waiting) < len(items) - 1 and time.monotonic() < until:
            time.sleep(0.01)
        held.set()
        return [answer.exception() or answer.result() for answer in answers]


def keys(hub):
    return sorted(item.delivery_key for item in hub.all(InboxItem))


def test_what_waits_goes_in_with_one_transaction(hub, commits):
    names = [f"evt_{n:02}" for n in range(MANY)]
    assert together(hub, [delivery(hub, name) for name in names]) == [True] * MANY
    assert len(commits) == 2
    assert keys(hub) == names


def test_of_two_alike_that_arrive_together_one_is_new(hub):
    answers = together(hub, [delivery(hub, "a"), delivery(hub, "b"), delivery(hub, "b"), delivery(hub, "a")])
    assert answers[0] is True
    assert sorted(answers[1:3]) == [False, True]
    assert answers[3] is False
    assert keys(hub) == ["a", "b"]


def test_what_does_not_fit_is_told_to_its_sender_alone(hub):
    odd = delivery(hub, "odd", reason=None)
    first, second, refused, last = together(hub, [delivery(hub, "a"), delivery(hub, "b"), odd, delivery(hub, "c")])
    assert (first, second, last) == (True, True, True)
    assert isinstance(refused, SQLAlchemyError)
    assert keys(hub) == ["a", "b", "c"]


def test_a_database_that_is_away_refuses_each_and_the_next_delivery_goes_in(hub):
    arrivals = Arrivals(hub.flow)
    engine = hub.flow.store.engine

    def away(*_):
        raise ConnectionError("the database is away")

    event.listen(engine, "begin", away)
    with pytest.raises(ConnectionError):
        arrivals.put(delivery(hub, "a"))
    event.remove(engine, "begin", away)
    assert arrivals.put(delivery(hub, "a"))
    assert keys(hub) == ["a"]


def test_what_was_refused_because_somebody_else_writes_does_not_go_in_later_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.store.one_writer.PATIENCE_S", 0.2)
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as hub:
        arrivals, other = Arrivals(hub.flow), OneWriter(tmp_path / "hub.db")
        with other, pytest.raises(TransientError):
            arrivals.put(delivery(hub, "a"))
        other.close()
        assert arrivals.put(delivery(hub, "b"))
        assert keys(hub) == ["b"]
