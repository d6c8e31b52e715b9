"""The place at a PAC goes from one document to the next in the same thread, if nobody waits for that thread."""

import time
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col

from hub.engine.advance import FAULT_PAUSE_S, STEPS, advance
from hub.flow.call import Then
from hub.flow.restored import WAITS
from hub.plugin import Http
from hub.store import Cfdi, CfdiState, Event, PacCall, Restoration
from tests.support.world import METADATA, world

SALES = 5


class Wire(httpx.BaseTransport):
    """Does something first, and counts."""

    def __init__(self, inner):
        self._inner, self.first, self.calls = inner, lambda: None, 0

    def handle_request(self, request):
        self.calls += 1
        self.first()
        return self._inner.handle_request(request)


def wired(hub):
    pac = hub.flow.instances.pacs["pruebas"]
    client = pac.plugin.client()
    wire = Wire(client.transport)
    hub.flow.instances.pacs["pruebas"] = replace(pac, http=Http.of(replace(client, transport=wire)))
    return wire


@pytest.fixture
def begun(monkeypatch):
    """The documents whose own step was begun, in order."""
    ids, own = [], STEPS["cfdi"]

    def step(flow, cfdi_id):
        ids.append(cfdi_id)
        return own(flow, cfdi_id)

    monkeypatch.setitem(STEPS, "cfdi", step)
    return ids


def in_line(hub, monkeypatch, **sale):
    """Documents of which none was sent; the first one is due, the others stand in its PAC's queue."""
    with monkeypatch.context() as nobody_stamps:
        nobody_stamps.delitem(STEPS, "cfdi")
        for _ in range(SALES):
            hub.stripe.pay(116000, metadata=METADATA, **sale)
        hub.poll()
    first, *others = [cfdi.id for cfdi in hub.all(Cfdi)]
    now = hub.flow.now()
    with hub.flow.store.write() as session:
        behind = update(Cfdi).where(col(Cfdi.id) != first)
        session.execute(behind.values(queued_at=now, due_at=now + timedelta(minutes=5)))
    return first, *others


def one_place(tmp_path, database_url):
    pac = {"use": "sandbox", "data_dir": str(tmp_path / "pac"), "concurrency": 1}
    return world(tmp_path, database_url, pacs__pruebas=pac, engine__workers=1)


def states(hub):
    return [cfdi.state for cfdi in hub.all(Cfdi)]


def test_a_queue_is_worked_off_without_a_step_for_each(tmp_path, database_url, monkeypatch, begun):
    with one_place(tmp_path, database_url) as hub:
        first, *_ = in_line(hub, monkeypatch)
        wire = wired(hub)
        hub.work()
        assert states(hub) == [CfdiState.STAMPED] * SALES
        assert begun == [first]
        assert (wire.calls, len(hub.stamps()), hub.all(PacCall)) == (SALES, SALES, [])
        assert [cfdi.attempts for cfdi in hub.all(Cfdi)] == [0] * SALES


def test_whoever_waits_for_the_thread_comes_before_the_next_document(tmp_path, database_url, monkeypatch):
    with one_place(tmp_path, database_url) as hub:
        in_line(hub, monkeypatch, receipt_email="compras@prueba.example")
        wired(hub).first = lambda: time.sleep(0.3)
        hub.work()
        told = [(event.entity, event.after) for event in hub.all(Event) if event.after in {"stamped", "sent"}]
        assert told.index(("delivery", "sent")) < len(told) - 1 - told[::-1].index(("cfdi", "stamped"))


def test_only_who_asks_for_it_takes_the_next_one_along(tmp_path, database_url, monkeypatch):
    with one_place(tmp_path, database_url) as hub:
        first, *others = in_line(hub, monkeypatch)
        advance(hub.flow, "cfdi", first)
        assert states(hub) == [CfdiState.STAMPED] + [CfdiState.SEALED] * len(others)


def test_what_may_not_be_sent_is_not_taken_along(tmp_path, database_url, monkeypatch):
    with one_place(tmp_path, database_url) as hub:
        in_line(hub, monkeypatch)

        def restored():
            now = hub.flow.now()
            row = Restoration(issuer="tienda", pac="gone", since=now, restored_at=now, who="test")
            with hub.flow.store.write() as session:
                session.add(row)
            wire.first = lambda: None

        wire = wired(hub)
        wire.first = restored
        hub.work()
        assert states(hub) == [CfdiState.STAMPED] + [CfdiState.SEALED] * (SALES - 1)
        assert [cfdi.reason for cfdi in hub.all(Cfdi)][1] == WAITS
        assert wire.calls == 1


def test_a_fault_of_what_was_taken_along_is_its_own(tmp_path, database_url, monkeypatch):
    with one_place(tmp_path, database_url) as hub:
        first, second, *_ = in_line(hub, monkeypatch)
        hub.clock.stop()

        def fails():
            raise RuntimeError("not foreseen")

        before = {cfdi.id: cfdi.due_at for cfdi in hub.all(Cfdi)}
        monkeypatch.setitem(STEPS, "cfdi", lambda _flow, _id: Then(second, fails))
        advance(hub.flow, "cfdi", first)
        after = {cfdi.id: cfdi.due_at for cfdi in hub.all(Cfdi)}
        assert after == {**before, second: hub.flow.now() + timedelta(seconds=FAULT_PAUSE_S)}
