"""The small engine and its clock: what is due is done, and nothing that goes wrong spreads."""

import dataclasses
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
import structlog
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from hub.engine import local, places, web_process
from hub.engine.advance import FAULT_PAUSE_S, STEPS, advance
from hub.engine.daemon import Daemon
from hub.engine.local import BATCH
from hub.engine.places import forget_hung
from hub.engine.scheduler import catch_up, scheduler
from hub.flow import tell
from hub.flow.work import claim, due, finish, held
from hub.plugin import ConfigError
from hub.store import Condition, Delivery, InboxItem, JobRun, SourceState
from hub.web.app import make_app
from tests.support.world import world

LEASE = timedelta(seconds=300)
SOURCES = {
    "night": {"every": "day at 03:30"},
    "quarter": {"every": "15 minutes"},
    "sleeping": {"every": "1 hour", "enabled": False},
}


@pytest.fixture
def hub(tmp_path, database_url):
    changes = {
        f"sources__{name}": {"use": "files", "issuer": "tienda", "start": "2026-01-01", "folder": "ventas", **how}
        for name, how in SOURCES.items()
    }
    with world(
        tmp_path, database_url, issuers__tienda__codigo_postal="22000", engine__poll_idle_s=0.05, **changes
    ) as made:
        yield made


@pytest.fixture
def steps(monkeypatch):
    """Steps of our own for the rows of the inbox."""

    def use(step):
        monkeypatch.setitem(STEPS, "inbox", step)

    return use


@pytest.fixture
def running(hub):
    """The engine at work in its thread, ended with the test."""
    worker = threading.Thread(target=hub.engine.run, args=[hub.flow])
    worker.start()
    yield worker
    hub.engine.stop()
    worker.join(timeout=30)
    assert not worker.is_alive()


def put(hub, *keys, at=None, kick=False, source="s"):
    """Rows of the inbox that are due."""
    now = hub.flow.now()
    with hub.flow.store.write() as session:
        items = [
            InboxItem(source=source, kind="record", delivery_key=key, received_at=now, body=b"{}", due_at=at or now)
            for key in keys
        ]
        session.add_all(items)
        session.flush()
        if kick:
            hub.flow.kick(session, "inbox", items[0].id)
    return [item.id for item in items]


def row(hub, item):
    with hub.flow.store.read() as session:
        return session.get_one(InboxItem, item)


def effect(flow, item, then=finish):
    """A step as the real ones are: claim, work, record."""
    taken = claim(flow.store, InboxItem, item, now=flow.now(), lease=LEASE)
    if taken is None:
        return
    with flow.store.write() as session:
        mine = held(session, InboxItem, item, taken[1])
        mine.reason += "x"
        then(mine)


def test_work_that_a_step_leaves_behind_is_done_too(hub, steps):
    items = put(hub, "first")

    def step(flow, item):
        effect(flow, item)
        if len(items) == 1:
            items.extend(put(hub, "second", kick=True))

    steps(step)
    hub.work()
    assert [(row(hub, item).reason, row(hub, item).due_at) for item in items] == [("x", None), ("x", None)]


def test_a_step_that_breaks_is_tried_again_after_a_pause_and_harms_no_other(hub, steps):
    broken, fine = put(hub, "broken", "fine")

    def step(flow, item):
        if item == broken and row(hub, broken).attempts < 1:
            claim(flow.store, InboxItem, item, now=flow.now(), lease=LEASE)
            raise RuntimeError("a bug of this step")
        effect(flow, item)

    steps(step)
    before = hub.flow.now()
    hub.work()
    waiting = row(hub, broken)
    assert (row(hub, fine).reason, waiting.reason, waiting.token) == ("x", "", None)
    assert (
        before + timedelta(seconds=FAULT_PAUSE_S) <= waiting.due_at <= hub.flow.now() + timedelta(seconds=FAULT_PAUSE_S)
    )
    hub.pass_time(seconds=FAULT_PAUSE_S + 1)
    assert row(hub, broken).reason == "x"


