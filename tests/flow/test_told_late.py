"""Sources tell late, twice, out of order and take things back: the ticket says what is true now."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hub.flow import invoice
from hub.flow.cancel_request import Wanted, request_cancellation
from hub.flow.intake import Mapped, take_in
from hub.plugin import Buyer, Line, Refund, Sale
from hub.store import Cfdi, Event
from hub.store.states import TicketState
from tests.support.world import GOOD_BUYER

SOLD_AT = datetime(2026, 11, 2, 18, tzinfo=UTC)


def sale(total, *, told=None, rfc=True):
    return Sale(
        id="order_1",
        sold_at=SOLD_AT,
        updated_at=told and SOLD_AT.replace(hour=told),
        currency="MXN",
        total=Decimal(total),
        lines=(Line(description="Curso", unit_price=Decimal(total), total=Decimal(total)),),
        forma_pago="03",
        buyer=Buyer(**GOOD_BUYER) if rfc else Buyer(email="ana@cliente.example"),
    )


def refund(amount, status="succeeded"):
    return Refund(
        id="refund_1", sale_id="order_1", refunded_at=SOLD_AT, currency="MXN", amount=Decimal(amount), status=status
    )


@pytest.fixture
def tell(hub):
    """The source says this; the same value is the same record."""

    def said(*movements):
        for movement in movements:
            with hub.flow.store.write() as session:
                take_in(hub.flow, session, "stripe-mx", [Mapped(movement.model_dump_json().encode(), movement)])

    return said


def open_at(total, **more):
    return sale(total, rfc=False, **more)


def test_a_sale_that_was_changed_and_changed_back_is_as_it_was(hub, tell):
    tell(open_at(100), open_at(150), open_at(100))
    assert hub.ticket.total == Decimal(100)


def test_what_is_told_late_does_not_undo_what_was_told_since(hub, tell):
    tell(open_at(100, told=19), open_at(200, told=21), open_at(150, told=20))
    assert hub.ticket.total == Decimal(200)


def test_late_word_of_an_invoiced_sale_is_no_difference(hub, tell):
    tell(sale(100, told=19))
    hub.work()
    tell(sale(100, told=21), sale(150, told=20))
    assert (hub.ticket.state, hub.ticket.difference) == ("invoiced", "")


def test_a_difference_ends_when_the_source_takes_it_back(hub, tell):
    tell(sale(100))
    hub.work()
    tell(sale(150))
    assert "150" in hub.ticket.difference
    tell(sale(100))
    assert (hub.ticket.total, hub.ticket.difference) == (Decimal(100), "")


def test_a_refund_that_came_back_is_not_revived_by_late_word_of_it(hub, tell):
    tell(open_at(100), refund(40, "reversed"), refund(40))
    assert hub.ticket.refunded == 0


def test_a_void_sale_of_which_something_is_owed_again_is_open(hub, tell):
    tell(open_at(100), refund(100))
    assert hub.ticket.state == "void"
    tell(open_at(150))
    hub.work()
    assert (hub.ticket.state, hub.ticket.total - hub.ticket.refunded) == ("open", Decimal(50))


def test_a_sale_that_is_void_for_another_reason_stays_so_whatever_is_told_of_it(hub, tell):
    tell(sale(100))
    hub.work()
    request_cancellation(hub.flow, hub.cfdi.key, Wanted("03", None, "operator", "it never happened"))
    for _ in range(3):
        hub.pass_time(minutes=10)
    assert hub.ticket.state == "void"
    tell(sale(150), refund(40))
    hub.work()
    assert (hub.ticket.state, hub.cfdi_count) == ("void", 1)


def test_a_sale_that_went_back_in_full_while_sat_refused_its_buyer_is_void(hub, tell):
    wrong = sale(100).model_copy(update={"buyer": Buyer(**{**GOOD_BUYER, "codigo_postal": "64000"})})
    hub.misbehave("unreachable", times=1)
    tell(wrong)
    hub.work()
    tell(refund(100))
    assert hub.ticket.state == "claimed"
    hub.pass_time(minutes=1)
    assert (hub.ticket.state, hub.cfdi.state, hub.stamps()) == ("void", "rejected", [])


def test_money_that_goes_back_while_the_document_is_made_is_not_in_it(hub, tell, monkeypatch):
    made = []

    def prepare(*arguments, plain=invoice.prepare, **more):
        document = plain(*arguments, **more)
        if not made:
            tell(refund(40))
        made.append(document.total)
        return document

    monkeypatch.setattr(invoice, "prepare", prepare)
    tell(sale(100))
    hub.work()
    assert made == [Decimal(100), Decimal(60)]
    assert (hub.ticket.state, hub.cfdi.total) == (TicketState.INVOICED, Decimal(60))


def cancel(hub, motivo):
    newest = max(hub.all(Cfdi), key=lambda cfdi: cfdi.id)
    request_cancellation(hub.flow, newest.key, Wanted(motivo, None, "operator", "to be made anew"))
    hub.work()
    hub.pass_time(seconds=11)


def test_a_sale_that_changed_while_it_was_invoiced_counts_as_changed_once_its_cfdi_is_cancelled(hub, tell):
    tell(sale(100))
    hub.work()
    tell(sale(150))
    cancel(hub, "02")
    assert (hub.ticket.state, hub.ticket.total, hub.ticket.difference) == ("open", Decimal(150), "")
    tell(refund(60), refund(60, "reversed"))
    hub.claim(hub.ticket.link)
    assert (hub.ticket.state, [cfdi.total for cfdi in hub.all(Cfdi)]) == ("invoiced", [Decimal(100), Decimal(150)])


def test_what_changed_and_was_taken_back_while_it_was_invoiced_does_not_count_afterwards(hub, tell):
    tell(sale(100))
    hub.work()
    tell(sale(150), sale(100))
    cancel(hub, "02")
    assert (hub.ticket.total, hub.ticket.difference) == (Decimal(100), "")


def test_the_forma_pago_that_came_to_be_known_after_the_cfdi_is_that_of_the_next(hub, tell):
    tell(sale(100))
    hub.work()
    tell(sale(100).model_copy(update={"forma_pago": "04"}))
    assert hub.ticket.difference == ""
    cancel(hub, "02")
    assert hub.ticket.sale["forma_pago"] == "04"


def test_what_was_told_once_and_counts_is_known_when_it_is_told_again(hub, tell):
    tell(sale(100))
    hub.work()
    tell(sale(150))
    cancel(hub, "02")
    events = len(hub.all(Event))
    tell(sale(150))
    assert len(hub.all(Event)) == events


def test_a_cancelled_sale_of_which_nothing_is_owed_at_its_new_price_is_void_until_something_is(hub, tell):
    tell(sale(100), refund(40))
    hub.work()
    tell(sale(40))
    cancel(hub, "02")
    assert (hub.ticket.state, hub.ticket.total) == ("void", Decimal(40))
    tell(refund(40, "reversed"))
    assert (hub.ticket.state, hub.ticket.total, hub.ticket.refunded) == ("open", Decimal(40), 0)


def test_a_sale_that_never_happened_stays_void_when_its_refund_comes_back(hub, tell):
    tell(sale(100))
    hub.work()
    cancel(hub, "03")
    tell(refund(100), refund(100, "reversed"))
    hub.work()
    assert (hub.ticket.state, hub.cfdi_count) == ("void", 1)


def test_a_sale_that_changed_while_sat_refused_its_buyer_is_invoiced_as_changed(hub, tell):
    wrong = sale(100).model_copy(update={"buyer": Buyer(**{**GOOD_BUYER, "codigo_postal": "64000"})})
    hub.misbehave("unreachable", times=1)
    tell(wrong)
    hub.work()
    tell(sale(150))
    assert (hub.ticket.state, "150" in hub.ticket.difference) == ("claimed", True)
    hub.pass_time(minutes=1)
    assert [(cfdi.state, cfdi.total) for cfdi in hub.all(Cfdi)] == [
        ("rejected", Decimal(100)),
        ("stamped", Decimal(150)),
    ]
    assert (hub.ticket.state, hub.ticket.difference) == ("invoiced", "")


def test_a_claimed_sale_that_changes_before_its_document_is_made_is_invoiced_as_changed(hub, tell, monkeypatch):
    with monkeypatch.context() as no_csd:
        no_csd.setattr("hub.flow.ticket.invoice", lambda *_: None)
        tell(sale(100))
        hub.work()
        assert hub.ticket.state == "claimed"
        tell(sale(150))
    hub.misbehave("clock_offset", times=None, seconds=360)
    hub.pass_time(minutes=6)
    assert (hub.ticket.state, hub.cfdi.total, hub.ticket.difference) == ("invoiced", Decimal(150), "")
