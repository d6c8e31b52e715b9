"""The same money seen again changes nothing, or what may still change."""

from hub.store import InboxItem, Ticket, TicketAlias
from tests.support.world import METADATA


def test_data_that_the_shop_mends_at_the_source_are_used_at_once(hub):
    intent = hub.stripe.pay(116000, metadata={**METADATA, "razon_social": "MAL ESCRITO"})
    hub.poll()
    assert (hub.ticket.state, hub.ticket.refusals) == ("open", 1)
    hub.stripe.put({**intent, "metadata": METADATA})
    hub.poll()
    assert hub.ticket.state == "invoiced"


def test_reading_the_same_again_and_again_keeps_one_of_each(hub):
    hub.stripe.pay(116000, metadata=METADATA)
    for _ in range(3):
        hub.poll()
        hub.pass_time(minutes=20)
    assert len(hub.all(Ticket)) == 1
    assert len(hub.all(InboxItem)) == 1
    assert {alias.alias for alias in hub.all(TicketAlias)} >= {hub.ticket.movement_key}


def test_an_open_ticket_follows_its_sale_until_it_is_claimed(hub):
    intent = hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    hub.stripe.put({**intent, "amount": 100000, "amount_received": 100000})
    hub.stripe.put({**hub.stripe.store.of("charge")[0], "amount": 100000, "amount_captured": 100000})
    hub.poll()
    assert str(hub.ticket.total) == "1000.00"
    assert len(hub.smtp.received) == 1
