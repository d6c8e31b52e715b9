"""Many sales are taken in, and many tickets decided, in one transaction: with the same end as one by one."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from hub.engine.advance import advance_many
from hub.flow.intake import Mapped, take_in
from hub.plugin import Buyer, DataError, Ignored, Line, Payment, Refund, Sale
from hub.store import Delivery, Event, InboxItem, RefundRow, Ticket, TicketAlias
from tests.support.world import GOOD_BUYER, world

DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOGETHER, ONE_BY_ONE = "together", "one-by-one"


def sale(key, total="116.00", aliases=(), minutes=0, **more):
    line = Line(description="Piñata", unit_price=total, total=total)
    at = DAY + timedelta(minutes=minutes)
    told = {"id": key, "sold_at": DAY, "updated_at": at, "currency": "MXN", "total": total, "lines": (line,)}
    return Sale(**told, aliases=aliases, **more)


def refund(key, of, amount="16.00"):
    return Refund(id=key, sale_id=of, refunded_at=DAY, currency="MXN", amount=amount)


def mapped(movement):
    said = movement.model_dump_json() if isinstance(movement, Sale | Refund | Payment) else str(movement)
    return Mapped(said.encode(), movement)


@pytest.fixture
def hub(tmp_path, database_url):
    source = {"use": "stripe", "issuer": "tienda", "start": "2026-01-01", "api_key": "sk_test_fake", "every": "1 hour"}
    both = {f"sources__{name}": source for name in (TOGETHER, ONE_BY_ONE)}
    with world(tmp_path, database_url, **both) as made:
        yield made


def take(hub, source, told):
    with hub.flow.store.write() as session:
        return take_in(hub.flow, session, source, [mapped(one) for one in told])


def make_due(hub):
    """As tickets are that were released, or told of by another way: open, and nobody has asked for anything yet."""
    with hub.flow.store.write() as session:
        for link in session.exec(select(Delivery)):
            session.delete(link)
        for ticket in session.exec(select(Ticket)):
            ticket.due_at = hub.flow.now()


def kept(hub, source):
    """All that came of a source, without what differs by chance."""

    def of_source(table):
        return [one for one in hub.all(table) if one.source == source]

    tickets = of_source(Ticket)
    keys = {ticket.id: ticket.movement_key for ticket in tickets}
    open_now = {ticket.id for ticket in tickets if ticket.state == "open"}
    told = [event for event in hub.all(Event) if event.entity == "ticket" and event.entity_id in keys]
    return {
        "tickets": sorted(
            (one.movement_key, one.state, one.total, one.refunded, one.reason, one.due_at is None, one.content_hash)
            for one in tickets
        ),
        "aliases": sorted((one.alias, keys[one.ticket_id]) for one in of_source(TicketAlias)),
        "events": sorted((keys[one.entity_id], one.before, one.after, one.why) for one in told),
        "inbox": sorted(
            (one.kind, one.body, one.state, one.reason.replace(source, "")) for one in of_source(InboxItem)
        ),
        # Whether a link was asked for before all was refunded is a matter of when; it is not sent then.
        "links": sorted((keys[one.ticket_id], one.recipient) for one in hub.all(Delivery) if one.ticket_id in open_now),
        "refunds": sorted((one.refund_key, one.amount, one.status) for one in of_source(RefundRow)),
    }


ASKS = Buyer(email="ana@correo.example")
MOVEMENTS = (
    sale("a"),
    sale("a", "58.00", minutes=5),
    sale("b", aliases=("b2",)),
    sale("c", aliases=("b2",)),
    sale("d", aliases=("a",)),
    sale("old").model_copy(update={"sold_at": DAY - timedelta(days=900)}),
    sale("e", buyer=ASKS),
    sale("f", buyer=ASKS),
    sale("g", buyer=ASKS),
    refund("r1", "e"),
    refund("r2", "f", "116.00"),
    refund("r3", "b2"),
    Payment(id="p", sale_id="e", paid_at=DAY, currency="MXN", amount="5.00"),
    Ignored("of no interest"),
    DataError("the lines do not add up"),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.sampled_from(MOVEMENTS), max_size=12), first=st.integers(0, 4))
def test_a_page_of_anything_ends_like_its_records_one_by_one(hub, told, first):
    with hub.flow.store.write() as session:
        for table in (Delivery, TicketAlias, Ticket, Event, InboxItem, RefundRow):
            for row in session.exec(select(table)).all():
                session.delete(row)
            session.flush()
    counted = take(hub, TOGETHER, told[:first])
    counted += take(hub, TOGETHER, told[first:])
    apart = take(hub, ONE_BY_ONE, [])
    for one in told:
        apart += take(hub, ONE_BY_ONE, [one])
    hub.work()
    assert (kept(hub, TOGETHER), counted) == (kept(hub, ONE_BY_ONE), apart)


def test_a_sale_that_was_of_no_use_before_is_usable_in_a_page(hub):
    wrong = Mapped(mapped(sale("a")).body, DataError("not yet"))
    with hub.flow.store.write() as session:
        take_in(hub.flow, session, TOGETHER, [wrong])
    assert take(hub, TOGETHER, [sale("a"), sale("b")]).new == 2
    assert {item.state for item in hub.all(InboxItem)} == {"done"}


def test_more_sales_than_fit_into_one_statement(hub):
    counts = take(hub, TOGETHER, [sale(f"s{number}", aliases=(f"x{number}",)) for number in range(450)])
    assert (counts.new, len(hub.all(Ticket)), len(hub.all(TicketAlias))) == (450, 450, 900)


def test_each_open_ticket_gets_its_own_answer(hub):
    known = Buyer(**{name: GOOD_BUYER[name] for name in GOOD_BUYER}, email="compras@prueba.example")
    knows = sale("knows", buyer=known, forma_pago="03")
    take(hub, TOGETHER, [knows, sale("asks", buyer=ASKS), sale("is silent")])
    due = {one.movement_key for one in hub.all(Ticket) if one.due_at is not None}
    assert due == {"knows"}, "the others have got all that they get"
    hub.work()
    assert {one.movement_key: (one.state, one.due_at) for one in hub.all(Ticket)} == {
        "knows": ("invoiced", None),
        "asks": ("open", None),
        "is silent": ("open", None),
    }
    links = [one for one in hub.all(Delivery) if one.kind == "link"]
    assert [one.recipient for one in links] == ["ana@correo.example"]


def test_a_ticket_that_cannot_be_decided_harms_no_other(hub):
    take(hub, TOGETHER, [sale(key, buyer=ASKS) for key in ("good", "bad", "better")])
    make_due(hub)
    with hub.flow.store.write() as session:
        bad = session.exec(select(Ticket).where(Ticket.movement_key == "bad")).one()
        bad.sale = {**json.loads(json.dumps(bad.sale)), "buyer": {"email": 5}}
        bad_id = bad.id
    advance_many(hub.flow, "ticket", [one.id for one in hub.all(Ticket)])
    waiting = {one.movement_key: one.due_at is not None for one in hub.all(Ticket)}
    assert waiting == {"good": False, "bad": True, "better": False}
    assert len({one.ticket_id for one in hub.all(Delivery) if one.kind == "link"} - {bad_id}) == 2


def test_what_is_not_open_or_not_due_is_left_alone(hub):
    take(hub, TOGETHER, [sale("a", buyer=ASKS), sale("b")])
    make_due(hub)
    later = hub.flow.now() + timedelta(hours=1)
    with hub.flow.store.write() as session:
        for one in session.exec(select(Ticket)):
            one.due_at = later
    advance_many(hub.flow, "ticket", [one.id for one in hub.all(Ticket)])
    assert [one.due_at for one in hub.all(Ticket)] == [later, later]
    assert not hub.all(Delivery)
    assert sum((one.total for one in hub.all(Ticket)), Decimal(0)) == Decimal("232.00")


def test_many_that_are_due_are_decided_at_once(hub):
    take(hub, TOGETHER, [sale("asks", buyer=ASKS), sale("is silent")])
    make_due(hub)
    advance_many(hub.flow, "ticket", [one.id for one in hub.all(Ticket)])
    assert [(one.state, one.due_at) for one in hub.all(Ticket)] == [("open", None)] * 2
    assert [one.recipient for one in hub.all(Delivery)] == ["ana@correo.example"]


def test_a_buyer_of_before_is_found_for_a_page(hub):
    """The mailbox that opened its own link stands for the data that it gave."""
    buyer = Buyer(**{name: GOOD_BUYER[name] for name in GOOD_BUYER}, customer_id="c1")
    take(hub, TOGETHER, [sale("first", buyer=buyer, forma_pago="03")])
    hub.work()
    again = sale("again", buyer=Buyer(customer_id="c1"), forma_pago="03")
    take(hub, TOGETHER, [again, sale("stranger", buyer=Buyer(customer_id="c2"), forma_pago="03")])
    hub.work()
    assert {one.movement_key: one.state for one in hub.all(Ticket)} == {
        "first": "invoiced",
        "again": "invoiced",
        "stranger": "open",
    }
