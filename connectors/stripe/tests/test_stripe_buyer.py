import pytest

from connectors.stripe.keys import plain
from connectors.stripe.testing_objects import Item

ITEMS = [Item("Mochila", 116000)]
PERSON = {"name": "Lucía Ortega", "email": "lucia@correo.example", "address": None, "tax_ids": []}


def sale_of(world, found):
    (record,) = world.source.read(world.http, found["id"])
    return world.source.to_sale(record)


def test_the_customers_tax_id_serves_a_bare_payment(world):
    customer = world.fake.customer("XIA190128J61", name="XENON INDUSTRIAL ARTICLES", email="cuentas@xenon.example")

    buyer = sale_of(world, world.fake.pay(10000, customer=customer["id"])).buyer

    assert (buyer.rfc, buyer.nombre, buyer.email) == (
        "XIA190128J61",
        "XENON INDUSTRIAL ARTICLES",
        "cuentas@xenon.example",
    )
    assert buyer.customer_id == customer["id"]


def test_a_deleted_customer_is_nobody(world):
    customer = world.fake.put({"id": "cus_gone", "object": "customer", "deleted": True})

    assert sale_of(world, world.fake.pay(10000, customer=customer["id"])).buyer.rfc is None


@pytest.mark.parametrize("key", ["RFC", "rfc_cliente", "R.F.C.", "tax-id"])
def test_metadata_keys_are_read_as_people_write_them(world, key):
    assert sale_of(world, world.fake.pay(10000, metadata={key: "xia-190128-j61"})).buyer.rfc == "XIA190128J61"


def test_custom_fields_of_checkout_fill_regimen_and_uso(world):
    fields = [
        {"key": "regimenfiscal", "type": "dropdown", "dropdown": {"value": "626"}},
        {"key": "usocfdi", "type": "text", "text": {"value": "g03 - Gastos en general"}},
        {"key": "cp", "type": "numeric", "numeric": {"value": "06600"}},
    ]

    buyer = sale_of(world, world.fake.checkout(ITEMS, custom_fields=fields)).buyer

    assert (buyer.regimen_fiscal, buyer.uso_cfdi, buyer.codigo_postal) == ("626", "G03", "06600")


def test_what_the_buyer_typed_at_the_start_of_a_subscription_serves_every_invoice(world):
    fields = [{"key": "regimen", "type": "text", "text": {"value": "601 - General de Ley"}}]
    world.fake.checkout(ITEMS, custom_fields=fields, mode="subscription", subscription="sub_1", payment_intent=None)
    parent = {"type": "subscription_details", "subscription_details": {"subscription": "sub_1", "metadata": {}}}

    renewals = [sale_of(world, world.fake.invoice(ITEMS, parent=parent)) for _ in range(2)]

    assert [sale.buyer.regimen_fiscal for sale in renewals] == ["601", "601"]
    assert renewals[0].id != renewals[1].id
    assert not {alias for alias in renewals[0].aliases if alias.startswith("cs_")}


def test_the_operators_paths_come_first(world):
    world.source = world.source_with(
        fields={
            "rfc": ["metadata.nope", "metadata.identificacion"],
            "regimen_fiscal": "custom_fields.impuestos",
            "reference": "metadata.numero",
            "email": "customer.metadata.correo",
            "description": "metadata.concepto",
        }
    )
    customer = world.fake.customer("EKU9003173C9", metadata={"correo": "pagos@xenon.example"})
    metadata = {"identificacion": "XIA190128J61", "rfc": "OTHER", "numero": "777", "concepto": "Renta de mesa"}

    sale = sale_of(world, world.fake.pay(10000, customer=customer["id"], metadata=metadata))

    assert sale.buyer.rfc == "XIA190128J61"
    assert sale.buyer.email == "pagos@xenon.example"
    assert sale.reference == "777"
    assert sale.lines[0].description == "Renta de mesa"


def test_the_billing_address_tells_the_postal_code_and_the_parcels_address_never(world):
    details = {**PERSON, "address": None}
    shipped = {"address": {"postal_code": "64000", "country": "MX"}}
    assert (
        sale_of(
            world, world.fake.checkout(ITEMS, customer_details=details, shipping_details=shipped)
        ).buyer.codigo_postal
        is None
    )

    details["address"] = {"postal_code": "76343", "country": "MX"}
    assert sale_of(world, world.fake.checkout(ITEMS, customer_details=details)).buyer.codigo_postal == "76343"


def test_a_foreign_tax_number_is_no_rfc(world):
    details = {**PERSON, "tax_ids": [{"type": "us_ein", "value": "12-3456789"}]}

    assert sale_of(world, world.fake.checkout(ITEMS, customer_details=details)).buyer.rfc is None


def test_an_unusable_regimen_or_uso_is_no_value(world):
    buyer = sale_of(world, world.fake.pay(10000, metadata={"regimen": "persona física", "uso": "lo de siempre"})).buyer

    assert buyer.regimen_fiscal is None
    assert buyer.uso_cfdi is None


def test_names_match_without_case_accents_and_separators():
    assert plain("Régimen-Fiscal ") == plain("REGIMEN_FISCAL") == "regimenfiscal"
