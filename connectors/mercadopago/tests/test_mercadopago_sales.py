import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mercadopago.config import MercadoPagoConfig
from connectors.mercadopago.source import MercadoPagoSource
from hub.plugin import DataError, Ignored, Refund

D = Decimal
SOURCE = MercadoPagoSource(MercadoPagoConfig(access_token="TEST-x", collector_id="1"))


def item(price, quantity=1, title="Taza"):
    return {"id": "T", "title": title, "quantity": quantity, "unit_price": price}


def test_items_less_than_the_charge_are_a_discount_over_all_of_them(world):
    items = [item("100.00"), item("33.333", 3), item("-13.00", title="Cupón"), item(0, title="Regalo")]

    (sale,) = world.of(world.fake.pay("180.00", additional_info={"items": items}))

    assert [(line.unit_price, line.discount, line.total) for line in sale.lines] == [
        (D(100), D("10.00"), D("90.00")),
        (D("33.333"), D("10.00"), D("90.00")),
    ]


def test_items_that_are_less_than_the_charge_are_set_aside_or_not_used(world):
    payment = world.fake.pay("180.00", additional_info={"items": [item("100.00")]}, description="Pedido 7")

    with pytest.raises(DataError, match=r"100\.00, 180\.00 was charged") as caught:
        world.of(payment)
    assert "lines: description" in caught.value.hint

    world.source = world.source_with(lines="description")
    (sale,) = world.of(payment)
    assert [(line.description, line.total) for line in sale.lines] == [("Pedido 7", D("180.00"))]


def test_the_orders_items_serve_a_payment_that_pays_it_alone(world):
    items = [item("60.00", 2), item("30.00", title="Plato")]
    alone = world.fake.pay("150.00")
    world.fake.merchant_order(items, [alone])
    dearer = world.fake.pay("151.00")
    world.fake.merchant_order(items, [dearer])
    parts = [world.fake.pay("100.00"), world.fake.pay("50.00")]
    world.fake.merchant_order(items, parts)

    assert [line.description for line in world.of(alone)[0].lines] == ["Taza", "Plato"]
    for payment in (dearer, *parts):
        assert [line.description for line in world.of(payment)[0].lines] == ["Venta"]


def test_shipping_is_a_line_or_somebody_elses(world):
    payment = world.fake.pay("100.00", shipping_amount=D("49.90"))

    (sale,) = world.of(payment)
    assert (sale.total, sale.lines[1].kind) == (D("149.90"), "shipping")

    world.source = world.source_with(shipping="leave_out")
    assert world.of(payment)[0].total == 100


def test_a_coupon_lowers_the_sale_only_if_the_seller_bears_it(world):
    payment = world.fake.pay("100.00", coupon_amount=D("10.00"))
    assert world.of(payment)[0].total == 100

    world.source = world.source_with(coupons="seller")
    assert world.of(payment)[0].total == 90


def test_a_tax_that_mexico_does_not_have_is_set_aside(world):
    with pytest.raises(DataError, match="taxes_amount"):
        world.of(world.fake.pay("100.00", taxes_amount=D("16.00")))


def test_interest_that_the_buyer_pays_to_mercado_pago_is_not_the_sellers(world):
    (sale,) = world.of(world.fake.pay("100.00", transaction_details={"total_paid_amount": D("117.35")}))

    assert sale.total == 100


@pytest.mark.parametrize(
    ("kind", "method", "code"),
    [
        ("credit_card", "master", "04"),
        ("debit_card", "debvisa", "28"),
        ("prepaid_card", "visa", "28"),
        ("ticket", "paycash", "01"),
        ("atm", "banamex", "01"),
        ("bank_transfer", "clabe", "03"),
        ("account_money", "account_money", "06"),
        ("consumer_credits", "consumer_credits", "31"),
        ("digital_wallet", "of_others", "31"),
        ("of_tomorrow", "x", None),
    ],
)
def test_how_it_was_paid(world, kind, method, code):
    assert world.of(world.fake.pay("100.00", kind=kind, method=method))[0].forma_pago == code


