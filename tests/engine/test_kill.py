"""`kill -9` of the real daemon, again and again: every sale reaches its end, with one stamp (promise 3)."""

import os
import random
import sys
import threading
import time
from collections import Counter
from decimal import Decimal

import httpx
import pytest
from sqlmodel import func, select

from hub.store import Cfdi, CfdiTicket, InboxItem, Ticket, TicketState
from tests.support.process import Daemon, daemon
from tests.support.world import METADATA, World, world

SALES, KILLS = int(os.environ.get("HUB_KILL_SALES", "100")), int(os.environ.get("HUB_KILLS", "6"))
PATIENCE_S = 300 + SALES + KILLS * 20
"""After which a hub that makes no end is a failure, even on a machine that does much else."""

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url, web__public_url="http://127.0.0.1:1", engine__workers=4) as made:
        yield made


def deliver_as_stripe_does(hub: World, running: Daemon, events: list[dict], until: float) -> None:
    """Each event until it is answered with 2xx; Stripe keeps trying for three days."""
    for event in events:
        while time.monotonic() < until:
            headers, body = hub.stripe.delivery(event)
            try:
                answer = httpx.post(f"{running.url}/webhooks/stripe-mx", content=body, headers=headers, timeout=10)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer.is_success:
                break
            time.sleep(0.02)


def test_kill_nine_while_sales_are_under_way(hub):
    """Every kill meets work: one is due each time that so many sales are invoiced, and work goes on until the last."""
    for _ in range(SALES):
        hub.stripe.pay(random.randint(100, 500_000), metadata=METADATA)
    events = hub.stripe.events("payment_intent.succeeded")
    hub.misbehave("slow", times=None, seconds=0.02)
    began = time.monotonic()
    until = began + PATIENCE_S
    with daemon(hub.folder) as running:
        sender = threading.Thread(target=deliver_as_stripe_does, args=(hub, running, events, until))
        sender.start()
        for so_many in sorted(random.sample(range(SALES - 1), KILLS)):
            wait_for(hub, so_many, until)
            time.sleep(random.uniform(0, 0.1))
            running.kill()
            running.start()
        wait_for(hub, SALES, until)
        sender.join(timeout=10)
        assert running.terminate() == 0

    tickets, cfdis, stamps = hub.all(Ticket), hub.all(Cfdi), hub.stamps()
    lost = {event["data"]["object"]["id"] for event in events} - {ticket.movement_key for ticket in tickets}
    twice = stamped_twice(hub, stamps)
    took = f"{time.monotonic() - began:.0f} s"
    sys.stdout.write(f"{KILLS} kills, {SALES} sales: {len(lost)} lost, {len(twice)} stamped twice, {took}\n")
    assert (lost, twice) == (set(), [])
    assert Counter(ticket.state for ticket in tickets) == {TicketState.INVOICED: SALES}
    assert sorted(stamps) == sorted(cfdi.uuid for cfdi in cfdis)
    assert len(cfdis) == SALES
    assert {ticket.movement_key: ticket.total for ticket in tickets} == {
        event["data"]["object"]["id"]: Decimal(event["data"]["object"]["amount"]) / 100 for event in events
    }


def stamped_twice(hub: World, stamps: list[str]) -> list[int | str]:
    """Tickets with more than one stamped CFDI, and stamps of which the hub knows nothing."""
    uuids = {cfdi.id: cfdi.uuid for cfdi in hub.all(Cfdi) if cfdi.uuid}
    stamped = Counter(link.ticket_id for link in hub.all(CfdiTicket) if link.cfdi_id in uuids)
    return [ticket for ticket, times in stamped.items() if times > 1] + sorted(set(stamps) - set(uuids.values()))


def wait_for(hub: World, so_many: int, until: float) -> None:
    """Until so many sales are invoiced, or no longer."""
    invoiced = select(func.count()).where(Ticket.state == TicketState.INVOICED)
    while time.monotonic() < until:
        with hub.flow.store.read() as session:
            if session.exec(invoiced).one() >= so_many:
                return
        time.sleep(0.02)


def test_sigterm_ends_the_daemon_cleanly_and_the_next_one_goes_on(hub):
    hub.stripe.pay(116000, metadata=METADATA)
    with daemon(hub.folder) as running:
        assert httpx.get(f"{running.url}/healthz").json() == {"status": "ok"}
        assert running.terminate() == 0
        assert "stopped" in running.log.read_text(encoding="utf-8")
    assert all(item.token is None for item in hub.all(InboxItem))
    with daemon(hub.folder):
        until = time.monotonic() + 30
        while time.monotonic() < until and not any(t.state == TicketState.INVOICED for t in hub.all(Ticket)):
            time.sleep(0.1)
    assert hub.ticket.state == TicketState.INVOICED


def test_a_second_daemon_on_the_same_database_is_refused(hub):
    with daemon(hub.folder), pytest.raises(AssertionError, match="another hub is already running"):
        Daemon(hub.folder).start()
