"""Writes the Complemento de Pagos 2.0, for `hub.cfdi.xml`: attributes and nodes in the order of SAT's schema."""

from collections.abc import Iterable
from decimal import Decimal

from hub.cfdi.pagos import DoctoRelacionado, Pago, Pagos, RetencionDR, RetencionP, Totales, TrasladoDR, TrasladoP

NAMESPACE = "http://www.sat.gob.mx/Pagos20"
SCHEMA = f"{NAMESPACE} http://www.sat.gob.mx/sitio_internet/cfd/Pagos/Pagos20.xsd"


def pagos_xml(pagos: Pagos) -> str:
    """`pago20:Pagos`; its texts need no escaping or are escaped."""
    return (
        f'<pago20:Pagos Version="{pagos.version}">{_totales(pagos.totales)}'
        f"{''.join(map(_pago, pagos.pagos))}</pago20:Pagos>"
    )


def _optional(name: str, value: str | Decimal | None) -> str:
    return "" if value is None or value == "" else f' {name}="{value!s}"'


def _totales(t: Totales) -> str:
    return (
        f"<pago20:Totales{_optional('TotalRetencionesIVA', t.total_retenciones_iva)}"
        f"{_optional('TotalRetencionesISR', t.total_retenciones_isr)}"
        f"{_optional('TotalRetencionesIEPS', t.total_retenciones_ieps)}"
        f"{_optional('TotalTrasladosBaseIVA16', t.total_traslados_base_iva16)}"
        f"{_optional('TotalTrasladosImpuestoIVA16', t.total_traslados_impuesto_iva16)}"
        f"{_optional('TotalTrasladosBaseIVA8', t.total_traslados_base_iva8)}"
        f"{_optional('TotalTrasladosImpuestoIVA8', t.total_traslados_impuesto_iva8)}"
        f"{_optional('TotalTrasladosBaseIVA0', t.total_traslados_base_iva0)}"
        f"{_optional('TotalTrasladosImpuestoIVA0', t.total_traslados_impuesto_iva0)}"
        f"{_optional('TotalTrasladosBaseIVAExento', t.total_traslados_base_iva_exento)}"
        f' MontoTotalPagos="{t.monto_total_pagos!s}"/>'
    )


def _pago(p: Pago) -> str:
    taxes = _within("RetencionesP", map(_retencion_p, p.retenciones_p)) + _within(
        "TrasladosP", map(_traslado_p, p.traslados_p)
    )
    return (
        f'<pago20:Pago FechaPago="{p.fecha_pago}" FormaDePagoP="{p.forma_de_pago_p}" MonedaP="{p.moneda_p}"'
        f'{_optional("TipoCambioP", p.tipo_cambio_p)} Monto="{p.monto!s}"{_optional("NumOperacion", p.num_operacion)}'
        f"{_bank(p)}>{''.join(map(_documento, p.documentos))}{_within('ImpuestosP', (taxes,))}</pago20:Pago>"
    )


def _bank(p: Pago) -> str:
    return (
        f"{_optional('RfcEmisorCtaOrd', p.rfc_emisor_cta_ord)}{_optional('NomBancoOrdExt', p.nom_banco_ord_ext)}"
        f"{_optional('CtaOrdenante', p.cta_ordenante)}{_optional('RfcEmisorCtaBen', p.rfc_emisor_cta_ben)}"
        f"{_optional('CtaBeneficiario', p.cta_beneficiario)}{_optional('TipoCadPago', p.tipo_cad_pago)}"
        f"{_optional('CertPago', p.cert_pago)}{_optional('CadPago', p.cad_pago)}{_optional('SelloPago', p.sello_pago)}"
    )


def _documento(d: DoctoRelacionado) -> str:
    # Format f: a small EquivalenciaDR of ten decimals would be written with an exponent otherwise.
    equivalencia = None if d.equivalencia_dr is None else f"{d.equivalencia_dr:f}"
    taxes = _within("RetencionesDR", [_tax_dr("Retencion", row) for row in d.retenciones_dr]) + _within(
        "TrasladosDR", [_tax_dr("Traslado", row) for row in d.traslados_dr]
    )
    return (
        f'<pago20:DoctoRelacionado IdDocumento="{d.id_documento}"{_optional("Serie", d.serie)}'
        f'{_optional("Folio", d.folio)} MonedaDR="{d.moneda_dr}"{_optional("EquivalenciaDR", equivalencia)}'
        f' NumParcialidad="{d.num_parcialidad}" ImpSaldoAnt="{d.imp_saldo_ant!s}" ImpPagado="{d.imp_pagado!s}"'
        f' ImpSaldoInsoluto="{d.imp_saldo_insoluto!s}" ObjetoImpDR="{d.objeto_imp_dr}"'
        f">{_within('ImpuestosDR', (taxes,))}</pago20:DoctoRelacionado>"
    )


def _tax_dr(tag: str, row: TrasladoDR | RetencionDR) -> str:
    base, impuesto, tipo_factor, tasa_o_cuota, importe = row
    return (
        f'<pago20:{tag}DR BaseDR="{base!s}" ImpuestoDR="{impuesto}" TipoFactorDR="{tipo_factor}"'
        f"{_optional('TasaOCuotaDR', tasa_o_cuota)}{_optional('ImporteDR', importe)}/>"
    )


def _retencion_p(row: RetencionP) -> str:
    return f'<pago20:RetencionP ImpuestoP="{row.impuesto_p}" ImporteP="{row.importe_p!s}"/>'


def _traslado_p(row: TrasladoP) -> str:
    base, impuesto, tipo_factor, tasa_o_cuota, importe = row
    return (
        f'<pago20:TrasladoP BaseP="{base!s}" ImpuestoP="{impuesto}" TipoFactorP="{tipo_factor}"'
        f"{_optional('TasaOCuotaP', tasa_o_cuota)}{_optional('ImporteP', importe)}/>"
    )


def _within(tag: str, children: Iterable[str]) -> str:
    content = "".join(children)
    return f"<pago20:{tag}>{content}</pago20:{tag}>" if content else ""
