"""Reading a source by hand, comparing a period, and running the daemon."""

import json
import socket

import pytest
import yaml

from hub.store import Cfdi, InboxItem, SourceState, Ticket
from tests.cli.conftest import FILES, ROWS
from tests.cli.test_bad_plugins import CORNER, GOOD
from tests.support.process import free_port, hub, hub_on_a_terminal
from tests.support.site import distribution
from tests.support.world import METADATA, world


@pytest.fixture
def made(tmp_path, database_url):
    with world(tmp_path, database_url, sources__archivos=FILES) as made:
        yield made


def everything(made):
    tables = {table.__name__: made.all(table) for table in (Ticket, InboxItem, SourceState, Cfdi)}
    return {name: [row.model_dump() for row in rows] for name, rows in tables.items()}


def test_a_source_is_read_once_its_records_known_and_the_bad_ones_set_aside(made):
    (made.folder / "ventas" / "dia.csv").write_text(ROWS, encoding="utf-8")
    before = everything(made)
    dry = hub(made.folder, "sync", "archivos", "--dry-run", "--json")
    looked = json.loads(dry.stdout)
    assert (dry.returncode, [row["what"] for row in looked]) == (5, ["sale", "set aside"])
    columns = {"what", "id", "reference", "sold_at", "total", "currency", "issuer", "says"}
    assert set(looked[0]) == set(looked[1]) == columns
    assert (looked[0]["issuer"], looked[1]["issuer"]) == ("tienda", "")
    assert (looked[0]["id"], looked[0]["total"], "mucho" in looked[1]["says"]) == ("F-1", "1234.50", True)
    assert everything(made) == before
    assert [path.name for path in (made.folder / "ventas").rglob("*")] == ["dia.csv"]

    first = hub(made.folder, "sync", "archivos", "--json")
    assert (first.returncode, json.loads(first.stdout)) == (
        5,
        {"new": 1, "changed": 0, "known": 0, "ignored": 0, "set_aside": 1},
    )
    assert (made.ticket.movement_key, made.ticket.state) == ("F-1", "held")
    assert len(list((made.folder / "ventas" / "errors").glob("dia.csv*"))) == 2
    nothing = hub(made.folder, "sync", "archivos")
    assert (nothing.returncode, nothing.stderr) == (0, "")
    assert [line.split() for line in nothing.stdout.splitlines()] == [
        ["new", "0"], ["changed", "0"], ["known", "0"], ["ignored", "0"], ["set", "aside", "0"],
    ]  # fmt: skip


def test_a_look_shows_the_issuer_that_the_seller_of_each_sale_belongs_to(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db"):
        pass
    config = yaml.safe_load((tmp_path / "config.yaml").read_text())
    config["issuers"]["sucursal"] = {**config["issuers"]["tienda"], "serie": "S"}
    config["sources"] = {"esquina": {**CORNER, "sellers": {"acct_2": {"issuer": "sucursal"}}}}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    source = GOOD.replace("lines=(line,)", "lines=(line,), seller='acct_2'")
    site = distribution(tmp_path, "hub-corner", "hub_corner", {"hub_corner.py": source})
    looked = hub(tmp_path, "sync", "esquina", "--dry-run", "--json", PYTHONPATH=site)
    assert [(row["id"], row["issuer"]) for row in json.loads(looked.stdout)] == [("C-1", "sucursal")]


def test_a_source_is_read_from_the_moment_that_is_asked_for(made):
    made.stripe.pay(50000, metadata=METADATA)
    later = hub(made.folder, "sync", "stripe-mx", "--since", "2999-01-01T00:00:00-06:00", "--json")
    assert (later.returncode, json.loads(later.stdout)["new"]) == (0, 0)
    earlier = hub(made.folder, "sync", "stripe-mx", "--since", "2026-01-01", "--json")
    assert json.loads(earlier.stdout)["new"] == 1
    again = json.loads(hub(made.folder, "sync", "stripe-mx", "--json").stdout)
    assert (again["new"], again["known"] >= 1) == (0, True)
    made.work()
    assert made.ticket.state == "invoiced"


def test_a_source_that_cannot_be_read_says_whose_turn_it_is(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as made:
        unknown = hub(tmp_path, "sync", "shop")
        assert (unknown.returncode, "enabled sources are: stripe-mx" in unknown.stderr) == (2, True)
        made.stripe.forbid("payment_intents")
        forbidden = hub(tmp_path, "sync", "stripe-mx")
        assert (forbidden.returncode, forbidden.stdout) == (2, "")
    gone = hub(tmp_path, "sync", "stripe-mx", "--json")
    assert (gone.returncode, gone.stdout) == (3, "")


def test_a_period_is_compared_sale_by_sale(made):
    made.stripe.pay(50000, metadata=METADATA)
    made.stripe.pay(123456789, receipt_email="eva@cliente.example")
    made.poll()
    day = "2026-01-01"
    asked = hub(made.folder, "reconcile", "--since", day, "--json")
    (report,) = json.loads(asked.stdout)
    assert (asked.returncode, set(report)) == (0, {"issuer", "since", "until", "totals", "differences"})
    assert (report["issuer"], report["since"]) == ("tienda", day)
    assert (report["totals"]["MXN"]["sales"], report["totals"]["MXN"]["cfdis"]) == (2, 1)
    assert (report["totals"]["MXN"]["sold"], report["totals"]["MXN"]["invoiced"]) == ("1235067.89", "500.00")
    (difference,) = report["differences"]
    assert set(difference) == {"finding", "source", "sale", "amount", "currency", "why", "next"}
    assert (difference["finding"], difference["amount"]) == ("not invoiced", "1234567.89")

    shown = hub_on_a_terminal(made.folder, "reconcile", "--since", day, "--issuer", "tienda")
    assert max(map(len, shown)) <= 100
    assert any("2 sales, 1,235,067.89 sold, 0.00 refunded; 1 CFDIs, 500.00 invoiced" in line for line in shown)
    assert any(difference["why"] in line for line in shown)
    empty = hub(made.folder, "reconcile", "--until", "2025-01-31")
    assert empty.stdout.splitlines() == ["tienda, 2025-01-01 to 2025-01-31", "  no differences"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--issuer", "nobody"], "there is no issuer called nobody"),
        (["--since", "2026-02-01", "--until", "2026-01-01"], "ends before it begins"),
    ],
)
def test_a_period_that_cannot_be_compared_is_refused(tmp_path, words, says):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db"):
        refused = hub(tmp_path, "reconcile", *words)
    assert (refused.returncode, refused.stdout, says in refused.stderr) == (2, "", True)


def test_the_daemon_refuses_an_address_that_is_taken(tmp_path):
    port = free_port()
    with (
        world(tmp_path, f"sqlite:///{tmp_path}/hub.db", web__port=port),
        socket.create_server(("127.0.0.1", port)),
    ):
        refused = hub(tmp_path, "run")
    assert refused.returncode == 2
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use" in refused.stderr
