"""The sealed CFDI as Facturama's JSON. Facturama writes, totals and seals it anew, so nothing may be left behind."""

from typing import Any

from hub.plugin import CfdiNode, DataError

from .items import item
from .payments import payments

Json = dict[str, Any]

_SEAL = ("Version", "Sello", "NoCertificado", "Certificado")
_LABELS = {"I": "1", "E": "2", "P": "14"}
_LABEL_OF_A_GLOBAL = "34"


def invoice(xml: bytes, *, key: str, names_issuer: bool) -> Json:
    """The body of a create call; `key` becomes the order number, which is not fiscal.

    Raises:
        DataError: the CFDI says something that this model cannot carry.
    """
    root = CfdiNode.of(xml)
    root.leave(*_SEAL)
    body = {
        **_header(root, root.need_child("Emisor"), names_issuer=names_issuer),
        "OrderNumber": key,
        "Receiver": _receiver(root.need_child("Receptor")),
        **_content(root),
    }
    if unread := root.unread():
        raise DataError(f"Facturama cannot carry {', '.join(unread)}")
    return without_empty(body)


def without_empty(values: Json) -> Json:
    """The values that are there."""
    return {name: value for name, value in values.items() if value is not None}


def _header(root: CfdiNode, emisor: CfdiNode, *, names_issuer: bool) -> Json:
    tipo, informacion = root.need("TipoDeComprobante"), root.child("InformacionGlobal")
    if tipo not in _LABELS:
        raise DataError(f"Facturama gets no CFDI of TipoDeComprobante {tipo} from here")
    issuer = {"Rfc": emisor.need("Rfc"), "Name": emisor.need("Nombre"), "FiscalRegime": emisor.need("RegimenFiscal")}
    return {
        "NameId": _LABEL_OF_A_GLOBAL if informacion else _LABELS[tipo],
        "CfdiType": tipo,
        "Serie": root.get("Serie"),
        "Folio": root.need("Folio"),
        "Date": root.need("Fecha"),
        "ExpeditionPlace": root.need("LugarExpedicion"),
        "Exportation": root.need("Exportacion"),
        "Issuer": issuer if names_issuer else None,
        "GlobalInformation": informacion and _global(informacion),
        "Relations": _relations(root.children("CfdiRelacionados")),
    }


def _content(root: CfdiNode) -> Json:
    root.leave("SubTotal", "Descuento", "Total", "Impuestos")
    if root.get("TipoDeComprobante") == "P":
        root.leave("Moneda")
        return {"Complemento": {"Payments": payments(root)}}
    return {
        "PaymentForm": root.get("FormaPago"),
        "PaymentMethod": root.get("MetodoPago"),
        "PaymentConditions": root.get("CondicionesDePago"),
        "Currency": root.need("Moneda"),
        "CurrencyExchangeRate": root.number("TipoCambio"),
        "Items": [without_empty(item(node)) for node in root.children("Conceptos", "Concepto")],
    }


def _receiver(node: CfdiNode) -> Json:
    return without_empty(
        {
            "Rfc": node.need("Rfc"),
            "Name": node.need("Nombre"),
            "CfdiUse": node.need("UsoCFDI"),
            "FiscalRegime": node.need("RegimenFiscalReceptor"),
            "TaxZipCode": node.need("DomicilioFiscalReceptor"),
            "TaxResidence": node.get("ResidenciaFiscal"),
            "TaxRegistrationNumber": node.get("NumRegIdTrib"),
        }
    )


def _global(node: CfdiNode) -> Json:
    return {"Periodicity": node.need("Periodicidad"), "Months": node.need("Meses"), "Year": node.need("Año")}


def _relations(nodes: list[CfdiNode]) -> Json | None:
    kinds = sorted({node.need("TipoRelacion") for node in nodes})
    if not kinds:
        return None
    if len(kinds) > 1:
        raise DataError(f"Facturama carries one TipoRelacion in a CFDI, not {' and '.join(kinds)}")
    related = [child.need("UUID") for node in nodes for child in node.children("CfdiRelacionado")]
    return {"Type": kinds[0], "Cfdis": [{"Uuid": uuid} for uuid in related]}
