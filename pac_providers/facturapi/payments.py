"""The complemento de pagos as Facturapi's JSON."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hub.plugin import CfdiNode, DataError

from .items import taxes_of
from .values import cents, follows, in_utc, whole_number

Json = dict[str, Any]

_CONCEPTO = {
    "ClaveProdServ": "84111506",
    "Cantidad": "1",
    "ClaveUnidad": "ACT",
    "Descripcion": "Pago",
    "ValorUnitario": "0",
    "Importe": "0",
    "ObjetoImp": "01",
}
_FIXED = {"Moneda": "XXX", "Exportacion": "01"}
_TAXABILITY = frozenset({"01", "02", "03", "04", "05"})
_BANK = {
    "NumOperacion": "numOperacion",
    "RfcEmisorCtaOrd": "rfcEmisorCtaOrd",
    "NomBancoOrdExt": "nomBancoOrdExt",
    "CtaOrdenante": "ctaOrdenante",
    "RfcEmisorCtaBen": "rfcEmisorCtaBen",
    "CtaBeneficiario": "ctaBeneficiario",
    "TipoCadPago": "tipoCadPago",
    "CertPago": "certPago",
    "CadPago": "cadPago",
    "SelloPago": "selloPago",
}


def receipt(root: CfdiNode, zone: ZoneInfo) -> Json:
    """The complement. What is the same in every receipt, its sums by tax and its totals, are Facturapi's to write.

    Raises:
        DataError: what is fixed is something else, or an amount does not follow from the others.
    """
    conceptos = [{name: node.get(name) for name in _CONCEPTO} for node in root.children("Conceptos", "Concepto")]
    fixed = {name: root.get(name) for name in _FIXED}
    if conceptos != [_CONCEPTO] or fixed != _FIXED or root.need_child("Receptor").need("UsoCFDI") != "CP01":
        raise DataError("Facturapi writes line, currency and use of a receipt itself, and these are others")
    pagos = root.need_child("Complemento", "Pagos")
    pagos.leave("Version", "Totales")
    return {"complements": [{"type": "pago", "data": [_payment(node, zone) for node in pagos.children("Pago")]}]}


def _payment(node: CfdiNode, zone: ZoneInfo) -> Json:
    node.leave("ImpuestosP")
    documents = node.children("DoctoRelacionado")
    paid = [one.need_number("ImpPagado") / (one.number("EquivalenciaDR") or 1) for one in documents]
    if cents(sum(paid, Decimal(0))) != node.need_number("Monto"):
        raise DataError("Facturapi writes the sum of the documents as Monto, and this is another", field="Monto")
    bank = {theirs: node.get(ours) for ours, theirs in _BANK.items()}
    values = {
        "payment_form": node.need("FormaDePagoP"),
        "currency": node.need("MonedaP"),
        "exchange": node.number("TipoCambioP"),
        "date": in_utc(node.need("FechaPago"), zone),
        **bank,
        "related_documents": [_document(one) for one in documents],
    }
    return {name: value for name, value in values.items() if value is not None}


def _document(node: CfdiNode) -> Json:
    before, paid = node.need_number("ImpSaldoAnt"), node.need_number("ImpPagado")
    follows(node.need_number("ImpSaldoInsoluto"), before - paid, "ImpSaldoInsoluto")
    taxability, folio = node.need("ObjetoImpDR"), node.get("Folio")
    if taxability not in _TAXABILITY:
        raise DataError(f"Facturapi carries no ObjetoImpDR {taxability} in a receipt", field="ObjetoImpDR")
    values = {
        "uuid": node.need("IdDocumento"),
        "amount": paid,
        "taxes": taxes_of(node.child("ImpuestosDR"), "DR"),
        "taxability": taxability,
        "installment": whole_number(node.need("NumParcialidad"), "NumParcialidad"),
        "last_balance": before,
        "currency": node.need("MonedaDR"),
        "exchange": node.number("EquivalenciaDR"),
        "folio_number": None if folio is None else whole_number(folio, "Folio of a document paid"),
        "series": node.get("Serie"),
    }
    return {name: value for name, value in values.items() if value is not None}
