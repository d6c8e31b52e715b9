"""What an order becomes: lines, taxes, vouchers, payment, buyer, and what is no sale."""

import json
from datetime import UTC, datetime
from decimal import Decimal as D

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.prestashop.config import PrestaShopConfig
from connectors.prestashop.source import PrestaShopSource
from connectors.prestashop.testing import FakePrestaShop, Item
from hub.plugin import Client, DataError, Http, Ignored

TAZA = [Item("Taza", "100.00")]
SOURCE = PrestaShopSource(PrestaShopConfig(shop_url="https://tienda.example", webservice_key="FAKEWSKEY"))


def record_of(world, *items, **fields):
    world.fake.sell(list(items) or TAZA, **fields)
    return world.records()[-1]


def test_rows_shipping_and_wrapping_are_lines_with_the_tax_that_is_in_them(world):
    items = [Item("Taza", "99.90", 3, sku="T-1"), Item("Pan", "54.00", rate="0.08"), Item("Libro", "250.00", rate="0")]
    world.fake.sell(items, shipping="80.00", wrapping="20.00")

    (sale,) = world.pulled()

    assert [(line.description, line.total, line.kind) for line in sale.lines] == [
        ("Taza", D("299.70"), "product"),
        ("Pan", D("54.00"), "product"),
        ("Libro", D("250.00"), "product"),
        ("Envío", D("80.00"), "shipping"),
        ("Envoltura", D("20.00"), "fee"),
    ]
    # Without tax it may be exempt or of rate zero: the products say.
    assert [line.taxes and line.taxes[0].rate for line in sale.lines] == [
        D("0.16"),
        D("0.08"),
        None,
        D("0.16"),
        D("0.16"),
    ]
    assert (sale.lines[0].sku, sale.lines[0].quantity, sale.lines[0].unit_price) == ("T-1", 3, D("86.120690"))


def test_a_voucher_lowers_the_goods_and_free_shipping_the_shipping(world):
    items = [Item("Taza", "300.00"), Item("Plato", "100.00")]
    world.fake.sell(items, shipping="116.00", voucher="40.00")
    world.fake.sell(items, shipping="116.00", voucher="40.00", free_shipping=True)

    paid, free = world.pulled()

    assert [line.total for line in paid.lines] == [D("270.00"), D("90.00"), D("116.00")]
    assert [line.total for line in free.lines] == [D("270.00"), D("90.00")]


def test_a_shop_that_rounds_each_piece(world):
    record = record_of(world, Item("Clavo", "0.29", 100))
    record["order"]["associations"]["order_rows"][0].update(unit_price_tax_excl="0.250000")

    sale = world.source.to_sale(record)

    assert (sale.total, sale.lines[0].taxes[0].rate) == (29, D("0.16"))


def test_so_little_tax_that_two_rates_fit_is_left_to_the_products(world):
    assert world.source.to_sale(record_of(world, Item("Clavo", "0.08"))).lines[0].taxes is None


def test_a_tax_that_is_not_iva_is_set_aside(world):
    record = record_of(world)
    record["order"]["associations"]["order_rows"][0]["unit_price_tax_excl"] = "79.000000"

    with pytest.raises(DataError, match="not IVA"):
        world.source.to_sale(record)


def test_a_total_that_the_lines_do_not_make_is_set_aside(world):
    record = record_of(world)
    record["order"]["total_paid_tax_incl"] = "80.000000"
    record["payments"] = []

    with pytest.raises(DataError, match=r"add up to 100\.00, 80\.00 was charged"):
        world.source.to_sale(record)


def test_a_voucher_of_more_than_was_sold_is_set_aside(world):
    with pytest.raises(DataError, match="more than was sold"):
        world.source.to_sale(record_of(world, shipping="50.00", voucher="120.00"))


@pytest.mark.parametrize(
    ("state", "valid", "real", "outcome"),
    [
        (2, True, "0.00", "sale"),
        (10, True, "40.00", "ignored"),
        (10, True, "100.00", "sale"),
        (10, False, "0.00", "ignored"),
        (6, False, "0.00", "ignored"),
        (6, False, "100.00", "person"),
    ],
)
def test_an_order_is_a_sale_once_all_of_it_is_paid(world, state, valid, real, outcome):
    order = world.fake.becomes(world.fake.order(TAZA, total_paid_real=real), state=state, valid=valid)

    if outcome == "person":
        with pytest.raises(DataError, match="no credit slip"):
            world.pulled()
        world.fake.refund(order, "100.00")
        assert [told.sale_id for told in world.pulled()[:1]] == [str(order["id"])]
        assert world.pulled()[1].total == 100
    else:
        (told,) = world.pulled()
        assert isinstance(told, Ignored) is (outcome == "ignored")


def test_an_order_that_costs_nothing_is_no_sale(world):
    world.fake.sell([Item("Muestra", "0.00")])

    assert "no money moved" in world.pulled()[0].reason


def test_neither_the_parcel_nor_a_slip_changes_the_record_of_the_sale(world, clock):
    order = world.fake.sell(TAZA)
    (before,) = world.records()
    clock.passes(hours=1)

    world.fake.becomes(order, state=4, valid=True)
    world.fake.refund(order, "10.00")

    assert world.records()[-1] == before
    assert "key-of-the-order" not in json.dumps(before)


def test_the_payment_tells_when_and_by_which_number(world, clock):
    order = world.fake.order(TAZA)
    paid_at = clock.passes(days=2)
    world.fake.pay(order, "pi_3PabcXYZ")

    (sale,) = world.pulled()

    assert (sale.sold_at, sale.aliases) == (paid_at, ("pi_3PabcXYZ",))


