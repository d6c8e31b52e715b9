"""What was sold, as the shop tells it: the input of the money solver."""

from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.document import ACuentaTerceros

ISR, IVA, IEPS = "001", "002", "003"


class TaxRate(NamedTuple):
    """A tax on a line: `impuesto` 001/002/003, `tipo_factor` Tasa/Cuota/Exento, the rate (`None` for Exento).

    `cuota_base` is the quantity an IEPS Cuota is levied on (litres, grams, ...) for the whole line; without it the
    line's quantity is taken.
    """

    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal | None
    retencion: bool = False
    cuota_base: Decimal | None = None


class SoldLine(NamedTuple):
    """One line of a sale in the currency charged.

    `unit_price` and `discount` (of the whole line, not negative) are in the basis of the sale: with or without
    taxes. `total` is what the buyer paid for the line: taxes included, discount deducted, retentions deducted.
    Empty `taxes` says that the line is no object of tax (ObjetoImp 01); 0 % and Exento are rates and must be given.
    `a_cuenta_terceros` is the principal of a line sold on commission (RMF 2.7.1.3). `informacion_aduanera` and
    `cuenta_predial` are copied into the Concepto: pedimentos of imported goods, accounts of what is rented out.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    clave_prod_serv: str
    clave_unidad: str
    taxes: tuple[TaxRate, ...]
    discount: Decimal = Decimal(0)
    objeto_imp: str | None = None
    sku: str | None = None
    unidad: str | None = None
    a_cuenta_terceros: ACuentaTerceros | None = None
    informacion_aduanera: tuple[str, ...] = ()
    cuenta_predial: tuple[str, ...] = ()
