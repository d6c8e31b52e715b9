"""What an order becomes: lines, taxes, discounts, payment, buyer, and what is no sale."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal as D

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.woocommerce.config import WooCommerceConfig
from connectors.woocommerce.source import WooCommerceSource
from connectors.woocommerce.testing import FakeWooCommerce, Item
from hub.plugin import DataError, Http, Ignored, RawRequest, SignatureError

TAZA = [Item("Taza", "100.00")]
SOURCE = WooCommerceSource(
    WooCommerceConfig(
        shop_url="https://tienda.example", consumer_key="ck_fake", consumer_secret="cs_fake", per_second=10**6
    )
)


def test_prices_with_tax_come_to_the_cent(world):
    order = world.fake.sell([Item("Taza", "99.90", 3, sku="T-1"), Item("Libro", "250.00", rate="0")], shipping="80.00")

    (sale,) = world.of(order)

    assert [(line.description, line.total, line.kind) for line in sale.lines] == [
        ("Taza", D("299.70"), "product"),
        ("Libro", D("250.00"), "product"),
        ("Envío", D("80.00"), "shipping"),
    ]
    assert [line.taxes[0].rate for line in sale.lines] == [D("0.16"), 0, D("0.16")]
    assert (sale.lines[0].sku, sale.lines[0].quantity, sale.lines[0].unit_price) == ("T-1", 3, D("86.120690"))


def test_taxes_that_are_rounded_once_for_all_lines_give_their_cents_to_the_lines(world):
    world.fake.prices_include_tax, world.fake.tax_decimals = False, 6
    order = world.fake.sell([Item(f"Cosa {number}", "0.03") for number in range(10)])

    (sale,) = world.of(order)

    assert sale.total == D("0.35")
    assert sorted(line.total for line in sale.lines) == [D("0.03")] * 5 + [D("0.04")] * 5


def test_an_api_that_tells_cents_alone_will_do(world):
    order = world.fake.sell([Item("Taza", "99.90", 3), Item("Pluma", "11.59")], percent_off=10)
    (fine,) = world.read(order["id"])
    for line in fine["order"]["line_items"]:
        for name in ("subtotal", "total", "subtotal_tax", "total_tax"):
            line[name] = str(round(D(line[name]), 2))
        line["taxes"][0]["total"] = line["total_tax"]

    assert world.source.to_sale(fine).total == D(order["total"])


def test_a_fee_below_zero_is_a_discount_of_every_line_and_its_taxes(world):
    order = world.fake.sell(
        [Item("Taza", "300.00"), Item("Plato", "100.00")], fees=[("Envoltura", "50.00"), ("Cliente fiel", "-45.00")]
    )

    (sale,) = world.of(order)

    assert sale.total == 405
    assert [line.total for line in sale.lines] == [D("270.00"), D("90.00"), D("45.00")]
    assert sum(line.discount for line in sale.lines) == pytest.approx(D(45) / D("1.16"), abs=D("0.000005"))
    assert sale.lines[2].kind == "fee"


def test_a_discount_of_more_than_was_sold_is_set_aside(world):
    order = world.fake.sell(TAZA, fees=[("Ajuste", "-150.00")])

    with pytest.raises(DataError, match="more than was sold"):
        world.of(order)


def test_a_tip_is_a_tip(world):
    (sale,) = world.of(world.fake.sell(TAZA, fees=[("Propina", "15.00")]))

    assert sale.lines[1].kind == "tip"


def test_what_carries_no_tax_leaves_the_taxes_to_the_products(world):
    (sale,) = world.of(world.fake.sell([Item("Taza", "100.00", rate=None)]))

    assert sale.lines[0].taxes is None


def test_a_gift_that_costs_nothing_is_no_line(world):
    (sale,) = world.of(world.fake.sell([*TAZA, Item("Regalo", "0.00")]))

    assert [line.description for line in sale.lines] == ["Taza"]


def test_a_total_that_the_lines_do_not_make_is_set_aside(world):
    order = world.fake.sell(TAZA)
    order["total"] = "80.00"

    with pytest.raises(DataError, match=r"add up to 100\.00, 80\.00 was charged"):
        world.of(order)


@pytest.mark.parametrize(
    ("label", "percent", "kind"), [("IVA frontera", 8, "IVA"), ("IEPS 8%", 8, "IEPS"), ("IEPS", D("26.5"), "IEPS")]
)
def test_a_tax_is_known_by_its_label_and_rate(world, label, percent, kind):
    (record,) = world.read(world.fake.sell(TAZA)["id"])
    record["order"]["tax_lines"][0].update(label=label, rate_percent=percent)

    (tax,) = world.source.to_sale(record).lines[0].taxes

    assert (tax.tax, tax.rate) == (kind, D(percent) / 100)


def test_an_old_woocommerce_tells_no_rate_and_the_amount_gives_it(world):
    (record,) = world.read(world.fake.sell(TAZA)["id"])
    del record["order"]["tax_lines"][0]["rate_percent"]

    assert world.source.to_sale(record).lines[0].taxes[0].rate == D("0.16")


@pytest.mark.parametrize(("label", "percent"), [("VAT", 21), ("Retención ISR", 10), ("IVA", -4), ("IEPS", None)])
def test_a_tax_that_is_none_of_mexicos_is_set_aside(world, label, percent):
    (record,) = world.read(world.fake.sell([Item("Taza", "100.00", rate="0.08")])["id"])
    record["order"]["tax_lines"][0].update(label=label, rate_percent=percent)
    record["order"]["line_items"][0]["taxes"][0]["total"] = "7.00"
    record["order"]["line_items"][0]["total"] = "93.00"

    with pytest.raises(DataError, match="the tax"):
        world.source.to_sale(record)


@pytest.mark.parametrize("status", ["pending", "on-hold", "failed", "checkout-draft"])
def test_what_is_not_paid_is_no_sale(world, status):
    (told,) = world.of(world.fake.becomes(world.fake.order(TAZA), status))

    assert isinstance(told, Ignored)
    assert status in told.reason


def test_a_status_of_the_shops_own_counts_once_it_is_configured(world):
    order = world.fake.becomes(world.fake.sell(TAZA), "enviado")
    assert "paid_statuses" in world.of(order)[0].reason

    world.source = world.source_with(paid_statuses=("processing", "completed", "enviado"))

    assert world.of(order)[0].total == 100


def test_an_order_that_costs_nothing_is_no_sale(world):
    assert "no money moved" in world.of(world.fake.sell([Item("Muestra", "0.00")]))[0].reason


def test_an_order_that_was_cancelled_with_its_money_kept_is_shown_to_a_person(world):
    order = world.fake.becomes(world.fake.sell(TAZA), "cancelled")
    with pytest.raises(DataError, match="cancelled"):
        world.of(order)

    world.fake.refund(order)
    world.fake.becomes(order, "cancelled")

    sale, refund = world.of(order)
    assert sale.total == refund.amount == 100


def test_a_part_of_another_order_is_shown_to_a_person(world):
    with pytest.raises(DataError, match="part of order 77"):
        world.of(world.fake.sell(TAZA, parent_id=77))


def test_neither_a_refund_nor_the_parcel_changes_the_record_of_the_sale(world, clock):
    order = world.fake.sell(TAZA)
    (before,) = world.read(order["id"])

    clock.passes(hours=1)
    world.fake.refund(order, "10.00")
    world.fake.becomes(order, "completed")

    assert world.read(order["id"])[0] == before


def test_a_refund_of_goods_alone_moves_no_money(world):
    order = world.fake.sell(TAZA)
    world.fake.refund(order, "0.00")

    assert "goods only" in world.of(order)[1].reason


def test_the_numbers_of_the_payment_are_as_the_gateway_writes_them(world):
    order = world.fake.sell(
        TAZA,
        transaction_id="ch_3PabcXYZ",
        meta={
            "_stripe_intent_id": "pi_3PabcXYZ",
            "_Mercado_Pago_Payment_IDs": "81000000001, 81000000002",
            "_mio": "9Z",
        },
    )
    world.source = world.source_with(payment_ids=("_mio",))

    assert world.of(order)[0].aliases == ("ch_3PabcXYZ", "pi_3PabcXYZ", "81000000001", "81000000002", "9Z")


@pytest.mark.parametrize("fields", [{"transaction_id": "1002"}, {"transaction_id": "SPEI 7", "payment_method": "bacs"}])
def test_a_number_that_may_be_another_orders_or_was_typed_is_no_alias(world, fields):
    assert world.of(world.fake.sell(TAZA, **fields))[0].aliases == ()


def test_the_payment_method_tells_forma_de_pago_and_the_operator_may_say_otherwise(world):
    world.source = world.source_with(formas_pago={"stripe": "28", "pos": "01"})
    told = {"stripe": "28", "pos": "01", "cheque": "02", "openpay_spei": "03", "kueski": None}

    for method, code in told.items():
        assert world.of(world.fake.sell(TAZA, payment_method=method))[0].forma_pago == code


def test_test_payments_and_real_ones_are_never_mixed(world):
    test = world.fake.sell(TAZA, meta={"_wcpay_mode": "test"})
    world.fake.refund(test)
    assert all(isinstance(told, Ignored) for told in world.of(test))

    world.source = world.source_with(live_mode=False)

    assert [world.of(test)[0].live, world.of(test)[1].amount] == [False, 100]
    assert "real payment" in world.of(world.fake.sell(TAZA))[0].reason


@pytest.mark.parametrize(
    "key", ["_billing_rfc", "billing_rfc", "_cfdi_rfc", "_rfc", "RFC", "_wc_billing/fiscal/rfc", "facturacion_rfc"]
)
def test_the_rfc_is_found_under_the_names_that_plugins_give_it(world, key):
    (sale,) = world.of(world.fake.sell(TAZA, meta={key: "xia-190128 j61"}))

    assert sale.buyer.rfc == "XIA190128J61"


def test_the_operators_paths_come_first(world):
    world.source = world.source_with(fields={"rfc": "meta.clave", "reference": "order.customer_note"})
    meta = {"clave": "XIA190128J61", "_billing_rfc": "OTHER"}

    (sale,) = world.of(world.fake.sell(TAZA, meta=meta, customer_note="OC-7"))

    assert (sale.buyer.rfc, sale.reference) == ("XIA190128J61", "OC-7")


def test_the_parcel_says_nothing_of_the_buyer_and_neither_does_the_customers_number(world):
    (sale,) = world.of(world.fake.sell(TAZA, meta={"_shipping_rfc": "XIA190128J61"}))

    assert (sale.buyer.rfc, sale.buyer.codigo_postal, sale.buyer.customer_id) == (None, None, None)
    assert (sale.buyer.nombre, sale.buyer.email) == ("Ana Pérez", "ana@correo.example")


def test_what_opens_an_order_is_not_kept(world):
    (record,) = world.read(world.fake.sell(TAZA, customer_ip_address="192.0.2.7")["id"])

    assert "wc_order_secret" not in json.dumps(record, default=str)
    assert "192.0.2.7" not in json.dumps(record, default=str)


def test_another_currency(world):
    (sale,) = world.of(world.fake.sell(TAZA, currency="USD"))

    assert (sale.currency, sale.total) == ("USD", 100)


def test_a_permanently_deleted_order_reads_as_nothing(world):
    assert world.read(404) == []


def test_both_secrets_are_good_while_one_is_renewed(world):
    world.source = world.source_with(webhook_secret="new", webhook_secrets=["a &amp; b"])
    event = world.fake.tell("order.updated", {"id": 7})
    for secret in ("new", "a & b", "a &amp; b"):
        world.source.verify(RawRequest(*world.fake.delivery(event, secret), datetime.now(UTC)))

    with pytest.raises(SignatureError):
        world.source.verify(RawRequest(*world.fake.delivery(event, "old"), datetime.now(UTC)))


def test_without_a_secret_nothing_is_taken_not_even_a_ping(world):
    source = world.source_with(webhook_secret=None)

    with pytest.raises(SignatureError, match="no webhook secret"):
        source.verify(RawRequest(*world.fake.ping(), datetime.now(UTC)))


PRICES = st.integers(1, 5_000_000).map(lambda cents: str(D(cents).scaleb(-2)))
ITEMS = st.lists(
    st.tuples(PRICES, st.integers(1, 30), st.sampled_from(["0.16", "0.08", "0", None])), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.booleans(), st.booleans(), st.integers(0, 90), st.sampled_from(["0", "99.00", "0.37"]))
def test_orders_add_up_to_the_cent(sold, include_tax, at_subtotal, percent_off, shipping):
    fake = FakeWooCommerce(prices_include_tax=include_tax, round_at_subtotal=at_subtotal)
    order = fake.sell(
        [Item("Cosa", price, quantity, rate) for price, quantity, rate in sold],
        percent_off=percent_off,
        shipping=shipping,
    )
    http = Http.of(replace(SOURCE.client(), transport=httpx.MockTransport(fake.handle)))
    (record,) = SOURCE.read(http, str(order["id"]))
    stored = json.loads(json.dumps(record, default=str), parse_float=D)

    sale = SOURCE.to_sale(record)

    if D(order["total"]) == 0:
        assert isinstance(sale, Ignored)
        return
    assert SOURCE.to_sale(stored) == sale
    assert sale.total == D(order["total"])
    for line in sale.lines:
        net = line.quantity * line.unit_price - line.discount
        tax = sum((tax.amount for tax in line.taxes or ()), D(0))
        assert abs(net + tax - line.total) < D("0.02")


@pytest.mark.parametrize("kind", ["sale", "refund"])
@pytest.mark.parametrize("spoilt", [{}, {"order": 3, "meta": {}, "status": "paid"}, {"refund": {}, "test": False}])
def test_a_record_that_is_not_as_documented_is_a_data_error(kind, spoilt):
    with pytest.raises(DataError):
        SOURCE.to_sale({"object_kind": kind, "id": "x", **spoilt})


@pytest.mark.parametrize("amount", ["1,000.00", "NaN", "1e400", True, [1], "20001,"])
@pytest.mark.parametrize("name", ["total", "subtotal", "quantity"])
def test_an_amount_that_is_no_number_is_a_data_error(world, amount, name):
    (record,) = world.read(world.fake.sell(TAZA)["id"])
    record["order"]["line_items"][0][name] = amount

    with pytest.raises(DataError):
        world.source.to_sale(record)
