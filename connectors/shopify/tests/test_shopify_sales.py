from decimal import Decimal

import pytest

from connectors.shopify.testing_shapes import Item
from hub.plugin import DataError, Ignored, Refund, Sale


def only(world, order) -> Sale:
    (sale,) = world.of(order)
    assert isinstance(sale, Sale), sale
    return sale


def money(line):
    return line.description, line.quantity * line.unit_price, line.discount, line.total


def test_prices_with_tax(world, items):
    sale = only(world, world.fake.sell(items, shipping=Item("Envío", "99.00")))

    assert sale.prices_include_tax
    assert [money(line) for line in sale.lines] == [
        ("Cuaderno", 116, 0, 116),
        ("Pluma", Decimal("11.60"), Decimal("1.16"), Decimal("10.44")),
        ("Envío", 99, 0, 99),
    ]
    assert [(line.kind, line.taxes[0].base, line.taxes[0].amount) for line in sale.lines] == [
        ("product", 100, 16),
        ("product", 9, Decimal("1.44")),
        ("shipping", Decimal("85.34"), Decimal("13.66")),
    ]


def test_prices_without_tax(world, items):
    sale = only(world, world.fake.sell(items, included=False, shipping=Item("Envío", "100.00")))

    assert not sale.prices_include_tax
    assert [(line.total, line.taxes[0].base) for line in sale.lines] == [
        (Decimal("134.56"), 116),
        (Decimal("12.11"), Decimal("10.44")),
        (116, 100),
    ]
    assert sale.total == Decimal("262.67")


def test_a_discounted_shipping_and_a_free_piece(world):
    order = world.fake.sell(
        [Item("Taza", "100.00"), Item("Muestra", "0.00")], shipping=Item("Envío", "99.00", discount="99.00")
    )

    sale = only(world, order)

    assert [money(line) for line in sale.lines] == [("Taza", 100, 0, 100), ("Envío", 99, 99, 0)]


def test_a_tip_on_top_of_the_lines_is_a_line(world):
    sale = only(world, world.fake.sell([Item("Café", "58.00")], tip="10.00"))

    assert [(line.kind, line.total, line.taxes) for line in sale.lines][1] == ("tip", 10, None)
    assert sale.total == 68


def test_a_tip_among_the_lines_is_not_added_twice(world):
    order = world.fake.order([Item("Café", "58.00"), Item("Tip", "10.00", rate=None)])
    ten = {"shop_money": {"amount": "10.00", "currency_code": "MXN"}}
    order["total_tip_received_set"] = {**ten, "presentment_money": ten["shop_money"]}
    world.fake.pay(order)

    sale = only(world, order)

    assert [(line.kind, line.total) for line in sale.lines] == [("product", 58), ("tip", 10)]


def test_fees_and_duties_are_lines(world):
    order = world.fake.order([Item("Silla", "1160.00")])
    bag = order["total_price_set"]
    order["additional_fees"] = [
        {"id": 1, "name": "Armado", "price_set": bag, "tax_lines": order["line_items"][0]["tax_lines"]}
    ]
    order["original_total_duties_set"] = bag
    world.fake.pay(order, "3480.00")

    sale = only(world, order)

    assert [(line.kind, line.description, line.total) for line in sale.lines[1:]] == [
        ("fee", "Armado", 1160),
        ("fee", "Impuestos de importación", 1160),
    ]


@pytest.mark.parametrize(
    ("rate", "name", "tax"),
    [("0.16", "VAT", "IVA"), ("0.08", "IVA frontera", "IVA"), ("0", "IVA", "IVA"), ("0.08", "IEPS botanas", "IEPS")],
)
def test_the_taxes_that_shopify_states(world, rate, name, tax):
    sale = only(world, world.fake.sell([Item("Cosa", "108.00", rate=rate, tax=name)]))

    (found,) = sale.lines[0].taxes
    assert (found.tax, found.rate) == (tax, Decimal(rate))


def test_a_line_without_taxes_is_unknown_and_not_zero(world):
    assert only(world, world.fake.sell([Item("Libro", "100.00", rate=None)])).lines[0].taxes is None


def test_two_taxes_of_a_line(world):
    order = world.fake.order([Item("Vino", "125.28")], included=False)
    (line,) = order["line_items"]
    ieps = {**line["tax_lines"][0], "title": "IEPS", "rate": 0.265}
    line["tax_lines"].append(ieps)
    world.fake.pay(order, str(Decimal("125.28") + 2 * Decimal(ieps["price"])))

    sale = only(world, order)

    assert [(tax.tax, tax.rate, tax.base) for tax in sale.lines[0].taxes] == [
        ("IVA", Decimal("0.16"), None),
        ("IEPS", Decimal("0.265"), None),
    ]


