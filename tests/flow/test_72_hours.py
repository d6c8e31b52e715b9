"""SAT takes a CFDI within 72 hours of its Fecha: what waited longer is sealed anew, unless it may have been stamped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.cfdi.csd import CsdError
from hub.cfdi.read import read
from hub.flow.reseal import reseal
from hub.plugin import NeverStamped
from hub.store import CfdiResealed, CfdiXml, Condition, Event
from hub.store.states import ForbiddenChangeError
from pac_providers.sandbox.provider import Sandbox
from tests.support.world import METADATA


@pytest.fixture
def sell(hub):
    def make() -> None:
        hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
        hub.poll()

    return make


def days_pass(hub, days=0, **more):
    """For the hub and for the PAC."""
    hub.behave()
    hub.misbehave("clock_offset", times=None, seconds=(hub.clock.ahead + timedelta(days=days, **more)).total_seconds())
    hub.pass_time(days=days, **more)


def journal(hub):
    return hub.only(CfdiXml)


def test_a_document_that_no_pac_took_for_days_is_sealed_anew_under_its_number(hub, sell):
    hub.misbehave("unreachable", times=None)
    sell()
    before, key, first = read(journal(hub).sealed), hub.cfdi.key, journal(hub).sealed
    days_pass(hub, 4)
    after = read(journal(hub).sealed)
    assert (hub.cfdi.state, hub.cfdi.key, hub.stamps()) == ("stamped", key, [hub.cfdi.uuid])
    assert after.fecha > before.fecha
    assert after.sello != before.sello
    assert after._replace(fecha="", sello="") == before._replace(fecha="", sello="")
    assert hub.only(CfdiResealed).sealed == first
    (why,) = [event.why for event in hub.all(Event) if event.why.startswith("Fecha ")]
    assert before.fecha in why
    assert after.fecha in why


def test_a_document_within_its_time_keeps_its_bytes(hub, sell):
    hub.misbehave("unreachable", times=None)
    sell()
    first = journal(hub).sealed
    days_pass(hub, 2)
    assert (hub.cfdi.state, journal(hub).sealed, hub.all(CfdiResealed)) == ("stamped", first, [])


def test_a_document_in_doubt_is_never_sealed_anew_and_its_old_stamp_is_found(hub, sell):
    hub.misbehave("lose_answer")
    sell()
    first = journal(hub).sealed
    assert hub.cfdi.state == "in_doubt"
    days_pass(hub, 5)
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])
    assert (journal(hub).sealed, hub.all(CfdiResealed)) == (first, [])


def test_a_doubt_that_its_pac_ends_with_proof_after_days_is_sealed_anew(hub, sell):
    hub.misbehave("fail", times=None)
    sell()
    for _ in range(4):
        hub.pass_time(days=1)
    assert (hub.cfdi.state, hub.all(CfdiResealed)) == ("in_doubt", [])
    days_pass(hub, 1)
    assert hub.cfdi.state == "in_doubt"
    hub.pass_time(seconds=6)
    assert (hub.cfdi.state, len(hub.all(CfdiResealed)), len(hub.stamps())) == ("stamped", 1, 1)


def test_a_search_that_found_nothing_seals_nothing_anew_however_old_it_grows(hub, sell, monkeypatch):
    class Searching(Sandbox):
        def recover(self, http, request):
            found = super().recover(http, request)
            return NeverStamped(proven=False) if isinstance(found, NeverStamped) else found

    instance = hub.flow.instances.pacs["pruebas"]
    monkeypatch.setitem(hub.flow.instances.pacs, "pruebas", replace(instance, plugin=Searching(instance.plugin.config)))
    hub.misbehave("fail")
    sell()
    first = journal(hub).sealed
    days_pass(hub, 4)
    for _ in range(3):
        hub.pass_time(hours=2)
    assert (hub.cfdi.state, journal(hub).sealed, hub.stamps()) == ("in_doubt", first, [])
    with hub.flow.store.write() as session, pytest.raises(ForbiddenChangeError):
        reseal(hub.flow, session, hub.cfdi, why="no")


def test_a_fecha_that_the_pac_refuses_is_made_anew_once_and_then_a_person_looks(hub, sell):
    hub.misbehave("clock_offset", times=None, seconds=80 * 3600)
    sell()
    hub.pass_time(minutes=1)
    assert (hub.cfdi.state, len(hub.all(CfdiResealed))) == ("rejected", 1)
    assert hub.ticket.state == "held"
    assert "401" in hub.ticket.reason
    assert hub.stamps() == []


def test_a_csd_that_expired_meanwhile_is_told_and_the_document_waits(hub, sell, monkeypatch):
    hub.misbehave("unreachable", times=None)
    sell()
    csd = hub.flow.instances.csds["tienda"]
    with monkeypatch.context() as expired:

        def check(_self, _at):
            raise CsdError("the CSD expired", hint="request a new one")

        expired.setattr(type(csd), "check_valid_at", check)
        days_pass(hub, 4)
        assert (hub.cfdi.state, {c.subject for c in hub.all(Condition)}) == ("sealed", {"csd tienda"})
    days_pass(hub, minutes=11)
    assert (hub.cfdi.state, hub.all(Condition)) == ("stamped", [])
