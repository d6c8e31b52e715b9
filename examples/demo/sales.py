"""What the shop sold today, and what should become of each sale."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.stripe.testing import FakeStripe
from connectors.stripe.testing_objects import Item
from hub.store import TicketState

ZONE = ZoneInfo("America/Mexico_City")
CLAIMED = "CJ-1003"
"""The sale whose buyer goes to the portal."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A sale and its end; `total` is what the shop charged, written down here apart from the sale itself."""

    reference: str
    what: str
    total: Decimal
    end: TicketState
    currency: str = "MXN"


def _expected(reference: str, what: str, total: str, end: TicketState, currency: str = "MXN") -> Expected:
    return Expected(reference, what, Decimal(total), end, currency)


EXPECTED = (
    _expected("CJ-1001", "Stripe, IVA included, delivery, unknown buyer", "1349.00", TicketState.OPEN),
    _expected("CJ-1002", "Stripe, data in the sale, delivered twice", "2320.00", TicketState.INVOICED),
    _expected(CLAIMED, "Stripe, claimed in the portal", "840.00", TicketState.INVOICED),
    _expected("CJ-1004", "Stripe, USD at the configured rate", "89.00", TicketState.INVOICED, "USD"),
    _expected("CJ-1005", "Stripe, above the limit for review", "69600.00", TicketState.HELD),
    _expected("CJ-1006", "Stripe, a name that SAT does not know", "540.00", TicketState.OPEN),
    _expected("CJ-1007", "Stripe, refunded before an invoice", "350.00", TicketState.VOID),
    _expected("CJ-1008", "Stripe, 0 %, exempt and 16 % with discount", "900.00", TicketState.INVOICED),
    _expected("CJ-1009", "Stripe, the same customer again", "420.00", TicketState.INVOICED),
    _expected("M-2001", "XLSX, two rates in one sale", "740.00", TicketState.INVOICED),
    _expected("M-2002", "XLSX, exempt", "350.00", TicketState.INVOICED),
    _expected("M-2003", "XLSX, discount, unknown buyer", "1125.00", TicketState.OPEN),
    _expected("M-2004", "XLSX, cash, nobody to ask", "95.00", TicketState.OPEN),
    _expected("P-3001", "CSV, USD with its own rate", "150.00", TicketState.INVOICED, "USD"),
    _expected("P-3003", "CSV, data in the sale", "2900.00", TicketState.INVOICED),
)
BROKEN = "P-3002"
"""The row of the CSV that cannot be used."""


def first_wave(stripe: FakeStripe) -> None:
    """The day at Stripe; leaves the events that Stripe would send."""
    lamp, cup = Item("Cafetera de émbolo", 89000), Item("Juego de taza y plato de barro", 18000, quantity=2)
    stripe.checkout([lamp, cup], shipping=9900, **_buyer("CJ-1001", "rosa.nunez@correo.example", "Rosa Núñez"))
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
    again = _buyer("CJ-1009", details["email"], details["name"])
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


def _buyer(reference: str, email: str, name: str, metadata: Mapping[str, str] | None = None) -> dict[str, Any]:
    details = {"name": name, "email": email or None, "address": None, "tax_ids": []}
    return {"client_reference_id": reference, "customer_details": details, "metadata": dict(metadata or {})}


def _known(reference: str, rfc: str, nombre: str, codigo_postal: str = "06600", regimen: str = "601") -> dict[str, Any]:
    fiscal = {
        "rfc": rfc,
        "razon_social": nombre,
        "codigo_postal": codigo_postal,
        "regimen_fiscal": regimen,
        "uso_cfdi": "G03",
    }
    return _buyer(reference, f"pagos-{reference.lower()}@cliente.example", nombre.title(), fiscal)


COLUMNS = (
    "Folio", "Fecha", "Concepto", "Clave SAT", "Cantidad", "Precio unitario", "Descuento", "Tasa IVA", "Exento",
    "Total", "Moneda", "Tipo de cambio", "Forma de pago", "RFC", "Razón social", "CP", "Régimen fiscal", "Uso CFDI",
    "Correo",
)  # fmt: skip
Row = dict[str, str | int | float]

