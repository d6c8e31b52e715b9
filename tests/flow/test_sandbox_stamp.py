"""`hub check --sandbox-stamp`: what it says of PACs that keep their word, that are slow, and that do not."""

import json
from contextlib import ExitStack, contextmanager

import pytest

from hub.flow.sandbox_stamp import sandbox_stamp
from hub.flow.sandbox_step import Verdict
from hub.plugin import (
    ConfigError,
    Fetched,
    Issued,
    NeverStamped,
    NotFetched,
    Operation,
    ReceiverCheck,
    Rejected,
    Stamped,
)
from hub.store import Cfdi, Ticket
from pac_providers.facturama.testing import PASSWORD, USER, FakeFacturama
from pac_providers.facturapi.testing import FakeFacturapi
from pac_providers.finkok.testing import FakeFinkok
from pac_providers.prodigia.testing import FakeProdigia
from pac_providers.sw.testing import FakeSw
from pac_providers.timbrado.testing import FakeAteb
from tests.support.process import hub as command
from tests.support.world import ISSUER, world

RFC = ISSUER["rfc"]
PACS = ["facturama", "facturapi", "finkok", "prodigia", "sw", "timbrado"]
READS = {Operation.FETCH, Operation.ISSUED, Operation.BALANCE, Operation.CHECK_RECEIVER, Operation.PENDING}
NEVER, AGAIN = "recover what was never sent", "same bytes again"


def fake_of(name):
    made = {
        "facturama": FakeFacturama,
        "facturapi": FakeFacturapi,
        "finkok": lambda: FakeFinkok(RFC),
        "prodigia": FakeProdigia,
        "sw": FakeSw,
        "timbrado": FakeAteb,
    }
    return made[name]()


def options_of(name, fake, url):
    ateb = {
        "stamp_url": f"{url}/wsTimbrado.asmx",
        "cancel_url": f"{url}/CancelacionServices/CancelacionServices.asmx",
        "recover_url": f"{url}/cfdi/wstimbradorec.asmx",
    }
    account = {
        "facturama": lambda: {"user": USER, "password": PASSWORD, "url": url},
        "facturapi": lambda: {"secret_key": fake.secret_key, "rfc": RFC, "rounds": "at_the_end", "url": f"{url}/v2"},
        "finkok": lambda: {"username": fake.username, "password": fake.password, "rfc": RFC, "url": url},
        "prodigia": lambda: {
            "contrato": fake.contrato, "username": fake.username, "password": fake.password, "url": url
        },
        "sw": lambda: {"user": fake.user, "password": fake.password, "url": url, "api_url": url, "status_url": url},
        "timbrado": lambda: {"username": fake.username, "password": fake.password, **ateb},
    }  # fmt: skip
    return {"use": name, "timeout_s": 5, **account[name]()}


@contextmanager
def hub_with(folder, name, **changes):
    fake = fake_of(name)
    with ExitStack() as stack:
        pacs = {"pruebas": options_of(name, fake, stack.enter_context(fake.serving()))}
        yield stack.enter_context(world(folder, f"sqlite:///{folder}/hub.db", pacs=pacs, **changes)), fake


@pytest.fixture
def own(tmp_path):
    """A hub whose PAC is the sandbox."""
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as made:
        yield made


def checklist(hub, name="pruebas"):
    return {step.name: step for step in sandbox_stamp(hub.flow, name)}


def verdicts(hub):
    return {name: step.verdict for name, step in checklist(hub).items()}


@pytest.mark.parametrize("name", PACS)
def test_every_pac_keeps_its_word_at_its_fake(tmp_path, name):
    with hub_with(tmp_path, name) as (hub, fake):
        found = checklist(hub)
        wrong = [step for step in found.values() if step.verdict in {Verdict.WRONG, Verdict.LATER}]
        assert wrong == []
        assert found["stamp"].verdict is Verdict.CONFIRMED
        assert found["recover"].verdict is Verdict.CONFIRMED
        (stamp,) = fake.sat.stamps
        assert found["stamp"].says.lower() == f"uuid {stamp.uuid.lower()}"
        can = hub.flow.instances.pacs["pruebas"].plugin.capabilities
        assert (found[AGAIN].verdict is Verdict.CONFIRMED) == can.resend_is_safe
        assert (found["cancel"].verdict is Verdict.CONFIRMED) == (can.cancels_with == "signed_xml")
        tried = {operation for operation in READS if found[operation].verdict is not Verdict.SKIPPED}
        assert tried == READS & hub.flow.instances.pacs["pruebas"].plugin.offers()
        assert hub.all(Cfdi) == hub.all(Ticket) == []


def test_the_sandbox_confirms_every_step(own):
    found = verdicts(own)
    not_tried = {Operation.ANSWER, Operation.REGISTER_ISSUER}
    assert {name for name, verdict in found.items() if verdict is not Verdict.CONFIRMED} == not_tried
    assert found.keys() == {"stamp", AGAIN, "recover", NEVER, "RFC of the PAC", "status", "cancel", *Operation}
    assert len(own.stamps()) == 1


def test_what_sat_does_not_know_yet_is_not_wrong(tmp_path):
    slow = {"use": "sandbox", "data_dir": str(tmp_path / "pac"), "known_after_s": 3600}
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", pacs__pruebas=slow) as hub:
        found = checklist(hub)
    assert (found["status"].verdict, found["status"].says) == (Verdict.UNSURE, "No Encontrado")
    assert (found["cancel"].verdict, found["cancel"].says[:12]) == (Verdict.UNSURE, "refused: 205")


