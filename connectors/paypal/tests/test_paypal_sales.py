from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.paypal.buyer import typed_in
from connectors.paypal.config import PayPalConfig
from connectors.paypal.source import PayPalSource
from connectors.paypal.testing import Item, money
from hub.plugin import DataError, Ignored, Refund, Sale

D = Decimal
SOURCE = PayPalSource(PayPalConfig(client_id="c", client_secret="s", sandbox=True))


def only(world, capture):
    sale, *_ = world.of(capture)
    assert isinstance(sale, Sale)
    return sale


def test_without_items_there_is_one_line_and_the_taxes_are_unknown(world):
    sale = only(world, world.fake.capture("116.00"))

    assert [(line.description, line.total, line.taxes) for line in sale.lines] == [("Venta", 116, None)]
    assert sale.prices_include_tax is True


def test_items_without_any_tax_leave_it_to_the_product_rules(world):
    sale = only(world, world.fake.capture(items=[Item("Mesa", "100.00", 2)], shipping="50.00"))

    assert [(line.kind, line.total, line.taxes) for line in sale.lines] == [
        ("product", 200, None),
        ("shipping", 50, None),
    ]
    assert sale.prices_include_tax is True


def test_items_of_several_rates_keep_their_own(world):
    items = [Item("Libro", "100.00"), Item("Mesa", "100.00", 1, "16.00")]

    sale = only(world, world.fake.capture(items=items))

    assert [(line.total, line.taxes and line.taxes[0].rate) for line in sale.lines] == [
        (D("100.00"), D(0)),
        (D("116.00"), D("0.16")),
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"tax": "15.00"}, "not IVA"),
        ({"value": "999.00", "tax": "16.00"}, "999.00 was captured"),
        ({"discount": "200.00", "tax": "16.00", "value": "16.00"}, "more than the items cost"),
    ],
)
def test_sums_that_cannot_be_are_set_aside(world, change, why):
    capture = world.fake.capture(items=[Item("Mesa", "100.00")], **change)

    with pytest.raises(DataError, match=why):
        world.of(capture)
    world.source = world.source_with(lines="description")
    assert len(only(world, capture).lines) == 1


def test_an_order_that_is_captured_in_parts_says_nothing_of_one_part(world):
    capture = world.fake.capture(items=[Item("Mesa", "100.00", 1, "16.00")])
    order = world.fake.objects["/v2/checkout/orders"]["ORD0001"]
    order["purchase_units"][0]["payments"]["captures"].append({"id": "CAPOTHER"})

    assert [line.description for line in only(world, capture).lines] == ["Venta"]


def test_an_order_that_is_gone_leaves_one_line(world):
    capture = world.fake.capture(items=[Item("Mesa", "100.00", 1, "16.00")])
    world.fake.objects["/v2/checkout/orders"].clear()

    assert [line.total for line in only(world, capture).lines] == [D("116.00")]


def test_handling_insurance_and_a_discount_on_shipping_have_their_place(world):
    capture = world.fake.capture(items=[Item("Mesa", "100.00")], value="165.00", shipping="50.00")
    breakdown = world.fake.objects["/v2/checkout/orders"]["ORD0001"]["purchase_units"][0]["amount"]["breakdown"]
    breakdown |= {"handling": money("10.00"), "insurance": money("15.00"), "shipping_discount": money("10.00")}

    told = [(line.description, line.total) for line in only(world, capture).lines]
    assert told == [("Mesa", 100), ("Envío", 40), ("Manejo", 10), ("Seguro de envío", 15)]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"paypal": {}}, "31"),
        ({"card": {"type": "CREDIT"}}, "04"),
        ({"card": {"type": "DEBIT"}}, "28"),
        ({"card": {}}, "04"),
        ({"apple_pay": {"card": {"type": "DEBIT"}}}, "28"),
        ({"oxxo": {}}, "01"),
        ({}, "31"),
        ({"of_tomorrow": {}}, None),
    ],
)
def test_how_it_was_paid(world, source, code):
    assert only(world, world.fake.capture("100.00", source=source)).forma_pago == code


def test_the_operator_may_set_how_a_source_counts(world):
    world.source = world.source_with(formas_pago={"paypal": "06", "card.prepaid": "28"})

    for source, code in (({"paypal": {}}, "06"), ({"card": {"type": "PREPAID"}}, "28"), ({"card": {}}, "04")):
        assert only(world, world.fake.capture("100.00", source=source)).forma_pago == code


def test_only_a_paypal_account_vouches_for_a_customer(world):
    wallet, card = (only(world, world.fake.capture("1.00", source=one)) for one in (None, {"card": {}}))

    assert (wallet.buyer.customer_id, card.buyer.customer_id) == ("PAYER1", None)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("rfc=URE180429TM6;cp=86991;reg=601", {"rfc": "URE180429TM6", "cp": "86991", "regimen_fiscal": "601"}),
        ("RFC: URE180429TM6 | uso: G03", {"rfc": "URE180429TM6", "uso": "G03"}),
        ('{"rfc": "URE180429TM6"}', {"rfc": "URE180429TM6"}),
        ("ure180429tm6", {"rfc": "ure180429tm6"}),
        ("PED-1001", {}),
        ("{broken", {}),
        (None, {}),
    ],
)
def test_what_a_shop_puts_into_custom_id(written, told):
    assert typed_in(written) == told


