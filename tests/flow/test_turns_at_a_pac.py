"""A PAC's places and pace hold over all threads and processes that work on one database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import httpx
import pytest

from hub.engine.advance import STEPS, advance
from hub.engine.lock import release_leases
from hub.flow.turns import give_back
from hub.plugin import Http
from hub.store import Cfdi, Event, PacCall, PacHealth, Store
from tests.support.world import METADATA, world

PLACES = 2


@pytest.fixture
def hub(tmp_path, database_url):
    pac = {"use": "sandbox", "data_dir": str(tmp_path / "pac"), "concurrency": PLACES}
    with world(tmp_path, database_url, pacs__pruebas=pac) as made:
        yield made


class Crowd(httpx.BaseTransport):
    """Counts who is inside at the same time; each waits a moment for company."""

    def __init__(self, inner):
        self.inner = inner
        self.inside = self.most = self.calls = 0
        self.changed = threading.Condition()

    def handle_request(self, request):
        with self.changed:
            self.inside += 1
            self.calls += 1
            self.most = max(self.most, self.inside)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.inside > PLACES, timeout=0.05)
        try:
            return self.inner.handle_request(request)
        finally:
            with self.changed:
                self.inside -= 1


@pytest.fixture
def crowd(hub, monkeypatch):
    pac = hub.flow.instances.pacs["pruebas"]
    client = pac.plugin.client()
    crowd = Crowd(client.transport)
    http = Http.of(replace(client, transport=crowd))
    monkeypatch.setitem(hub.flow.instances.pacs, "pruebas", replace(pac, http=http))
    yield crowd
    http.close()


def sell(hub, count):
    for _ in range(count):
        hub.stripe.pay(116000, metadata=METADATA)
    hub.poll()


def test_no_more_calls_than_places_are_under_way_and_all_come_to_their_turn(hub, crowd):
    sell(hub, 12)
    assert crowd.most == PLACES
    assert {cfdi.state for cfdi in hub.all(Cfdi)} == {"stamped"}
    assert (crowd.calls, hub.all(PacCall)) == (12, [])


def test_the_places_are_counted_over_all_processes_of_a_database(hub, crowd, database_url, monkeypatch):
    with monkeypatch.context() as nobody_stamps:
        nobody_stamps.delitem(STEPS, "cfdi")
        sell(hub, 10)
    ids = [cfdi.id for cfdi in hub.all(Cfdi)]
    with closing(Store(database_url)) as other:
        flows = [hub.flow, replace(hub.flow, store=other)]
        with ThreadPoolExecutor(6) as pool:
            for _ in range(8):
                list(pool.map(lambda n: advance(flows[n % 2], "cfdi", ids[n % len(ids)]), range(len(ids) * 2)))
    hub.work()
    assert crowd.most == PLACES
    assert {cfdi.state for cfdi in hub.all(Cfdi)} == {"stamped"}
    assert (crowd.calls, len(hub.stamps())) == (10, 10)


def test_the_place_of_a_process_that_died_is_free_after_its_lease_or_at_the_next_start(hub):
    until = hub.flow.now() + timedelta(seconds=300)
    with hub.flow.store.write() as session:
        session.add_all([PacCall(token=f"dead {n}", pac="pruebas", until=until) for n in range(PLACES)])
    sell(hub, 1)
    assert (hub.cfdi.state, hub.cfdi.queued_at is not None, hub.cfdi.attempts) == ("sealed", True, 0)
    release_leases(hub.flow)
    hub.work()
    assert (hub.cfdi.state, hub.cfdi.queued_at) == ("stamped", None)
    with hub.flow.store.write() as session:
        session.add_all([PacCall(token=f"dead {n}", pac="pruebas", until=until) for n in range(PLACES)])
    sell(hub, 1)
    assert sorted(cfdi.state for cfdi in hub.all(Cfdi)) == ["sealed", "stamped"]
    hub.pass_time(seconds=301)
    assert {cfdi.state for cfdi in hub.all(Cfdi)} == {"stamped"}


def test_who_came_first_goes_first(tmp_path, database_url):
    pac = {"use": "sandbox", "data_dir": str(tmp_path / "pac"), "concurrency": 1}
    with world(tmp_path, database_url, pacs__pruebas=pac, engine__workers=1) as hub:
        until = hub.flow.now() + timedelta(seconds=60)
        with hub.flow.store.write() as session:
            session.add(PacCall(token="somebody", pac="pruebas", until=until))
        sell(hub, 5)
        waiting = sorted(hub.all(Cfdi), key=lambda cfdi: (cfdi.queued_at, cfdi.id))
        with hub.flow.store.write() as session:
            give_back(hub.flow, session, "pruebas", token="somebody")
        hub.work()
        assert [event.entity_id for event in hub.all(Event) if event.after == "sending"] == [c.id for c in waiting]


@pytest.fixture
def slow_hub(tmp_path, database_url):
    pac = {"use": "sandbox", "data_dir": str(tmp_path / "pac"), "per_second": 0.5}
    with world(tmp_path, database_url, pacs__pruebas=pac) as made:
        made.clock.stop()
        yield made


@pytest.fixture
def waited(slow_hub):
    """What the steps slept, without sleeping."""
    slept = []
    slow_hub.flow = replace(slow_hub.flow, sleep=slept.append)
    return slept


def test_no_call_begins_before_the_pace_allows_it(slow_hub, waited):
    sell(slow_hub, 4)
    for _ in range(8):
        slow_hub.pass_time(seconds=1)
    assert {cfdi.state for cfdi in slow_hub.all(Cfdi)} == {"stamped"}
    sent = sorted(event.at for event in slow_hub.all(Event) if event.after == "sending")
    begun = [at + timedelta(seconds=wait) for at, wait in zip(sent, waited, strict=True)]
    assert [(b - a).total_seconds() for a, b in pairwise(begun)] == [2, 2, 2]
    assert max(waited) <= 1


def test_the_pace_is_kept_over_the_doubts_too(slow_hub, waited):
    slow_hub.misbehave("lose_answer")
    sell(slow_hub, 2)
    assert sorted(cfdi.state for cfdi in slow_hub.all(Cfdi)) == ["in_doubt", "sealed"]
    slow_hub.pass_time(seconds=2)
    assert len(waited) == 2
    slow_hub.pass_time(seconds=1)
    assert len(waited) == 3
    assert {cfdi.state for cfdi in slow_hub.all(Cfdi)} == {"stamped"}


def test_a_beginning_that_is_near_is_waited_for_with_the_place_taken(hub, monkeypatch):
    waited = []
    hub.flow = replace(hub.flow, sleep=waited.append)
    hub.clock.stop()
    with hub.flow.store.write() as session:
        session.add(PacHealth(pac="pruebas", next_at=hub.flow.now() + timedelta(seconds=0.5)))
    monkeypatch.setitem(hub.settings.pacs, "pruebas", hub.settings.pacs["pruebas"].model_copy(update={"per_second": 4}))
    sell(hub, 1)
    assert (hub.cfdi.state, waited) == ("stamped", [0.5])
    assert hub.only(PacHealth).next_at == hub.flow.now() + timedelta(seconds=0.75)


@pytest.mark.parametrize(
    ("wall_s", "steady_s"), [(3600, 0), (-86_400, 3600)], ids=["it stood still", "it was set back"]
)
def test_who_sleeps_through_its_lease_sends_nothing(hub, crowd, wall_s, steady_s):
    """Another may have the document by then; neither the time of day tells it alone nor the time that passed."""
    steady, sent_before = [0.0], []

    def sleep(_seconds):
        if not sent_before:
            hub.clock.ahead += timedelta(seconds=wall_s)
            steady[0] += steady_s
        sent_before.append(crowd.calls)

    hub.flow = replace(hub.flow, sleep=sleep, seconds=lambda: steady[0])
    sell(hub, 1)
    hub.pass_time(seconds=86_400 + 3600)
    hub.pass_time(seconds=3600)
    assert sent_before[:2] == [0, 0]
    assert (hub.cfdi.state, len(hub.stamps())) == ("stamped", 1)
