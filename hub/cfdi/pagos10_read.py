"""Reads the Complemento de Pagos 1.0 of a CFDI 3.3, for `hub.cfdi.read`."""

from hub.cfdi.pagos10 import (
    DoctoRelacionado10,
    ImpuestoRetenido10,
    Impuestos10,
    ImpuestoTrasladado10,
    Pago10,
    Pagos10,
)
from hub.cfdi.read_node import Node


def pagos_10_of(node: Node) -> Pagos10:
    """The payments of a checked `pago10:Pagos`."""
    return Pagos10(tuple([_pago(pago) for pago in node.every("Pago")]))


def _pago(node: Node) -> Pago10:
    return Pago10(
        fecha_pago=node.text("FechaPago"),
        forma_de_pago_p=node.text("FormaDePagoP"),
        moneda_p=node.text("MonedaP"),
        monto=node.number("Monto"),
        documentos=tuple([_documento(document) for document in node.every("DoctoRelacionado")]),
        impuestos=tuple([_impuestos(taxes) for taxes in node.every("Impuestos")]),
        tipo_cambio_p=node.maybe_number("TipoCambioP"),
        num_operacion=node.maybe("NumOperacion"),
        rfc_emisor_cta_ord=node.maybe("RfcEmisorCtaOrd"),
        nom_banco_ord_ext=node.maybe("NomBancoOrdExt"),
        cta_ordenante=node.maybe("CtaOrdenante"),
        rfc_emisor_cta_ben=node.maybe("RfcEmisorCtaBen"),
        cta_beneficiario=node.maybe("CtaBeneficiario"),
        tipo_cad_pago=node.maybe("TipoCadPago"),
        cert_pago=node.maybe("CertPago"),
        cad_pago=node.maybe("CadPago"),
        sello_pago=node.maybe("SelloPago"),
    )


def _documento(node: Node) -> DoctoRelacionado10:
    return DoctoRelacionado10(
        id_documento=node.text("IdDocumento"),
        moneda_dr=node.text("MonedaDR"),
        metodo_de_pago_dr=node.text("MetodoDePagoDR"),
        serie=node.maybe("Serie"),
        folio=node.maybe("Folio"),
        tipo_cambio_dr=node.maybe_number("TipoCambioDR"),
        num_parcialidad=None if node.maybe("NumParcialidad") is None else node.whole("NumParcialidad"),
        imp_saldo_ant=node.maybe_number("ImpSaldoAnt"),
        imp_pagado=node.maybe_number("ImpPagado"),
        imp_saldo_insoluto=node.maybe_number("ImpSaldoInsoluto"),
    )


def _impuestos(node: Node) -> Impuestos10:
    withheld, transferred = node.every("Retenciones", "Retencion"), node.every("Traslados", "Traslado")
    return Impuestos10(
        retenciones=tuple([ImpuestoRetenido10(row.text("Impuesto"), row.number("Importe")) for row in withheld]),
        traslados=tuple([_trasladado(row) for row in transferred]),
        total_impuestos_retenidos=node.maybe_number("TotalImpuestosRetenidos"),
        total_impuestos_trasladados=node.maybe_number("TotalImpuestosTrasladados"),
    )


def _trasladado(node: Node) -> ImpuestoTrasladado10:
    tasa, importe = node.number("TasaOCuota"), node.number("Importe")
    return ImpuestoTrasladado10(node.text("Impuesto"), node.text("TipoFactor"), tasa, importe)
