"""A Concepto and its taxes as Facturama's JSON."""

from decimal import Decimal
from typing import Any

from hub.plugin import CfdiNode, DataError

Json = dict[str, Any]

_NAMES = {
    ("002", "Tasa", False): "IVA",
    ("002", "Exento", False): "IVA Exento",
    ("003", "Tasa", False): "IEPS",
    ("003", "Cuota", False): "IEPS",
    ("001", "Tasa", True): "ISR",
    ("002", "Tasa", True): "IVA RET",
    ("003", "Tasa", True): "IEPS",
    ("003", "Cuota", True): "IEPS",
}
"""(Impuesto, TipoFactor, retained) as Facturama names them. IVA with Rate 0 is the rate of 0 %, never exempt."""


def item(node: CfdiNode) -> Json:
    """A line. `Total` is after discount and taxes.

    Raises:
        DataError: a tax has no name there.
    """
    subtotal, discount = node.need_number("Importe"), node.number("Descuento")
    taxes = taxes_of(node.child("Impuestos"))
    charged = sum([-tax["Total"] if tax["IsRetention"] else tax["Total"] for tax in taxes], Decimal(0))
    tercero = node.child("ACuentaTerceros")
    return {
        "ProductCode": node.need("ClaveProdServ"),
        "IdentificationNumber": node.get("NoIdentificacion"),
        "Description": node.need("Descripcion"),
        "Unit": node.get("Unidad"),
        "UnitCode": node.need("ClaveUnidad"),
        "UnitPrice": node.need_number("ValorUnitario"),
        "Quantity": node.need_number("Cantidad"),
        "Subtotal": subtotal,
        "Discount": discount,
        "TaxObject": node.need("ObjetoImp"),
        "Taxes": [{**tax, "IsFederalTax": True} for tax in taxes] or None,
        "ThirdPartyAccount": tercero and _tercero(tercero),
        "NumerosPedimento": [one.need("NumeroPedimento") for one in node.children("InformacionAduanera")] or None,
        "PropertyTaxIDNumber": [one.need("Numero") for one in node.children("CuentaPredial")] or None,
        "Total": subtotal - (discount or 0) + charged,
    }


def taxes_of(node: CfdiNode | None, suffix: str = "") -> list[Json]:
    """The taxes of a Concepto, or with `suffix` DR of a document paid."""
    if node is None:
        return []
    traslados = node.children(f"Traslados{suffix}", f"Traslado{suffix}")
    retenciones = node.children(f"Retenciones{suffix}", f"Retencion{suffix}")
    return [_tax(tax, suffix, retained=False) for tax in traslados] + [
        _tax(tax, suffix, retained=True) for tax in retenciones
    ]


def _tax(node: CfdiNode, suffix: str, *, retained: bool) -> Json:
    impuesto, factor = node.need(f"Impuesto{suffix}"), node.need(f"TipoFactor{suffix}")
    name = _NAMES.get((impuesto, factor, retained))
    if name is None:
        raise DataError(f"Facturama has no name for a {node.name} of Impuesto {impuesto}, {factor}")
    rate, importe = node.number(f"TasaOCuota{suffix}"), node.number(f"Importe{suffix}")
    return {
        "Name": name,
        "Rate": Decimal(0) if rate is None else rate,
        "Base": node.need_number(f"Base{suffix}"),
        "Total": Decimal(0) if importe is None else importe,
        "IsRetention": retained,
        "IsQuota": factor == "Cuota",
    }


def _tercero(node: CfdiNode) -> Json:
    return {
        "Rfc": node.need("RfcACuentaTerceros"),
        "Name": node.need("NombreACuentaTerceros"),
        "FiscalRegime": node.need("RegimenFiscalACuentaTerceros"),
        "TaxZipCode": node.need("DomicilioFiscalACuentaTerceros"),
    }