@pytest.mark.parametrize(
    ("name", "rate", "said"), [("Texas State Tax", "0.0625", "6.25 %"), ("Retención ISR", "0.16", "withheld")]
)
def test_a_tax_that_is_not_mexican_sets_the_order_aside(world, name, rate, said):
    with pytest.raises(DataError, match=said) as caught:
        world.of(world.fake.sell([Item("Cosa", "100.00", rate=rate, tax=name)]))
    assert caught.value.hint


def test_a_foreign_buyer_is_invoiced_in_the_shops_currency_or_in_his_own(world):
    order = world.fake.sell([Item("Taza", "116.00")], presentment=("USD", "0.05"))
    pesos = only(world, order)
    world.use(money="presentment")
    dollars = only(world, order)

    assert (pesos.currency, pesos.total, pesos.lines[0].taxes[0].amount) == ("MXN", 116, 16)
    assert (dollars.currency, dollars.total, dollars.lines[0].taxes[0].amount) == (
        "USD",
        Decimal("5.80"),
        Decimal("0.80"),
    )


def test_a_foreign_payment_was_converted_at_another_days_rate(world):
    order = world.fake.sell([Item("Taza", "116.00")], presentment=("USD", "0.05"))
    world.fake.orders[order["id"]].transactions[0]["amount_set"]["shop_money"]["amount"] = "117.03"
    assert only(world, order).total == 116

    world.fake.orders[order["id"]].transactions[0]["amount_set"]["presentment_money"]["amount"] = "5.00"
    with pytest.raises(DataError, match=r"5\.0 USD were paid, the order says 5\.8"):
        world.of(order)


def test_an_order_that_an_app_made_as_paid_has_no_transactions(world):
    order = world.fake.order([Item("Taza", "116.00")], financial_status="paid")

    sale = only(world, order)

    assert (sale.total, sale.forma_pago) == (116, None)


def test_lines_that_do_not_add_up_set_the_order_aside(world):
    order = world.fake.order([Item("Taza", "116.00")])
    world.fake.pay(order, "116.02")

    with pytest.raises(DataError, match=r"add up to 116.00, 116.02 was charged") as caught:
        world.of(order)
    assert "by hand" in caught.value.hint


def test_change_given_back_at_the_till_is_not_part_of_the_payment(world):
    order = world.fake.order([Item("Taza", "116.00")])
    world.fake.pay(order, "200.00", gateway="cash")
    world.fake.pay(order, "84.00", gateway="cash", kind="change")

    sale = only(world, order)

    assert (sale.total, sale.forma_pago) == (116, "01")


# ---- not yet, not ours


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda fake, order: None, "PENDING"),
        (lambda fake, order: fake.pay(order, kind="authorization"), "AUTHORIZED"),
        (lambda fake, order: fake.pay(order, "50.00"), "PARTIALLY_PAID"),
        (lambda fake, order: order.update(financial_status="voided"), "VOIDED"),
        (lambda fake, order: order.update(financial_status="expired"), "EXPIRED"),
        (lambda fake, order: order.update(financial_status="reversed_by_magic"), "does not know"),
    ],
)
def test_what_is_not_paid_is_not_a_sale_yet_and_says_why(world, act, said):
    order = world.fake.order([Item("Taza", "116.00")])
    act(world.fake, order)

    (told,) = world.of(order)

    assert isinstance(told, Ignored)
    assert said in told.reason


def test_the_second_payment_makes_the_sale(world, clock):
    order = world.fake.order([Item("Taza", "116.00")])
    world.fake.pay(order, "16.00", gateway="OXXO")
    clock.passes(days=3)
    world.fake.pay(order, "100.00")

    sale = only(world, order)

    assert (sale.total, sale.forma_pago, sale.sold_at) == (116, "04", clock())


def test_test_orders_are_never_mixed_with_real_ones(world):
    real, test = world.fake.sell([Item("Taza", "116.00")]), world.fake.sell([Item("Taza", "116.00")], test=True)
    bogus = world.fake.sell([Item("Taza", "116.00")], gateway="bogus")
    for order in (real, test):
        world.fake.refund(order, "16.00")
        world.fake.dispute_ends(world.fake.dispute(order))

    def taken():
        return {
            each.id if isinstance(each, Sale) else each.sale_id
            for each in world.pulled()
            if not isinstance(each, Ignored)
        }

    assert taken() == {str(real["id"])}
    world.use(live_mode=False)
    assert taken() == {str(test["id"]), str(bogus["id"])}
    assert not only(world, bogus).live


