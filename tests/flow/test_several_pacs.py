"""Several PACs of one issuer: the next one stands in, but never while the first may have stamped."""

from collections import Counter
from dataclasses import replace

import pytest

from hub.cfdi.read import read
from hub.plugin import NeverStamped, StampRequest
from hub.store import Cfdi, CfdiXml, Condition, Event, PacHealth
from pac_providers.sandbox.provider import Sandbox
from tests.support.world import METADATA, world


@pytest.fixture
def hub(tmp_path, database_url):
    pacs = {
        "issuers__tienda__pac": ["pruebas", "reserva"],
        "pacs__pruebas": {"use": "sandbox", "data_dir": str(tmp_path / "pac"), "breaker_after": 3},
        "pacs__reserva": {"use": "sandbox", "data_dir": str(tmp_path / "reserva"), "breaker_after": 3},
    }
    with world(tmp_path, database_url, **pacs) as made:
        yield made


@pytest.fixture
def asked(hub):
    """How often each PAC was asked what: ("pruebas", "stamp") -> 2."""
    counted = Counter()
    for name, pac in hub.flow.instances.pacs.items():

        def count(request, name=name):
            counted[name, request.url.path.rpartition("/")[2]] += 1

        pac.http._client.event_hooks = {"request": [count]}
    return counted


def sell(hub, count=1):
    for _ in range(count):
        hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
    hub.poll()


def operator_mail(hub):
    return [m.subject for m in hub.smtp.received if m.recipients == ("operador@tienda.example",)]


@pytest.mark.parametrize("fault", ["no_credits", "auth", "unreachable"])
def test_what_surely_was_not_stamped_goes_to_the_next_pac_at_once(hub, fault):
    hub.misbehave(fault, times=None)
    sell(hub)
    assert (hub.cfdi.state, hub.cfdi.pac) == ("stamped", "reserva")
    assert (hub.stamps(), hub.stamps("reserva")) == ([], [hub.cfdi.uuid])
    (moved,) = [event.why for event in hub.all(Event) if event.why.startswith("from ")]
    assert moved.startswith("from pruebas to reserva: ")


def test_the_operator_hears_of_the_pac_that_needs_a_person_although_another_stood_in(hub):
    hub.misbehave("no_credits", times=None)
    sell(hub, 2)
    hub.work()
    assert operator_mail(hub) == ["[hub] pac pruebas needs you"]
    assert {cfdi.state for cfdi in hub.all(Cfdi)} == {"stamped"}


def test_the_same_bytes_reach_the_second_pac(hub):
    hub.misbehave("unreachable", times=None)
    sell(hub)
    journal = hub.only(CfdiXml)
    assert read(journal.stamped)._replace(timbre=None) == read(journal.sealed)


@pytest.mark.parametrize("fault", ["lose_answer", "fail_after", "garbage"])
def test_while_the_first_may_have_stamped_the_second_is_never_asked(hub, asked, fault):
    hub.misbehave(fault)
    sell(hub)
    assert hub.cfdi.state == "in_doubt"
    hub.pass_time(seconds=10)
    assert (hub.cfdi.state, hub.cfdi.pac) == ("stamped", "pruebas")
    assert asked["reserva", "stamp"] == 0


def test_a_doubt_waits_for_its_own_pac_however_long(hub, asked):
    hub.misbehave("fail", times=None)
    sell(hub)
    for _ in range(10):
        hub.pass_time(hours=2)
    assert (hub.cfdi.state, hub.cfdi.pac) == ("in_doubt", "pruebas")
    assert (asked["pruebas", "stamp"], asked["reserva", "stamp"]) == (1, 0)


def use(hub, monkeypatch, kind, name="pruebas"):
    instance = hub.flow.instances.pacs[name]
    monkeypatch.setitem(hub.flow.instances.pacs, name, replace(instance, plugin=kind(instance.plugin.config)))


