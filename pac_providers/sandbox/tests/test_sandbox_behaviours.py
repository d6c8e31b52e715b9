"""On a bad day the sandbox fails as a real PAC does, and the hub can still find out what happened."""

import os
import pathlib
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest
from lxml import etree

from hub.plugin import (
    ConfigError,
    Http,
    InDoubtError,
    NeverStamped,
    Stamped,
    StillUnknown,
    TransientError,
)
from pac_providers.sandbox.behaviour import NAMES
from pac_providers.sandbox.comprobante import TIMBRE
from pac_providers.sandbox.ledger import Behaviour, Ledger
from pac_providers.sandbox.provider import Sandbox, SandboxConfig
from pac_providers.sandbox.tests.documents import invoice
from pac_providers.sandbox.tests.hub_side import Pac, request

AFTER_THE_STAMP = ["lose_answer", "fail_after", "garbage"]


@pytest.mark.parametrize("name", AFTER_THE_STAMP)
def test_a_spoilt_answer_leaves_doubt_and_recover_ends_it(any_pac, behaviours, ledger, name):
    behaviours.set(name, times=1)
    xml = invoice().sealed()
    with pytest.raises(InDoubtError):
        any_pac.stamp(xml)
    (stamp,) = ledger.stamps()
    recovered = any_pac.recover(xml)
    assert (recovered.uuid, recovered.xml) == (stamp.uuid, stamp.xml)
    assert any_pac.stamp(xml) == recovered


def test_a_failure_before_any_work_leaves_no_stamp(any_pac, behaviours, ledger):
    behaviours.set("fail", times=1)
    xml = invoice().sealed()
    with pytest.raises(InDoubtError):
        any_pac.stamp(xml)
    assert ledger.stamps() == []
    assert any_pac.recover(xml) == NeverStamped(proven=True)


def test_recover_does_not_guess_while_the_pac_fails(any_pac, behaviours):
    behaviours.set("fail", times=1)
    assert isinstance(any_pac.recover(invoice().sealed()), StillUnknown)


def test_refused_credentials_pause_the_provider(any_pac, behaviours, ledger):
    behaviours.set("auth", times=2)
    with pytest.raises(ConfigError):
        any_pac.stamp(invoice().sealed())
    with pytest.raises(ConfigError):
        any_pac.provider.check(any_pac.http)
    assert ledger.stamps() == []


def test_an_account_without_credits_pauses_the_provider(any_pac, behaviours, ledger):
    behaviours.set("no_credits", times=1)
    xml = invoice().sealed()
    with pytest.raises(ConfigError, match="timbres"):
        any_pac.stamp(xml)
    assert ledger.stamps() == []
    assert isinstance(any_pac.stamp(xml), Stamped)


def test_bought_credits_run_out(open_pac):
    pac = open_pac(credits=1)
    first = pac.stamp(invoice("1").sealed())
    with pytest.raises(ConfigError, match="agotó"):
        pac.stamp(invoice("2").sealed())
    assert isinstance(first, Stamped)


def test_an_unreachable_pac_got_nothing(pac, behaviours, ledger):
    behaviours.set("unreachable", times=2)
    xml = invoice().sealed()
    with pytest.raises(TransientError, match="nothing was sent"):
        pac.stamp(xml)
    with pytest.raises(TransientError):
        pac.recover(xml)
    assert ledger.stamps() == []


def test_a_port_where_nobody_listens_got_nothing(open_pac):
    pac = open_pac(url="http://127.0.0.1:9")
    with pytest.raises(TransientError, match="nothing was sent"):
        pac.stamp(invoice().sealed())


@pytest.mark.parametrize("any_pac", ["server"], indirect=True)
def test_a_server_that_hangs_up_leaves_doubt(any_pac, behaviours, ledger):
    behaviours.set("unreachable", times=1)
    xml = invoice().sealed()
    with pytest.raises(InDoubtError):
        any_pac.stamp(xml)
    assert ledger.stamps() == []
    assert any_pac.recover(xml) == NeverStamped(proven=True)


def test_an_answer_slower_than_the_hubs_patience_is_a_lost_one(data_dir, open_pac, behaviours):
    pac = open_pac(timeout_s=0.05)
    behaviours.set("slow", times=1, seconds=30)
    xml = invoice().sealed()
    with pytest.raises(InDoubtError, match="ReadTimeout"):
        pac.stamp(xml)
    assert isinstance(pac.recover(xml), Stamped)


