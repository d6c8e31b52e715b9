"""What an order becomes: lines, taxes, discounts, payment, buyer, and what is no sale."""

import json
from dataclasses import replace
from decimal import Decimal as D

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.magento.config import MagentoConfig
from connectors.magento.source import MagentoSource
from connectors.magento.testing import FakeMagento, Item
from hub.plugin import DataError, Http, Ignored

TAZA = [Item("Taza", "100.00")]
SOURCE = MagentoSource(MagentoConfig(api_url="https://tienda.example/rest/V1", access_token="fake-token"))


def record_of(world, *items, **fields):
    return world.read(world.fake.sell(list(items) or TAZA, **fields))[0]


def test_rows_and_shipping_are_lines(world):
    items = [Item("Taza", "86.12", 3, sku="T-1", percent_off=10), Item("Libro", "250.00", percent=0)]

    sale = world.source.to_sale(record_of(world, *items, shipping="80.00"))

    assert [(line.description, line.total, line.kind) for line in sale.lines] == [
        ("Taza", D("269.72"), "product"),
        ("Libro", D("250.00"), "product"),
        ("Envío estándar", D("92.80"), "shipping"),
    ]
    # Without tax it may be exempt or of rate zero: the products say.
    assert [line.taxes and line.taxes[0].rate for line in sale.lines] == [D("0.16"), None, D("0.16")]
    first = sale.lines[0]
    assert (first.sku, first.quantity, first.unit_price, first.discount) == ("T-1", 3, D("86.12"), D("25.84"))


def child(parent, item_id, **fields):
    return {**parent, "item_id": item_id, "parent_item_id": parent["item_id"], "product_type": "simple", **fields}


def test_a_bundle_is_its_parts_if_they_have_prices_and_else_itself(world):
    record = record_of(world, Item("Juego", "100.00"))
    (row,) = record["items"]
    row["product_type"] = "bundle"
    parts = [
        child(row, 8, name="Taza", row_total=60, tax_amount=D("9.6")),
        child(row, 9, name="Plato", row_total=40, tax_amount=D("6.4")),
    ]

    priced = world.source.to_sale({**record, "items": [row, *parts]})
    fixed = world.source.to_sale({**record, "items": [row, *(child(row, 8, row_total=0, tax_amount=0) for _ in parts)]})

    assert [line.description for line in priced.lines] == ["Taza", "Plato"]
    assert [line.description for line in fixed.lines] == ["Juego"]


def test_a_discount_on_prices_with_tax_gives_its_tax_back(world):
    record = record_of(world, Item("Taza", "100.00"))
    record["items"][0].update(
        discount_amount=D("11.6"), discount_tax_compensation_amount=D("1.6"), tax_amount=D("14.4")
    )
    record["order"]["grand_total"] = D("104.4")

    (line,) = world.source.to_sale(record).lines

    assert (line.total, line.discount, line.taxes[0].base) == (D("104.40"), 10, 90)


def test_taxes_by_name_beat_the_sum_of_their_percentages(world):
    record = record_of(world, Item("Vino", "100.00"))
    record["items"][0].update(tax_percent=D("46.74"), tax_amount=D("46.74"))
    record["order"]["grand_total"] = D("146.74")
    with pytest.raises(DataError, match=r"46\.74 % is not IVA"):
        world.source.to_sale(record)

    taxes = [{"title": "IEPS 26.5", "percent": D("26.5")}, {"title": "IVA", "percent": 16}]
    told = [{"type": "product", "item_id": 1, "applied_taxes": taxes}]
    record["order"]["extension_attributes"] = {"item_applied_taxes": told}

    (line,) = world.source.to_sale(record).lines
    assert [(tax.tax, tax.rate) for tax in line.taxes] == [("IEPS", D("0.265")), ("IVA", D("0.16"))]


@pytest.mark.parametrize(("title", "percent"), [("VAT", 21), ("Retención ISR", 10), ("IVA", -16)])
def test_a_tax_that_is_none_of_mexicos_is_set_aside(world, title, percent):
    record = record_of(world)
    told = [{"type": "product", "item_id": 1, "applied_taxes": [{"title": title, "percent": percent}]}]
    record["order"]["extension_attributes"] = {"item_applied_taxes": told}

    with pytest.raises(DataError, match="the tax"):
        world.source.to_sale(record)


def test_what_a_gift_card_paid_is_set_aside(world):
    order = world.fake.order(TAZA)
    order["grand_total"] = D("66.00")

    with pytest.raises(DataError, match=r"add up to 116\.00, 66\.00 was charged"):
        world.of(world.fake.pay(order))


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"total_paid": None}, "not paid in full"),
        ({"total_paid": D("40.00")}, "not paid in full"),
        ({"total_paid": D("40.00"), "total_canceled": D("76.00")}, "person"),
        ({"total_paid": D("116.00")}, "sale"),
        ({"total_paid": D("120.00")}, "sale"),
    ],
)
def test_an_order_is_a_sale_once_all_of_it_is_paid(world, fields, outcome):
    order = world.fake.becomes(world.fake.order(TAZA), "processing", **fields)

    if outcome == "person":
        with pytest.raises(DataError, match="paid in part"):
            world.of(order)
    elif outcome == "sale":
        assert world.of(order)[0].total == 116
    else:
        assert outcome in world.of(order)[0].reason


def test_an_order_that_costs_nothing_is_no_sale(world):
    assert "no money moved" in world.of(world.fake.sell([Item("Muestra", "0.00")]))[0].reason


def test_neither_a_refund_nor_the_parcel_changes_the_record_of_the_sale(world, clock):
    order = world.fake.sell(TAZA)
    before = world.read(order)[0]
    clock.passes(hours=1)

    world.fake.refund(order, "10.00")
    world.fake.becomes(order, "closed")

    assert world.read(order)[0] == before


