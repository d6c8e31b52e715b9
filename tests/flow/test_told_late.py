"""Sources tell late, twice, out of order and take things back: the ticket says what is true now."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hub.flow import invoice
from hub.flow.cancel_request import Wanted, request_cancellation
from hub.flow.intake import Mapped, take_in
from hub.plugin import Buyer, Line, Refund, Sale
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
