"""Reads the Complemento de Pagos 2.0 back from its XML, for `hub.cfdi.read`."""

from typing import TYPE_CHECKING

from hub.cfdi.attributes import attributes, decimal, number
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
from hub.cfdi.parse import MalformedXmlError

if TYPE_CHECKING:
    from lxml.etree import _Element

_CFDI, _PAGO = "{http://www.sat.gob.mx/cfd/4}", "{http://www.sat.gob.mx/Pagos20}"


def pagos_of(root: "_Element") -> Pagos | None:
    """The payments under the root of a CFDI, `None` if there are none; raises KeyError for a missing attribute."""
    node = root.find(f"{_CFDI}Complemento/{_PAGO}Pagos")
    if node is None:
        return None
    totales = node.find(f"{_PAGO}Totales")
    if totales is None:
        raise KeyError("Totales")
    payments = tuple(map(_pago, node.iterfind(f"{_PAGO}Pago")))
    return Pagos(_totales(totales), payments, attributes(node)["Version"])


def _totales(node: "_Element") -> Totales:
    return Totales(
        monto_total_pagos=number(attributes(node)["MontoTotalPagos"]),
        total_retenciones_iva=decimal(node, "TotalRetencionesIVA"),
        total_retenciones_isr=decimal(node, "TotalRetencionesISR"),
        total_retenciones_ieps=decimal(node, "TotalRetencionesIEPS"),
        total_traslados_base_iva16=decimal(node, "TotalTrasladosBaseIVA16"),
        total_traslados_impuesto_iva16=decimal(node, "TotalTrasladosImpuestoIVA16"),
        total_traslados_base_iva8=decimal(node, "TotalTrasladosBaseIVA8"),
        total_traslados_impuesto_iva8=decimal(node, "TotalTrasladosImpuestoIVA8"),
        total_traslados_base_iva0=decimal(node, "TotalTrasladosBaseIVA0"),
        total_traslados_impuesto_iva0=decimal(node, "TotalTrasladosImpuestoIVA0"),
        total_traslados_base_iva_exento=decimal(node, "TotalTrasladosBaseIVAExento"),
    )


def _pago(node: "_Element") -> Pago:
    a = attributes(node)
    withheld = node.iterfind(f"{_PAGO}ImpuestosP/{_PAGO}RetencionesP/{_PAGO}RetencionP")
    transferred = node.iterfind(f"{_PAGO}ImpuestosP/{_PAGO}TrasladosP/{_PAGO}TrasladoP")
    return Pago(
        fecha_pago=a["FechaPago"],
        forma_de_pago_p=a["FormaDePagoP"],
        moneda_p=a["MonedaP"],
        monto=number(a["Monto"]),
        documentos=tuple(map(_documento, node.iterfind(f"{_PAGO}DoctoRelacionado"))),
        tipo_cambio_p=decimal(node, "TipoCambioP"),
        num_operacion=a.get("NumOperacion"),
        rfc_emisor_cta_ord=a.get("RfcEmisorCtaOrd"),
        nom_banco_ord_ext=a.get("NomBancoOrdExt"),
        cta_ordenante=a.get("CtaOrdenante"),
        rfc_emisor_cta_ben=a.get("RfcEmisorCtaBen"),
        cta_beneficiario=a.get("CtaBeneficiario"),
        tipo_cad_pago=a.get("TipoCadPago"),
        cert_pago=a.get("CertPago"),
        cad_pago=a.get("CadPago"),
        sello_pago=a.get("SelloPago"),
        retenciones_p=tuple(map(_retencion_p, withheld)),
        traslados_p=tuple(map(_traslado_p, transferred)),
    )


def _documento(node: "_Element") -> DoctoRelacionado:
    a = attributes(node)
    withheld = node.iterfind(f"{_PAGO}ImpuestosDR/{_PAGO}RetencionesDR/{_PAGO}RetencionDR")
    transferred = node.iterfind(f"{_PAGO}ImpuestosDR/{_PAGO}TrasladosDR/{_PAGO}TrasladoDR")
    return DoctoRelacionado(
        id_documento=a["IdDocumento"],
        moneda_dr=a["MonedaDR"],
        num_parcialidad=_whole(a["NumParcialidad"]),
        imp_saldo_ant=number(a["ImpSaldoAnt"]),
        imp_pagado=number(a["ImpPagado"]),
        imp_saldo_insoluto=number(a["ImpSaldoInsoluto"]),
        objeto_imp_dr=a["ObjetoImpDR"],
        serie=a.get("Serie"),
        folio=a.get("Folio"),
        equivalencia_dr=decimal(node, "EquivalenciaDR"),
        retenciones_dr=tuple(map(_retencion_dr, withheld)),
        traslados_dr=tuple(map(_traslado_dr, transferred)),
    )


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise MalformedXmlError(f"{text[:40]!r} is no NumParcialidad")
    return int(text)


def _traslado_dr(node: "_Element") -> TrasladoDR:
    a = attributes(node)
    tasa, importe = decimal(node, "TasaOCuotaDR"), decimal(node, "ImporteDR")
    return TrasladoDR(number(a["BaseDR"]), a["ImpuestoDR"], a["TipoFactorDR"], tasa, importe)


def _retencion_dr(node: "_Element") -> RetencionDR:
    a = attributes(node)
    tasa, importe = number(a["TasaOCuotaDR"]), number(a["ImporteDR"])
    return RetencionDR(number(a["BaseDR"]), a["ImpuestoDR"], a["TipoFactorDR"], tasa, importe)


def _traslado_p(node: "_Element") -> TrasladoP:
    a = attributes(node)
    tasa, importe = decimal(node, "TasaOCuotaP"), decimal(node, "ImporteP")
    return TrasladoP(number(a["BaseP"]), a["ImpuestoP"], a["TipoFactorP"], tasa, importe)


def _retencion_p(node: "_Element") -> RetencionP:
    a = attributes(node)
    return RetencionP(a["ImpuestoP"], number(a["ImporteP"]))
