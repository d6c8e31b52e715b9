"""Parties and sales that the CFDI tests share: SAT's published test taxpayers."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hub.cfdi import Comprobante, Emisor, ForeignXml, Receptor, SoldLine, TaxRate, ingreso

ESCUELA = Emisor("EKU9003173C9", "ESCUELA KEMPER URGATE", "601")
UNIVERSIDAD = Receptor("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601", "G03")
NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)

IVA_16 = TaxRate("002", "Tasa", Decimal("0.16"))
IVA_8 = TaxRate("002", "Tasa", Decimal("0.08"))
IVA_0 = TaxRate("002", "Tasa", Decimal(0))
EXENTO = TaxRate("002", "Exento", None)


def ieps(rate: str) -> TaxRate:
    return TaxRate("003", "Tasa", Decimal(rate))


def impuestos_locales(trasladados: str, retenidos: str) -> ForeignXml:
    """The complement as `read` keeps it: ISH transferred, 5 al millar withheld."""
    namespace, rows = "http://www.sat.gob.mx/implocal", ""
    if Decimal(retenidos):
        rows += '<implocal:RetencionesLocales ImpLocRetenido="5 al millar" TasadeRetencion="0.50"'
        rows += f' Importe="{retenidos}"/>'
    if Decimal(trasladados):
        rows += f'<implocal:TrasladosLocales ImpLocTrasladado="ISH" TasadeTraslado="3.00" Importe="{trasladados}"/>'
    xml = (
        f'<implocal:ImpuestosLocales xmlns:implocal="{namespace}" version="1.0" TotaldeRetenciones="{retenidos}"'
        f' TotaldeTraslados="{trasladados}">{rows}</implocal:ImpuestosLocales>'
    )
    return ForeignXml(namespace, "ImpuestosLocales", xml)


def sold(total: str, *taxes: TaxRate, quantity: str = "1", unit_price: str | None = None, **more: Any) -> SoldLine:
    price = Decimal(unit_price) if unit_price is not None else Decimal(total) / Decimal(quantity)
    fields = {"description": "Artículo", "clave_prod_serv": "53101604", "clave_unidad": "H87", **more}
    return SoldLine(quantity=Decimal(quantity), unit_price=price, total=Decimal(total), taxes=taxes, **fields)


def invoice(*lines: SoldLine, total: str | None = None, prices_include_tax: bool = True, **more: Any) -> Comprobante:
    """An ingreso of SAT's test taxpayers; the charge is the sum of the lines unless given."""
    charge = Decimal(total) if total is not None else sum((line.total for line in lines), Decimal(0))
    fields = {
        "emisor": ESCUELA,
        "receptor": UNIVERSIDAD,
        "forma_pago": "04",
        "metodo_pago": "PUE",
        "serie": "A",
        "folio": "1",
        "fecha": NOON,
        "lugar_expedicion": "42501",
        **more,
    }
    return ingreso(lines=lines, total=charge, prices_include_tax=prices_include_tax, **fields)