def test_a_slow_answer_within_the_hubs_patience_arrives(any_pac, behaviours):
    behaviours.set("slow", times=1, seconds=0.01)
    assert isinstance(any_pac.stamp(invoice().sealed()), Stamped)


def test_a_clock_that_is_wrong_refuses_the_fecha(pac, behaviours):
    behaviours.set("clock_offset", seconds=-3600)
    assert pac.stamp(invoice().sealed()).code == "401"
    behaviours.set("clock_offset", seconds=60)
    stamped = pac.stamp(invoice().sealed())
    timbrado = etree.fromstring(stamped.xml).find(f".//{TIMBRE}").get("FechaTimbrado")
    assert datetime.fromisoformat(timbrado) > datetime.fromisoformat(etree.fromstring(stamped.xml).get("Fecha"))


def test_a_behaviour_ends_after_its_times(pac, behaviours, ledger):
    behaviours.set("fail", times=2)
    for folio in "12":
        with pytest.raises(InDoubtError):
            pac.stamp(invoice(folio).sealed())
    assert isinstance(pac.stamp(invoice("3").sealed()), Stamped)
    assert ledger.behaviours() == []


def test_a_behaviour_without_times_lasts_until_cleared(pac, behaviours):
    behaviours.set("auth")
    for _ in range(3):
        with pytest.raises(ConfigError):
            pac.stamp(invoice().sealed())
    behaviours.clear()
    assert isinstance(pac.stamp(invoice().sealed()), Stamped)


def test_an_unknown_behaviour_is_named(behaviours):
    with pytest.raises(ValueError, match="lose_answer"):
        behaviours.set("explode")


def test_every_behaviour_is_described_in_the_readme():
    readme = (pathlib.Path(__file__).parents[1] / "README.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}`" not in readme] == []


def test_what_happened_is_counted(pac, behaviours, ledger):
    xml = invoice().sealed()
    pac.recover(xml)
    pac.stamp(xml)
    pac.stamp(xml)
    pac.stamp(invoice().set(Total="1").sealed())
    assert ledger.counters() == {"recover 603": 1, "stamp 200": 1, "stamp 307": 1, "stamp CFDI40119": 1}


def test_an_answer_that_shows_no_cfdi_leaves_doubt():
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"uuid": "x"}))
    http = Http(httpx.Client(base_url="http://pac.test", transport=transport))
    with pytest.raises(InDoubtError, match="does not show"):
        Sandbox(SandboxConfig()).stamp(http, request(b"<x/>"))


@pytest.fixture
def server(data_dir):
    """The sandbox as a process of its own."""
    command = [sys.executable, "-m", "pac_providers.sandbox", "--data", str(data_dir), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().split()[-1]
        yield process, url
        process.kill()


@pytest.mark.slow
def test_a_stamp_survives_the_kill_of_the_pac(server, data_dir):
    process, url = server
    ledger = Ledger(data_dir / "pac.sqlite")
    pac = Pac(SandboxConfig(url=url))
    pac.stamp(invoice("0").sealed())
    xml = invoice("1").sealed()
    ledger.set_behaviour(Behaviour("slow", 1, 60))
    with ThreadPoolExecutor(1) as thread:
        lost = thread.submit(pac.stamp, xml)
        while len(ledger.stamps()) < 2 or ledger.behaviours():  # it slows down only after the stamp
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(InDoubtError):
            lost.result()
    pac.http.close()
    ledger.close()
    survivor = Pac(SandboxConfig(data_dir=data_dir))
    found = survivor.recover(xml)
    assert isinstance(found, Stamped)
    assert survivor.stamp(xml) == found
    survivor.http.close()


@pytest.mark.slow
def test_processes_that_share_a_folder_make_one_stamp(server, data_dir):
    _, url = server
    xml = invoice().sealed()
    pacs = [Pac(SandboxConfig(url=url)), Pac(SandboxConfig(data_dir=data_dir))] * 8
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda pac: pac.stamp(xml), pacs))
    assert len({answer.uuid for answer in answers}) == 1
    for pac in pacs[:2]:
        pac.http.close()
