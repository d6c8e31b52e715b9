"""A cancellation is asked for once and is true when SAT says so; then the sale is free again, or void."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.flow.cancel_request import Wanted, request_cancellation
from hub.plugin import ConfigError
from hub.store import Cancellation, Cfdi, CfdiTicket, Condition, Event, Ticket
from pac_providers.sandbox import cancellation as sat_side
from pac_providers.sandbox.provider import Sandbox
from pac_providers.sandbox.settings import Settings as SandboxSettings
from tests.support.world import METADATA, world


@pytest.fixture
def sold(hub):
    """An invoice of a buyer whose mailbox is known."""
    hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
    hub.poll()
    assert hub.cfdi.state == "stamped"
    return hub


def time_passes(hub, **delta):
    """For the hub and for the PAC."""
    hub.misbehave("clock_offset", times=None, seconds=(hub.clock.ahead + timedelta(**delta)).total_seconds())
    hub.pass_time(**delta)


def ask(hub, motivo="02", substitute=None, why="wrong régimen"):
    request_cancellation(hub.flow, hub.all(Cfdi)[0].key, Wanted(motivo, substitute, "operator ana", why))
    hub.work()


def settled(hub):
    hub.pass_time(seconds=11)


def test_201_is_not_cancelled_and_sats_word_is(sold):
    ask(sold)
    assert (sold.cfdi.state, sold.only(Cancellation).code) == ("cancel_requested", "201")
    assert sold.ticket.state == "invoiced"
    settled(sold)
    assert (sold.cfdi.state, sold.ticket.state) == ("cancelled", "open")
    asked = sold.only(Cancellation)
    assert (asked.motivo, asked.who, asked.why, asked.ended_at is not None) == (
        "02",
        "operator ana",
        "wrong régimen",
        True,
    )
    assert b"<Cancelacion" in asked.signed
    told = [(e.before, e.after, e.who) for e in sold.all(Event) if e.entity == "cfdi" and "cancel" in e.after]
    assert told[0] == ("stamped", "cancel_requested", "operator ana")
    assert told[-1] == ("cancel_requested", "cancelled", "SAT")


def test_the_buyer_hears_of_it_with_the_pdf_marked_and_a_way_to_ask_again(sold):
    ask(sold)
    settled(sold)
    mail = sold.smtp.received[-1]
    assert mail.subject == f"Se canceló tu factura A-{sold.cfdi.folio} de Tienda de Prueba"
    assert f"/f/{sold.ticket.link}" in mail.text
    assert [attachment.filename.rpartition(".")[2] for attachment in mail.attachments] == ["pdf", "xml"]


def test_a_sale_that_is_free_again_is_invoiced_anew_only_when_somebody_asks(sold):
    ask(sold)
    settled(sold)
    sold.poll()
    time_passes(sold, days=1)
    assert (sold.ticket.state, sold.cfdi_count) == ("open", 1)
    sold.claim(sold.ticket.link)
    assert sorted(cfdi.state for cfdi in sold.all(Cfdi)) == ["cancelled", "stamped"]
    assert sold.ticket.state == "invoiced"
    assert [link.live for link in sold.all(CfdiTicket)].count(True) == 1


def test_what_never_happened_is_void(sold):
    ask(sold, "03", why="the customer never paid")
    settled(sold)
    assert (sold.cfdi.state, sold.ticket.state) == ("cancelled", "void")


def test_a_refunded_sale_is_void_whatever_the_motivo(sold):
    with sold.flow.store.write() as session:
        session.get_one(Ticket, sold.ticket.id).refunded = sold.ticket.total
    ask(sold, "02")
    settled(sold)
    assert sold.ticket.state == "void"


def test_a_substitute_of_ours_covers_the_sale(sold):
    sold.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
    sold.poll()
    first, second = sorted(sold.all(Cfdi), key=lambda cfdi: cfdi.id)
    with closing(sqlite3.connect(sold.folder / "pac" / "pac.sqlite")) as ledger, ledger:
        ledger.execute("INSERT INTO relation VALUES (?, '04', ?)", (second.uuid.upper(), first.uuid.upper()))
    ask(sold, "01", second.uuid)
    settled(sold)
    live = {link.ticket_id: link.cfdi_id for link in sold.all(CfdiTicket) if link.live and link.ticket_id == 1}
    assert live == {1: second.id}
    assert {ticket.state for ticket in sold.all(Ticket)} == {"invoiced"}


@pytest.mark.parametrize("fault", ["lose_answer", "fail_after", "garbage"])
def test_a_request_whose_answer_was_lost_is_not_sent_again_sat_is_asked(sold, fault):
    sold.misbehave(fault)
    ask(sold)
    assert (sold.cfdi.state, sold.only(Cancellation).code) == ("cancel_requested", "")
    settled(sold)
    assert sold.cfdi.state == "cancelled"
    assert len([e for e in sold.all(Event) if e.why.startswith("the request goes to")]) == 1


def test_a_request_that_never_arrived_is_sent_again_once_sat_says_that_it_knows_none(sold):
    sold.misbehave("fail", times=2)  # the look before the request too
    ask(sold)
    for _ in range(3):
        sold.pass_time(minutes=10)
    assert sold.cfdi.state == "cancel_requested"
    assert len([e for e in sold.all(Event) if e.why.startswith("the request goes to")]) == 1
    sold.pass_time(minutes=61)
    settled(sold)
    assert sold.cfdi.state == "cancelled"
    assert len([e for e in sold.all(Event) if e.why.startswith("the request goes to")]) == 2


@pytest.mark.parametrize("fault", ["unreachable", "auth"])
def test_a_request_that_surely_did_not_arrive_goes_again_later(sold, fault):
    sold.misbehave(fault, times=2)  # the look before the request too
    ask(sold)
    assert sold.only(Cancellation).sent_at is None
    sold.pass_time(minutes=11)
    settled(sold)
    assert (sold.cfdi.state, sold.all(Condition)) == ("cancelled", [])


@pytest.fixture
def old(sold):
    """So old that the receptor must consent (RMF 2.7.1.35)."""
    time_passes(sold, days=10)
    return sold


def answer_of_the_receptor(hub, *, accept):
    with closing(hub.ledger()) as ledger:
        sat_side.answer(ledger, SandboxSettings(), hub.cfdi.uuid.upper(), accept=accept, now=hub.flow.now())


def test_while_the_receptor_thinks_the_cfdi_is_in_force(old):
    ask(old)
    settled(old)
    assert (old.cfdi.state, old.ticket.state) == ("cancel_requested", "invoiced")
    assert "three business days" in old.cfdi.reason
    assert old.portal.open(old.ticket.link).invoice.uuid == old.cfdi.uuid.upper()
    answer_of_the_receptor(old, accept=True)
    time_passes(old, hours=2)
    assert old.cfdi.state == "cancelled"


def test_a_receptor_who_says_nothing_has_consented(old):
    ask(old)
    for _ in range(5):
        time_passes(old, days=1)
    assert old.cfdi.state == "cancelled"
    assert [e.why for e in old.all(Event) if e.after == "cancelled"] == ["Plazo vencido"]


def test_a_receptor_who_refuses_leaves_the_cfdi_in_force_and_a_person_hears_it(old):
    ask(old)
    settled(old)
    answer_of_the_receptor(old, accept=False)
    time_passes(old, hours=2)
    assert (old.cfdi.state, old.ticket.state) == ("cancel_refused", "invoiced")
    assert any("stays in force" in mail.text for mail in old.smtp.received)
    ask(old)
    settled(old)
    assert old.cfdi.state == "cancel_requested"  # the old refusal is not taken for an answer to the new request
    answer_of_the_receptor(old, accept=True)
    time_passes(old, hours=2)
    assert (old.cfdi.state, len(old.all(Cancellation))) == ("cancelled", 2)


def test_an_acuse_that_the_pac_hands_on_is_kept(sold, monkeypatch):
    class WithAcuse(Sandbox):
        def cancel(self, http, request):
            return replace(super().cancel(http, request), acuse=b"<Acuse/>")

    instance = sold.flow.instances.pacs["pruebas"]
    monkeypatch.setitem(
        sold.flow.instances.pacs, "pruebas", replace(instance, plugin=WithAcuse(instance.plugin.config))
    )
    ask(sold)
    assert sold.only(Cancellation).acuse == b"<Acuse/>"


def test_what_sat_does_not_know_yet_is_asked_for_again(tmp_path, database_url):
    pac = {"use": "sandbox", "data_dir": str(tmp_path / "pac"), "known_after_s": 1800}
    with world(tmp_path, database_url, pacs__pruebas=pac) as hub:
        hub.stripe.pay(116000, metadata=METADATA)
        hub.poll()
        ask(hub)
        assert "does not know it yet (205)" in hub.cfdi.reason
        time_passes(hub, minutes=16)
        time_passes(hub, minutes=16)
        time_passes(hub, minutes=16)
        assert hub.cfdi.state == "cancelled"


@pytest.mark.parametrize(
    ("motivo", "substitute", "why"),
    [
        ("05", None, "311"),
        ("01", None, "208"),
        ("02", "5B1F0C2E-7A4D-4E39-9C61-2F0A9D8E1B47", "209"),
        ("01", "no-uuid", "208"),
    ],
)
def test_a_request_that_sat_would_refuse_is_not_made(sold, motivo, substitute, why):
    with pytest.raises(ConfigError, match=why):
        ask(sold, motivo, substitute)
    assert (sold.cfdi.state, sold.all(Cancellation)) == ("stamped", [])


def test_only_a_cfdi_in_force_can_be_cancelled(sold):
    ask(sold)
    with pytest.raises(ConfigError, match="is cancel_requested: only a CFDI in force"):
        ask(sold)
    settled(sold)
    with pytest.raises(ConfigError, match="is cancelled: only a CFDI in force"):
        ask(sold)
    assert len(sold.all(Cancellation)) == 1