def test_the_operator_may_set_how_a_method_counts(world):
    world.source = world.source_with(formas_pago={"ticket": "31", "ticket.paycash": "01", "account_money": "05"})

    codes = {"oxxo": "31", "paycash": "01"}
    assert {m: world.of(world.fake.pay("100.00", kind="ticket", method=m))[0].forma_pago for m in codes} == codes
    assert world.of(world.fake.pay("100.00", kind="account_money"))[0].forma_pago == "05"


def test_authorised_and_rejected_payments_are_no_sale(world):
    for status in ("authorized", "in_process", "rejected", "cancelled"):
        (told,) = world.of(world.fake.start("100.00", status=status))
        assert isinstance(told, Ignored)
        assert status in told.reason


def test_money_that_somebody_sends_to_the_account_is_no_sale_unless_that_is_set(world):
    payment = world.fake.pay("100.00", operation_type="money_transfer")
    assert world.of(payment) == [Ignored(f"{payment['id']}: a money_transfer is no sale (ignored_operations)")]

    world.source = world.source_with(ignored_operations=[])
    assert world.of(payment)[0].total == 100


def test_an_order_of_mercado_libre_is_not_asked_for(world):
    payment = world.fake.pay("100.00", order={"id": "2000001", "type": "mercadolibre"})

    assert world.of(payment)[0].total == 100
    assert not [one for one in world.fake.requests if "merchant_orders" in one.url.path]


def test_a_live_payment_is_ignored_by_a_test_instance_and_the_other_way_round(world):
    payment = world.fake.pay("100.00", live_mode=True)
    world.fake.refund(payment, "10.00")

    sale, refund = world.of(payment)
    assert sale == Ignored(f"{payment['id']}: a live payment, this instance takes test ones")
    assert isinstance(refund, Ignored)
    world.source = world.source_with(live_mode=True)
    assert world.of(payment)[0].live is True


def test_a_refund_does_not_change_the_record_of_the_sale(world, clock):
    payment = world.fake.pay("100.00")
    (before,) = world.source.read(world.http, f"payment:{payment['id']}@0")

    clock.passes(hours=1)
    world.fake.refund(payment)

    after, refund = world.source.read(world.http, f"payment:{payment['id']}@0")
    assert after == before
    assert refund["object_kind"] == "refund"


def test_refunds_that_the_payment_only_sums_up_are_asked_for(world):
    payment = world.fake.pay("100.00")
    refund = world.fake.refund(payment, "40.00")
    listed, payment["refunds"] = payment["refunds"], []
    handle = world.fake.answer

    def answer(request):
        payment["refunds"] = listed if request.url.path.endswith("/refunds") else []
        return handle(request)

    world.fake.answer = answer
    assert world.of(payment)[1].id == str(refund["id"])


def test_a_refund_that_waits_does_not_count_and_a_rejected_one_is_reversed(world):
    payment = world.fake.pay("100.00")
    refund = world.fake.refund(payment, "40.00", status="in_process")
    assert isinstance(world.of(payment)[1], Ignored)

    refund["status"] = "rejected"

    assert world.of(payment)[1].status == "reversed"


def test_a_chargeback_counts_for_what_was_not_refunded_and_is_undone_if_it_is_won(world):
    payment = world.fake.pay("100.00")
    world.fake.refund(payment, "40.00")
    chargeback = world.fake.chargeback(payment)
    world.fake.chargeback_ends(chargeback)

    lost = world.of(payment)[2]
    assert (lost.kind, lost.amount, lost.status) == ("dispute_lost", D("60.00"), "succeeded")

    world.fake.chargeback_ends(chargeback, lost=False)
    won = world.of(payment)[2]
    assert (won.id, won.status) == (lost.id, "reversed")

    world.source = world.source_with(lost_chargebacks="ignore")
    assert isinstance(world.of(payment)[2], Ignored)
    assert not [one for one in world.of(payment) if isinstance(one, Refund) and one.kind == "dispute_lost"]