def test_orders_that_were_split_share_payments_which_then_name_neither(world):
    world.fake.sell(TAZA, reference="XKBKNABJK")
    world.fake.sell([Item("Plato", "50.00")], reference="XKBKNABJK")

    assert [sale.aliases for sale in world.pulled()] == [(), ()]


@pytest.mark.parametrize(("module", "told"), [("stripe_official", "1002"), ("ps_wirepayment", "SPEI 7")])
def test_a_number_that_may_be_another_orders_or_was_typed_is_no_alias(world, module, told):
    world.fake.pay(world.fake.order(TAZA, module=module), told)

    assert world.pulled()[0].aliases == ()


def test_the_module_tells_forma_de_pago_and_the_operator_may_say_otherwise(world):
    world.source = world.source_with(formas_pago={"stripe_official": "28", "pos": "01"})
    told = {"stripe_official": "28", "pos": "01", "ps_checkpayment": "02", "kueski": None}
    for module in told:
        world.fake.sell(TAZA, module=module)

    assert [sale.forma_pago for sale in world.pulled()] == list(told.values())


def test_what_the_operator_calls_a_test_moves_no_real_money(world):
    assert [sale.live for sale in _sold(world, "stripe_official", "paypal")] == [True, True]
    world.source = world.source_with(test_methods=["stripe_official"])
    assert [sale.live for sale in world.pulled()] == [False, True]
    world.source = world.source_with(test=True)
    assert [sale.live for sale in world.pulled()] == [False, False]


def _sold(world, *modules):
    for module in modules:
        world.fake.sell(TAZA, module=module)
    return world.pulled()


def test_the_buyer_is_of_the_invoices_address_and_the_customers_account(world):
    world.fake.put("addresses", {"id": 31, "dni": "xia-190128 j61", "company": "XENON", "phone": "9931234567"})
    world.source = world.source_with(fields={"codigo_postal": "address.other"})
    world.fake.places["addresses"]["31"]["other"] = "64000"

    buyer = world.source.to_sale(record_of(world)).buyer

    assert (buyer.rfc, buyer.nombre, buyer.codigo_postal) == ("XIA190128J61", "XENON", "64000")
    assert (buyer.email, buyer.phone, buyer.customer_id) == ("ana@correo.example", "9931234567", None)


def test_an_address_and_a_customer_that_are_gone_are_no_hindrance(world):
    world.fake.places["addresses"].clear()
    world.fake.places["customers"].clear()

    assert world.source.to_sale(record_of(world)).buyer.email is None


def test_a_slip_of_an_order_that_is_gone_is_shown_to_a_person(world):
    order = world.fake.sell(TAZA)
    world.fake.refund(order, "10.00")
    world.fake.places["orders"].clear()

    with pytest.raises(DataError, match="gone"):
        world.pulled()


def test_a_slip_without_money_is_none(world):
    world.fake.refund(world.fake.sell(TAZA), "0.00")

    assert "no money" in world.pulled()[0].reason


PRICES = st.integers(1, 5_000_000).map(lambda cents: str(D(cents).scaleb(-2)))
ITEMS = st.lists(st.tuples(PRICES, st.integers(1, 30), st.sampled_from(["0.16", "0.08", "0"])), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.integers(0, 90), st.sampled_from(["0", "99.00", "0.37"]), st.booleans())
def test_orders_add_up_to_the_cent(sold, percent_off, shipping, free):
    fake = FakePrestaShop()
    goods = sum(D(price) * quantity for price, quantity, _ in sold)
    voucher = str(round(goods * percent_off / 100, 2))
    items = [Item("Cosa", price, quantity, rate) for price, quantity, rate in sold]
    order = fake.sell(items, voucher=voucher, shipping=shipping, free_shipping=free)
    http = Http.of(Client("https://tienda.example", SOURCE.client().auth, transport=httpx.MockTransport(fake.handle)))
    (page,) = SOURCE.pages(http, datetime(2020, 1, 1, tzinfo=UTC))
    (record,) = page.records
    stored = json.loads(json.dumps(record), parse_float=D)

    sale = SOURCE.to_sale(record)

    if D(order["total_paid_tax_incl"]) == 0:
        assert isinstance(sale, Ignored)
        return
    assert SOURCE.to_sale(stored) == sale
    assert sale.total == D(order["total_paid_tax_incl"])
    for line in sale.lines:
        assert line.quantity * line.unit_price - line.discount <= line.total + D("0.02")


@pytest.mark.parametrize("kind", ["sale", "refund"])
@pytest.mark.parametrize("spoilt", [{}, {"order": 3}, {"slip": {}, "currency": "MXN"}, {"order": {"reference": "A"}}])
def test_a_record_that_is_not_as_documented_is_a_data_error(kind, spoilt):
    with pytest.raises(DataError):
        SOURCE.to_sale({"object_kind": kind, "id": "x", **spoilt})


@pytest.mark.parametrize("amount", ["1,000.00", "NaN", "1e400", True, [1], "", None])
@pytest.mark.parametrize("name", ["unit_price_tax_excl", "unit_price_tax_incl", "product_quantity"])
def test_an_amount_that_is_no_number_is_a_data_error(world, amount, name):
    record = record_of(world)
    record["order"]["associations"]["order_rows"][0][name] = amount

    with pytest.raises(DataError, match=name):
        world.source.to_sale(record)
