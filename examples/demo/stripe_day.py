"""The shop's day at Stripe; each act leaves the events that Stripe would send."""

from typing import Any

from connectors.stripe.testing import FakeStripe
from connectors.stripe.testing_objects import Item

from .sales import AGAIN, CLAIMED


def first_wave(stripe: FakeStripe) -> None:
    """The day at Stripe; leaves the events that Stripe would send."""
    pot, cup = Item("Cafetera de émbolo", 89000), Item("Juego de taza y plato de barro", 18000, quantity=2)
    stripe.checkout([pot, cup], shipping=9900, **_buyer("CJ-1001", "rosa.nunez@correo.example", "Rosa Núñez"))
    stripe.checkout([Item("Taller de barismo", 232000)], **_known("CJ-1002", "CPU200101AB8", "CLIENTE DE PRUEBA UNO"))
    xochilt = stripe.customer(email="xochilt@correo.example", name="Xóchilt Casas")
    stripe.checkout([_coffee(2)], customer=xochilt["id"], **_buyer(CLAIMED, xochilt["email"], xochilt["name"]))
    stripe.pay(8900, currency="usd", description="Taller de barismo en línea", metadata=_DOLLARS)
    bar = Item("Barra de café para un evento", 6960000)
    stripe.checkout([bar], **_known("CJ-1005", "URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991"))
    three = Item("Juego de taza y plato de barro", 18000, quantity=3)
    stripe.checkout([three], **_known("CJ-1006", "CPD190315CD5", "CLIENTE DE LA PRUEBA DOS", "64000", "626"))
    session = stripe.checkout([Item("Libro: Del grano a la taza", 35000, iva=None)], **_buyer("CJ-1007", "", "Luz"))
    stripe.refund(stripe.store.objects[session["payment_intent"]])
    mixed = [
        _coffee(1),
        Item("Libro: Café de México", 32000, iva=None),
        Item("Juego de taza y plato de barro", 18000, discount=2000, iva=None),
    ]
    stripe.checkout(mixed, **_known("CJ-1008", "PEPT780630C38", "PERSONA FISICA DE PRUEBA TRES", "83000", "626"))


def second_wave(stripe: FakeStripe) -> None:
    """The customer who claimed an invoice buys again, and is not asked again."""
    claimed = next(found for found in stripe.store.of("checkout.session") if found["client_reference_id"] == CLAIMED)
    details = claimed["customer_details"]
    again = _buyer(AGAIN, details["email"], details["name"])
    stripe.checkout([_coffee(1)], customer=claimed["customer"], **again)


_DOLLARS = {
    "order_id": "CJ-1004",
    "rfc": "CPR160505JK2",
    "razon_social": "COMERCIO DE PRUEBA",
    "codigo_postal": "01000",
    "regimen_fiscal": "601",
    "uso_cfdi": "G03",
    "correo_factura": "facturas@comercio.example",
}


def _coffee(quantity: int) -> Item:
    # Stripe was told of no tax: the shop's own product rules say that coffee carries IVA at 0 %.
    return Item("Café de Coatepec en grano 1 kg", 42000, quantity=quantity, iva=None)


def _buyer(reference: str, email: str, name: str, **metadata: str) -> dict[str, Any]:
    details: dict[str, Any] = {"name": name, "email": email or None, "address": None, "tax_ids": []}
    return {"client_reference_id": reference, "customer_details": details, "metadata": metadata}


def _known(reference: str, rfc: str, nombre: str, codigo_postal: str = "06600", regimen: str = "601") -> dict[str, Any]:
    fiscal = {
        "rfc": rfc,
        "razon_social": nombre,
        "codigo_postal": codigo_postal,
        "regimen_fiscal": regimen,
        "uso_cfdi": "G03",
    }
    return _buyer(reference, f"pagos-{reference.lower()}@cliente.example", nombre.title(), **fiscal)
