"""The Complemento de Pagos 2.0 for `hub.cfdi.nodes`: SAT's XSLT takes every value in the order of its schema."""

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


def add_pagos(pagos: Pagos, before: str, texts: list[str]) -> str:
    """`pago20:Pagos`; `before` and what it gives as in `hub.cfdi.nodes`."""
    texts += (before + '<pago20:Pagos Version="', pagos.version)
    before = _add_totales(pagos.totales, '">', texts)
    for pago in pagos.pagos:
        before = _add_pago(pago, before, texts)
    return before + "</pago20:Pagos>"


def _add(name: str, value: str | Decimal | None, before: str, texts: list[str]) -> str:
    """One more attribute; absent or empty ones are not written."""
    if value is None or value == "":
        return before
    texts += (f'{before} {name}="', str(value))
    return '"'


def _add_totales(totales: Totales, before: str, texts: list[str]) -> str:
    before += "<pago20:Totales"
    for name, field in _TOTALES:
        before = _add(name, getattr(totales, field), before, texts)
    return before + "/>"


def _add_pago(p: Pago, before: str, texts: list[str]) -> str:
    texts += (before + '<pago20:Pago FechaPago="', p.fecha_pago, '" FormaDePagoP="', p.forma_de_pago_p)
    texts += ('" MonedaP="', p.moneda_p)
    before = _add("TipoCambioP", p.tipo_cambio_p, '"', texts)
    texts += (before + ' Monto="', str(p.monto))
    before = '"'
    for name, field in _BANK:
        before = _add(name, getattr(p, field), before, texts)
    before += ">"
    for documento in p.documentos:
        before = _add_documento(documento, before, texts)
    if p.retenciones_p or p.traslados_p:
        before += "<pago20:ImpuestosP>"
        before = _add_rows("RetencionesP", "RetencionP", ("ImpuestoP", "ImporteP"), p.retenciones_p, before, texts)
        before = _add_rows("TrasladosP", "TrasladoP", _TAX_P, p.traslados_p, before, texts)
        before += "</pago20:ImpuestosP>"
    return before + "</pago20:Pago>"


def _add_documento(d: DoctoRelacionado, before: str, texts: list[str]) -> str:
    texts += (before + '<pago20:DoctoRelacionado IdDocumento="', d.id_documento)
    before = _add("Serie", d.serie, '"', texts)
    before = _add("Folio", d.folio, before, texts)
    texts += (before + ' MonedaDR="', d.moneda_dr)
    # Format f: a small EquivalenciaDR of ten decimals would be written with an exponent otherwise.
    before = _add("EquivalenciaDR", None if d.equivalencia_dr is None else f"{d.equivalencia_dr:f}", '"', texts)
    texts += (before + ' NumParcialidad="', str(d.num_parcialidad), '" ImpSaldoAnt="', str(d.imp_saldo_ant))
    texts += ('" ImpPagado="', str(d.imp_pagado), '" ImpSaldoInsoluto="', str(d.imp_saldo_insoluto))
    texts += ('" ObjetoImpDR="', d.objeto_imp_dr)
    before = '">'
    if d.retenciones_dr or d.traslados_dr:
        before += "<pago20:ImpuestosDR>"
        before = _add_rows("RetencionesDR", "RetencionDR", _TAX_DR, d.retenciones_dr, before, texts)
        before = _add_rows("TrasladosDR", "TrasladoDR", _TAX_DR, d.traslados_dr, before, texts)
        before += "</pago20:ImpuestosDR>"
    return before + "</pago20:DoctoRelacionado>"


def _add_rows(within: str, tag: str, names: Sequence[str], rows: _Rows, before: str, texts: list[str]) -> str:
    """Rows of taxes, whose fields come in the order of the schema."""
    if not rows:
        return before
    before += f"<pago20:{within}>"
    for row in rows:
        before += f"<pago20:{tag}"
        for name, value in zip(names, row, strict=True):
            before = _add(name, value, before, texts)
        before += "/>"
    return f"{before}</pago20:{within}>"
