"""`hub plugins check` finds what is wrong with a package, and `hub plugins record` what a service says."""

import json
import re
import shutil

import httpx
import pytest

from connectors.stripe.config import StripeConfig
from connectors.stripe.source import StripeSource
from hub.plugin import Http
from hub.testing import Recording
from tests.support.process import hub
from tests.support.site import distribution
from tests.support.world import world


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A new source, as it is made."""
    folder = tmp_path_factory.mktemp("made")
    hub(folder, "plugins", "new", "source", "acme", "--into", str(folder))
    return folder / "hub-acme"


def checked(tmp_path, made, *changes):
    """The card of a copy in which `old` of a file is `new`."""
    folder = tmp_path / "hub-acme"
    shutil.copytree(made, folder)
    for file, old, new in changes:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new))
    done = hub(tmp_path, "plugins", "check", str(folder), "--json")
    return done.returncode, json.loads(done.stdout)


PLUGIN, TESTS = "hub_acme.py", "tests/test_hub_acme.py"
NAME = '    name = "acme"\n'
URL = 'Field(description="Address of your shop\'s API", examples=["https://mi-tienda.example/api"])'
FAULTS = {
    "a check fails": (
        [(PLUGIN, "while cursor is not None", "if cursor is not None")],
        "reads_every_page_once: only 1 page",
    ),
    "it reaches into the hub": (
        [(PLUGIN, "    def check(", "    from hub.store import Store\n\n    def check(")],
        "imports hub.store.Store",
    ),
    "a heavy library": (
        [(PLUGIN, "from typing import Any", "from typing import Any\nimport openpyxl")],
        "loads openpyxl",
    ),
    "an open secret": (
        [
            (PLUGIN, "api_key: SecretStr", "api_key: str"),
            (PLUGIN, "hub.Bearer(self.config.api_key)", "hub.Bearer(SecretStr(self.config.api_key))"),
            (TESTS, "SecretStr(KEY)", "KEY"),
        ],
        "secrets that are no SecretStr: api_key",
    ),
    "a setting unexplained": (
        [(PLUGIN, URL, "Field()")],
        "settings without a description: url",
    ),
    "no README": ([("README.md", "", "")], "there is no README to speak of"),
    "a pin": (
        [("pyproject.toml", '"autofactura-hub>=0.1"', '"autofactura-hub", "httpx==0.28.1"')],
        "it pins httpx==0.28.1",
    ),
    "no contract": (
        [
            (TESTS, "class TestAcme(SourceContract)", "class Acme(SourceContract)"),
            (TESTS, "class Acme(", "def test_nothing() -> None:\n    pass\n\n\nclass Acme("),
        ],
        "no test is a contract of hub.testing",
    ),
    "a test of its own fails": (
        [(TESTS, "class TestAcme(", "def test_nothing() -> None:\n    assert not ORDERS\n\n\nclass TestAcme(")],
        "1 of its own tests fail",
    ),
    "it raises at import": (
        [(PLUGIN, NAME, f"{NAME}    raise RuntimeError('no luck')\n")],
        "cannot be imported: RuntimeError: no luck",
    ),
}


@pytest.mark.parametrize(("changes", "says"), FAULTS.values(), ids=FAULTS)
def test_every_fault_is_named(tmp_path, made, changes, says):
    if changes == FAULTS["no README"][0]:
        changes = [("README.md", (made / "README.md").read_text(), "# hub-acme\n")]
    code, card = checked(tmp_path, made, *changes)
    assert (code, card["state"]) == (2, "wrong")
    assert [fault for fault in card["wrong"] if says in fault], card["wrong"]


def test_one_fault_that_many_checks_meet_is_told_once_with_their_number(tmp_path, made):
    code, card = checked(tmp_path, made, (PLUGIN, '"unit_price": item["price"]', '"unit_price": float(item["price"])'))
    (fault,) = [fault for fault in card["wrong"] if "a float has already lost cents" in fault]
    assert (code, re.search(r"^\w+ and \d+ more checks: ", fault) is not None) == (2, True)


def test_a_sound_plugin_has_a_card_that_says_what_was_looked_at(tmp_path, made):
    waived = f'{NAME}    waivers = {{"since_is_inclusive": "the shop has no times"}}\n'
    code, card = checked(tmp_path, made, (PLUGIN, NAME, waived))
    assert (code, card["wrong"], card["state"]) == (0, [], "all holds")
    assert (card["plugin"], card["api"]) == ("hub-acme 0.1.0", "1")
    assert card["TestAcme"].startswith("source acme: ")
    assert card["TestAcme"].endswith(" checks, 1 waived")
    assert card["waived"] == ["since_is_inclusive: the shop has no times"]
    assert card["import"][0].startswith("hub_acme in ")


def test_a_new_check_only_warns_on_the_card(tmp_path, made):
    imported, mark = "from hub.testing import SourceContract", "from hub.testing.new_checks import new_in"
    contract, check = "class TestAcme(SourceContract):\n", '    @new_in("99.0")\n    def test_it_rains(self) -> None:\n'
    changes = (TESTS, imported, f"{imported}\n{mark}"), (TESTS, contract, f"{contract}{check}        assert False\n\n")
    code, card = checked(tmp_path, made, *changes)
    assert (code, card["wrong"], card["state"]) == (0, [], "all holds")
    assert card["TestAcme"].endswith(" checks, 1 warned")
    assert card["warned"][0].startswith("it_rains: new in 99.0 and a failure in the next release: assert False")


def test_waivers_are_shown_by_the_list_too(tmp_path, made):
    source = (made / PLUGIN).read_text().replace(NAME, f'{NAME}    waivers = {{"since_is_inclusive": "no times"}}\n')
    site = distribution(tmp_path, "hub-acme", "hub_acme", {PLUGIN: source})
    listed = json.loads(hub(tmp_path, "plugins", "list", "--json", PYTHONPATH=site).stdout)
    assert next(row for row in listed if row["plugin"] == "acme")["waived"] == "since_is_inclusive: no times"


def test_an_installed_plugin_is_found_by_its_name(tmp_path, made):
    files = {PLUGIN: (made / PLUGIN).read_text()}
    site = distribution(tmp_path, "hub-acme", "hub_acme", files)
    card = json.loads(hub(tmp_path, "plugins", "check", "acme", "--json", PYTHONPATH=site).stdout)
    assert "no contract ran" in card["tests"]
    assert "`hub plugins check FOLDER`" in card["tests"]
    assert card["plugin"] == "hub-acme 1.2 (acme)"
    built_in = hub(tmp_path, "plugins", "check", "email", "--json")
    told = json.loads(built_in.stdout)
    assert (built_in.returncode, told["wrong"]) == (0, []), told
    assert "notifier email" in told["TestEmailKeepsThePromisesOfANotifier"]


@pytest.mark.parametrize(
    ("name", "says"), [("nobody", "there is no folder and no plugin called nobody"), (".", "cannot be read")]
)
def test_what_is_no_plugin_is_an_error_in_words(tmp_path, monkeypatch, name, says):
    monkeypatch.chdir(tmp_path)
    done = hub(tmp_path, "plugins", "check", name)
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr


def test_a_live_service_is_recorded_without_secrets_and_people_and_plays_back(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as made:
        made.stripe.pay(50000, receipt_email="ana@cliente.example")
        made.stripe.pay(116000, receipt_email="eva@cliente.example")
        file = tmp_path / "stripe.json"
        done = hub(tmp_path, "plugins", "record", "stripe-mx", "--to", str(file), "--days", "3000")
        assert (done.returncode, done.stderr) == (0, "")
        again = hub(tmp_path, "plugins", "record", "stripe-mx", "--to", str(file))
        assert (again.returncode, "are not replaced" in again.stderr) == (2, True)
        nobody = hub(tmp_path, "plugins", "record", "nobody", "--to", str(tmp_path / "x.json"))
        assert (nobody.returncode, "is called nobody" in nobody.stderr) == (2, True)
        silent = hub(tmp_path, "plugins", "record", "correo", "--to", str(tmp_path / "x.json"))
        assert (silent.returncode, "asks nobody by HTTP" in silent.stderr) == (2, True)
    text = file.read_text()
    assert not [word for word in ("ana@", "eva@", "sk_test_fake", "whsec_fake") if word in text]

    recording = Recording.load(file)
    source = StripeSource(StripeConfig(api_key="sk_test_another", webhook_secret="whsec_another"))
    http = Http(httpx.Client(base_url="https://x.example", transport=httpx.MockTransport(recording.answer)))
    found = [source.to_sale(record) for page in source.pages(http, recording.since) for record in page.records]
    assert sorted(str(sale.total) for sale in found if hasattr(sale, "total")) == ["1160.00", "500.00"]
