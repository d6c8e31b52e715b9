"""The large engine does what the small one does, and a job that is lost, doubled or stale changes nothing."""

import os
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from hub.engine.advance import STEPS
from hub.engine.lock import among_others, only_daemon
from hub.engine.queue.jobs import Jobs, queue_of, remove_stalled
from hub.engine.queue.leader import Leadership
from hub.engine.queue.schema import must_be_prepared, prepare
from hub.flow.work import claim
from hub.plugin import ConfigError
from hub.store import Cfdi, Condition, InboxItem, Store, Ticket, TicketState
from tests.conftest import BOTH
from tests.flow.test_bad_days_of_the_pac import *  # noqa: F403 - the same tests, by the other engine
from tests.flow.test_main_job import (
    test_an_unknown_buyer_gets_a_link_and_with_it_the_invoice,  # noqa: F401
    test_the_same_delivery_fifty_times_at_once_is_one_ticket_one_cfdi_one_mail,  # noqa: F401
)
from tests.support.world import METADATA, world


def alone(store):
    return only_daemon(store, Path("unused"))


pytestmark = pytest.mark.parametrize("database_url", BOTH[1:], indirect=True)


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url, queue=True) as made:
        yield made


@pytest.fixture
def store(hub):
    return hub.flow.store


def sold(hub, count: int = 1) -> None:
    for _ in range(count):
        hub.stripe.pay(50000, metadata=METADATA)
        hub.deliver(hub.stripe.events("payment_intent.succeeded")[-1])


def jobs(store) -> list[dict]:
    with store.read() as session:
        waiting = "SELECT queue_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        rows = session.execute(text(waiting))
        return [{"queue": row.queue_name, **row.args} for row in rows]


def forget_jobs(store) -> None:
    with store.write() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))


def test_a_job_exists_if_and_only_if_the_change_it_serves_is_committed(hub, store):
    sold(hub)
    item = hub.only(InboxItem)
    assert jobs(store) == [{"queue": "hub", "entity": "inbox", "entity_id": item.id}]

    with pytest.raises(ZeroDivisionError), store.write() as session:  # noqa: PT012
        hub.flow.kick(session, "inbox", item.id)
        raise ZeroDivisionError
    assert len(jobs(store)) == 1


def test_work_of_a_pac_has_a_queue_of_its_own(hub, store):
    sold(hub)
    hub.misbehave("fail", times=None)
    hub.work()
    forget_jobs(store)
    with store.write() as session:
        hub.flow.kick(session, "cfdi", hub.cfdi.id)
    assert [job["queue"] for job in jobs(store)] == [queue_of("pruebas")]


def test_lost_jobs_are_found_by_the_sweep(hub, store):
    sold(hub, 3)
    forget_jobs(store)
    assert Jobs().sweep(hub.flow) == 3
    assert Jobs().sweep(hub.flow) == 0, "what has a job is not deferred again"
    hub.work()
    assert [ticket.state for ticket in hub.all(Ticket)] == [TicketState.INVOICED] * 3


def test_jobs_for_what_is_done_or_gone_do_nothing(hub, store):
    sold(hub)
    hub.work()
    done = (("cfdi", hub.cfdi.id), ("ticket", hub.ticket.id), ("inbox", hub.all(InboxItem)[0].id))
    for entity, entity_id in done * 3:
        with store.write() as session:
            hub.flow.kick(session, entity, entity_id)
    hub.work()
    assert len(hub.stamps()) == len(hub.all(Cfdi)) == 1


def test_jobs_of_a_worker_that_is_gone_are_forgotten(hub, store):
    sold(hub)
    with store.write() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL"))
    assert remove_stalled(store) == 1
    hub.work()
    assert hub.ticket.state == TicketState.INVOICED


def test_the_tables_of_another_version_are_replaced_and_the_work_goes_on(hub, store):
    sold(hub)
    with store.write() as session:
        session.execute(text("COMMENT ON TABLE procrastinate_jobs IS 'procrastinate 1.0'"))
    with pytest.raises(ConfigError, match="no queue of this version") as refused:
        must_be_prepared(store)
    assert "hub db migrate" in refused.value.hint
    prepare(store)
    must_be_prepared(store)
    assert jobs(store) == []
    hub.work()
    assert hub.ticket.state == TicketState.INVOICED


def test_one_leads_and_the_next_follows_when_it_is_gone(store):
    first, second = Leadership(store), Leadership(store)
    assert (first.held(), second.held(), first.held()) == (True, False, True)
    with store.write() as session:
        session.execute(text("UPDATE hub_leader SET until = now() - interval '1 second'"))
    assert (second.held(), first.held()) == (True, False)
    second.resign()
    assert first.held()
    second.resign()
    assert first.held(), "who does not lead cannot resign for another"


