"""What goes wrong while a PAC is asked for more than stamping: nothing is guessed, and nothing is sent in vain."""

import dataclasses
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete

from hub.flow.pac_answer import answer
from hub.flow.pac_questions import balances, check_receiver, kept_xml
from hub.flow.pac_registration import register, registration
from hub.plugin import (
    AnswerTaken,
    Balance,
    ConfigError,
    ContractError,
    DataError,
    Fetched,
    InDoubtError,
    NotFetched,
    Receiver,
    TransientError,
)
from hub.store import PacCall
from pac_providers.sandbox.provider import Sandbox
from tests.support.world import METADATA, world

UUID = "6D5B6A04-1B0E-4C5D-9F8B-2F6C8E0A7B11"


@pytest.fixture
def hub(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as made:
        yield made


def says(monkeypatch, operation, what):
    """The PAC's plugin answers this, or raises it."""

    def said(*_):
        if isinstance(what, Exception):
            raise what
        return what

    monkeypatch.setattr(Sandbox, operation, said)


def test_a_read_that_breaks_in_a_way_of_its_own_may_work_later(hub, monkeypatch):
    says(monkeypatch, "check_receiver", KeyError("rfc"))
    with pytest.raises(TransientError, match="pruebas cannot be asked: KeyError"):
        check_receiver(hub.flow, Receiver("CPU200101AB8"))
    says(monkeypatch, "balance", ConfigError("the key was refused"))
    with pytest.raises(ConfigError, match="the key was refused"):
        balances(hub.flow)


@pytest.mark.parametrize("error", [KeyError("code"), DataError("no code"), ContractError("no code")])
def test_a_write_that_breaks_in_a_way_of_its_own_is_a_doubt(hub, monkeypatch, error):
    says(monkeypatch, "answer", error)
    says(monkeypatch, "register_issuer", error)
    with pytest.raises(InDoubtError, match="not known whether it arrived at pruebas"):
        answer(hub.flow, "tienda", UUID, "Rechazo")
    with pytest.raises(InDoubtError, match="not known whether it arrived at pruebas"):
        register(hub.flow, registration(hub.flow, "tienda"))


@pytest.mark.parametrize("error", [ConfigError("refused"), TransientError("not reached")])
def test_a_write_that_surely_did_not_happen_is_no_doubt(hub, monkeypatch, error):
    says(monkeypatch, "answer", error)
    with pytest.raises(type(error), match=str(error)):
        answer(hub.flow, "tienda", UUID, "Rechazo")


@pytest.mark.parametrize(
    ("taken", "code", "words"),
    [
        (AnswerTaken("1000", [(UUID.lower(), "1001")]), "1001", "waits for an answer"),
        (AnswerTaken("1000", [(UUID, "")]), "1000", "SAT took the answer"),
        (AnswerTaken("1003"), "1003", "the CSD is not the receiver's"),
        (AnswerTaken("CA300"), "CA300", "SAT or the PAC refused it"),
    ],
)
def test_the_code_of_the_cfdi_counts_before_that_of_the_whole(hub, monkeypatch, taken, code, words):
    says(monkeypatch, "answer", taken)
    done = answer(hub.flow, "tienda", UUID, "Aceptacion")
    assert (done.code, words in done.says) == (code, True)


def test_a_csd_that_expired_signs_no_answer(hub):
    hub.clock.ahead = timedelta(days=10 * 365)
    with pytest.raises(ConfigError, match="expired"):
        answer(hub.flow, "tienda", UUID, "Aceptacion")


def under_way(hub, count):
    """Calls of others at the PAC."""
    until = hub.flow.now() + timedelta(seconds=hub.settings.engine.lease_s)
    with hub.flow.store.write() as session:
        session.add_all([PacCall(token=uuid4().hex, pac="pruebas", until=until) for _ in range(count)])


def impatient(hub, slept):
    """The flow of somebody for whom waiting takes no time."""

    def sleep(seconds):
        slept.append(seconds)

    return dataclasses.replace(hub.flow, sleep=sleep, seconds=lambda: sum(slept))


def test_whoever_asks_waits_for_a_place_and_gives_up_without_asking(hub, monkeypatch):
    asked, slept = [], []
    monkeypatch.setattr(Sandbox, "balance", lambda *_: asked.append(len(hub.all(PacCall))) or Balance(7))
    monkeypatch.setattr(Sandbox, "answer", lambda *_: asked.append("answer"))
    concurrency = hub.settings.pacs["pruebas"].concurrency
    under_way(hub, concurrency - 1)
    assert balances(hub.flow)[0].value == Balance(7)
    assert asked == [concurrency]
    assert len(hub.all(PacCall)) == concurrency - 1
    under_way(hub, 1)
    with pytest.raises(TransientError, match="all calls that pruebas allows are under way"):
        balances(impatient(hub, slept))
    assert sum(slept) == pytest.approx(30)
    slept.clear()
    with pytest.raises(TransientError, match="all calls that pruebas allows are under way"):
        answer(impatient(hub, slept), "tienda", UUID, "Rechazo")
    assert asked == [concurrency]


def test_a_place_that_becomes_free_is_taken(hub, monkeypatch):
    under_way(hub, hub.settings.pacs["pruebas"].concurrency)
    says(monkeypatch, "balance", Balance(7))

    def sleep(seconds):
        with hub.flow.store.write() as session:
            session.execute(delete(PacCall))

    assert balances(dataclasses.replace(hub.flow, sleep=sleep))[0].value == Balance(7)


def test_questions_keep_the_pace_of_the_pac(tmp_path, monkeypatch):
    says(monkeypatch, "balance", Balance(7))
    slow = {"pacs__pruebas": {"use": "sandbox", "data_dir": str(tmp_path / "pac"), "per_second": 2}}
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", **slow) as hub:
        hub.clock.stop()
        slept = []
        flow = dataclasses.replace(hub.flow, sleep=slept.append)
        for _ in range(3):
            balances(flow)
    assert slept == [0, 0.5, 1.0]


def test_another_cfdi_than_ours_is_not_taken_for_it(hub, monkeypatch):
    for _ in range(2):
        hub.stripe.pay(50000, metadata=METADATA)
    hub.poll()
    one, other = hub.stamps()
    says(monkeypatch, "fetch", Fetched(kept_xml(hub.flow, other)))
    with pytest.raises(ContractError, match="shows another CFDI"):
        kept_xml(hub.flow, one)
    says(monkeypatch, "fetch", NotFetched("it keeps three months"))
    with pytest.raises(ConfigError, match="it keeps three months"):
        kept_xml(hub.flow, one)
