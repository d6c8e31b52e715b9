"""Mail that cannot be sent waits or says why; nobody gets a second one about the same thing."""

import pytest

from hub.store import Condition, Delivery
from tests.support.world import METADATA

BUYER = {"metadata": METADATA, "receipt_email": "ana@cliente.example"}


def only_delivery(hub):
    (row,) = [d for d in hub.all(Delivery) if d.kind != "notice"]
    return row


def test_a_server_that_is_down_delays_the_mail_and_nothing_else(hub):
    hub.smtp.go_down()
    hub.stripe.pay(116000, **BUYER)
    hub.poll()
    assert hub.ticket.state == "invoiced"
    assert only_delivery(hub).state == "pending"
    for _ in range(8):
        hub.pass_time(minutes=16)
    assert hub.only(Condition).subject == "notifier correo"


def test_greylisting_is_waited_out_and_the_repeat_has_the_same_identity(hub):
    hub.smtp.delay_recipients()
    hub.stripe.pay(116000, **BUYER)
    hub.poll()
    waiting = only_delivery(hub)
    hub.smtp.accept_recipients()
    hub.pass_time(minutes=2)
    assert only_delivery(hub).state == "sent"
    (message,) = hub.smtp.received
    assert message.message_id == waiting.message_id


def test_a_mailbox_that_does_not_exist_is_a_failure_with_its_reason(hub):
    hub.smtp.refuse_recipients()
    hub.stripe.pay(116000, **BUYER)
    hub.poll()
    failed = only_delivery(hub)
    assert failed.state == "failed"
    assert "550" in failed.reason
    assert hub.ticket.state == "invoiced"


@pytest.mark.parametrize("state", ["refunded", "claimed"])
def test_a_link_that_means_nothing_any_more_is_not_sent(hub, state):
    hub.smtp.delay_recipients()
    intent = hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    if state == "refunded":
        hub.stripe.refund(intent)
        hub.poll()
    else:
        hub.claim(hub.ticket.purchase_link)
    hub.smtp.accept_recipients()
    hub.pass_time(minutes=2)
    link = next(d for d in hub.all(Delivery) if d.kind == "link")
    assert link.state == "dropped"
    assert not any("Factura tu compra" in m.subject for m in hub.smtp.received)