_XENON: Row = {
    "RFC": "XIA190128J61",
    "Razón social": "XENON INDUSTRIAL ARTICLES",
    "CP": "76343",
    "Régimen fiscal": "601",
    "Uso CFDI": "G03",
    "Correo": "cuentas@xenon.example",
}
_READER: Row = {
    "RFC": "PEPF850101A14",
    "Razón social": "PERSONA FISICA DE PRUEBA UNO",
    "CP": "03100",
    "Régimen fiscal": "612",
    "Uso CFDI": "G03",
    "Correo": "lectora@correo.example",
}
_ABROAD: Row = {
    "RFC": "P&P170910GH6",
    "Razón social": "PRUEBAS & PRUEBAS",
    "CP": "44100",
    "Régimen fiscal": "601",
    "Uso CFDI": "G03",
    "Correo": "compras@pruebas.example",
}
_JIMENEZ: Row = {
    "RFC": "JES900109Q90",
    "Razón social": "JIMENEZ ESTRADA SALAS",
    "CP": "37161",
    "Régimen fiscal": "601",
    "Uso CFDI": "G03",
    "Correo": "administracion@jimenez.example",
}


def write_workbook(path: Path, now: datetime) -> None:
    """The book that the counter keeps, as XLSX."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ventas"
    sheet.append(COLUMNS)
    for row in _counter(now):
        sheet.append([row.get(column) for column in COLUMNS])
    book.save(path)


def write_export(path: Path, now: datetime) -> None:
    """The export of a point of sale, as CSV."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(_export(now))


def _counter(now: datetime) -> list[Row]:
    at = _minutes_before(now)
    coffee, cup = "Café de Coatepec en grano 1 kg", "Juego de taza y plato de barro"
    card, cash = "Tarjeta de crédito", "Efectivo"
    return [
        _row("M-2001", at(95), coffee, 1, 560.0, card, **{"Tasa IVA": "0%"}, **_XENON),
        _row("M-2001", at(95), cup, 1, 180.0, card, **{"Tasa IVA": "16%"}, **_XENON),
        _row("M-2002", at(80), "Libro: Del grano a la taza", 1, 350.0, card, **{"Exento": "sí"}, **_READER),
        _row("M-2003", at(70), "Cafetera de émbolo", 1, 1250.0, "Tarjeta de débito", discount=125.0,
             **{"Tasa IVA": "16%", "Correo": "emilio@correo.example"}),
        _row("M-2004", at(60), "Café americano y pan", 1, 95.0, cash, **{"Tasa IVA": "16%"}),
    ]  # fmt: skip


def _export(now: datetime) -> list[Row]:
    at = _minutes_before(now)
    dollars: Row = {"Moneda": "USD", "Tipo de cambio": "18.1037", "Tasa IVA": "16%"}
    broken = _row(BROKEN, at(40), "Taller de barismo", 1, 2320.0, "04") | {"Total": "dos mil"}
    return [
        _row("P-3001", at(50), "Taller de barismo en línea", 1, 150.0, "03 Transferencia", **dollars, **_ABROAD),
        broken,
        _row("P-3003", at(30), "Taller de barismo", 1, 2900.0, "03", **{"Tasa IVA": "16%"}, **_JIMENEZ),
    ]


def _row(
    folio: str, at: str, what: str, quantity: int, price: float, paid: str, *, discount: float = 0, **more: Any
) -> Row:
    return {
        "Folio": folio,
        "Fecha": at,
        "Concepto": what,
        "Cantidad": quantity,
        "Precio unitario": price,
        "Descuento": discount,
        "Total": quantity * price - discount,
        "Forma de pago": paid,
    } | more


def _minutes_before(now: datetime) -> Callable[[int], str]:
    return lambda minutes: f"{now.astimezone(ZONE) - timedelta(minutes=minutes):%d/%m/%Y %H:%M}"
