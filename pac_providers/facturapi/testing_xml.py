"""Facturapi's JSON as the fake reads it: it computes every amount itself."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hub.testing.sealing import Line, Order, Paid, Tax, sealed

Json = Mapping[str, Any]

_IMPUESTO = {"ISR": "001", "IVA": "002", "IEPS": "003"}
_PERIODICIDAD = {"day": "01", "week": "02", "fortnight": "03", "month": "04", "two_months": "05"}
_SIX = Decimal("0.000001")


def cfdi(order: Json, organization: Json, zone: ZoneInfo) -> bytes:
    """The CFDI that Facturapi seals; raises KeyError where the order lacks something."""
    period = order.get("global")
    receipt = order["type"] == "P"
    return sealed(
        Order(
            head=_head(order, zone),
            emisor=organization,
            receptor=_receptor(order),
            lines=[_line(item) for item in order.get("items", [])],
            payments=[_paid(one, zone) for one in order["complements"][0]["data"]] if receipt else [],
            informacion_global=period
            and {
                "Periodicidad": _PERIODICIDAD[period["periodicity"]],
                "Meses": period["months"],
                "Año": period["year"],
            },
            related=[(one["relationship"], one["documents"]) for one in order.get("related_documents", [])],
        )
    )


def _head(order: Json, zone: ZoneInfo) -> Json:
    return {
        "Serie": order.get("series"),
        "Folio": order["folio_number"],
        "Fecha": _local(order["date"], zone),
        "FormaPago": order.get("payment_form"),
        "CondicionesDePago": order.get("conditions"),
        "Moneda": order.get("currency", "MXN"),
        "TipoCambio": order.get("exchange"),
        "TipoDeComprobante": order["type"],
        "Exportacion": order.get("export", "01"),
        "MetodoPago": order.get("payment_method"),
        "LugarExpedicion": order["address"]["zip"],
    }


def _receptor(order: Json) -> Json:
    customer, use = order["customer"], "CP01" if order["type"] == "P" else order["use"]
    country = customer["address"].get("country")
    if country:
        return {
            "Rfc": "XEXX010101000",
            "Nombre": customer["legal_name"],
            "DomicilioFiscalReceptor": order["address"]["zip"],
            "ResidenciaFiscal": country,
            "NumRegIdTrib": customer.get("tax_id"),
            "RegimenFiscalReceptor": "616",
            "UsoCFDI": use,
        }
    return {
        "Rfc": customer["tax_id"],
        "Nombre": customer["legal_name"],
        "DomicilioFiscalReceptor": customer["address"]["zip"],
        "RegimenFiscalReceptor": customer["tax_system"],
        "UsoCFDI": use,
    }


def _line(item: Json) -> Line:
    product, tercero = item["product"], item.get("third_party")
    return Line(
        attributes={
            "ClaveProdServ": product["product_key"],
            "NoIdentificacion": product.get("sku"),
            "Cantidad": item["quantity"],
            "ClaveUnidad": product["unit_key"],
            "Unidad": product.get("unit_name"),
            "Descripcion": product["description"],
            "ValorUnitario": product["price"],
            "Importe": _six(Decimal(item["quantity"]) * Decimal(product["price"])),
            "Descuento": item.get("discount"),
            "ObjetoImp": product["taxability"],
        },
        taxes=[_tax(tax) for tax in product["taxes"]],
        tercero=tercero
        and {
            "RfcACuentaTerceros": tercero["tax_id"],
            "NombreACuentaTerceros": tercero["legal_name"],
            "RegimenFiscalACuentaTerceros": tercero["tax_system"],
            "DomicilioFiscalACuentaTerceros": tercero["zip"],
        },
        pedimentos=item.get("customs_keys", []),
        cuentas_prediales=item.get("property_tax_account", []),
        partes=[(_parte(part), part.get("customs_keys", [])) for part in item.get("parts", [])],
    )


def _parte(told: Json) -> Json:
    price = told.get("unit_price")
    return {
        "ClaveProdServ": told["product_key"],
        "NoIdentificacion": told.get("sku"),
        "Cantidad": told["quantity"],
        "Unidad": told.get("unit_name"),
        "Descripcion": told["description"],
        "ValorUnitario": price,
        "Importe": None if price is None else _six(Decimal(told["quantity"]) * Decimal(price)),
    }


def _tax(told: Json) -> Tax:
    exempt = told["factor"] == "Exento"
    return Tax(
        base=told["base"],
        impuesto=_IMPUESTO[told["type"]],
        factor=told["factor"],
        tasa=None if exempt else told["rate"],
        importe=None if exempt else _six(Decimal(told["base"]) * Decimal(told["rate"])),
        retained=told["withholding"],
    )


def _paid(told: Json, zone: ZoneInfo) -> Paid:
    documents = told["related_documents"]
    monto = sum((Decimal(one["amount"]) / Decimal(one.get("exchange", 1)) for one in documents), Decimal(0))
    bank = {name[0].upper() + name[1:]: told.get(name) for name in ("numOperacion", "rfcEmisorCtaOrd", "tipoCadPago")}
    return Paid(
        attributes={
            "FechaPago": _local(told["date"], zone),
            "FormaDePagoP": told["payment_form"],
            "MonedaP": told["currency"],
            "TipoCambioP": told.get("exchange"),
            "Monto": monto.quantize(Decimal("0.01"), ROUND_HALF_UP),
            **bank,
        },
        documents=[(_document(one), [_tax(tax) for tax in one["taxes"]]) for one in documents],
    )


def _document(told: Json) -> Json:
    return {
        "IdDocumento": told["uuid"],
        "Serie": told.get("series"),
        "Folio": told.get("folio_number"),
        "MonedaDR": told["currency"],
        "EquivalenciaDR": told.get("exchange"),
        "NumParcialidad": told["installment"],
        "ImpSaldoAnt": told["last_balance"],
        "ImpPagado": told["amount"],
        "ImpSaldoInsoluto": Decimal(told["last_balance"]) - Decimal(told["amount"]),
        "ObjetoImpDR": told["taxability"],
    }


def _local(utc: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(utc).astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def _six(amount: Decimal) -> Decimal:
    return amount.quantize(_SIX, ROUND_HALF_UP)
