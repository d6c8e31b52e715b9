import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.openpay.compose import compose
from connectors.openpay.config import OpenPayConfig
from connectors.openpay.source import OpenPaySource
from connectors.openpay.testing import card
from hub.plugin import DataError, Ignored, Tax, rounded

D = Decimal
SOURCE = OpenPaySource(OpenPayConfig(merchant_id="m", private_key="sk_x", sandbox=True))


def test_without_sums_in_the_metadata_the_taxes_are_unknown(world):
    (sale,) = world.of(world.fake.charge("116.00"))

    assert sale.prices_include_tax is True
    assert [(line.description, line.taxes) for line in sale.lines] == [("Venta", None)]


def test_the_sums_of_the_metadata_are_taken_if_they_make_the_charge(world):
    metadata = {"Subtotal": "1400.00", "Descuento": 130, "I.V.A.": "203.20"}

    (sale,) = world.of(world.fake.charge("1473.20", metadata=metadata, description="Pedido 7"))

    (line,) = sale.lines
    assert (line.unit_price, line.discount, line.total) == (1400, 130, D("1473.20"))
    assert line.taxes == (Tax(rate=D("0.16"), base=D("1270.00"), amount=D("203.20")),)
    assert sale.prices_include_tax is False


def test_the_tax_alone_is_enough(world):
    (sale,) = world.of(world.fake.charge("108.00", metadata={"iva": "8.00"}))

    assert sale.lines[0].taxes == (Tax(rate=D("0.08"), base=D("100.00"), amount=D("8.00")),)


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"iva": "16%"}, "not an amount"),
        ({"iva": "15.00"}, "not IVA"),
        ({"iva": "16.00", "subtotal": "90.00"}, "116.00 was charged"),
        ({"iva": "16.00", "subtotal": "100.00", "descuento": "diez"}, "metadata.descuento"),
    ],
)
def test_sums_that_cannot_be_are_set_aside_or_left_out(world, metadata, why):
    charge = world.fake.charge("116.00", metadata=metadata)
    with pytest.raises(DataError, match=why) as caught:
        world.of(charge)
    assert "amounts: {}" in caught.value.hint

    world.source = world.source_with(amounts={})
    assert world.of(charge)[0].lines[0].taxes is None


def test_the_shop_may_call_its_sums_otherwise(world):
    world.source = world.source_with(amounts={"iva": "impuesto"})

    (sale,) = world.of(world.fake.charge("116.00", metadata={"impuesto": 16, "iva": "x"}))

    assert sale.lines[0].taxes[0].amount == 16


@pytest.mark.parametrize(
    ("method", "code"),
    [
        (card("credit"), "04"),
        (card("debit"), "28"),
        ({"method": "card"}, "04"),
        ({"method": "bank_account"}, "03"),
        ({"method": "store"}, "01"),
        ({"method": "bitcoin"}, "31"),
        ({"method": "of_tomorrow"}, None),
    ],
)
def test_how_it_was_paid(world, method, code):
    assert world.of(world.fake.charge("100.00", method))[0].forma_pago == code


def test_the_operator_may_set_how_a_method_counts(world):
    world.source = world.source_with(formas_pago={"store": "31", "card.credit": "29"})

    for method, code in (({"method": "store"}, "31"), (card("credit"), "29"), (card("debit"), "28")):
        assert world.of(world.fake.charge("100.00", method))[0].forma_pago == code


@pytest.mark.parametrize("status", ["in_progress", "failed", "cancelled", "charge_pending"])
def test_what_is_not_paid_is_no_sale(world, status):
    (told,) = world.of(world.fake.start("100.00", status=status))

    assert isinstance(told, Ignored)
    assert status in told.reason


def test_a_refund_does_not_change_the_record_of_the_sale(world, clock):
    charge = world.fake.charge("100.00")
    (before,) = world.source.read(world.http, charge["id"])

    clock.passes(hours=1)
    world.fake.refund(charge)

    assert next(iter(world.source.read(world.http, charge["id"]))) == before


def test_several_refunds_are_several_and_the_last_is_not_told_twice(world):
    charge = world.fake.charge("100.00")
    refunds = [world.fake.refund(charge, "10.00"), world.fake.refund(charge, "20.50")]
    charge["refunds"] = refunds

    assert [(one.id, one.amount) for one in world.of(charge)[1:]] == [(one["id"], one["amount"]) for one in refunds]


def test_a_refund_that_is_told_by_the_state_alone_is_of_all(world):
    charge = world.fake.charge("100.00", status="refunded")
    charge["status"] = "refunded"

    _, refund = world.of(charge)

    assert (refund.id, refund.amount) == (f"{charge['id']}-refunded", 100)