def test_what_was_never_stamped_goes_to_the_same_pac_at_once(hub, asked):
    hub.misbehave("fail", times=1)
    sell(hub)
    hub.pass_time(seconds=3)
    assert asked == {("pruebas", "stamp"): 2, ("pruebas", "recover"): 1}
    assert (hub.cfdi.state, hub.cfdi.pac, hub.cfdi.in_doubt_since) == ("stamped", "pruebas", None)


class Forgetful(Sandbox):
    """The same bytes again would be a second stamp."""

    name = "forgetful"
    capabilities = replace(Sandbox.capabilities, resend_is_safe=False)


def test_another_pac_gets_it_only_when_nothing_can_arrive_any_more(hub, asked, monkeypatch):
    use(hub, monkeypatch, Forgetful)
    hub.misbehave("fail", times=1)
    sell(hub)
    for _ in range(14):
        hub.pass_time(minutes=1)
    assert (hub.cfdi.state, asked["pruebas", "stamp"], asked["reserva", "stamp"]) == ("in_doubt", 1, 0)
    hub.pass_time(minutes=2)
    assert (hub.cfdi.state, hub.cfdi.pac, hub.cfdi.in_doubt_since) == ("stamped", "reserva", None)
    assert (asked["pruebas", "stamp"], asked["reserva", "stamp"]) == (1, 1)


def test_a_request_that_arrives_after_its_pac_denied_it_is_found(hub, asked, monkeypatch):
    use(hub, monkeypatch, Forgetful)
    hub.misbehave("fail", times=1)
    sell(hub)
    hub.pass_time(seconds=3)
    pac, late = hub.flow.instances.pacs["pruebas"], hub.only(CfdiXml).sealed
    pac.plugin.stamp(pac.http, StampRequest(hub.cfdi.key, late, hub.cfdi.rfc_emisor))
    hub.pass_time(minutes=16)
    assert (hub.cfdi.state, hub.stamps(), hub.stamps("reserva")) == ("stamped", [hub.cfdi.uuid], [])


def test_a_pac_that_refuses_what_it_may_have_stamped_is_asked_first(hub, asked):
    hub.misbehave("fail", times=1)
    sell(hub)
    hub.misbehave("no_credits", times=None)
    hub.pass_time(seconds=3)
    assert (hub.cfdi.state, hub.cfdi.pac, asked["reserva", "stamp"]) == ("in_doubt", "pruebas", 0)
    for _ in range(3):
        hub.pass_time(minutes=16)
    assert (hub.cfdi.state, hub.cfdi.pac) == ("stamped", "reserva")


def test_after_its_pause_the_first_pac_is_tried_although_the_second_works(hub):
    hub.misbehave("unreachable", times=None)
    sell(hub, 4)
    hub.behave()
    hub.pass_time(minutes=2)
    sell(hub)
    assert [cfdi.pac for cfdi in hub.all(Cfdi)] == ["reserva"] * 4 + ["pruebas"]


class Searching(Sandbox):
    """Its `recover` is a search in a list that may lag behind."""

    name = "searching"

    def recover(self, http, request):
        found = super().recover(http, request)
        return NeverStamped(proven=False) if isinstance(found, NeverStamped) else found


class SearchingUnsafe(Searching):
    capabilities = replace(Sandbox.capabilities, resend_is_safe=False)


def test_a_search_that_found_nothing_allows_the_same_pac_only(hub, asked, monkeypatch):
    use(hub, monkeypatch, Searching)
    hub.misbehave("fail", times=1)
    sell(hub)
    hub.misbehave("no_credits", times=1)  # the second send is refused, which says nothing of the first
    hub.pass_time(seconds=3)
    assert (hub.cfdi.state, hub.cfdi.pac, asked["reserva", "stamp"]) == ("in_doubt", "pruebas", 0)
    hub.pass_time(minutes=11)
    assert (hub.cfdi.state, hub.cfdi.pac, asked["reserva", "stamp"]) == ("stamped", "pruebas", 0)


def test_a_search_that_found_nothing_allows_nothing_where_a_second_send_would_stamp_twice(hub, asked, monkeypatch):
    use(hub, monkeypatch, SearchingUnsafe)
    hub.misbehave("fail", times=1)
    sell(hub)
    for _ in range(8):
        hub.pass_time(hours=1)
    assert (hub.cfdi.state, asked["pruebas", "stamp"], asked["reserva", "stamp"]) == ("in_doubt", 1, 0)


