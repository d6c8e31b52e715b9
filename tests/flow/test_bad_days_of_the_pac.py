"""Whatever the PAC does, a sale ends in exactly one stamp (promises 2, 3, 4 and 6)."""

import pytest

from hub.engine.advance import STEPS, advance
from hub.flow import stamp
from hub.store import Cfdi, Condition
from tests.support.world import METADATA


@pytest.fixture
def sell(hub):
    def make() -> None:
        hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
        hub.poll()

    return make


@pytest.mark.parametrize("fault", ["lose_answer", "fail_after", "garbage"])
def test_a_stamp_whose_answer_was_lost_is_recovered_not_repeated(hub, sell, fault):
    hub.misbehave(fault)
    sell()
    assert hub.cfdi.state == "in_doubt"
    assert len(hub.stamps()) == 1
    hub.pass_time(seconds=10)
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])
    assert hub.ticket.state == "invoiced"


@pytest.mark.parametrize("fault", ["fail", "unreachable"])
def test_a_pac_that_is_down_for_a_while_costs_time_only(hub, sell, fault):
    hub.misbehave(fault, times=3)
    sell()
    assert hub.ticket.state == "claimed"
    for _ in range(8):
        hub.pass_time(minutes=6)
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])


def test_a_pac_that_stays_silent_leaves_a_doubt_that_the_operator_hears_of_once(hub, sell):
    hub.misbehave("fail", times=None)
    sell()
    for _ in range(6):
        hub.pass_time(minutes=20)
    assert hub.cfdi.state == "in_doubt"
    told = [message for message in hub.smtp.received if message.recipients == ("operador@tienda.example",)]
    assert len(told) == 1
    assert hub.cfdi.key in told[0].subject
    hub.behave()
    hub.pass_time(hours=2)
    hub.pass_time(seconds=10)
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])
    assert "works again" in hub.smtp.received[-1].subject or "works again" in hub.smtp.received[-2].subject


@pytest.mark.parametrize("fault", ["no_credits", "auth"])
def test_a_pac_account_that_needs_a_person_is_told_once_and_goes_on_by_itself(hub, sell, fault):
    hub.misbehave(fault, times=None)
    sell()
    sell()
    assert {cfdi.state for cfdi in hub.all(Cfdi)} == {"sealed"}
    hub.pass_time(minutes=11)
    told = [message for message in hub.smtp.received if message.recipients == ("operador@tienda.example",)]
    assert [message.subject for message in told] == ["[hub] pac pruebas needs you"]
    assert hub.only(Condition).subject == "pac pruebas"
    hub.behave()
    hub.pass_time(minutes=11)
    assert {cfdi.state for cfdi in hub.all(Cfdi)} == {"stamped"}
    assert sorted(hub.stamps()) == sorted(cfdi.uuid for cfdi in hub.all(Cfdi))
    assert hub.all(Condition) == []


class KilledError(BaseException):
    """Stands for kill -9: nothing after it runs."""


def test_a_process_that_dies_between_sending_and_hearing_is_a_doubt_too(hub, monkeypatch):
    hub.stripe.pay(116000, metadata=METADATA)
    with monkeypatch.context() as nobody_stamps:
        nobody_stamps.delitem(STEPS, "cfdi")
        hub.poll()

    def die(*_args: object) -> None:
        raise KilledError

    with monkeypatch.context() as dying:
        dying.setattr(stamp, "_settle", die)
        with pytest.raises(KilledError):
            advance(hub.flow, "cfdi", hub.cfdi.id)
    assert (hub.cfdi.state, len(hub.stamps())) == ("sending", 1)
    hub.pass_time(minutes=6)
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])


def test_a_trouble_that_does_not_pass_is_told_after_a_while(hub, sell):
    hub.misbehave("unreachable", times=None)
    sell()
    hub.pass_time(minutes=2)
    assert hub.all(Condition) == []
    for _ in range(6):
        hub.pass_time(minutes=16)
    assert hub.only(Condition).subject == "pac pruebas"


def test_a_pac_that_left_the_configuration_in_mid_air_leaves_the_doubt_as_it_is(hub, monkeypatch):
    hub.stripe.pay(116000, metadata=METADATA)
    with monkeypatch.context() as nobody_stamps:
        nobody_stamps.delitem(STEPS, "cfdi")
        hub.poll()

    def die(*_args: object) -> None:
        raise KilledError

    with monkeypatch.context() as dying:
        dying.setattr(stamp, "_settle", die)
        with pytest.raises(KilledError):
            advance(hub.flow, "cfdi", hub.cfdi.id)
    with monkeypatch.context() as without_pac:
        without_pac.delitem(hub.flow.instances.pacs, "pruebas")
        hub.pass_time(minutes=6)
        assert hub.cfdi.state == "sending"
    hub.pass_time(minutes=11)
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])