@given(st.text(max_size=127))
def test_any_custom_id_can_be_read(written):
    assert all(isinstance(name, str) for name in typed_in(written))


def test_the_operator_says_where_a_field_is(world):
    world.source = world.source_with(fields={"reference": "capture.custom_id"})

    assert only(world, world.fake.capture("1.00", custom_id="PED-7")).reference == "PED-7"


@pytest.mark.parametrize("status", ["PENDING", "DECLINED", "FAILED"])
def test_what_is_not_captured_is_no_sale(world, status):
    (told,) = world.of(world.fake.capture("100.00", status=status))

    assert isinstance(told, Ignored)
    assert status in told.reason


def test_refunds_come_with_their_capture_and_do_not_change_it(world, clock):
    capture = world.fake.capture("100.00")
    (before,) = world.source.read(world.http, f"capture:{capture['id']}")
    refunds = [world.fake.refund(capture, value) for value in ("10.00", "20.50")]

    sale, *back = list(world.source.read(world.http, f"capture:{capture['id']}"))

    assert {**sale, "unit": None} == {**before, "unit": None}
    assert [world.source.to_sale(one).amount for one in back] == [D("10.00"), D("20.50")]
    (alone,) = world.source.read(world.http, f"refund:{refunds[0]['id']}")
    assert alone == back[0]


@pytest.mark.parametrize(("status", "told"), [("PENDING", None), ("FAILED", "reversed"), ("CANCELLED", "reversed")])
def test_a_refund_that_is_not_there(world, status, told):
    capture = world.fake.capture("100.00")
    world.fake.refund(capture, status=status)

    _, refund = world.of(capture)
    assert getattr(refund, "status", None) == told


def test_a_payment_of_a_subscription_and_its_refund(world):
    payment = world.fake.subscription_payment("199.00", custom="rfc=URE180429TM6", invoice_number="S-1")
    (sale,) = world.movements(world.request(world.fake.events[-1]))
    world.fake.refund_subscription(payment, "99.00")
    (refund,) = world.movements(world.request(world.fake.events[-1]))

    assert (sale.id, sale.total, sale.reference, sale.buyer.rfc) == (payment["id"], 199, "S-1", "URE180429TM6")
    assert (refund.sale_id, refund.amount) == (payment["id"], 99)
    (again,) = world.source.read(world.http, f"sale:{payment['id']}")
    assert world.source.to_sale(again) == sale


@pytest.mark.parametrize(
    ("code", "lost"),
    [
        ("RESOLVED_BUYER_FAVOUR", True),
        ("ACCEPTED", True),
        ("RESOLVED_SELLER_FAVOUR", False),
        ("RESOLVED_WITH_PAYOUT", False),
    ],
)
def test_a_dispute_counts_if_it_is_lost(world, code, lost):
    capture = world.fake.capture("100.00")
    world.fake.dispute_ends(world.fake.dispute(capture), code)

    (told,) = world.movements(world.request(world.fake.events[-1]))

    assert isinstance(told, Refund) is lost
    if lost:
        assert (told.kind, told.sale_id, told.amount) == ("dispute_lost", capture["id"], 100)
        world.source = world.source_with(lost_disputes="ignore")
        (told,) = world.movements(world.request(world.fake.events[-1]))
    assert isinstance(told, Ignored)


@pytest.mark.parametrize(("given_back", "left"), [("40.00", D("60.00")), ("100.00", None)])
def test_money_that_a_refund_gave_back_is_not_counted_again_by_its_dispute(world, clock, given_back, left):
    capture = world.fake.capture("100.00")
    dispute = world.fake.dispute(capture)
    clock.passes(days=1)
    world.fake.refund(capture, given_back)
    world.fake.dispute_ends(dispute)

    (told,) = world.movements(world.request(world.fake.events[-1]))

    assert getattr(told, "amount", None) == left


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 9)), min_size=1, max_size=6),
    st.integers(0, 10**5),
    st.integers(0, 100),
)
def test_any_order_with_iva_makes_lines_that_add_up(items, shipping, percent):
    goods = sum(cents * quantity for cents, quantity in items)
    discount = goods * percent // 100
    tax = (D(goods - discount + shipping) * D("0.16")).quantize(D(1))
    total = D(goods - discount + shipping + tax) / 100
    if not total:
        return
    amounts = {"item_total": goods, "shipping": shipping, "tax_total": tax, "discount": discount}
    unit = {
        "captures": 1,
        "amount": {**money(total), "breakdown": {name: money(D(cents) / 100) for name, cents in amounts.items()}},
        "items": [
            {"name": "x", "quantity": str(quantity), "unit_amount": money(D(cents) / 100)} for cents, quantity in items
        ],
    }
    capture = {"status": "COMPLETED", "amount": money(total), "create_time": "2026-11-20T17:52:31Z"}
    record = {
        "object_kind": "capture",
        "id": "CAP1",
        "capture": capture,
        "unit": unit,
        "payer": None,
        "payment_source": None,
    }
    try:
        sale = SOURCE.to_sale(record)
    except DataError as error:
        # Of a cent or two of tax nobody can tell the rate.
        assert tax < 10, error  # noqa: PT017
        return
    assert sum(line.total for line in sale.lines) == sale.total == total
    if len(sale.lines) == len(items) + bool(shipping):  # none of them was given away
        assert sum(line.discount for line in sale.lines) == D(discount) / 100
