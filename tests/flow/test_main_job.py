"""The main job: a sale becomes one stamped CFDI, and its buyer holds the PDF."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from connectors.stripe.testing_objects import Item
from hub.cfdi.read import read
from hub.cfdi.schema import validate_full
from hub.flow.portal_model import Stage
from hub.store import Buyer, CfdiXml, InboxItem, Ticket
from tests.support.world import GOOD_BUYER, METADATA


def test_an_unknown_buyer_gets_a_link_and_with_it_the_invoice(hub):
    hub.stripe.pay(116000, description="Curso", receipt_email="ana@cliente.example")
    for event in hub.stripe.events():
        assert hub.deliver(event)
    hub.work()
    assert (hub.ticket.state, hub.ticket.total) == ("open", Decimal("1160.00"))
    (link,) = hub.smtp.received
    assert link.recipients == ("ana@cliente.example",)
    assert f"/f/{hub.ticket.link}" in link.text

    shown = hub.claim(hub.ticket.link)

    assert shown.stage == Stage.INVOICED
    assert shown.invoice.total == Decimal("1160.00")
    assert hub.stamps() == [hub.cfdi.uuid]
    _, invoice = hub.smtp.received
    assert invoice.recipients == ("compras@prueba.example",)
    pdf, xml = invoice.attachments
    assert pdf.content.startswith(b"%PDF")
    assert xml.content == hub.only(CfdiXml).stamped


def test_the_stamped_xml_is_valid_and_says_what_was_charged(hub):
    hub.stripe.pay(94500, metadata=METADATA, receipt_email="ana@cliente.example")
    hub.poll()
    xml = hub.only(CfdiXml).stamped
    assert validate_full(xml) == ()
    document = read(xml)
    assert (document.total, document.forma_pago, document.metodo_pago) == (Decimal("945.00"), "04", "PUE")
    assert document.timbre.uuid.lower() == hub.cfdi.uuid


def test_complete_data_in_the_sale_are_invoiced_without_anybody(hub):
    hub.stripe.pay(50000, metadata=METADATA, receipt_email="ana@cliente.example")
    hub.poll()
    assert (hub.ticket.state, hub.ticket.claimed_by) == ("invoiced", "sale")
    assert [message.recipients for message in hub.smtp.received] == [("ana@cliente.example",)]


def test_data_given_once_make_the_same_buyers_later_sales_automatic(hub):
    hub.stripe.pay(50000, receipt_email="ana@cliente.example")
    hub.poll()
    hub.claim(hub.ticket.link)
    hub.stripe.pay(70000, receipt_email="Ana@Cliente.example")
    hub.poll()
    second = max(hub.all(Ticket), key=lambda ticket: ticket.id)
    assert (second.state, second.claimed_by) == ("invoiced", "stored")
    assert second.receiver["rfc"] == GOOD_BUYER["rfc"]


def test_a_mailbox_that_did_not_open_its_link_stands_for_nobody(hub):
    """Whoever only knows order and total gets an invoice, but does not own the mailbox's later sales."""
    hub.stripe.pay(50000, receipt_email="ana@cliente.example")
    hub.poll()
    hub.claim(hub.ticket.purchase_link)
    assert hub.ticket.state == "invoiced"
    hub.stripe.pay(70000, receipt_email="ana@cliente.example")
    hub.poll()
    assert max(hub.all(Ticket), key=lambda ticket: ticket.id).state == "open"
    assert hub.all(Buyer) == []


def test_one_payment_told_by_many_events_is_one_ticket(hub):
    hub.stripe.checkout([Item("Playera", 58000, 2)], customer_details={"email": "ana@cliente.example", "tax_ids": []})
    for event in reversed(hub.stripe.events()):
        hub.deliver(event)
    hub.work()
    hub.poll()
    hub.pass_time(hours=1)
    hub.poll()
    assert len(hub.all(Ticket)) == 1
    assert len(hub.smtp.received) == 1


def test_the_same_delivery_fifty_times_at_once_is_one_ticket_one_cfdi_one_mail(hub):
    hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
    event = hub.stripe.events("payment_intent.succeeded")[0]
    with ThreadPoolExecutor(16) as pool:
        new = list(pool.map(lambda _: hub.deliver(event), range(50)))
    hub.work()
    assert new.count(True) == 1
    assert len(hub.all(InboxItem)) == 2  # the delivery and the record it led to
    assert hub.ticket.state == "invoiced"
    assert hub.stamps() == [hub.cfdi.uuid]
    assert len(hub.smtp.received) == 1


@pytest.mark.parametrize(
    ("field", "value", "about"),
    [
        ("nombre", "OTRO NOMBRE", "nombre"),
        ("codigo_postal", "64000", "codigo_postal"),
        ("rfc", "EKU9003173C8", "rfc"),
    ],
)
def test_data_that_sat_refuses_are_asked_for_again_at_their_field(hub, field, value, about):
    hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    token = hub.ticket.link
    shown = hub.claim(token, **{field: value})
    assert shown.stage == Stage.CORRECT
    assert [problem.field for problem in shown.problems] == [about]
    assert getattr(shown.typed, field) == value
    assert hub.stamps() == []

    assert hub.claim(token).stage == Stage.INVOICED
    assert len(hub.stamps()) == 1


def test_a_refusal_is_mailed_once_the_buyer_had_time_to_see_it_in_the_portal(hub):
    hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    hub.claim(hub.ticket.link, nombre="OTRO NOMBRE")
    assert len(hub.smtp.received) == 1
    hub.pass_time(minutes=11)
    assert "Corrige un dato" in hub.smtp.received[1].subject


def test_a_refusal_of_data_that_came_with_the_sale_is_mailed_at_once(hub):
    hub.stripe.pay(116000, metadata=METADATA | {"razon_social": "OTRO NOMBRE"}, receipt_email="ana@cliente.example")
    hub.poll()
    assert [mail.subject.split(" para ")[0] for mail in hub.smtp.received] == ["Corrige un dato"]


def test_stored_data_that_sat_stops_accepting_are_asked_for_again(hub):
    hub.stripe.pay(50000, receipt_email="ana@cliente.example")
    hub.poll()
    hub.claim(hub.ticket.link)
    with hub.flow.store.write() as session:
        session.merge(hub.only(Buyer)).codigo_postal = "64000"
    hub.stripe.pay(70000, receipt_email="ana@cliente.example")
    hub.poll()
    second = max(hub.all(Ticket), key=lambda ticket: ticket.id)
    assert (second.state, second.problems[0]["field"]) == ("open", "codigo_postal")


def test_re_opening_the_link_shows_the_invoice_and_asking_twice_makes_one(hub):
    hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    first, second = hub.claim(hub.ticket.link), hub.claim(hub.ticket.link)
    assert first.invoice == second.invoice == hub.portal.open(hub.ticket.link).invoice
    assert len(hub.stamps()) == 1
