from decimal import Decimal

import pytest

from connectors.stripe.testing_objects import Item, card
from hub.plugin import DataError, Ignored, Tax

D = Decimal


def only(world, found):
    (record,) = world.source.read(world.http, found["id"])
    return world.source.to_sale(record)


def test_exclusive_prices_stay_without_tax(world):
    invoice = world.fake.invoice([Item("Plan anual", 100000, inclusive=False), Item("Alta", 9999, inclusive=False)])

    sale = only(world, invoice)

    assert sale.prices_include_tax is False
    assert [line.unit_price for line in sale.lines] == [D("1000.00"), D("99.99")]
    assert [line.total for line in sale.lines] == [D("1160.00"), D("115.99")]
    assert sale.total == D("1275.99")


def test_a_mixture_of_bases_is_told_with_tax_and_keeps_every_cent(world):
    session = world.fake.checkout(
        [Item("Libro", 11600), Item("Taller", 10000, quantity=3, discount=1000, inclusive=False)]
    )

    sale = only(world, session)

    assert sale.prices_include_tax is True
    assert sale.lines[1].total == D("336.40")
    assert sale.lines[1].discount == 0
    assert sale.lines[1].taxes == (Tax(rate=D("0.16"), base=D("290.00"), amount=D("46.40")),)


def test_untaxed_lines_are_unknown_and_never_zero(world):
    sale = only(world, world.fake.checkout([Item("Vela", 5000, iva=None)], shipping=11600))

    assert sale.lines[0].taxes is None
    assert sale.lines[1].kind == "shipping"
    assert sale.lines[1].taxes == (Tax(rate=D("0.16"), base=D("100.00"), amount=D("16.00")),)


@pytest.mark.parametrize(
    ("reason", "taxes"),
    [
        ("zero_rated", (Tax(rate=D(0), base=D("50.00"), amount=D("0.00")),)),
        ("product_exempt", (Tax(factor="Exento", base=D("50.00")),)),
        ("not_collecting", None),
        ("customer_exempt", None),
    ],
)
def test_the_reason_for_no_tax_is_kept(world, reason, taxes):
    session = world.fake.checkout([Item("Manzana", 5000, iva="0")])
    rate = {"id": "txr_0", "country": "MX", "display_name": "IVA", "percentage": 0, "tax_type": "vat"}
    line = session["line_items"]["data"][0]
    line["taxes"] = [{"amount": 0, "taxable_amount": 5000, "taxability_reason": reason, "rate": rate}]

    assert only(world, session).lines[0].taxes == taxes


def test_a_tax_without_a_stated_base_leaves_the_base_to_the_hub(world):
    session = world.fake.checkout([Item("Manzana", 11600)])
    session["line_items"]["data"][0]["taxes"][0]["taxable_amount"] = None

    assert only(world, session).lines[0].taxes == (Tax(rate=D("0.16"), amount=D("16.00")),)


def test_withheld_isr_is_told_as_withheld(world):
    invoice = world.fake.invoice([Item("Honorarios", 100000, inclusive=False)])
    isr = {"id": "txr_isr", "object": "tax_rate", "country": "MX", "display_name": "Retención ISR", "percentage": 1.25}
    world.fake.put(isr)
    line = invoice["lines"]["data"][0]
    stated = {"amount": -1250, "tax_behavior": "exclusive", "tax_rate_details": {"tax_rate": "txr_isr"}}
    line["taxes"].append({**stated, "taxability_reason": "standard_rated", "taxable_amount": 100000})
    invoice["total"] = invoice["amount_paid"] = 114750

    (found,) = only(world, invoice).lines

    assert found.total == D("1147.50")
    assert found.taxes[1] == Tax(tax="ISR", rate=D("0.0125"), withheld=True, base=D("1000.00"), amount=D("12.50"))


def test_a_foreign_tax_is_set_aside(world):
    session = world.fake.checkout([Item("Guía", 12100)])
    session["line_items"]["data"][0]["taxes"][0]["rate"] = {"country": "ES", "display_name": "IVA", "percentage": 21}

    with pytest.raises(DataError, match="of ES"):
        only(world, session)


def test_lines_that_do_not_add_up_are_set_aside_with_both_sums(world):
    session = world.fake.checkout([Item("Silla", 100000)])
    intent = world.fake.store.objects[session["payment_intent"]]
    intent["amount_received"] = 90000

    with pytest.raises(DataError, match=r"1000\.00, 900\.00 was charged"):
        only(world, session)


def test_a_bare_payment_captured_in_part_is_a_sale_of_what_was_captured(world):
    intent = world.fake.pay(116000)
    charge = world.fake.store.objects[intent["latest_charge"]]
    intent["amount_received"] = charge["amount_captured"] = 50000

    sale = only(world, intent)

    assert sale.total == D("500.00")
    assert [(line.quantity, line.unit_price, line.total) for line in sale.lines] == [(1, D("500.00"), D("500.00"))]


def test_the_unused_time_of_a_changed_plan_is_a_discount(world):
    invoice = world.fake.invoice(
        [Item("Tiempo sin usar del Plan Básico", -30000, inclusive=False), Item("Plan Pro", 100000, inclusive=False)]
    )

    sale = only(world, invoice)

    (line,) = sale.lines
    assert (line.unit_price, line.discount, line.total) == (D("1000.00"), D("300.00"), D("812.00"))
    assert line.taxes == (Tax(rate=D("0.16"), base=D("700.00"), amount=D("112.00")),)


def test_free_lines_are_left_out_and_a_free_sale_is_ignored(world):
    sale = only(world, world.fake.invoice([Item("Prueba gratis", 0), Item("Plan Pro", 100000)]))
    assert [line.description for line in sale.lines] == ["Plan Pro"]

    assert isinstance(only(world, world.fake.pay(0)), Ignored)


