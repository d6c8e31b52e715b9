import pytest

from connectors.shopify.testing_shapes import Item
from hub.plugin import ConfigError

LINE = [Item("Taza", "116.00")]
RFC = "URE180429TM6"


def buyer(world, **fields):
    (sale,) = world.of(world.fake.sell(LINE, **fields))
    return sale.buyer


def test_note_attributes_are_found_by_their_usual_names(world):
    typed = {
        "R.F.C.": " ure-180429 tm6",
        "Razón Social": "UNIVERSIDAD ROBOTICA ESPAÑOLA",
        "Régimen Fiscal": "601 - General de Ley Personas Morales",
        "USO DE CFDI": "g03 gastos en general",
        "CP fiscal": "86991",
        "Correo factura": "compras@ure.example",
    }

    found = buyer(world, attributes=typed)

    assert (found.rfc, found.nombre) == (RFC, "UNIVERSIDAD ROBOTICA ESPAÑOLA")
    assert (found.regimen_fiscal, found.uso_cfdi, found.codigo_postal) == ("601", "G03", "86991")
    assert found.email == "compras@ure.example"


def test_localized_fields_go_before_what_was_typed(world):
    order = world.fake.sell(LINE, attributes={"RFC": "XAXX010101000", "Régimen": "612"})
    world.fake.orders[order["id"]].localized += [
        {"key": "TAX_CREDENTIAL_MX", "title": "RFC", "value": RFC},
        {"key": "TAX_CREDENTIAL_TYPE_MX", "title": "Régimen", "value": ""},
        {"key": "TAX_CREDENTIAL_USE_MX", "title": "Uso", "value": "G01"},
    ]

    (sale,) = world.of(order)

    assert (sale.buyer.rfc, sale.buyer.regimen_fiscal, sale.buyer.uso_cfdi) == (RFC, "612", "G01")


def test_what_was_typed_beside_a_product_counts_after_the_cart(world):
    items = [Item("Taza", "116.00", properties=(("RFC", RFC), ("Uso", "D01")))]

    (sale,) = world.of(world.fake.sell(items, attributes={"Uso CFDI": "G03"}))

    assert (sale.buyer.rfc, sale.buyer.uso_cfdi) == (RFC, "G03")


def test_an_rfc_in_the_note_is_the_last_resort(world):
    assert buyer(world, note=f"Por favor facturar a {RFC.lower()}, gracias").rfc == RFC
    assert buyer(world, note="mi pedido es 123 y pago 180429").rfc is None
    assert buyer(world, note=f"facturar a {RFC}", attributes={"RFC": "XAXX010101000"}).rfc == "XAXX010101000"


def test_without_typed_data_the_billing_address_tells_and_never_the_shipping_address(world):
    found = buyer(
        world,
        billing_address={"name": "Ana Pérez", "company": "PAPELERIA LA PLUMA", "zip": "76000", "country_code": "MX"},
        shipping_address={"name": "Otro", "company": "OTRA", "zip": "01000", "country_code": "MX"},
    )
    nobody = buyer(world, billing_address=None, shipping_address={"zip": "01000"}, email=None)

    assert (found.nombre, found.codigo_postal, found.country) == ("PAPELERIA LA PLUMA", "76000", "MX")
    assert (nobody.nombre, nobody.codigo_postal, nobody.email) == ("Ana Pérez", None, "ana@cliente.example")


def test_the_customer_is_not_recognised_because_a_guest_may_type_anybodys_mail(world):
    assert buyer(world).customer_id is None


@pytest.mark.parametrize(
    "path",
    [
        "attributes.Mi RFC",
        "note_attributes.mi rfc",
        "properties.Clave fiscal",
        "localized.SHIPPING_CREDENTIAL_MX",
        "metafields.facturacion.rfc",
        "customer.metafields.facturacion.rfc",
        "billingAddress.company",
        "poNumber",
    ],
)
def test_a_field_is_read_from_where_the_operator_says(world, path):
    place = path.partition(".")[0]
    attributes = {"Mi RFC": RFC} if "attributes" in place else {}
    order = world.fake.sell(
        [Item("Taza", "116.00", properties=(("Clave Fiscal", RFC),) if place == "properties" else ())],
        attributes={**attributes, "RFC": "XAXX010101000"},
        billing_address={"company": RFC if place == "billingAddress" else None},
        po_number=RFC if place == "poNumber" else None,
    )
    held = world.fake.orders[order["id"]]
    if place == "localized":
        held.localized.append({"key": "SHIPPING_CREDENTIAL_MX", "title": "", "value": RFC})
    if place == "metafields":
        held.metafields["facturacion", "rfc"] = RFC
    if place == "customer":
        held.customer_metafields["facturacion", "rfc"] = RFC
    world.use(fields={"rfc": ("attributes.nowhere", path)})

    (sale,) = world.of(order)

    assert sale.buyer.rfc == RFC


def test_a_metafield_that_nobody_filled_in_falls_back(world):
    world.use(fields={"rfc": "metafields.facturacion.rfc"})

    assert buyer(world, attributes={"RFC": RFC}).rfc == RFC
    assert buyer(world, customer=None).rfc is None


def test_without_access_to_protected_data_the_buyer_is_left_out_of_the_query(world):
    world.fake.admin.protected = False
    with pytest.raises(ConfigError, match="not approved") as caught:
        buyer(world)
    assert "customer_data: false" in caught.value.hint

    world.use(customer_data=False)
    found = buyer(world, attributes={"RFC": RFC})

    assert (found.rfc, found.email, found.nombre) == (RFC, None, None)