def test_a_step_that_does_not_end_is_named_once_and_harms_no_other(hub, steps):
    stuck, fine = put(hub, "stuck", "fine")
    passed, over, done = [0.0], threading.Event(), threading.Event()
    flow = dataclasses.replace(hub.flow, seconds=lambda: passed[0])

    def step(flow, item):
        if item == stuck:
            over.wait(30)
        effect(flow, item)
        if item != stuck:
            done.set()

    steps(step)
    with structlog.testing.capture_logs() as logs:
        worker = threading.Thread(target=hub.engine.run, args=[flow])
        worker.start()
        assert done.wait(30)
        passed[0] = flow.settings.engine.lease_s + 1
        named = poll_until(lambda: [entry for entry in logs if "does not end" in entry["event"]], hub.engine.wake)
        done.clear()
        later = put(hub, "later")
        hub.engine.wake()
        assert done.wait(30)
        over.set()
        poll_until(lambda: row(hub, stuck).reason, hub.engine.wake)
        hub.engine.stop()
        worker.join(30)
    assert [(entry["entity"], entry["id"], entry["of"]) for entry in named] == [("inbox", stuck, "s")]
    assert [row(hub, item).reason for item in (stuck, fine, *later)] == ["x", "x", "x"]


@pytest.fixture
def hanging(hub, steps):
    """The engine at work with a plugin, `bad`, that hangs in every call until the test lets it go on."""
    hang = Hanging(hub)
    steps(hang.step)
    hang.worker = worker = threading.Thread(target=hub.engine.run, args=[hang.flow])
    worker.start()
    yield hang
    hub.engine.stop()
    worker.join(30)
    assert not worker.is_alive(), "a call that hangs keeps the engine from its end"
    hang.over.set()
    for thread in [one for one in threading.enumerate() if one.name == "step"]:
        thread.join(30)


class Hanging:
    def __init__(self, hub):
        self.over, self.called, self.passed_s = threading.Event(), [], 0.0
        self.flow = dataclasses.replace(hub.flow, seconds=lambda: self.passed_s)

    def step(self, flow, item):
        with flow.store.read() as session:
            bad = session.get_one(InboxItem, item).source == "bad"
        if bad:
            self.called.append(item)
            self.over.wait(60)
        effect(flow, item)

    def let_leases_end(self):
        self.passed_s += self.flow.settings.engine.lease_s + 1


def test_a_plugin_that_hangs_in_every_call_keeps_nobody_else_waiting_and_is_called_no_more(hub, hanging):
    workers, wake = hub.settings.engine.workers, hub.engine.wake
    bad = put(hub, *(f"bad {number}" for number in range(3 * BATCH)), source="bad")
    poll_until(lambda: len(hanging.called) == workers, wake)
    (good,) = put(hub, "good")
    hanging.let_leases_end()
    poll_until(lambda: row(hub, good).reason, wake)
    (later,) = put(hub, "later")
    poll_until(lambda: row(hub, later).reason, wake)
    assert len(hanging.called) == workers
    (told,) = [condition for condition in hub.all(Condition) if condition.subject == "hung source bad"]
    assert "restart" in told.hint
    hanging.over.set()
    poll_until(lambda: all(row(hub, item).reason == "x" for item in bad) and not hub.all(Condition), wake)
    # The mail that tells of it may be under way when the leases end, and be named as well.
    notices = [notice.data for notice in hub.all(Delivery) if notice.data["subject"] == "hung source bad"]
    assert [notice["over"] for notice in notices] == ["", "yes"]


def test_a_plugin_that_hangs_does_not_keep_the_engine_from_its_end(hub, hanging):
    """The fixture ends the engine while the call hangs; what hung is forgotten at the next start."""
    put(hub, "bad", source="bad")
    poll_until(lambda: hanging.called, hub.engine.wake)
    hanging.let_leases_end()
    poll_until(lambda: hub.all(Condition), hub.engine.wake)
    forget_hung(hub.flow)
    assert hub.all(Condition) == []