def test_a_refusal_of_old_bytes_does_not_end_a_doubt(hub, monkeypatch):
    use(hub, monkeypatch, Searching)
    hub.misbehave("fail", times=1)
    sell(hub)
    hub.misbehave("clock_offset", times=None, seconds=80 * 3600)
    hub.pass_time(seconds=3)
    assert (hub.cfdi.state, hub.ticket.state) == ("in_doubt", "claimed")
    assert "401" in hub.cfdi.reason


def test_after_some_failures_in_a_row_the_pac_rests_and_is_not_even_asked(hub, asked):
    hub.misbehave("unreachable", times=None)
    sell(hub, 3)
    health = {one.pac: one for one in hub.all(PacHealth)}
    assert health["pruebas"].open_until is not None
    assert health["reserva"].failures == 0
    assert hub.only(Condition).subject == "pac pruebas"
    before = asked["pruebas", "stamp"]
    sell(hub, 4)
    assert asked["pruebas", "stamp"] == before
    assert {cfdi.pac for cfdi in hub.all(Cfdi)} == {"reserva"}
    assert len(hub.stamps("reserva")) == 7


def test_after_the_pause_one_document_tries_and_the_rest_follow_once_it_works(hub, asked):
    hub.misbehave("unreachable", times=None)
    sell(hub, 3)
    before = asked["pruebas", "stamp"]
    hub.misbehave("unreachable", times=None, pac="reserva")
    sell(hub, 5)
    for _ in range(3):
        hub.pass_time(seconds=61)
    tries = asked["pruebas", "stamp"] - before
    assert 1 <= tries <= 3
    assert [cfdi.state for cfdi in hub.all(Cfdi)].count("sealed") == 5
    hub.behave()
    for _ in range(2):
        hub.pass_time(minutes=6)
    assert {cfdi.state for cfdi in hub.all(Cfdi)} == {"stamped"}
    assert len(hub.stamps()) == 5
    assert {one.pac: one.open_until is None for one in hub.all(PacHealth)}["pruebas"]
    hub.behave("reserva")


def test_a_round_that_began_in_the_middle_waits_no_step_for_the_first_pac_that_works(hub):
    hub.misbehave("unreachable", times=None)
    hub.misbehave("unreachable", times=None, pac="reserva")
    sell(hub)
    hub.behave()
    with hub.flow.store.write() as session:
        late = session.get_one(Cfdi, hub.cfdi.id)
        late.pac, late.attempts = "reserva", 20  # as after a long night in which the breakers let only reserva be tried
        session.get_one(PacHealth, "pruebas").failures = 0  # and another document was just stamped at pruebas
        late.due_at = hub.flow.now()
    hub.work()
    assert (hub.cfdi.state, hub.cfdi.pac) == ("sealed", "pruebas")
    hub.pass_time(seconds=61)
    assert (hub.cfdi.state, hub.cfdi.pac) == ("stamped", "pruebas")


def test_a_pac_that_left_the_configuration_gives_its_undoubted_documents_to_the_next(hub, monkeypatch):
    hub.misbehave("unreachable", times=None)
    hub.misbehave("unreachable", times=None, pac="reserva")
    sell(hub)
    assert hub.cfdi.state == "sealed"
    hub.behave("reserva")
    monkeypatch.delitem(hub.flow.instances.pacs, "pruebas")
    hub.pass_time(minutes=2)
    assert (hub.cfdi.state, hub.cfdi.pac) == ("stamped", "reserva")


def test_a_document_too_large_for_a_pac_goes_to_one_that_takes_it(hub, asked, monkeypatch):
    class Narrow(Sandbox):
        capabilities = replace(Sandbox.capabilities, max_request_bytes=100)

    use(hub, monkeypatch, Narrow)
    sell(hub)
    assert (hub.cfdi.pac, asked) == ("reserva", {("reserva", "stamp"): 1})