def test_a_refund_that_waits_does_not_count_and_a_failed_one_is_reversed(world):
    charge = world.fake.charge("100.00")
    refund = world.fake.refund(charge, "40.00", status="in_progress")
    assert isinstance(world.of(charge)[1], Ignored)

    refund["status"] = "failed"

    assert world.of(charge)[1].status == "reversed"


def test_a_chargeback_counts_for_what_was_not_refunded_and_only_if_it_is_accepted(world):
    charge = world.fake.charge("100.00")
    world.fake.refund(charge, "40.00")
    world.fake.chargeback(charge)
    assert "opened: 60.00 MXN" in world.of(charge)[2].reason

    world.fake.chargeback_ends(charge)
    assert (world.of(charge)[2].kind, world.of(charge)[2].amount) == ("dispute_lost", 60)

    world.source = world.source_with(lost_chargebacks="ignore")
    assert isinstance(world.of(charge)[2], Ignored)

    charge["status"] = "chargeback_adjustment"
    assert "the money stays" in world.of(charge)[2].reason


def test_the_buyer_from_metadata_and_customer(world):
    customer = {"name": "Lucía", "last_name": "Ortega", "email": "lucia@correo.example", "phone_number": "5512345678"}
    metadata = {"rfc": "xia-190128-j61", "regimen": "601 - General de Ley", "uso_cfdi": "g03", "cp": "06600"}

    (sale,) = world.of(world.fake.charge("100.00", customer=customer, metadata={**metadata, "pedido": "A-7"}))

    buyer = sale.buyer
    assert (buyer.rfc, buyer.nombre, buyer.email, buyer.phone) == (
        "XIA190128J61",
        "Lucía Ortega",
        "lucia@correo.example",
        "5512345678",
    )
    assert (buyer.regimen_fiscal, buyer.uso_cfdi, buyer.codigo_postal) == ("601", "G03", "06600")
    assert sale.reference == "A-7"


def test_the_customers_address_never_tells_the_domicilio_fiscal(world):
    customer = {"name": "Ana", "address": {"postal_code": "64000"}}

    assert world.of(world.fake.charge("100.00", customer=customer))[0].buyer.codigo_postal is None


def test_the_operators_paths_come_first(world):
    world.source = world.source_with(fields={"rfc": "metadata.clave", "description": "metadata.concepto"})
    metadata = {"clave": "XIA190128J61", "rfc": "OTHER", "concepto": "Renta"}

    (sale,) = world.of(world.fake.charge("100.00", metadata=metadata))

    assert (sale.buyer.rfc, sale.lines[0].description) == ("XIA190128J61", "Renta")


def test_what_tells_of_the_card_does_not_enter_the_record(world):
    (record,) = world.source.read(world.http, world.fake.charge("100.00")["id"])

    assert record["card"] == {"type": "credit"}
    assert "411111" not in str(record)


def charged(amount, **fields):
    charge = {
        "id": "tr1",
        "transaction_type": "charge",
        "method": "card",
        "status": "completed",
        "amount": amount,
        "currency": "MXN",
        "operation_date": "2026-11-20T11:52:31-06:00",
        **fields,
    }
    return next(iter(compose(charge)))


CENTS = st.integers(1, 10**9).map(lambda cents: D(cents).scaleb(-2))


# Of less than a peso, two rates may make the same tax.
@given(CENTS.map(lambda base: base + 1), CENTS, st.sampled_from([D("0.16"), D("0.08"), D(0)]))
def test_whatever_is_charged_every_cent_is_in_the_line(base, discount, rate):
    iva = rounded(base * rate, 2)
    metadata = {"subtotal": str(base + discount), "descuento": str(discount), "iva": str(iva)}
    record = charged(base + iva, metadata=metadata)

    sale = SOURCE.to_sale(record)

    (line,) = sale.lines
    assert line.total == sale.total == base + iva
    assert line.unit_price - line.discount + line.taxes[0].amount == line.total
    assert SOURCE.to_sale(json.loads(json.dumps(record, default=str), parse_float=D)) == sale


@pytest.mark.parametrize("amount", [1.5, "1,000.00", "NaN", True, "10.001", None])
def test_an_amount_that_is_not_exact_is_a_data_error(amount):
    with pytest.raises(DataError, match="amount"):
        SOURCE.to_sale(charged(amount))


@pytest.mark.parametrize("kind", ["sale", "refund", "chargeback"])
@pytest.mark.parametrize("spoilt", [{}, {"refund": 3}, {"transaction_type": "charge", "status": "completed"}])
def test_a_record_that_is_not_as_documented_is_a_data_error(kind, spoilt):
    with pytest.raises(DataError):
        SOURCE.to_sale({"object_kind": kind, "id": "x", **spoilt})