def test_a_stop_waits_only_so_long_for_a_call_and_names_what_it_leaves_behind(hub, hanging, monkeypatch):
    monkeypatch.setattr(local, "STOP_S", 0.3)
    (bad,) = put(hub, "bad", source="bad")
    poll_until(lambda: hanging.called, hub.engine.wake)
    with structlog.testing.capture_logs() as logs:
        hub.engine.stop()
        hanging.worker.join(30)
    assert not hanging.worker.is_alive()
    waited, left = logs
    assert (waited["event"], waited["steps"]) == ("waiting for the steps under way", 1)
    assert "left behind" in left["event"]
    assert (left["entity"], left["id"], left["of"]) == ("inbox", bad, "source bad")


def test_an_end_takes_less_than_systemd_waits():
    assert web_process.STOP_S + max(places.STOP_S, tell.PATIENCE_S) < 90


def test_a_step_that_renews_its_lease_takes_what_it_takes(hub, steps):
    """Such as a source of many pages."""
    begun, over, passed = threading.Event(), threading.Event(), [0.0]
    flow = dataclasses.replace(hub.flow, seconds=lambda: passed[0])

    def step(flow, item):
        taken = claim(flow.store, InboxItem, item, now=flow.now(), lease=LEASE)
        begun.set()
        over.wait(30)
        with flow.store.write() as session:
            finish(held(session, InboxItem, item, taken[1]))

    steps(step)
    put(hub, "long", kick=True)
    with structlog.testing.capture_logs() as logs:
        worker = threading.Thread(target=hub.engine.run_until_idle, args=[flow])
        worker.start()
        assert begun.wait(30)
        passed[0] = flow.settings.engine.lease_s + 1
        for _ in range(5):
            hub.engine._look()
        over.set()
        worker.join(30)
    assert [entry for entry in logs if "does not end" in entry["event"]] == []


def poll_until(look, wake):
    """What `look` finds once it finds something; `wake` moves things on."""
    until = time.monotonic() + 30
    while not (found := look()):
        assert time.monotonic() < until
        wake()
    return found


def test_a_lost_lease_is_harmless(hub, steps):
    (item,) = put(hub, "a")

    def slow(flow, item):
        late = claim(flow.store, InboxItem, item, now=flow.now(), lease=timedelta(0))
        effect(flow, item)
        with flow.store.write() as session:
            held(session, InboxItem, item, late[1]).reason += "late"

    steps(slow)
    advance(hub.flow, "inbox", item)
    assert (row(hub, item).reason, row(hub, item).due_at) == ("x", None)


def test_many_threads_that_advance_one_row_do_one_step(hub, steps):
    (item,) = put(hub, "a")
    steps(effect)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: advance(hub.flow, "inbox", item), range(16)))
    assert row(hub, item).reason == "x"


def test_work_that_is_committed_wakes_the_engine(hub, steps, running):
    """It would sleep for a minute otherwise."""
    done = threading.Event()

    def step(flow, item):
        effect(flow, item)
        done.set()

    steps(step)
    (item,) = put(hub, "a", kick=True)
    assert done.wait(30)
    hub.engine.stop()
    running.join(30)
    assert row(hub, item).reason == "x"


def test_a_kick_wakes_only_when_its_transaction_is_committed(hub):
    woken = hub.engine._wake
    woken.clear()
    with hub.flow.store.read() as session:
        hub.flow.kick(session, "inbox", 1)
        session.rollback()
    assert not woken.is_set()
    with hub.flow.store.write() as session:
        session.add(SourceState(name="s"))
        hub.flow.kick(session, "source", 1)
        assert not woken.is_set()
    assert woken.is_set()


