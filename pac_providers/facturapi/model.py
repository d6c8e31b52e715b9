"""The sealed CFDI as Facturapi's JSON. Facturapi writes, totals and seals it anew, so nothing may be left behind."""

from typing import Any
from zoneinfo import ZoneInfo

from hub.plugin import CfdiNode, DataError

from .items import adds_up, item
from .payments import receipt
from .values import in_utc, whole_number

Json = dict[str, Any]

_SEAL = ("Version", "Sello", "NoCertificado", "Certificado")
_TYPES = frozenset({"I", "E", "P"})
_PERIODICITY = {"01": "day", "02": "week", "03": "fortnight", "04": "month", "05": "two_months"}
_ABROAD, _REGIMEN_ABROAD = "XEXX010101000", "616"


def invoice(xml: bytes, *, key: str, zone: ZoneInfo, rounds: str = "unknown") -> Json:
    """The body of a create call; `key` keeps a repeated call from making a second invoice.

    Args:
        xml: the sealed CFDI.
        key: of the business document.
        zone: of the places of issue.
        rounds: how Facturapi comes to its total, as the configuration has it.

    Raises:
        DataError: the CFDI says something that this model cannot carry.
    """
    root = CfdiNode.of(xml)
    root.leave(*_SEAL)
    tipo = root.need("TipoDeComprobante")
    if tipo not in _TYPES:
        raise DataError(f"Facturapi gets no CFDI of TipoDeComprobante {tipo} from here")
    # The organization is the issuer; its name and régimen are what Facturapi has.
    root.leave("SubTotal", "Descuento", "Total", "Impuestos")
    emisor = root.need_child("Emisor")
    emisor.leave("Rfc", "Nombre", "RegimenFiscal")
    body = {
        "type": tipo,
        "customer": _customer(root.need_child("Receptor"), root.need("LugarExpedicion")),
        "series": root.get("Serie"),
        "folio_number": whole_number(root.need("Folio"), "Folio"),
        "date": in_utc(root.need("Fecha"), zone),
        "address": {"zip": root.need("LugarExpedicion")},
        "related_documents": [_related(node) for node in root.children("CfdiRelacionados")] or None,
        "external_id": key,
        "idempotency_key": key,
        **(receipt(root, zone) if tipo == "P" else _sale(root, tipo, rounds)),
    }
    if unread := root.unread():
        raise DataError(f"Facturapi cannot carry {', '.join(unread)}")
    return {name: value for name, value in body.items() if value is not None}


def _customer(node: CfdiNode, lugar_expedicion: str) -> Json:
    rfc, name, regimen = node.need("Rfc"), node.need("Nombre"), node.need("RegimenFiscalReceptor")
    postal_code = node.need("DomicilioFiscalReceptor")
    if rfc != _ABROAD:
        return {"legal_name": name, "tax_id": rfc, "tax_system": regimen, "address": {"zip": postal_code}}
    # It writes the generic RFC, the régimen and the postal code of the place of issue by itself.
    if (regimen, postal_code) != (_REGIMEN_ABROAD, lugar_expedicion):
        raise DataError("Facturapi writes régimen and postal code of a buyer abroad itself, and these are others")
    country, number = node.need("ResidenciaFiscal"), node.get("NumRegIdTrib")
    customer = {"legal_name": name, "address": {"country": country, "zip": postal_code}}
    return customer | ({"tax_id": number} if number else {})


def _related(node: CfdiNode) -> Json:
    uuids = [child.need("UUID") for child in node.children("CfdiRelacionado")]
    return {"relationship": node.need("TipoRelacion"), "documents": uuids}


def _sale(root: CfdiNode, tipo: str, rounds: str) -> Json:
    global_ = root.child("InformacionGlobal")
    items = [item(node) for node in root.children("Conceptos", "Concepto")]
    adds_up(items, root.need_number("Total"), rounds)
    common = {
        "use": root.need_child("Receptor").need("UsoCFDI"),
        "payment_form": root.get("FormaPago"),
        "payment_method": root.get("MetodoPago"),
        "currency": root.need("Moneda"),
        "exchange": root.number("TipoCambio"),
        "items": items,
    }
    if tipo == "I":
        return common | {
            "conditions": root.get("CondicionesDePago"),
            "export": root.need("Exportacion"),
            "global": global_ and _global(global_),
        }
    if root.need("Exportacion") != "01" or common["payment_method"] != "PUE" or global_:
        raise DataError("Facturapi makes an egreso only with Exportacion 01, MetodoPago PUE and no period")
    if any("property_tax_account" in line for line in items):
        raise DataError("Facturapi carries no CuentaPredial in an egreso", field="CuentaPredial")
    return common


def _global(node: CfdiNode) -> Json:
    periodicidad = node.need("Periodicidad")
    if periodicidad not in _PERIODICITY:
        raise DataError(f"Facturapi has no Periodicidad {periodicidad}", field="Periodicidad")
    return {
        "periodicity": _PERIODICITY[periodicidad],
        "months": node.need("Meses"),
        "year": whole_number(node.need("Año"), "Año"),
    }