def test_the_buyer_from_metadata_identification_and_payer(world):
    payer = {
        "type": "registered",
        "id": "551",
        "email": "XXXXXXXXXXX",
        "first_name": "Lucía",
        "last_name": "Ortega",
        "identification": {"type": "RFC", "number": "xia-190128-j61"},
        "phone": {"area_code": "55", "number": "12345678"},
    }
    metadata = {"regimen_fiscal": "601 - General de Ley", "uso": "g03", "cp": "06600", "correo_factura": "a@b.example"}

    (sale,) = world.of(world.fake.pay("100.00", payer=payer, metadata={**metadata, "pedido": "A-7"}))

    buyer = sale.buyer
    assert (buyer.rfc, buyer.nombre, buyer.email, buyer.phone, buyer.customer_id) == (
        "XIA190128J61",
        "Lucía Ortega",
        "a@b.example",
        "5512345678",
        "551",
    )
    assert (buyer.regimen_fiscal, buyer.uso_cfdi, buyer.codigo_postal) == ("601", "G03", "06600")
    assert sale.reference == "A-7"


def test_masked_mail_other_documents_and_guests_tell_nothing(world):
    payer = {"type": "guest", "id": "551", "email": "XXXX", "identification": {"type": "CURP", "number": "X"}}

    (sale,) = world.of(world.fake.pay("100.00", payer=payer))

    assert sale.buyer.model_dump(exclude_none=True) == {}


def test_the_operators_paths_come_first(world):
    world.source = world.source_with(
        fields={"rfc": ["payment.metadata.nope", "payment.metadata.clave"], "description": "payment.metadata.concepto"}
    )
    metadata = {"clave": "XIA190128J61", "rfc": "OTHER", "concepto": "Renta"}

    (sale,) = world.of(world.fake.pay("100.00", metadata=metadata))

    assert (sale.buyer.rfc, sale.lines[0].description) == ("XIA190128J61", "Renta")


def paid(amount, items):
    payment = {
        "id": 1,
        "collector_id": 1,
        "live_mode": False,
        "status": "approved",
        "date_approved": "2026-11-20T13:52:31.000-04:00",
        "currency_id": "MXN",
        "transaction_amount": amount,
        "additional_info": {"items": items},
    }
    return {"object_kind": "sale", "id": "1", "payment": payment, "order": None}


PRICES = st.integers(1, 10**8).map(lambda cents: D(cents).scaleb(-2))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PRICES, st.integers(1, 30)), min_size=1, max_size=6), st.data())
def test_whatever_is_sold_every_cent_is_in_exactly_one_line(sold, data):
    whole = sum(price * quantity for price, quantity in sold)
    charged = D(data.draw(st.integers(1, int(whole * 100)))).scaleb(-2)
    record = paid(charged, [item(price, quantity) for price, quantity in sold])

    sale = SOURCE.to_sale(record)

    assert sale.total == charged
    for line in sale.lines:
        assert line.quantity * line.unit_price - line.discount == line.total
    stored = json.loads(json.dumps(record, default=str), parse_float=D)
    assert SOURCE.to_sale(stored) == sale


@pytest.mark.parametrize("kind", ["sale", "refund", "chargeback"])
@pytest.mark.parametrize("spoilt", [{}, {"payment": 3}, {"payment": {}}, {"collector_id": 1, "live_mode": False}])
def test_a_record_that_is_not_as_documented_is_a_data_error(kind, spoilt):
    with pytest.raises(DataError):
        SOURCE.to_sale({"object_kind": kind, "id": "x", **spoilt})


@pytest.mark.parametrize("amount", [1.5, "1,000.00", "NaN", True, "10.001", None])
def test_an_amount_that_is_not_exact_is_a_data_error(amount):
    with pytest.raises(DataError, match="transaction_amount"):
        SOURCE.to_sale(paid(amount, []))
