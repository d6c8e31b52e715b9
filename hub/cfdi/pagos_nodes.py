"""The Complemento de Pagos 2.0 for `hub.cfdi.nodes`: SAT's Pagos20.xslt takes every value in the order of its schema."""

from collections.abc import Sequence
from decimal import Decimal

from hub.cfdi.pagos import DoctoRelacionado, Pago, Pagos, RetencionDR, RetencionP, Totales, TrasladoDR, TrasladoP

NAMESPACE = "http://www.sat.gob.mx/Pagos20"
SCHEMA = f"{NAMESPACE} http://www.sat.gob.mx/sitio_internet/cfd/Pagos/Pagos20.xsd"
_TOTALES = (
    ("TotalRetencionesIVA", "total_retenciones_iva"),
    ("TotalRetencionesISR", "total_retenciones_isr"),
    ("TotalRetencionesIEPS", "total_retenciones_ieps"),
    ("TotalTrasladosBaseIVA16", "total_traslados_base_iva16"),
    ("TotalTrasladosImpuestoIVA16", "total_traslados_impuesto_iva16"),
    ("TotalTrasladosBaseIVA8", "total_traslados_base_iva8"),
    ("TotalTrasladosImpuestoIVA8", "total_traslados_impuesto_iva8"),
    ("TotalTrasladosBaseIVA0", "total_traslados_base_iva0"),
    ("TotalTrasladosImpuestoIVA0", "total_traslados_impuesto_iva0"),
    ("TotalTrasladosBaseIVAExento", "total_traslados_base_iva_exento"),
    ("MontoTotalPagos", "monto_total_pagos"),
)
_BANK = (
    ("NumOperacion", "num_operacion"),
    ("RfcEmisorCtaOrd", "rfc_emisor_cta_ord"),
    ("NomBancoOrdExt", "nom_banco_ord_ext"),
    ("CtaOrdenante", "cta_ordenante"),
    ("RfcEmisorCtaBen", "rfc_emisor_cta_ben"),
    ("CtaBeneficiario", "cta_beneficiario"),
    ("TipoCadPago", "tipo_cad_pago"),
    ("CertPago", "cert_pago"),
    ("CadPago", "cad_pago"),
    ("SelloPago", "sello_pago"),
)
_TAX_DR = ("BaseDR", "ImpuestoDR", "TipoFactorDR", "TasaOCuotaDR", "ImporteDR")
_TAX_P = ("BaseP", "ImpuestoP", "TipoFactorP", "TasaOCuotaP", "ImporteP")
_Rows = Sequence[TrasladoDR | RetencionDR | TrasladoP | RetencionP]


def add_complemento(pagos: Pagos, texts: list[str]) -> None:
    """`cfdi:Complemento` with the payments."""
    texts[-1] += '<cfdi:Complemento><pago20:Pagos Version="'
    texts += (pagos.version, '">')
    _add_totales(pagos.totales, texts)
    for pago in pagos.pagos:
        _add_pago(pago, texts)
    texts[-1] += "</pago20:Pagos></cfdi:Complemento>"


def _add(name: str, value: str | Decimal | None, texts: list[str]) -> None:
    """One more attribute; absent or empty ones are not written."""
    if value is not None and value != "":
        texts[-1] += f' {name}="'
        texts += (str(value), '"')


def _add_totales(totales: Totales, texts: list[str]) -> None:
    texts[-1] += "<pago20:Totales"
    for name, field in _TOTALES:
        _add(name, getattr(totales, field), texts)
    texts[-1] += "/>"


def _add_pago(p: Pago, texts: list[str]) -> None:
    texts[-1] += '<pago20:Pago FechaPago="'
    texts += (p.fecha_pago, '" FormaDePagoP="', p.forma_de_pago_p, '" MonedaP="', p.moneda_p, '"')
    _add("TipoCambioP", p.tipo_cambio_p, texts)
    texts[-1] += ' Monto="'
    texts += (str(p.monto), '"')
    for name, field in _BANK:
        _add(name, getattr(p, field), texts)
    texts[-1] += ">"
    for documento in p.documentos:
        _add_documento(documento, texts)
    if p.retenciones_p or p.traslados_p:
        texts[-1] += "<pago20:ImpuestosP>"
        _add_rows("RetencionesP", "RetencionP", ("ImpuestoP", "ImporteP"), p.retenciones_p, texts)
        _add_rows("TrasladosP", "TrasladoP", _TAX_P, p.traslados_p, texts)
        texts[-1] += "</pago20:ImpuestosP>"
    texts[-1] += "</pago20:Pago>"


def _add_documento(d: DoctoRelacionado, texts: list[str]) -> None:
    texts[-1] += '<pago20:DoctoRelacionado IdDocumento="'
    texts += (d.id_documento, '"')
    _add("Serie", d.serie, texts)
    _add("Folio", d.folio, texts)
    texts[-1] += ' MonedaDR="'
    texts += (d.moneda_dr, '"')
    # Format f: a small EquivalenciaDR of ten decimals would be written with an exponent otherwise.
    _add("EquivalenciaDR", None if d.equivalencia_dr is None else f"{d.equivalencia_dr:f}", texts)
    texts[-1] += ' NumParcialidad="'
    texts += (str(d.num_parcialidad), '" ImpSaldoAnt="', str(d.imp_saldo_ant), '" ImpPagado="', str(d.imp_pagado))
    texts += ('" ImpSaldoInsoluto="', str(d.imp_saldo_insoluto), '" ObjetoImpDR="', d.objeto_imp_dr, '">')
    if d.retenciones_dr or d.traslados_dr:
        texts[-1] += "<pago20:ImpuestosDR>"
        _add_rows("RetencionesDR", "RetencionDR", _TAX_DR, d.retenciones_dr, texts)
        _add_rows("TrasladosDR", "TrasladoDR", _TAX_DR, d.traslados_dr, texts)
        texts[-1] += "</pago20:ImpuestosDR>"
    texts[-1] += "</pago20:DoctoRelacionado>"


def _add_rows(within: str, tag: str, names: Sequence[str], rows: _Rows, texts: list[str]) -> None:
    """Rows of taxes, whose fields come in the order of the schema."""
    if not rows:
        return
    texts[-1] += f"<pago20:{within}>"
    for row in rows:
        texts[-1] += f"<pago20:{tag}"
        for name, value in zip(names, row, strict=True):
            _add(name, value, texts)
        texts[-1] += "/>"
    texts[-1] += f"</pago20:{within}>"
