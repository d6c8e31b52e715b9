"""Several processes on one database: workers, webs and schedulers that come and go lose nothing and double nothing."""

import random
import re
import signal
import threading
import time
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text

from hub.engine.queue.leader import TERM_S
from hub.engine.queue.schema import prepare
from hub.store import Cfdi, Ticket, TicketState
from tests.conftest import BOTH
from tests.support.future import FUTURE, migrate_to_the_future
from tests.support.process import Daemon, Role, hub
from tests.support.world import METADATA, World, world

SALES, KILLS = 40, 6

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", BOTH[1:], indirect=True)]


@pytest.fixture
def shop(tmp_path, database_url):
    with world(tmp_path, database_url, web__public_url="http://127.0.0.1:1", engine__workers=4) as made:
        prepare(made.flow.store)
        yield made


@pytest.fixture
def start(shop):
    """Starts parts of the daemon that are gone after the test."""
    started: list[Role] = []

    def begin(part: Role) -> Role:
        started.append(part)
        part.start()
        return part

    yield begin
    for part in started:
        part.end()


def wait_for(what: Callable[[], object], seconds: float, parts: list[Role]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return
        time.sleep(0.2)
    raise AssertionError("\n\n".join(f"{part.log.name}: {part.said()[-1500:]}" for part in parts))


def all_invoiced(shop: World, count: int) -> bool:
    with shop.flow.store.read() as session:
        return session.execute(text("SELECT count(*) FROM ticket WHERE state = 'invoiced'")).scalar() == count


def let_leases_end(shop: World) -> None:
    """As if the lease of whoever is gone were over; who still works finds its claim lost, and that is fine too.

    Its places at the PAC are free again too, and who waited in line for them need not wait any longer.
    """
    with shop.flow.store.write() as session:
        for table in ("inbox", "ticket", "cfdi", "delivery"):
            session.execute(text(f"UPDATE {table} SET due_at = now() WHERE token IS NOT NULL"))
        session.execute(text("UPDATE pac_call SET until = now()"))
        session.execute(text("UPDATE cfdi SET due_at = now() WHERE queued_at IS NOT NULL"))


def deliver(shop: World, url: Callable[[], str], events: list[dict]) -> None:
    """Each event twice, each time until it is answered."""
    for event in events * 2:
        headers, body = shop.stripe.delivery(event)
        while True:
            try:
                if httpx.post(f"{url()}/webhooks/stripe-mx", content=body, headers=headers, timeout=10).is_success:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.05)


def test_workers_killed_at_random_lose_no_sale_and_stamp_none_twice(shop, start):
    for _ in range(SALES):
        shop.stripe.pay(random.randint(100, 500_000), metadata=METADATA)
    events = shop.stripe.events("payment_intent.succeeded")
    shop.misbehave("slow", times=None, seconds=0.1)
    web = start(Daemon(shop.folder, "web"))
    workers = [start(Role(shop.folder, "worker", number)) for number in range(2)]
    scheduler = start(Role(shop.folder, "scheduler"))
    sender = threading.Thread(target=deliver, args=(shop, lambda: web.url, events))
    sender.start()
    for _ in range(KILLS):
        time.sleep(random.uniform(0.3, 1.5))
        victim = random.choice([*workers, scheduler, web])
        victim.kill()
        let_leases_end(shop)
        victim.start()
    sender.join(timeout=120)
    assert not sender.is_alive()
    let_leases_end(shop)
    wait_for(lambda: all_invoiced(shop, SALES), 120, [web, scheduler, *workers])

    assert sorted(shop.stamps()) == sorted(cfdi.uuid for cfdi in shop.all(Cfdi))
    assert len(shop.stamps()) == SALES
    assert {ticket.state for ticket in shop.all(Ticket)} == {TicketState.INVOICED}
    # One that began again a moment ago ends without having heard the signal.
    assert {part.terminate() for part in (*workers, scheduler, web)} <= {0, -signal.SIGTERM}


def test_the_tables_are_migrated_while_the_version_before_works(shop, start, tmp_path):
    """Expand, and contract only when nobody is left: old workers go on, and one that dies comes back."""
    for _ in range(SALES):
        shop.stripe.pay(random.randint(100, 500_000), metadata=METADATA)
    events = shop.stripe.events("payment_intent.succeeded")
    shop.misbehave("slow", times=None, seconds=0.1)
    web = start(Daemon(shop.folder, "web"))
    worker, other = (start(Role(shop.folder, "worker", number)) for number in range(2))
    scheduler = start(Role(shop.folder, "scheduler"))
    third = SALES // 3
    deliver(shop, lambda: web.url, events[:third])
    sender = threading.Thread(target=deliver, args=(shop, lambda: web.url, events[third : 2 * third]))
    migration = migrate_to_the_future(shop.flow.store.url.render_as_string(hide_password=False), tmp_path)
    sender.start()
    assert migration.wait(timeout=60) == 0
    other.kill()
    let_leases_end(shop)
    other.start()
    sender.join(timeout=120)
    assert not sender.is_alive()
    deliver(shop, lambda: web.url, events[2 * third :])
    wait_for(lambda: all_invoiced(shop, SALES), 120, [web, scheduler, worker, other])

    assert shop.flow.store.revision() == FUTURE
    wait_for(lambda: "newer version" in other.said(), 60, [other])
    assert sorted(shop.stamps()) == sorted(cfdi.uuid for cfdi in shop.all(Cfdi))
    assert len(shop.stamps()) == SALES
    assert [part.terminate() for part in (worker, other, scheduler, web)] == [0, 0, 0, 0]


def leader(parts: list[Role]) -> Role | None:
    last = {part: re.findall(r"leading|not leading", part.said())[-1:] for part in parts}
    leading = [part for part, words in last.items() if words == ["leading"]]
    return leading[0] if leading else None


def test_when_the_leading_scheduler_dies_another_leads_within_thirty_seconds(shop, start):
    schedulers = [start(Role(shop.folder, "scheduler", number)) for number in range(2)]
    wait_for(lambda: leader(schedulers), 60, schedulers)
    first = leader(schedulers)
    assert first is not None
    (other,) = set(schedulers) - {first}
    assert "leading" not in other.said()
    first.kill()
    wait_for(lambda: "leading" in other.said(), 2 * TERM_S, schedulers)

    start(Role(shop.folder, "scheduler", 2))
    assert other.terminate() == 0


def test_one_that_works_alone_and_many_that_share_refuse_each_other(shop, start):
    worker = start(Role(shop.folder, "worker"))
    wait_for(lambda: "working" in worker.said(), 60, [worker])
    with pytest.raises(AssertionError, match="another hub is already running"):
        Daemon(shop.folder).start()
    worker.terminate()
    start(Daemon(shop.folder))
    refused = hub(shop.folder, "worker")
    assert (refused.returncode, "another hub is already running" in refused.stderr) == (2, True)


def test_what_cannot_run_says_why(shop):
    with shop.flow.store.write() as session:
        session.execute(text("COMMENT ON TABLE procrastinate_jobs IS 'procrastinate 1.0'"))
    done = hub(shop.folder, "web")
    assert (done.returncode, "hub db migrate" in done.stderr) == (2, True)
    assert hub(shop.folder, "db", "migrate").returncode == 0
    done = hub(shop.folder, "worker", "--queue", "pac-nobody")
    assert (done.returncode, "there are: hub, pac-pruebas" in done.stderr) == (2, True)