@pytest.mark.parametrize(("hold", "mode"), [(among_others, "ShareLock"), (alone, "ExclusiveLock")])
def test_the_lock_is_taken_again_when_the_server_ended_its_connection(store, monkeypatch, hold, mode):
    """As a restart of PostgreSQL does: whoever starts afterwards still finds that somebody works here."""
    monkeypatch.setattr("hub.engine.lock.KEEP_S", 0.1)
    with hold(store):
        (before,) = holders(store)
        with store.write() as session:
            session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": before.pid})
        until(lambda: [one.pid for one in holders(store)] not in ([], [before.pid]))
        assert [one.mode for one in holders(store)] == [mode]
        with pytest.raises(ConfigError, match="already running"), alone(store):
            pass
    until(lambda: holders(store) == [])


def holders(store):
    with store.read() as session:
        mine = "SELECT pid, mode FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
        mine += " (SELECT oid FROM pg_database WHERE datname = current_database())"
        return session.execute(text(mine)).all()


def test_several_processes_want_postgresql(tmp_path, database_url):
    sqlite = Store(f"sqlite:///{tmp_path}/hub.db")
    with pytest.raises(ConfigError, match="need PostgreSQL"):
        must_be_prepared(sqlite)
    sqlite.close()


def test_an_end_waits_for_steps_but_not_for_ever(hub, store, monkeypatch):
    """As SIGTERM finds it: one step ends in time and is done, one does not and is left to the next lease."""
    begun, over = {"good": threading.Event(), "bad": threading.Event()}, threading.Event()

    def step(flow, item_id):
        item, _ = claim(flow.store, InboxItem, item_id, now=flow.now(), lease=timedelta(seconds=300))
        begun[item.source].set()
        over.wait(0.4 if item.source == "good" else 60)
        with flow.store.write() as session:
            session.get_one(InboxItem, item_id).due_at = None

    monkeypatch.setitem(STEPS, "inbox", step)
    monkeypatch.setattr("hub.engine.queue.worker.STOP_S", 1.0)
    good, bad = put(hub, store, "good"), put(hub, store, "bad")

    def end():
        assert all(one.wait(30) for one in begun.values())
        os.kill(os.getpid(), signal.SIGTERM)

    ending = threading.Thread(target=end)
    ending.start()
    before = time.monotonic()
    with structlog.testing.capture_logs() as logs:
        hub.engine._worker.run(hub.flow)
    assert time.monotonic() - before < 20
    ending.join(30)
    (left,) = [entry for entry in logs if "left behind" in entry["event"]]
    assert (left["entity"], left["id"], left["of"]) == ("inbox", bad, "source bad")
    with store.read() as session:
        assert session.get_one(InboxItem, good).due_at is None
        assert session.get_one(InboxItem, bad).token is not None
        assert session.execute(text("SELECT status FROM procrastinate_jobs")).all() == []
    over.set()
    for thread in [one for one in threading.enumerate() if one.name == "step"]:
        thread.join(30)


def put(hub, store, source):
    """A row of the inbox that is due, and its job."""
    now = hub.flow.now()
    with store.write() as session:
        item = InboxItem(source=source, kind="record", delivery_key=str(now), received_at=now, body=b"{}", due_at=now)
        session.add(item)
        session.flush()
        hub.flow.kick(session, "inbox", item.id)
    return item.id


def test_a_plugin_that_hangs_in_every_call_gives_the_workers_places_back_and_is_called_no_more(hub, store, monkeypatch):
    count, called, over = hub.settings.engine.workers, [], threading.Event()

    def step(flow, item_id):
        with flow.store.read() as session:
            source = session.get_one(InboxItem, item_id).source
        called.append(source)
        if source == "bad":
            over.wait(60)
        with flow.store.write() as session:
            session.get_one(InboxItem, item_id).due_at = None

    monkeypatch.setitem(STEPS, "inbox", step)
    monkeypatch.setattr("hub.engine.queue.worker.LOOK_S", 0.05)
    for _ in range(count):
        put(hub, store, "bad")
    worker = threading.Thread(target=hub.engine._worker.run_waiting, args=[hub.flow])
    worker.start()
    until(lambda: len(called) == count)
    hub.clock.ahead += timedelta(seconds=hub.settings.engine.lease_s + 1)
    worker.join(30)
    assert not worker.is_alive(), "the jobs of calls that hang do not end"

    waits, now = put(hub, store, "bad"), hub.flow.now()
    put(hub, store, "good")
    hub.engine._worker.run_waiting(hub.flow)
    assert called == ["bad"] * count + ["good"]
    with store.read() as session:
        assert session.get_one(InboxItem, waits).due_at >= now + timedelta(seconds=60)
    assert [condition.subject for condition in hub.all(Condition)] == ["hung source bad"]
    over.set()
    for thread in [one for one in threading.enumerate() if one.name == "step"]:
        thread.join(30)
    assert hub.all(Condition) == []
    hub.pass_time(seconds=62)
    assert called == ["bad"] * count + ["good", "bad"]


def until(true):
    limit = time.monotonic() + 30
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)
