"""The complemento de pagos as Facturama's JSON."""

from typing import Any

from hub.plugin import CfdiNode, DataError

from .items import taxes_of

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
"""The one line of every receipt of payments (CRP20111 and following); Facturama writes it by itself."""


def payments(root: CfdiNode) -> list[Json]:
    """The payments. Their summaries by tax and the totals in MXN are Facturama's to compute.

    Raises:
        DataError: the line is not the one that SAT prescribes.
    """
    for concepto in root.children("Conceptos", "Concepto"):
        if {name: concepto.get(name) for name in _CONCEPTO} != _CONCEPTO:
            raise DataError("Facturama writes the line of a receipt itself, and this one is another")
    pagos = root.need_child("Complemento", "Pagos")
    pagos.leave("Version", "Totales")
    return [_payment(pago) for pago in pagos.children("Pago")]


def _payment(node: CfdiNode) -> Json:
    node.leave("ImpuestosP")
    values = {
        "Date": node.need("FechaPago"),
        "PaymentForm": node.need("FormaDePagoP"),
        "Currency": node.need("MonedaP"),
        "ExchangeRate": node.number("TipoCambioP"),
        "Amount": node.need_number("Monto"),
        "OperationNumber": node.get("NumOperacion"),
        "RfcIssuerPayerAccount": node.get("RfcEmisorCtaOrd"),
        "ForeignAccountNamePayer": node.get("NomBancoOrdExt"),
        "PayerAccount": node.get("CtaOrdenante"),
        "RfcReceiverBeneficiaryAccount": node.get("RfcEmisorCtaBen"),
        "BeneficiaryAccount": node.get("CtaBeneficiario"),
        "RelatedDocuments": [_document(document) for document in node.children("DoctoRelacionado")],
    }
    return {name: value for name, value in values.items() if value is not None}


def _document(node: CfdiNode) -> Json:
    values = {
        "TaxObject": node.need("ObjetoImpDR"),
        "Uuid": node.need("IdDocumento"),
        "Serie": node.get("Serie"),
        "Folio": node.get("Folio"),
        "Currency": node.need("MonedaDR"),
        "EquivalenceDocRel": node.number("EquivalenciaDR"),
        # Only invoices paid later have receipts; Pagos 2.0 itself does not say it any more.
        "PaymentMethod": "PPD",
        "PartialityNumber": node.need("NumParcialidad"),
        "PreviousBalanceAmount": node.need_number("ImpSaldoAnt"),
        "AmountPaid": node.need_number("ImpPagado"),
        "ImpSaldoInsoluto": node.need_number("ImpSaldoInsoluto"),
        "Taxes": taxes_of(node.child("ImpuestosDR"), "DR") or None,
    }
    return {name: value for name, value in values.items() if value is not None}