def test_stop_lets_the_running_step_finish_and_starts_no_other(hub, steps, running):
    begun, go_on = threading.Event(), threading.Event()

    def step(flow, item):
        begun.set()
        assert go_on.wait(30)
        effect(flow, item)

    steps(step)
    (first,) = put(hub, "first", kick=True)
    assert begun.wait(30)
    hub.engine.stop()
    (second,) = put(hub, "second", kick=True)
    assert running.is_alive()
    go_on.set()
    running.join(30)
    assert not running.is_alive()
    assert (row(hub, first).reason, row(hub, second).reason) == ("x", "")


def test_a_database_that_is_away_for_a_moment_does_not_end_the_engine(hub, steps, running, monkeypatch):
    failed, done = threading.Event(), threading.Event()
    store, look = type(hub.flow.store), type(hub.flow.store).read

    def away(_self):
        failed.set()
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    def step(flow, item):
        effect(flow, item)
        done.set()

    steps(step)
    monkeypatch.setattr(store, "read", away)
    hub.engine.wake()
    assert failed.wait(30)
    monkeypatch.setattr(store, "read", look)
    put(hub, "a", kick=True)
    assert done.wait(30)
    assert running.is_alive()


def test_the_clock_has_a_job_for_every_source_and_night_in_the_issuers_zone(hub):
    jobs = {job.id: job for job in scheduler(hub.flow, hub.engine.wake).get_jobs()}
    always = {"sweep", "events", "forget requests", "nightly tienda"}
    assert set(jobs) == {*always, "poll stripe-mx", "poll night", "poll quarter"}
    assert jobs["poll stripe-mx"].trigger.interval == timedelta(hours=1)
    assert jobs["poll quarter"].trigger.interval == timedelta(minutes=15)
    for name, at in (("poll night", ("3", "30")), ("nightly tienda", ("3", "30"))):
        trigger = jobs[name].trigger
        assert isinstance(trigger, CronTrigger)
        assert str(trigger.timezone) == "America/Tijuana"
        fields = {field.name: str(field) for field in trigger.fields}
        assert (fields["hour"], fields["minute"]) == at


def test_a_missed_night_is_made_up_for_once_and_every_source_is_read(hub):
    for _ in range(2):
        catch_up(hub.flow)
    (run,) = hub.all(JobRun)
    zone = scheduler(hub.flow, hub.engine.wake).get_job("nightly tienda").trigger.timezone
    yesterday = hub.flow.now().astimezone(zone)
    assert (run.job, run.period) == ("reconcile tienda", (yesterday.date() - timedelta(days=1)).isoformat())
    assert run.finished_at is not None
    states = {state.name: state.due_at for state in hub.all(SourceState)}
    assert set(states) == {"stripe-mx", "night", "quarter"}
    assert all(at is not None and at <= hub.flow.now() for at in states.values())


def test_a_source_that_waits_for_its_own_retry_is_not_hurried_by_the_clock(hub):
    catch_up(hub.flow)
    later = hub.flow.now() + timedelta(hours=1)
    with hub.flow.store.write() as session:
        due(session.exec(select(SourceState).where(SourceState.name == "night")).one(), later)
    catch_up(hub.flow)
    assert {state.name: state.due_at for state in hub.all(SourceState)}["night"] == later


def test_an_address_that_is_taken_is_a_configuration_error_before_any_work(hub, serve_elsewhere):
    settings = hub.settings.model_copy(update={"web": hub.settings.web.model_copy(update={"port": serve_elsewhere})})
    (item,) = put(hub, "a")
    with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1 port {serve_elsewhere}: Address already in use"):
        Daemon(settings, hub.flow.store, hub.flow.instances, make_app).run()
    assert row(hub, item).attempts == 0


@pytest.fixture
def serve_elsewhere(hub):
    return httpx.URL(hub.settings.sources["stripe-mx"].options["api_url"]).port