def test_what_another_party_sold_is_ignored(world):
    (told,) = world.of(world.fake.sell([Item("Taza", "116.00")], merchant_of_record_app_id=4711))

    assert isinstance(told, Ignored)
    assert "App 4711 sold it" in told.reason


def test_an_order_for_nothing_is_ignored(world):
    (told,) = world.of(world.fake.sell([Item("Muestra", "10.00", discount="10.00")], financial_status="paid"))

    assert isinstance(told, Ignored)
    assert "no money moved" in told.reason


# ---- gift cards


def test_a_gift_card_sold_is_an_advance_payment(world):
    sale = only(world, world.fake.sell([Item("Tarjeta de regalo", "500.00", rate=None, gift_card=True)]))

    (line,) = sale.lines
    assert (line.clave_prod_serv, line.clave_unidad, line.total) == ("84111506", "ACT", 500)


def test_a_gift_card_sold_can_be_left_out(world):
    card = Item("Tarjeta de regalo", "500.00", rate=None, gift_card=True)
    mixed, alone = world.fake.sell([Item("Taza", "116.00"), card]), world.fake.sell([card])
    world.use(gift_cards_sold="ignore")

    assert (only(world, mixed).total, len(only(world, mixed).lines)) == (116, 1)
    (told,) = world.of(alone)
    assert isinstance(told, Ignored)


def test_a_refund_of_gift_cards_that_were_left_out_does_not_lower_the_rest(world):
    card = Item("Tarjeta de regalo", "500.00", rate=None, gift_card=True)
    mixed, alone = world.fake.sell([Item("Taza", "116.00"), card]), world.fake.sell([card])
    world.fake.refund(mixed, "500.00")
    world.fake.refund(alone, "500.00")
    assert world.of(mixed)[1].amount == world.of(alone)[1].amount == 500

    world.use(gift_cards_sold="ignore")

    assert isinstance(world.of(alone)[1], Ignored)
    with pytest.raises(DataError, match="may be of the gift cards"):
        world.of(mixed)


def test_a_long_sku_does_not_stop_the_order(world):
    assert only(world, world.fake.sell([Item("Taza", "116.00", sku="S" * 255)])).lines[0].sku == "S" * 100


def test_a_sale_paid_with_a_gift_card_is_whole_and_its_forma_pago_is_for_the_issuer_to_say(world):
    order = world.fake.sell([Item("Taza", "116.00")], gateway="gift_card")
    assert (only(world, order).total, only(world, order).forma_pago) == (116, None)

    world.use(formas_pago={"Gift Card": "01"})
    assert only(world, order).forma_pago == "01"


@pytest.mark.parametrize(
    ("gateway", "details", "overrides", "code"),
    [
        ("paypal", None, {}, "31"),
        ("Bank Deposit", None, {}, "03"),
        ("Depósito Bancario", None, {}, "03"),
        ("Cash on Delivery (COD)", None, {}, "01"),
        ("manual", None, {}, None),
        ("un gateway", {"__typename": "CardPaymentDetails", "paymentMethodName": "visa"}, {}, "04"),
        ("un gateway", {"__typename": "LocalPaymentMethodsPaymentDetails", "paymentMethodName": "oxxo"}, {}, "01"),
        ("paypal", None, {"PayPal": "06"}, "06"),
        ("conekta", {"__typename": "CardPaymentDetails", "bin": "557910"}, {"bin 557910": "28"}, "28"),
        ("conekta", {"__typename": "CardPaymentDetails", "paymentMethodName": "visa"}, {"conekta.visa": "28"}, "28"),
        ("conekta", {"__typename": "CardPaymentDetails", "paymentMethodName": "visa"}, {"conekta": "31"}, "31"),
    ],
)
def test_forma_pago(world, gateway, details, overrides, code):
    world.use(formas_pago=overrides)
    order = world.fake.order([Item("Taza", "116.00")])
    world.fake.pay(order, gateway=gateway, payment_details=details)

    assert only(world, order).forma_pago == code


# ---- edits, refunds, cancellations, chargebacks


def test_a_line_taken_out_before_the_payment_is_not_invoiced(world):
    order = world.fake.order([Item("Taza", "116.00"), Item("Plato", "58.00")], shipping=Item("Envío", "99.00"))
    order["line_items"][1]["current_quantity"] = 0
    order["shipping_lines"][0]["is_removed"] = True
    world.fake.pay(order, "116.00")
    order["financial_status"] = "paid"

    assert [line.description for line in only(world, order).lines] == ["Taza"]


