"""Sales keyed in, and the keys of the API."""

import json
import os
import pty
import subprocess

import httpx
import pytest

from hub.store import ApiKey, InboxItem, Ticket
from hub.web.app import make_app
from tests.support.process import HUB, environment, hub
from tests.support.world import world
from tests.web.api.conftest import BUYER, SALE, SOURCES
from tests.web.conftest import serve  # noqa: F401


@pytest.fixture
def made(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", **SOURCES) as made:
        yield made


def facts(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_sale_is_keyed_in_with_options_and_has_its_link(made):
    given = [
        "--line",
        "2 x 580.00 Playera",
        "--external-id",
        "M-1",
        "--forma-pago",
        "01",
        "--email",
        "ana@cliente.example",
    ]
    found = facts(hub(made.folder, "sales", "add", *given, "--json"))
    ticket = made.ticket
    assert (found["ticket"], found["new"], found["state"], found["total"]) == (ticket.id, True, "open", "1160.00")
    assert found["link_for_the_receipt"] == f"http://facturas.example/f/{ticket.purchase_link}"
    assert (ticket.source, ticket.movement_key, ticket.email) == ("mostrador", "M-1", "ana@cliente.example")
    assert ticket.sale["forma_pago"] == "01"
    other = hub(made.folder, "sales", "add", "--external-id", "M-1", "--total", "5", "--description", "Taza")
    assert (other.returncode, "sent before with another content" in other.stderr) == (2, True)


def test_a_dry_run_shows_the_ticket_and_keeps_nothing(made):
    buyer = [part for name, text in BUYER.items() for part in (f"--{name.replace('_', '-')}", text)]
    given = ["--total", "1160.00", "--description", "Playera", *buyer]
    held = facts(hub(made.folder, "sales", "add", *given, "--dry-run", "--json"))
    assert (held["state"], "how it was paid" in held["why"]) == ("held", True)
    found = facts(hub(made.folder, "sales", "add", *given, "--forma-pago", "04", "--dry-run", "--json"))
    assert (found["state"], found["why"]) == ("claimed", "it is invoiced at once to CPU200101AB8")
    assert found["issuer"] == "tienda EKU9003173C9"
    assert found["lines"] == ["1 x 1160.00 Playera: 1160.00 (01010101 H87; 002 Tasa 0.16)"]
    late = facts(
        hub(made.folder, "sales", "add", *given, "--occurred-at", "2025-12-01T10:00:00Z", "--dry-run", "--json")
    )
    assert (late["state"], "before the start" in late["why"]) == ("ignored", True)
    assert (made.all(Ticket), made.all(InboxItem)) == ([], [])


def test_a_file_in_the_schema_of_the_api_is_taken_once(made):
    (made.folder / "venta.json").write_text(json.dumps({**SALE, "buyer": BUYER}), encoding="utf-8")
    file = str(made.folder / "venta.json")
    first = facts(hub(made.folder, "sales", "add", "--from", file, "--json"))
    again = facts(
        hub(made.folder, "sales", "add", "--from", "-", "--json", stdin=(made.folder / "venta.json").read_text())
    )
    assert (first["new"], again["new"], first["ticket"]) == (True, False, again["ticket"])
    made.work()
    assert made.ticket.state == "invoiced"
    both = hub(made.folder, "sales", "add", "--from", file, "--total", "5")
    assert (both.returncode, "says everything" in both.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--total", "1,160.00", "--description", "a"], "total is not an amount"),
        (["--total", "5"], "what was sold is missing: description"),
        (["--line", "two shirts"], "is not a line"),
        (["--total", "5", "--description", "a", "--occurred-at", "yesterday"], "occurred_at is not a moment"),
        (["--total", "5", "--description", "a", "--occurred-at", "2126-01-01T10:00:00Z"], "2 days ahead of now"),
        (["--line", "1 x 5.00 a", "--total", "6.00"], "the difference is 1.00"),
        (["--from", "nowhere.json"], "cannot be read"),
        (["--total", "5", "--description", "a", "--source", "stripe-mx"], "no source that can be keyed into"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(made, arguments, said):
    done = hub(made.folder, "sales", "add", *arguments)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert made.all(InboxItem) == []


def test_on_a_terminal_what_is_missing_is_asked_for(made):
    answers = [
        "Playera",
        "$1,160.00",
        "04",
        "y",
        *[BUYER[n] for n in ("rfc", "name", "zip", "regimen", "uso_cfdi")],
        "",
    ]
    ours, theirs = pty.openpty()
    command = [*HUB, "--config", str(made.folder / "config.yaml"), "sales", "add", "--json"]
    process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, env=environment())
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    with process:
        said = process.stdout.read().decode()
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert json.loads(said[said.index("{") :])["total"] == "1160.00"
    assert (made.ticket.sale["buyer"]["rfc"], made.ticket.sale["lines"][0]["description"]) == (BUYER["rfc"], "Playera")


def test_a_hub_without_a_manual_source_says_what_to_add(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as made:
        done = hub(made.folder, "sales", "add", "--total", "5", "--description", "a")
    assert (done.returncode, "use: manual" in done.stderr) == (2, True)


def test_keys_are_made_shown_once_listed_and_revoked(made, serve):  # noqa: F811
    key = facts(hub(made.folder, "api-keys", "new", "propio", "--label", "Tienda en línea", "--json"))
    assert (key["mode"], key["key"].startswith("hubkey_test_")) == ("test", True)
    url = serve(make_app(made.flow, lambda: True))

    def status():
        return httpx.get(f"{url}/api/v1/me", headers={"authorization": f"Bearer {key['key']}"}).status_code

    listed = hub(made.folder, "api-keys", "list", "--json")
    (row,) = facts(listed)
    assert (row["id"], row["label"], row["revoked_at"]) == (key["id"], "Tienda en línea", None)
    assert key["key"] not in listed.stdout
    assert status() == 200
    assert hub(made.folder, "api-keys", "revoke", str(key["id"])).returncode == 0
    assert (status(), made.only(ApiKey).revoked_at is not None) == (401, True)
    again = hub(made.folder, "api-keys", "revoke", str(key["id"]))
    assert (again.returncode, "revoked already" in again.stderr) == (2, True)
    unknown = hub(made.folder, "api-keys", "new", "stripe-mx")
    assert (unknown.returncode, "no source that is posted to" in unknown.stderr) == (2, True)
