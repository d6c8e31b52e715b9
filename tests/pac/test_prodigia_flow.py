"""Over the whole hub, a sale at Prodigia ends in exactly one stamp."""

import pytest

from hub.store import Cfdi
from pac_providers.prodigia.testing import FakeProdigia
from tests.support.pacs import registry_with_pac
from tests.support.world import METADATA, world

REGISTRY = registry_with_pac("prodigia")


@pytest.fixture
def pac():
    return FakeProdigia()


@pytest.fixture
def hub(tmp_path, pac):
    account = {"contrato": pac.contrato, "username": pac.username, "password": pac.password}
    with pac.serving() as url:
        config = {"use": "prodigia", **account, "url": url, "timeout_s": 0.5}
        with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", registry=REGISTRY, pacs={"pruebas": config}) as made:
            yield made


@pytest.fixture
def sell(hub):
    def make():
        hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
        hub.poll()

    return make


def uuids(pac):
    return [stamp.uuid.lower() for stamp in pac.sat.stamps]


@pytest.mark.parametrize("trouble", ["lose_answer", "slow", "error_before"])
def test_a_lost_answer_ends_in_one_stamp(hub, pac, sell, trouble):
    pac.misbehave(trouble)
    sell()
    assert hub.cfdi.state == "in_doubt"
    hub.pass_time(seconds=10)
    assert (hub.cfdi.state, uuids(pac)) == ("stamped", [hub.cfdi.uuid])
    assert hub.ticket.state == "invoiced"


def test_a_stamp_that_is_hidden_for_a_while_is_waited_for(hub, pac, sell):
    pac.misbehave("lose_answer")
    pac.hides_earlier = True
    sell()
    hub.pass_time(minutes=20)
    assert (hub.cfdi.state, len(pac.sat.stamps)) == ("in_doubt", 1)
    pac.hides_earlier = False
    hub.pass_time(hours=2)
    assert (hub.cfdi.state, uuids(pac)) == ("stamped", [hub.cfdi.uuid])


def test_an_empty_contract_waits_for_a_person_and_then_goes_on(hub, pac, sell):
    pac.stamps_left = 0
    sell()
    assert (hub.cfdi.state, uuids(pac)) == ("sealed", [])
    pac.stamps_left = 5
    hub.pass_time(minutes=11)
    assert [cfdi.state for cfdi in hub.all(Cfdi)] == ["stamped"]
