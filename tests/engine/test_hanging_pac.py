"""A PAC that takes a document and never answers: what it has stays with it, everything else goes to the next PAC."""

import dataclasses
import threading
import time
from datetime import timedelta

import httpx
import pytest

from hub.engine.scheduler import catch_up
from hub.plugin.http import Http
from hub.store import Cfdi, PacHealth, Ticket
from tests.support.world import METADATA, world

BREAKER_AFTER, SALES = 2, 8


class Deaf(httpx.BaseTransport):
    """Takes requests and answers none until the test is over."""

    def __init__(self, inner):
        self._inner, self.over, self.taken = inner, threading.Event(), 0

    def handle_request(self, request):
        self.taken += 1
        self.over.wait(60)
        return self._inner.handle_request(request)


@pytest.fixture
def hub(tmp_path, database_url):
    pacs = {
        "issuers__tienda__pac": ["pruebas", "reserva"],
        "pacs__pruebas": {
            "use": "sandbox",
            "data_dir": str(tmp_path / "pac"),
            "breaker_after": BREAKER_AFTER,
            "concurrency": BREAKER_AFTER,
        },
        "pacs__reserva": {"use": "sandbox", "data_dir": str(tmp_path / "reserva")},
    }
    with world(tmp_path, database_url, engine__workers=6, engine__poll_idle_s=0.05, **pacs) as made:
        yield made


@pytest.fixture
def deaf(hub):
    pac = hub.flow.instances.pacs["pruebas"]
    options = pac.plugin.client()
    made = Deaf(options.transport)
    hub.flow.instances.pacs["pruebas"] = dataclasses.replace(
        pac, http=Http.of(dataclasses.replace(options, transport=made))
    )
    return made


@pytest.fixture
def at_work(hub, deaf):
    """The engine, whose clocks all follow the world's."""
    flow = dataclasses.replace(hub.flow, seconds=lambda: time.monotonic() + hub.clock.ahead.total_seconds())
    worker = threading.Thread(target=hub.engine.run, args=[flow])
    worker.start()
    yield
    hub.engine.stop()
    worker.join(30)
    deaf.over.set()
    for thread in [one for one in threading.enumerate() if one.name == "step"]:
        thread.join(30)


def soon(what):
    until = time.monotonic() + 60
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def states(hub, pac):
    return sorted(cfdi.state for cfdi in hub.all(Cfdi) if cfdi.pac == pac)


@pytest.mark.usefixtures("at_work")
def test_its_breaker_opens_and_the_next_pac_stands_in_for_what_it_was_not_sent(hub, deaf):
    for _ in range(SALES):
        hub.stripe.pay(116000, metadata=METADATA)
    catch_up(hub.flow)
    soon(lambda: deaf.taken == BREAKER_AFTER)
    soon(lambda: len(hub.all(Cfdi)) == SALES)
    hub.clock.ahead += timedelta(seconds=hub.settings.engine.lease_s + 1)
    hub.engine.wake()
    soon(lambda: states(hub, "reserva") == ["stamped"] * (SALES - deaf.taken))
    # A place that was free for a moment, before the breaker opened, may have taken one more each.
    sent = deaf.taken
    assert BREAKER_AFTER <= sent <= 2 * BREAKER_AFTER
    assert states(hub, "pruebas") == ["sending"] * sent
    assert hub.stamps() == []
    (health,) = [one for one in hub.all(PacHealth) if one.pac == "pruebas"]
    assert health.failures >= BREAKER_AFTER
    assert health.open_until is not None
    deaf.over.set()
    soon(lambda: {ticket.state for ticket in hub.all(Ticket)} == {"invoiced"})
    assert len(hub.stamps()) == sent
    assert len(hub.stamps("reserva")) == SALES - sent