def test_border_and_zero_rates(world):
    sold = [Item("Pan", 5400, iva="0.08"), Item("Leche", 3000, iva="0")]

    for found in (world.fake.checkout(sold), world.fake.invoice(sold)):
        sale = only(world, found)
        assert [line.taxes[0].rate for line in sale.lines] == [D("0.08"), D(0)]
        assert sale.lines[0].taxes[0].amount == D("4.00")


def test_an_invoice_with_many_lines_is_read_to_its_end(world):
    sale = only(world, world.fake.invoice([Item(f"Pieza {number}", 1000 + number) for number in range(123)]))

    assert len(sale.lines) == 123


def test_an_invoice_paid_outside_of_stripe_is_keyed_by_itself(world):
    invoice = world.fake.invoice([Item("Asesoría", 116000)], out_of_band=True)

    sale = only(world, invoice)

    assert sale.id == invoice["id"]
    assert sale.forma_pago is None


def test_an_invoice_paid_in_parts_is_one_sale_and_its_refund_finds_it(world):
    invoice = world.fake.invoice([Item("Curso", 100000)], parts=[30000, 70000])
    payments = world.fake.store.of("invoice_payment")
    intents = [payment["payment"]["payment_intent"] for payment in payments]

    sales = {only(world, {"id": each}) for each in (invoice["id"], *intents)}
    refund = only(world, world.fake.refund(world.fake.store.objects[intents[0]], 5000))

    (sale,) = sales
    assert sale.id == invoice["id"]
    assert set(intents) < set(sale.aliases)
    assert refund.sale_id == sale.id


def test_an_open_invoice_waits(world):
    invoice = world.fake.invoice([Item("Curso", 100000)], status="open")

    told = only(world, invoice)

    assert isinstance(told, Ignored)
    assert "paid in full" in told.reason


def test_a_lowered_invoice_is_set_aside(world):
    with pytest.raises(DataError, match="credit note"):
        only(world, world.fake.invoice([Item("Curso", 100000)], pre_payment_credit_notes_amount=10000))


def test_a_tip_is_a_line_of_its_own(world):
    sale = only(world, world.fake.pay(23000, amount_details={"tip": {"amount": 3000}}, description="Consumo"))

    assert [(line.description, line.total, line.kind) for line in sale.lines] == [
        ("Consumo", D("200.00"), "product"),
        ("Propina", D("30.00"), "tip"),
    ]


def test_sat_keys_come_from_the_product(world):
    keys = (("clave_prod_serv", "43211503"), ("Clave Unidad", "H87"), ("SKU", "LAP-14"))
    for found in (
        world.fake.checkout([Item("Laptop", 1500000, product_metadata=keys)]),
        world.fake.invoice([Item("Laptop", 1500000, product_metadata=keys)]),
    ):
        (line,) = only(world, found).lines
        assert (line.clave_prod_serv, line.clave_unidad, line.sku) == ("43211503", "H87", "LAP-14")


def test_a_malformed_sat_key_is_set_aside_by_name(world):
    session = world.fake.checkout([Item("Laptop", 1500000, product_metadata=(("clave_prod_serv", "4321"),))])

    with pytest.raises(DataError) as caught:
        only(world, session)
    assert caught.value.field == "clave_prod_serv"


@pytest.mark.parametrize(
    ("method", "code"),
    [
        (card("credit"), "04"),
        (card("debit"), "28"),
        (card("prepaid"), "04"),
        (card("unknown"), "04"),
        ({"type": "oxxo", "oxxo": {}}, "01"),
        ({"type": "customer_balance", "customer_balance": {}}, "03"),
        ({"type": "klarna", "klarna": {}}, "31"),
        ({"type": "of_tomorrow", "of_tomorrow": {}}, None),
    ],
)
def test_how_it_was_paid(world, method, code):
    assert only(world, world.fake.pay(10000, method=method)).forma_pago == code


def test_the_operator_may_set_how_a_method_counts(world):
    world.source = world.source_with(formas_pago={"card.prepaid": "28", "oxxo": "31", "card_present": "29"})

    assert only(world, world.fake.pay(10000, method=card("prepaid"))).forma_pago == "28"
    assert only(world, world.fake.pay(10000, method=card("credit"))).forma_pago == "04"
    assert only(world, world.fake.pay(10000, method={"type": "oxxo"})).forma_pago == "31"
    in_shop = {"type": "card_present", "card_present": {"funding": "credit"}}
    assert only(world, world.fake.pay(10000, method=in_shop)).forma_pago == "29"


def test_a_pending_refund_waits_and_a_failed_one_is_reversed(world):
    intent = world.fake.pay(10000)
    refund = world.fake.refund(intent, 4000, status="pending")
    assert isinstance(only(world, refund), Ignored)

    world.fake.refund_fails(refund)

    assert only(world, refund).status == "reversed"


def test_a_lost_dispute_may_be_set_to_change_nothing(world):
    dispute = world.fake.dispute_ends(world.fake.dispute(world.fake.pay(10000)))
    assert only(world, dispute).kind == "dispute_lost"

    world.source = world.source_with(lost_disputes="ignore")

    assert isinstance(only(world, dispute), Ignored)


def test_secrets_of_the_payment_do_not_enter_the_record(world):
    intent = world.fake.pay(10000, client_secret="pi_0001_secret_x", next_action={"url": "https://pay.example"})

    (record,) = world.source.read(world.http, intent["id"])

    assert "secret_x" not in str(record)
    assert "pay.example" not in str(record)