def test_a_line_given_back_after_the_payment_stays_in_the_sale(world):
    order = world.fake.sell([Item("Taza", "116.00"), Item("Plato", "58.00")])
    order["line_items"][1]["current_quantity"] = 0
    world.fake.refund(order, "58.00", note="Cambio de talla")

    sale, refund = world.of(order)

    assert (sale.total, len(sale.lines)) == (174, 2)
    assert (refund.sale_id, refund.amount, refund.reason) == (sale.id, 58, "Cambio de talla")


def test_a_line_added_and_paid_later_changes_the_sale(world):
    order = world.fake.sell([Item("Taza", "116.00")])
    before = only(world, order)
    added = world.fake.order([Item("Plato", "58.00")])
    order["line_items"] += added["line_items"]
    order["total_price"] = "174.00"
    order["total_price_set"]["shop_money"]["amount"] = "174.00"
    world.fake.pay(order, "58.00")

    after = only(world, order)

    assert (before.id, before.total, after.id, after.total) == (after.id, 116, before.id, 174)


@pytest.mark.parametrize("status", ["pending", "failure", "error"])
def test_a_refund_counts_once_its_money_went_back(world, status):
    order = world.fake.sell([Item("Taza", "116.00")])
    refund = world.fake.refund(order, "58.00", status=status)
    _, told = world.of(order)
    assert isinstance(told, Ignored)
    assert status.upper() in told.reason

    refund["transactions"][0]["status"] = "success"

    assert world.of(order)[1].amount == 58


def test_several_refunds_of_one_order_and_several_transactions_of_one_refund(world):
    order = world.fake.sell([Item("Taza", "116.00")])
    first = world.fake.refund(order, "16.00")
    second = world.fake.refund(order, "50.00")
    second["transactions"].append({**second["transactions"][0], "gateway": "gift_card", "amount": "0"})
    second["transactions"].append({**second["transactions"][0], "status": "failure"})

    refunds = world.of(order)[1:]

    assert [(refund.id, refund.amount) for refund in refunds] == [(str(first["id"]), 16), (str(second["id"]), 100)]


def test_a_refund_with_more_transactions_than_were_read_is_set_aside(world):
    order = world.fake.sell([Item("Taza", "116.00")])
    refund = world.fake.refund(order, "1.00")
    refund["transactions"] *= 11

    with pytest.raises(DataError, match="more transactions"):
        world.of(order)


def test_an_order_cancelled_with_its_money_kept_waits_for_a_person_and_one_refunded_does_not(world):
    order = world.fake.sell([Item("Taza", "116.00")])
    world.fake.cancel(order)
    with pytest.raises(DataError, match="money was kept") as caught:
        world.of(order)
    assert "refund it in Shopify" in caught.value.hint

    world.fake.refund(order, "116.00")
    sale, refund = world.of(order)
    assert sale.total == refund.amount == 116


def test_an_order_cancelled_before_it_was_paid_is_ignored(world):
    order = world.fake.order([Item("Taza", "116.00")])
    world.fake.cancel(order)

    assert isinstance(world.of(order)[0], Ignored)


@pytest.mark.parametrize(
    ("status", "kind", "counts"),
    [
        ("lost", "chargeback", True),
        ("accepted", "chargeback", True),
        ("won", "chargeback", False),
        ("under_review", "chargeback", False),
        ("lost", "inquiry", False),
    ],
)
def test_a_chargeback_counts_if_it_is_lost(world, status, kind, counts):
    order = world.fake.sell([Item("Taza", "116.00")])
    world.fake.dispute_ends(world.fake.dispute(order, "100.00", kind=kind), status)

    _, told = world.pulled()

    assert isinstance(told, Refund) is counts
    if counts:
        assert (told.kind, told.amount, told.sale_id) == ("dispute_lost", 100, str(order["id"]))


def test_lost_chargebacks_can_be_ignored_and_are_not_even_asked_for(world):
    order = world.fake.sell([Item("Taza", "116.00")])
    event = world.fake.dispute_ends(world.fake.dispute(order))
    world.use(lost_disputes="ignore")
    world.fake.forbid("read_shopify_payments_disputes")

    assert len(world.pulled()) == 1
    assert list(world.source.read(world.http, f"dispute:{event['id']}")) == []


@pytest.mark.parametrize("kind", ["order", "refund", "dispute"])
def test_a_record_that_is_not_as_documented_is_a_data_error(world, kind):
    for record in (
        {},
        {"object_kind": kind},
        {"object_kind": kind, "id": "1", kind: None, "name": 3, "transactions": 7},
    ):
        with pytest.raises(DataError, match="not as documented"):
            world.source.to_sale(record)
