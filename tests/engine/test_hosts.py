"""Workers on hosts of their own; one is cut off while the PAC stamps, and comes back."""

import threading
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
import yaml
from sqlalchemy import URL, make_url, text

from hub.engine.queue.schema import prepare
from hub.store import Cfdi, CfdiState
from pac_providers.sandbox.server import serve
from pac_providers.sandbox.settings import Settings
from tests.conftest import BOTH
from tests.support.hosts import NETWORK, Host, can_make_hosts, forwarded, hosts
from tests.support.process import Role
from tests.support.world import METADATA, world

from .test_roles import all_invoiced, leader, let_leases_end, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_make_hosts(), reason="network namespaces want root and `ip`"),
    pytest.mark.parametrize("database_url", BOTH[1:], indirect=True),
]


@pytest.fixture
def two():
    with hosts(2) as made:
        yield made


@pytest.fixture
def shop(tmp_path, database_url, two, monkeypatch):
    """A hub whose database and PAC are reached at each host's gateway; each host has a worker and a scheduler."""
    monkeypatch.setenv("HUB_DATABASE", database_url)
    with ExitStack() as stack:
        pac = stack.enter_context(serve(tmp_path / "pac", Settings(), host="0.0.0.0"))
        threading.Thread(target=pac.serve_forever, daemon=True).start()
        stack.callback(pac.shutdown)
        monkeypatch.setenv("HUB_PAC", f"http://127.0.0.1:{pac.server_port}")
        changes = {
            "database__url": {"$env": "HUB_DATABASE"},
            "pacs__pruebas": {"use": "sandbox", "url": {"$env": "HUB_PAC"}, "timeout_s": 20},
            "network__private_addresses": ["127.0.0.0/8", NETWORK],
            "engine__workers": 2,
        }
        made = stack.enter_context(world(tmp_path, database_url, **changes))
        prepare(made.flow.store)
        reach_by_environment(tmp_path / "config.yaml")
        made.parts = {host: parts_of(made, host, pac.server_port, database_url, stack) for host in two}
        yield made
        for parts in made.parts.values():
            for part in parts:
                part.end()


def reach_by_environment(path: Path) -> None:
    """Each host reaches the shop's Stripe at its own gateway."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    raw["sources"]["stripe-mx"]["api_url"] = {"$env": "HUB_STRIPE"}
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")


def parts_of(made, host: Host, pac_port: int, database_url: str, stack: ExitStack) -> list[Role]:
    def at_gateway(url: URL | httpx.URL) -> int:
        return stack.enter_context(forwarded(host.gateway, (url.host, url.port or 5432)))

    url = make_url(database_url)
    stripe = httpx.URL(made.settings.sources["stripe-mx"].options["api_url"])
    environ = {
        "HUB_DATABASE": url.set(host=host.gateway, port=at_gateway(url)).render_as_string(hide_password=False),
        "HUB_PAC": f"http://{host.gateway}:{pac_port}",
        "HUB_STRIPE": f"http://{host.gateway}:{at_gateway(stripe)}",
    }
    folder = made.folder
    number = int(host.name[-1])
    return [Role(folder, role, number, host.prefix, **environ) for role in ("worker", "scheduler")]


def sending(shop) -> bool:
    """The PAC has the document, too: its slowness is used up by the one that it is slow with."""
    with closing(shop.ledger()) as ledger:
        heard = not ledger.behaviours()
    return heard and [cfdi.state for cfdi in shop.all(Cfdi)] == [CfdiState.SENDING]


def test_a_host_that_is_cut_off_in_mid_stamp_and_comes_back_makes_no_second_stamp(shop, two):
    first, second = two
    (worker, scheduler), (other_worker, other_scheduler) = shop.parts[first], shop.parts[second]
    everybody = [worker, scheduler, other_worker, other_scheduler]
    for part in (worker, scheduler):
        part.start()
    wait_for(lambda: leader([scheduler]), 60, everybody)
    shop.misbehave("slow", seconds=10)
    shop.stripe.pay(116000, metadata=METADATA)
    shop.deliver(shop.stripe.events("payment_intent.succeeded")[-1])
    wait_for(lambda: sending(shop), 60, everybody)

    first.cut()
    for part in (other_worker, other_scheduler):
        part.start()
    wait_for(shop.stamps, 60, everybody)
    assert not shop.all(Cfdi)[0].uuid, "the host that is cut off could not write what it did not hear"
    wait_for(lambda: leader([other_scheduler]), 60, everybody)
    let_leases_end(shop)
    wait_for(lambda: all_invoiced(shop, 1), 60, everybody)

    first.mend()
    shop.stripe.pay(50000, metadata=METADATA)
    shop.deliver(shop.stripe.events("payment_intent.succeeded")[-1])
    wait_for(lambda: all_invoiced(shop, 2), 60, everybody)
    wait_for(lambda: "not leading any more" in scheduler.said(), 60, everybody)
    assert sorted(shop.stamps()) == sorted(cfdi.uuid for cfdi in shop.all(Cfdi))
    assert len(shop.stamps()) == 2
    with shop.flow.store.read() as session:
        assert session.execute(text("SELECT count(*) FROM hub_leader")).scalar() == 1
