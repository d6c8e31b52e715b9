"""`kill -9` of the real daemon, again and again: every sale reaches its end, with one stamp (promise 3)."""

import random
import threading
import time
from decimal import Decimal

import httpx
import pytest

from hub.store import Cfdi, InboxItem, Ticket, TicketState
from tests.support.process import Daemon, daemon
from tests.support.world import METADATA, World, world

SALES, KILLS = 200, 10

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url, web__public_url="http://127.0.0.1:1", engine__workers=4) as made:
        yield made


def deliver_as_stripe_does(hub: World, running: Daemon, events: list[dict], done: threading.Event) -> None:
    """Each event until it is answered with 2xx; Stripe keeps trying for three days."""
    for event in events:
        while True:
            headers, body = hub.stripe.delivery(event)
            try:
                answer = httpx.post(f"{running.url}/webhooks/stripe-mx", content=body, headers=headers, timeout=10)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer.is_success:
                break
            time.sleep(0.02)
    done.set()


def test_kill_nine_while_two_hundred_sales_are_under_way(hub):
    for _ in range(SALES):
        hub.stripe.pay(random.randint(100, 500_000), metadata=METADATA)
    events = hub.stripe.events("payment_intent.succeeded")
    hub.misbehave("slow", times=None, seconds=0.02)
    done = threading.Event()
    with daemon(hub.folder) as running:
        sender = threading.Thread(target=deliver_as_stripe_does, args=(hub, running, events, done))
        sender.start()
        for _ in range(KILLS):
            time.sleep(random.uniform(0.05, 1.5))
            running.kill()
            running.start()
        until = time.monotonic() + 180
        while time.monotonic() < until and not (done.is_set() and finished(hub)):
            time.sleep(0.3)
        sender.join(timeout=10)
        assert running.terminate() == 0

    tickets, cfdis = hub.all(Ticket), hub.all(Cfdi)
    assert {ticket.state for ticket in tickets} == {TicketState.INVOICED}
    assert len(tickets) == SALES
    assert len({ticket.movement_key for ticket in tickets}) == SALES
    assert sorted(hub.stamps()) == sorted(cfdi.uuid for cfdi in cfdis)
    assert len(cfdis) == SALES
    assert {ticket.movement_key: ticket.total for ticket in tickets} == {
        event["data"]["object"]["id"]: Decimal(event["data"]["object"]["amount"]) / 100 for event in events
    }


def finished(hub: World) -> bool:
    tickets = hub.all(Ticket)
    return len(tickets) == SALES and all(ticket.state == TicketState.INVOICED for ticket in tickets)


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
