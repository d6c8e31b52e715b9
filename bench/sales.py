"""Sales to invoice, no two alike: folio, moment, buyer, products, quantities and amounts are a function of a number.

An invoice that is measured twice with the same data would measure the caches, not the work.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import NamedTuple

from hub.cfdi import Receptor, SoldLine, TaxRate
from hub.sat import catalogs

IVA_16 = TaxRate("002", "Tasa", Decimal("0.16"))
_OPENING = datetime(2026, 11, 20, 12, tzinfo=UTC)
_LETTERS = "ABCDEFGHIJKLMNPQRSTUVWXYZ"
_PRODUCTS = (
    ("Blusa", "53101604", "H87"),
    ("Playera de algodón", "53103000", "H87"),
    ("Pantalón de mezclilla", "53101502", "H87"),
    ("Vestido largo", "53102002", "H87"),
    ("Sudadera con gorro", "53101702", "H87"),
    ("Tenis para correr", "53111900", "PR"),
    ("Calcetines, paquete de 3", "53102402", "XPK"),
    ("Cinturón de piel", "53102501", "H87"),
    ("Café tostado y molido", "50201706", "KGM"),
    ("Libro de cocina", "55101500", "H87"),
    ("Taza de cerámica", "52152100", "H87"),
    ("Lámpara de escritorio", "39111500", "H87"),
    ("Silla de oficina", "56112100", "H87"),
    ("Audífonos inalámbricos", "52161514", "H87"),
    ("Cable USB-C, 2 m", "43202222", "H87"),
    ("Cuaderno profesional", "14111514", "H87"),
    ("Consultoría, una hora", "80101500", "HUR"),
    ("Envío", "78102200", "E48"),
)
_BUYERS = (("COMERCIALIZADORA", "601", "G03"), ("SERVICIOS", "626", "G01"), ("ESCUELA", "603", "G03"))


class Sale(NamedTuple):
    """What a shop tells of a sale, prices with IVA, and who asked for the invoice."""

    folio: str
    moment: datetime
    receptor: Receptor
    lines: tuple[SoldLine, ...]
    total: Decimal
    forma_pago: str


def sale(number: int) -> Sale:
    """The sale of three lines with this number."""
    random = Random(number)
    lines = tuple(_line(random, product) for product in random.sample(_PRODUCTS, 3))
    return Sale(
        folio=str(number + 1),
        moment=_OPENING + timedelta(seconds=number * 97),
        receptor=_receptor(random),
        lines=lines,
        total=sum((line.total for line in lines), Decimal(0)),
        forma_pago=random.choice(("01", "03", "04", "28")),
    )


def _line(random: Random, product: tuple[str, str, str]) -> SoldLine:
    description, clave_prod_serv, clave_unidad = product
    quantity, unit_price = Decimal(random.randint(1, 6)), Decimal(random.randint(1_000, 300_000)) / 100
    sku = f"SKU-{random.randint(1, 99_999)}"
    return SoldLine(
        description, quantity, unit_price, quantity * unit_price, clave_prod_serv, clave_unidad, (IVA_16,), sku=sku
    )


def _receptor(random: Random) -> Receptor:
    kind, regimen, uso = random.choice(_BUYERS)
    letters = "".join(random.choices(_LETTERS, k=3))
    founded = f"{random.randint(0, 99):02}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    rfc = f"{letters}{founded}{''.join(random.choices(_LETTERS, k=2))}{random.randint(0, 9)}"
    return Receptor(rfc, f"{kind} {letters} ESPAÑOLA", random.choice(_codigos_postales()), regimen, uso)


@cache
def _codigos_postales() -> list[str]:
    return sorted(catalogs.keys("CodigoPostal"))
