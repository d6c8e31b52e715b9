"""One movement of money, told by a shop and by its gateway, is one ticket, whatever comes first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from hub.cfdi import read
from hub.flow.cancel_request import Wanted, request_cancellation
from hub.flow.intake import Mapped, take_in
from hub.flow.linking import link_by_hand, take_apart
from hub.flow.release import release
from hub.plugin import Buyer, ConfigError, Line, Refund, Sale
from hub.store import Cfdi, CfdiTicket, CfdiXml, Ticket, TicketAlias, TicketSale
from tests.support.world import GOOD_BUYER, World, world

SHOP = {"use": "rest", "issuer": "tienda", "every": "1 hour", "start": "2026-01-01", "paid_through": ["stripe-mx"]}
BUYER = Buyer(email="ana@cliente.example", **GOOD_BUYER)


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url, sources__shop=SHOP) as made:
        made.clock.stop()
        made.clock.ahead = timedelta(hours=-3)  # the sandbox stamps nothing of the future
        yield made


def sale(hub, key, total="199.00", *, text="Zapatos", minutes=0, **more):
    amount = Decimal(total)
    line = Line(description=text, unit_price=amount, total=amount)
    sold_at = hub.flow.now() + timedelta(minutes=minutes)
    return Sale(id=key, sold_at=sold_at, currency="MXN", total=amount, lines=(line,), **more)


def order(hub, key="order-9001", total="199.00", *, pays=("pi_000001",), number="#1001", **more):
    return sale(hub, key, total, payment_references=pays, reference=number, **more)


def payment(hub, key="pi_000001", total="199.00", **more):
    return sale(hub, key, total, text="Pago", **{"forma_pago": "28", **more})


def refund(hub, key, of, amount="50.00", **more):
    return Refund(id=key, sale_id=of, refunded_at=hub.flow.now(), currency="MXN", amount=amount, **more)


def tell(hub, source, *movements):
    with hub.flow.store.write() as session:
        mapped = [Mapped(one.model_dump_json().encode(), one) for one in movements]
        return take_in(hub.flow, session, source, mapped)


def shop(hub, *movements):
    return tell(hub, "shop", *movements)


def gateway(hub, *movements):
    return tell(hub, "stripe-mx", *movements)


def tickets(hub):
    """Those that are not part of another."""
    return [one for one in hub.all(Ticket) if "into" not in (one.linked or {})]


def only(hub):
    (one,) = tickets(hub)
    return one


def document(hub):
    return read(hub.only(CfdiXml).stamped)


@pytest.mark.parametrize("first", ["order", "payment"])
def test_an_order_and_the_payment_that_it_names_are_one_sale(hub, first):
    told = [(shop, order(hub, buyer=BUYER)), (gateway, payment(hub))]
    for by, movement in told if first == "order" else told[::-1]:
        by(hub, movement)
    hub.work()
    assert (only(hub).source, only(hub).reference, only(hub).state) == ("shop", "#1001", "invoiced")
    assert (document(hub).forma_pago, document(hub).conceptos[0].descripcion) == ("28", "Zapatos")
    assert {(a.source, a.alias) for a in hub.all(TicketAlias)} == {("shop", "order-9001"), ("stripe-mx", "pi_000001")}


@pytest.mark.parametrize("named", ["acct_1:pi_000001", "stripe/pi_000001", " pi_000001"])
def test_another_spelling_of_a_payment_is_the_same_payment(hub, named):
    shop(hub, order(hub, pays=(named,)))
    gateway(hub, payment(hub, "pi_000001"))
    assert only(hub).linked["kinds"] == "payment"


def test_a_payment_that_gives_number_and_total_of_an_order_is_of_it(hub):
    gateway(hub, payment(hub, reference="1001"))
    shop(hub, order(hub, pays=()))
    assert only(hub).source == "shop"


def test_a_payment_that_gives_the_shops_own_id_of_the_payment_is_of_that_order(hub):
    shop(hub, order(hub, pays=("rShop0077",)))
    gateway(hub, payment(hub, reference="rshop0077"))
    assert only(hub).linked["kinds"] == "payment"


def test_the_same_number_long_after_is_another_sale(hub):
    shop(hub, order(hub, pays=()))
    gateway(hub, payment(hub, reference="1001", minutes=25 * 60))
    assert [one.state for one in tickets(hub)] == ["open", "open"]


def test_a_payment_waits_for_its_order_and_then_goes_on_alone(hub):
    gateway(hub, payment(hub, buyer=BUYER))
    hub.work()
    assert (only(hub).state, only(hub).reason) == ("open", "its other half, an order or a payment, may come yet")
    hub.pass_time(minutes=16)
    assert (only(hub).state, hub.cfdi_count) == ("invoiced", 1)


def test_a_payment_whose_order_comes_after_the_invoice_is_never_invoiced_again(hub):
    gateway(hub, payment(hub, buyer=BUYER))
    hub.pass_time(minutes=16)
    shop(hub, order(hub, buyer=BUYER))
    hub.work()
    assert (only(hub).source, only(hub).state, hub.cfdi_count) == ("stripe-mx", "invoiced", 1)
    assert only(hub).difference == "its order #1001 of shop says 199.00 MXN in 1 lines"


def test_a_payment_that_comes_after_the_invoice_tells_that_forma_pago_was_another(tmp_path, database_url):
    with world(tmp_path, database_url, sources__shop={**SHOP, "forma_pago": "04"}) as hub:
        shop(hub, order(hub, buyer=BUYER))
        hub.work()
        gateway(hub, payment(hub))
        hub.work()
        assert (document(hub).forma_pago, hub.cfdi_count) == ("04", 1)
        assert only(hub).difference == "its payment pi_000001 of stripe-mx says forma_pago 28"


@pytest.mark.parametrize("first", ["order", "payment"])
def test_equal_amounts_alone_wait_for_a_person(hub, first):
    told = [(shop, order(hub, pays=())), (gateway, payment(hub))]
    for by, movement in told if first == "order" else told[::-1]:
        by(hub, movement)
    one, later = tickets(hub)
    assert (one.state, later.state) == ("open", "held")
    assert later.reason.startswith(f"it may be one sale with ticket {one.id} (")


def test_a_cash_order_is_not_suspected_to_be_a_card_payment(hub):
    shop(hub, order(hub, pays=(), forma_pago="01"))
    gateway(hub, payment(hub))
    assert [one.state for one in tickets(hub)] == ["open", "open"]


def test_an_order_that_has_its_payment_is_not_suspected_of_another(hub):
    shop(hub, order(hub))
    gateway(hub, payment(hub), payment(hub, "pi_000002"))
    assert [one.state for one in tickets(hub)] == ["open", "open"]


def test_a_person_links_what_was_suspected(hub):
    shop(hub, order(hub, pays=(), buyer=BUYER))
    gateway(hub, payment(hub))
    with hub.flow.store.write() as session:
        one, other = session.exec(select(Ticket).order_by(Ticket.id)).all()
        link_by_hand(hub.flow, session, other, one, why="same customer")
    hub.work()
    assert (only(hub).state, hub.cfdi_count, document(hub).forma_pago) == ("invoiced", 1, "28")


def test_a_person_lets_go_on_what_was_suspected(hub):
    shop(hub, order(hub, pays=(), forma_pago="04", buyer=BUYER))
    gateway(hub, payment(hub, buyer=BUYER))
    with hub.flow.store.write() as session:
        release(hub.flow, session, session.exec(select(Ticket).where(Ticket.state == "held")).one(), who="operator")
    hub.work()
    assert ([one.state for one in tickets(hub)], hub.cfdi_count) == (["invoiced", "invoiced"], 2)


def test_the_link_that_a_payment_was_mailed_leads_to_the_whole(hub):
    gateway(hub, payment(hub, buyer=Buyer(email="ana@cliente.example")))
    shop(hub, order(hub, pays=(), minutes=-60 * 48, forma_pago="01", buyer=Buyer(email="ana@cliente.example")))
    hub.pass_time(minutes=16)
    mailed = next(one.link for one in tickets(hub) if one.source == "stripe-mx")
    shop(hub, order(hub, minutes=-60 * 48, forma_pago="01", buyer=Buyer(email="ana@cliente.example")))
    hub.claim(mailed)
    assert (only(hub).source, only(hub).state, hub.cfdi_count) == ("shop", "invoiced", 1)


def test_two_tickets_with_a_cfdi_each_are_never_linked(hub):
    shop(hub, order(hub, pays=(), forma_pago="01", buyer=BUYER))
    gateway(hub, payment(hub, buyer=BUYER))
    hub.pass_time(minutes=16)
    with hub.flow.store.write() as session, pytest.raises(ConfigError, match="have a CFDI each"):
        link_by_hand(hub.flow, session, *session.exec(select(Ticket)).all(), why="")
    gateway(hub, payment(hub, buyer=BUYER, reference="1001"))
    told = [one.difference for one in hub.all(Ticket) if one.source == "stripe-mx"]
    assert (told, hub.cfdi_count) == (
        [f"one sale with ticket {hub.all(Ticket)[0].id}, which has a CFDI too: cancel one of them"],
        2,
    )


def test_what_a_person_took_apart_stays_apart(hub):
    shop(hub, order(hub, forma_pago="04", buyer=BUYER))
    gateway(hub, payment(hub, buyer=BUYER))
    with hub.flow.store.write() as session:
        take_apart(hub.flow, session, session.exec(select(Ticket)).one(), why="two customers")
    shop(hub, order(hub, forma_pago="04", buyer=BUYER))
    gateway(hub, payment(hub, buyer=BUYER))
    hub.work()
    assert [(one.source, one.state) for one in tickets(hub)] == [("shop", "invoiced"), ("stripe-mx", "invoiced")]
    assert (hub.all(TicketSale), hub.cfdi_count) == ([], 2)


def test_nothing_is_taken_apart_that_is_invoiced(hub):
    shop(hub, order(hub, buyer=BUYER))
    gateway(hub, payment(hub))
    hub.work()
    with hub.flow.store.write() as session, pytest.raises(ConfigError, match="has a CFDI"):
        take_apart(hub.flow, session, session.exec(select(Ticket)).one(), why="")


@pytest.mark.parametrize("last", [0, 1, 2])
def test_several_payments_of_an_order_are_one_sale(hub, last):
    told = [
        (shop, order(hub, pays=("pi_000001", "pi_000002"), buyer=BUYER, forma_pago=None)),
        (gateway, payment(hub, "pi_000001", "150.00", forma_pago="04")),
        (gateway, payment(hub, "pi_000002", "49.00")),
    ]
    for by, movement in told[last + 1 :] + told[: last + 1]:
        by(hub, movement)
    hub.work()
    assert (only(hub).total, hub.cfdi_count, only(hub).state) == (Decimal("199.00"), 1, "invoiced")
    assert sorted(part.movement_key for part in hub.all(TicketSale)) == ["pi_000001", "pi_000002"]
    if last == 0:
        assert document(hub).forma_pago == "04"


def test_payments_of_more_than_the_order_wait_for_a_person(hub):
    shop(hub, order(hub, pays=("pi_000001", "pi_000002")))
    gateway(hub, payment(hub, "pi_000001", "150.00"), payment(hub, "pi_000002", "50.00"))
    held = next(one for one in tickets(hub) if one.state == "held")
    assert "the payments add up to 200.00, the order to 199.00 MXN" in held.reason


def test_a_refund_that_both_tell_of_goes_back_once(hub):
    shop(hub, order(hub), refund(hub, "r1", "order-9001"))
    gateway(hub, refund(hub, "re_1", "pi_000001"), payment(hub))
    assert only(hub).refunded == Decimal("50.00")


def test_a_refund_that_failed_at_the_gateway_did_not_go_back(hub):
    shop(hub, order(hub), refund(hub, "r1", "order-9001"))
    gateway(hub, payment(hub), refund(hub, "re_1", "pi_000001"))
    gateway(hub, refund(hub, "re_1", "pi_000001", status="reversed"))
    assert only(hub).refunded == 0


def test_each_source_changes_only_what_it_owns(hub):
    shop(hub, order(hub))
    gateway(hub, payment(hub))
    gateway(hub, payment(hub, reference="otro", buyer=Buyer(email="otra@cliente.example")))
    assert (only(hub).reference, only(hub).email) == ("#1001", "")
    shop(hub, order(hub, number="#1001-B"))
    assert (only(hub).reference, only(hub).linked["forma_pago"]) == ("#1001-B", "28")


def test_an_order_that_names_its_payment_only_later_still_finds_it(hub):
    gateway(hub, payment(hub, buyer=BUYER))
    hub.pass_time(minutes=30)
    shop(hub, order(hub, pays=(), minutes=-60 * 48, forma_pago="01"))
    assert len(tickets(hub)) == 2
    shop(hub, order(hub, minutes=-60 * 48, forma_pago="01", text="Botas"))
    assert (only(hub).source, hub.cfdi_count) == ("stripe-mx", 1)


def test_a_cancelled_invoice_of_a_payment_gives_way_to_its_order(hub):
    gateway(hub, payment(hub, buyer=BUYER))
    hub.pass_time(minutes=16)
    shop(hub, order(hub, buyer=BUYER))
    request_cancellation(hub.flow, hub.cfdi.key, Wanted("02", None, "operator", "wrong lines"))
    hub.work()
    hub.pass_time(seconds=11)
    assert (hub.cfdi.state, only(hub).state, only(hub).source) == ("cancelled", "open", "shop")
    assert (only(hub).reference, only(hub).difference, hub.cfdi_count) == ("#1001", "", 1)


@pytest.mark.parametrize("attempt", range(5))
def test_both_at_the_same_time_in_two_workers_are_one_ticket(hub, attempt):
    ready = Barrier(2)

    def told(by, movement):
        ready.wait()
        return by(hub, movement).new

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(told, shop, order(hub)), pool.submit(told, gateway, payment(hub))]
        assert [one.result() for one in both] == [1, 1]
    assert (only(hub).source, len(hub.all(Ticket)), len(hub.all(TicketSale))) == ("shop", 1, 1)


def test_a_process_that_dies_while_they_are_joined_leaves_what_was_before(hub, monkeypatch):
    gateway(hub, payment(hub))
    before = only(hub)
    monkeypatch.setattr("hub.flow.joining.settle", killed)
    with pytest.raises(KeyboardInterrupt):
        shop(hub, order(hub))
    monkeypatch.undo()
    assert (only(hub), hub.all(TicketSale)) == (before, [])
    shop(hub, order(hub))
    assert (only(hub).id, only(hub).source) == (before.id, "shop")


def killed(*_):
    raise KeyboardInterrupt


STEPS = ("order", "payment", "shop refund", "gateway refund", "amended", "order", "payment")


@dataclass
class Movement:
    """One movement of money, and what is told of it."""

    hub: World
    number: int

    def __post_init__(self):
        self.pi, self.key, self.name = f"pi_{self.number:06}", f"order-{self.number:06}", f"#{self.number}"

    def tell(self, step):
        hub, minutes = self.hub, -2 * self.number
        sold = {"pays": (self.pi,), "number": self.name, "buyer": BUYER, "minutes": minutes}
        match step:
            case "order":
                shop(hub, order(hub, self.key, **sold))
            case "amended":
                shop(hub, order(hub, self.key, text="Botas", **sold))
            case "payment":
                gateway(hub, payment(hub, self.pi, buyer=BUYER, minutes=minutes))
            case "shop refund":
                shop(hub, refund(hub, f"r{self.number}", self.key))
            case "gateway refund":
                gateway(hub, refund(hub, f"re_{self.number}", self.pi))

    @property
    def ticket(self):
        """The one ticket of both names."""
        with self.hub.flow.store.read() as session:
            (found,) = set(
                session.exec(select(TicketAlias.ticket_id).where(TicketAlias.alias.in_([self.pi, self.key])))
            )
        mine = [one for one in tickets(self.hub) if one.movement_key in {self.pi, self.key}]
        assert [one.id for one in mine] == [found]
        return mine[0]

    @property
    def cfdis(self):
        made = [one.cfdi_id for one in self.hub.all(CfdiTicket) if one.ticket_id == self.ticket.id]
        return [one for one in self.hub.all(Cfdi) if one.id in made]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.permutations(STEPS), works=st.lists(st.booleans(), min_size=7, max_size=7))
def test_in_any_order_there_is_one_ticket_with_the_right_money_and_one_cfdi(every_order, steps, works):
    money = Movement(every_order, next(every_order.numbers))
    for step, work in zip(steps, works, strict=True):
        money.tell(step)
        if work:
            every_order.work()
    every_order.work()
    ticket = money.ticket
    assert (ticket.total, ticket.refunded, ticket.source) == (Decimal("199.00"), Decimal("50.00"), "shop")
    assert (ticket.state, [one.state for one in money.cfdis]) == ("invoiced", ["stamped"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.permutations(STEPS), late=st.lists(st.booleans(), min_size=7, max_size=7))
def test_however_late_the_other_half_comes_there_is_one_cfdi(every_order, steps, late):
    money = Movement(every_order, next(every_order.numbers))
    for step, waits in zip(steps, late, strict=True):
        money.tell(step)
        if waits:
            every_order.pass_time(seconds=3)
    every_order.pass_time(seconds=3)
    ticket = money.ticket
    assert (ticket.total, ticket.refunded, ticket.state) == (Decimal("199.00"), Decimal("50.00"), "invoiced")
    (cfdi,) = money.cfdis
    assert cfdi.total in {Decimal("199.00"), Decimal("149.00")}


@pytest.fixture
def every_order(tmp_path, database_url):
    # What was sold two minutes apart is never taken for one sale because of its total alone.
    with world(tmp_path, database_url, sources__shop={**SHOP, "settle": "2 s", "link_within": "1 minute"}) as made:
        made.clock.stop()
        made.clock.ahead = timedelta(hours=-3)
        object.__setattr__(made, "numbers", iter(range(9999)))
        yield made