def test_a_credit_memo_that_waits_does_not_count_and_a_cancelled_one_is_reversed(world):
    order = world.fake.sell(TAZA)
    for state in (1, 2, 3):
        world.fake.refund(order, "10.00", state=state)
    world.fake.refund(order, "0.00")

    _, waits, done, reversed_, nothing = world.of(order)

    assert (done.status, reversed_.status) == ("succeeded", "reversed")
    assert "not refunded yet" in waits.reason
    assert "no money" in nothing.reason


def test_the_invoice_tells_when_it_was_paid_and_by_which_number(world, clock):
    order = world.fake.order(TAZA)
    paid_at = clock.passes(days=2)
    world.fake.pay(order, "pi_3PabcXYZ-capture")

    (sale,) = world.of(order)

    assert (sale.sold_at, sale.aliases) == (paid_at, ("pi_3PabcXYZ",))


@pytest.mark.parametrize(("method", "told"), [("braintree", "1002"), ("banktransfer", "SPEI 7")])
def test_a_number_that_may_be_another_orders_or_was_typed_is_no_alias(world, method, told):
    order = world.fake.order(TAZA, payment={"method": method})

    assert world.of(world.fake.pay(order, told))[0].aliases == ()


def test_the_method_tells_forma_de_pago_and_the_operator_may_say_otherwise(world):
    world.source = world.source_with(formas_pago={"stripe_payments": "28", "pos": "01"})
    told = {"stripe_payments": "28", "pos": "01", "checkmo": "02", "mercadopago_basic": "31", "kueski": None}

    for method, code in told.items():
        assert world.of(world.fake.sell(TAZA, payment={"method": method}))[0].forma_pago == code


def test_what_the_operator_calls_a_test_moves_no_real_money(world):
    orders = [world.fake.sell(TAZA, payment={"method": method}) for method in ("stripe_payments", "braintree")]

    def live():
        return [world.of(order)[0].live for order in orders]

    assert live() == [True, True]
    world.source = world.source_with(test_methods=["stripe_payments"])
    assert live() == [False, True]
    world.source = world.source_with(test=True)
    assert live() == [False, False]


def test_the_buyer_is_of_the_billing_address_and_its_attributes(world):
    billing = {
        "vat_id": "xia-190128 j61",
        "company": "XENON",
        "extension_attributes": {"regimen_fiscal": "601 - General"},
    }
    extension = {"uso_cfdi": "g03", "shipping_assignments": [{}], "cp_casa": "64000"}
    world.source = world.source_with(fields={"codigo_postal": "order.extension_attributes.cp_casa"})

    sale = world.source.to_sale(record_of(world, billing_address=billing, extension_attributes=extension))

    buyer = sale.buyer
    assert (buyer.rfc, buyer.nombre, buyer.regimen_fiscal, buyer.uso_cfdi) == ("XIA190128J61", "XENON", "601", "G03")
    assert (buyer.codigo_postal, buyer.email, buyer.customer_id) == ("64000", "ana@correo.example", None)


def test_the_accounts_tax_number_serves_where_the_address_has_none(world):
    assert world.source.to_sale(record_of(world, customer_taxvat="XIA190128J61")).buyer.rfc == "XIA190128J61"


def test_an_order_that_is_gone_reads_as_nothing(world):
    assert world.read({"entity_id": 404}) == []


PRICES = st.integers(1, 5_000_000).map(lambda cents: str(D(cents).scaleb(-2)))
ITEMS = st.lists(
    st.tuples(PRICES, st.integers(1, 30), st.sampled_from([16, 8, 0]), st.integers(0, 90)), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.sampled_from(["0", "99.00", "85.34"]))
def test_orders_add_up_to_the_cent(sold, shipping):
    fake = FakeMagento()
    order = fake.sell([Item("Cosa", *one) for one in sold], shipping=shipping)
    http = Http.of(replace(SOURCE.client(), transport=httpx.MockTransport(fake.handle)))
    (record,) = SOURCE.read(http, str(order["entity_id"]))
    stored = json.loads(json.dumps(record, default=str), parse_float=D)

    sale = SOURCE.to_sale(record)

    if not order["grand_total"]:
        assert isinstance(sale, Ignored)
        return
    assert SOURCE.to_sale(stored) == sale
    assert sale.total == order["grand_total"]
    for line in sale.lines:
        net = line.quantity * line.unit_price - line.discount
        tax = sum((tax.amount for tax in line.taxes or ()), D(0))
        assert abs(net + tax - line.total) < D("0.01")


@pytest.mark.parametrize("kind", ["sale", "refund"])
@pytest.mark.parametrize("spoilt", [{}, {"order": 3}, {"memo": {}}, {"order": {"increment_id": "1"}, "state": "paid"}])
def test_a_record_that_is_not_as_documented_is_a_data_error(kind, spoilt):
    with pytest.raises(DataError):
        SOURCE.to_sale({"object_kind": kind, "id": "x", **spoilt})


@pytest.mark.parametrize("amount", ["1,000.00", "NaN", "1e400", True, [1], ""])
@pytest.mark.parametrize("name", ["row_total", "tax_amount", "qty_ordered"])
def test_an_amount_that_is_no_number_is_a_data_error(world, amount, name):
    record = record_of(world)
    record["items"][0][name] = amount

    with pytest.raises(DataError, match=name):
        world.source.to_sale(record)


def test_an_order_whose_total_is_no_number_is_ignored_by_no_one(world):
    record = record_of(world)
    record["order"]["grand_total"] = "mil"

    with pytest.raises(DataError, match="grand_total"):
        world.source.to_sale(record)
    assert not isinstance(world.source.to_sale(record_of(world)), Ignored)