def test_production_is_refused_in_words_and_nothing_is_sent(tmp_path):
    real = {"environment": "production", "web__public_url": "https://facturas.example"}
    with hub_with(tmp_path, "finkok", **real, pacs__pruebas__environment="production") as (hub, fake):
        with pytest.raises(ConfigError, match="for production: nothing was sent"):
            list(sandbox_stamp(hub.flow, "pruebas"))
        assert fake.requests == []


def test_a_pac_that_nobody_uses_is_said_to_be_so(tmp_path):
    more = {"use": "sandbox", "data_dir": str(tmp_path / "other")}
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", pacs__otro=more) as hub:
        (step,) = sandbox_stamp(hub.flow, "otro")
    assert (step.verdict, step.says) == (Verdict.SKIPPED, "no issuer uses this PAC")


@pytest.mark.parametrize(
    ("trouble", "verdict"),
    [("auth", Verdict.WRONG), ("no_credits", Verdict.WRONG), ("unreachable", Verdict.LATER)],
)
def test_a_first_stamp_that_fails_ends_the_checklist(own, trouble, verdict):
    own.misbehave(trouble, times=None)
    assert verdicts(own) == {"stamp": verdict}


def test_an_answer_that_is_lost_is_found_again(own):
    own.misbehave("lose_answer")
    found = verdicts(own)
    assert (found["stamp"], found[AGAIN], found["recover"]) == (Verdict.UNSURE, Verdict.UNSURE, Verdict.CONFIRMED)
    assert len(own.stamps()) == 1


def liar(hub, monkeypatch, **methods):
    plugin = hub.flow.instances.pacs["pruebas"].plugin
    for name, method in methods.items():
        monkeypatch.setattr(type(plugin), name, method)


def test_a_pac_that_denies_its_stamp_or_invents_one_is_wrong(own, monkeypatch):
    stamp = type(own.flow.instances.pacs["pruebas"].plugin).stamp
    liar(own, monkeypatch, recover=lambda *_: NeverStamped(proven=True))
    assert verdicts(own)["recover"] is Verdict.WRONG
    liar(own, monkeypatch, recover=stamp)
    assert verdicts(own)[NEVER] is Verdict.WRONG


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (Rejected("307", "hidden"), "refused, not shown: 307 hidden"),
        (Stamped("5e2d6aff-2dd7-43d1-83d3-14c1aca396d9", b"<a/>"), "a second stamp, 5e2d6aff"),
    ],
    ids=["refuses", "stamps twice"],
)
def test_a_pac_that_does_not_show_its_stamp_again_is_wrong_where_it_was_said_to(own, monkeypatch, second, says):
    stamp, sent = type(own.flow.instances.pacs["pruebas"].plugin).stamp, []

    def another(self, http, request):
        sent.append(request)
        return second if len(sent) == 2 else stamp(self, http, request)

    liar(own, monkeypatch, stamp=another)
    step = checklist(own)[AGAIN]
    assert step.verdict is Verdict.WRONG
    assert step.says.startswith(says)


def test_a_pac_that_names_another_rfc_than_its_stamps_is_wrong(own, monkeypatch):
    liar(own, monkeypatch, rfc_pac="XAXX010101000")
    assert verdicts(own)["RFC of the PAC"] is Verdict.WRONG


def test_a_pac_that_does_not_show_what_it_stamped_is_not_confirmed(own, monkeypatch):
    plugin, shown = type(own.flow.instances.pacs["pruebas"].plugin), []
    fetch = plugin.fetch

    def older(*args):
        """The stamp of another run."""
        shown.append(fetch(*args))
        return shown[0]

    liar(own, monkeypatch, fetch=older)
    assert verdicts(own)["fetch"] is Verdict.CONFIRMED
    assert verdicts(own)["fetch"] is Verdict.WRONG
    lies = {
        "fetch": lambda *_: NotFetched("not yet", again_later=True),
        "issued": lambda *_: Issued([Fetched(shown[0].xml)]),
        "check_receiver": lambda *_: ReceiverCheck("differs", "nombre", "another name"),
    }
    liar(own, monkeypatch, **lies)
    assert {verdicts(own)[name] for name in lies} == {Verdict.UNSURE}
    liar(own, monkeypatch, issued=lambda *_: Issued([Fetched(b"<no-cfdi/>")]), pending=lambda *_: None)
    found = verdicts(own)
    assert (found["issued"], found["pending"]) == (Verdict.UNSURE, Verdict.WRONG)


@pytest.mark.slow
def test_the_command_prints_the_checklist_of_each_pac(tmp_path):
    with hub_with(tmp_path, "finkok"):
        done = command(tmp_path, "check", "--sandbox-stamp", "--json")
        assert done.returncode == 0, done.stderr
        told = {row["step"]: row["state"] for row in json.loads(done.stdout)}
        assert told["stamp"] == told[AGAIN] == told["recover"] == told["cancel"] == "confirmed"
        nobody = command(tmp_path, "check", "nobody", "--sandbox-stamp")
        assert (nobody.returncode, "no PAC in the configuration is called nobody" in nobody.stderr) == (2, True)
