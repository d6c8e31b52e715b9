"""Reads the Complemento de Pagos 2.0 back from its XML, for `hub.cfdi.read`."""

from hub.cfdi.pagos import (
    DoctoRelacionado,
    Pago,
    Pagos,
    RetencionDR,
    RetencionP,
    Totales,
    TrasladoDR,
    TrasladoP,
)
from hub.cfdi.read_node import Node


def pagos_of(node: Node) -> Pagos:
    """The payments of a checked `pago20:Pagos`."""
    return Pagos(_totales(node.one("Totales")), tuple([_pago(pago) for pago in node.every("Pago")]))


def _totales(node: Node) -> Totales:
    return Totales(
        monto_total_pagos=node.number("MontoTotalPagos"),
        total_retenciones_iva=node.maybe_number("TotalRetencionesIVA"),
        total_retenciones_isr=node.maybe_number("TotalRetencionesISR"),
        total_retenciones_ieps=node.maybe_number("TotalRetencionesIEPS"),
        total_traslados_base_iva16=node.maybe_number("TotalTrasladosBaseIVA16"),
        total_traslados_impuesto_iva16=node.maybe_number("TotalTrasladosImpuestoIVA16"),
        total_traslados_base_iva8=node.maybe_number("TotalTrasladosBaseIVA8"),
        total_traslados_impuesto_iva8=node.maybe_number("TotalTrasladosImpuestoIVA8"),
        total_traslados_base_iva0=node.maybe_number("TotalTrasladosBaseIVA0"),
        total_traslados_impuesto_iva0=node.maybe_number("TotalTrasladosImpuestoIVA0"),
        total_traslados_base_iva_exento=node.maybe_number("TotalTrasladosBaseIVAExento"),
    )


def _pago(node: Node) -> Pago:
    withheld = node.every("ImpuestosP", "RetencionesP", "RetencionP")
    return Pago(
        fecha_pago=node.text("FechaPago"),
        forma_de_pago_p=node.text("FormaDePagoP"),
        moneda_p=node.text("MonedaP"),
        monto=node.number("Monto"),
        documentos=tuple([_documento(document) for document in node.every("DoctoRelacionado")]),
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
        retenciones_p=tuple([RetencionP(row.text("ImpuestoP"), row.number("ImporteP")) for row in withheld]),
        traslados_p=tuple([_traslado_p(row) for row in node.every("ImpuestosP", "TrasladosP", "TrasladoP")]),
    )


def _documento(node: Node) -> DoctoRelacionado:
    return DoctoRelacionado(
        id_documento=node.text("IdDocumento"),
        moneda_dr=node.text("MonedaDR"),
        num_parcialidad=node.whole("NumParcialidad"),
        imp_saldo_ant=node.number("ImpSaldoAnt"),
        imp_pagado=node.number("ImpPagado"),
        imp_saldo_insoluto=node.number("ImpSaldoInsoluto"),
        objeto_imp_dr=node.text("ObjetoImpDR"),
        serie=node.maybe("Serie"),
        folio=node.maybe("Folio"),
        equivalencia_dr=node.maybe_number("EquivalenciaDR"),
        retenciones_dr=tuple([_retencion_dr(row) for row in node.every("ImpuestosDR", "RetencionesDR", "RetencionDR")]),
        traslados_dr=tuple([_traslado_dr(row) for row in node.every("ImpuestosDR", "TrasladosDR", "TrasladoDR")]),
    )


def _traslado_dr(node: Node) -> TrasladoDR:
    tasa, importe = node.maybe_number("TasaOCuotaDR"), node.maybe_number("ImporteDR")
    return TrasladoDR(node.number("BaseDR"), node.text("ImpuestoDR"), node.text("TipoFactorDR"), tasa, importe)


def _retencion_dr(node: Node) -> RetencionDR:
    tasa, importe = node.number("TasaOCuotaDR"), node.number("ImporteDR")
    return RetencionDR(node.number("BaseDR"), node.text("ImpuestoDR"), node.text("TipoFactorDR"), tasa, importe)


def _traslado_p(node: Node) -> TrasladoP:
    tasa, importe = node.maybe_number("TasaOCuotaP"), node.maybe_number("ImporteP")
    return TrasladoP(node.number("BaseP"), node.text("ImpuestoP"), node.text("TipoFactorP"), tasa, importe)
