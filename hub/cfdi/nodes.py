"""A document as a list of texts, from which both its XML and its cadena original are joined.

Values stand at the odd places, what XML puts around them at the even ones: `...<cfdi:Emisor Rfc="`, `EKU9003173C9`,
`" Nombre="`, ... The whole list is the XML. The values alone are the cadena, because SAT's XSLT takes nodes and
attributes in the order of its schema, which is the order here; only the totals of the tax summary come later there.
So the document is walked once and each amount turned into text once, which is half of what a sale costs besides its
signature. A node continues the last text of the list and leaves one that ends after itself.
"""

from typing import NamedTuple

from hub.cfdi.document import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    Emisor,
    ImpuestoRetenido,
    Impuestos,
    InformacionGlobal,
    Parte,
    Receptor,
    Retencion,
    Traslado,
)
from hub.cfdi.pagos_nodes import NAMESPACE as PAGOS_NAMESPACE
from hub.cfdi.pagos_nodes import SCHEMA as PAGOS_SCHEMA
from hub.cfdi.pagos_nodes import add_complemento

NAMESPACE = "http://www.sat.gob.mx/cfd/4"
SCHEMA = f"{NAMESPACE} http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_OPEN = f'<?xml version="1.0" encoding="UTF-8"?>\n<cfdi:Comprobante xmlns:cfdi="{NAMESPACE}"'
HEAD = f'{_OPEN} xmlns:xsi="{_XSI}" xsi:schemaLocation="{SCHEMA}"'
HEAD_OF_PAGOS = (
    f'{_OPEN} xmlns:pago20="{PAGOS_NAMESPACE}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{SCHEMA} {PAGOS_SCHEMA}"'
)

_CHILDREN = slice(Concepto._fields.index("traslados"), None)
_RARE_CHILDREN = slice(Concepto._fields.index("a_cuenta_terceros"), None)

Texts = list[str]


class Nodes(NamedTuple):
    """The list, the values in the order of the cadena, and the places before which Sello and Certificado belong."""

    texts: Texts
    values: Texts
    sello_at: int
    certificado_at: int


def nodes(c: Comprobante, no_certificado: str) -> Nodes:
    """The document with the certificate's number, without Sello and Certificado, which are not in the cadena."""
    texts: Texts = [HEAD_OF_PAGOS if c.pagos else HEAD]
    sello_at, certificado_at = _add_attributes(c, no_certificado, texts)
    if c.informacion_global:
        _add_informacion_global(c.informacion_global, texts)
    for related in c.cfdi_relacionados:
        _add_relacionados(related, texts)
    _add_emisor(c.emisor, texts)
    _add_receptor(c.receptor, texts)
    texts[-1] += "<cfdi:Conceptos>"
    for concepto in c.conceptos:
        _add_concepto(concepto, texts)
    texts[-1] += "</cfdi:Conceptos>"
    values = texts[1::2]
    if c.impuestos:
        values += _add_impuestos(c.impuestos, texts)
    if c.pagos:
        before = len(texts)
        add_complemento(c.pagos, texts)
        values += texts[before::2]
    texts[-1] += "</cfdi:Comprobante>"
    return Nodes(texts, values, sello_at, certificado_at)


def _add_attributes(c: Comprobante, no_certificado: str, texts: Texts) -> tuple[int, int]:
    texts[-1] += ' Version="'
    texts.append(c.version)
    if c.serie:
        texts += ('" Serie="', c.serie)
    if c.folio:
        texts += ('" Folio="', c.folio)
    texts += ('" Fecha="', c.fecha)
    sello_at = len(texts)
    if c.forma_pago:
        texts += ('" FormaPago="', c.forma_pago)
    texts += ('" NoCertificado="', no_certificado)
    certificado_at = len(texts)
    if c.condiciones_de_pago:
        texts += ('" CondicionesDePago="', c.condiciones_de_pago)
    texts += ('" SubTotal="', str(c.sub_total))
    if c.descuento is not None:
        texts += ('" Descuento="', str(c.descuento))
    texts += ('" Moneda="', c.moneda)
    if c.tipo_cambio is not None:
        texts += ('" TipoCambio="', str(c.tipo_cambio))
    texts += ('" Total="', str(c.total), '" TipoDeComprobante="', c.tipo_de_comprobante)
    texts += ('" Exportacion="', c.exportacion)
    if c.metodo_pago:
        texts += ('" MetodoPago="', c.metodo_pago)
    texts += ('" LugarExpedicion="', c.lugar_expedicion)
    if c.confirmacion:
        texts += ('" Confirmacion="', c.confirmacion)
    texts.append('">')
    return sello_at, certificado_at


def _add_informacion_global(g: InformacionGlobal, texts: Texts) -> None:
    texts[-1] += '<cfdi:InformacionGlobal Periodicidad="'
    texts += (g.periodicidad, '" Meses="', g.meses, '" Año="', g.anio, '"/>')


def _add_relacionados(related: CfdiRelacionados, texts: Texts) -> None:
    texts[-1] += '<cfdi:CfdiRelacionados TipoRelacion="'
    texts += (related.tipo_relacion, '">')
    for uuid in related.uuids:
        texts[-1] += '<cfdi:CfdiRelacionado UUID="'
        texts += (uuid, '"/>')
    texts[-1] += "</cfdi:CfdiRelacionados>"


def _add_emisor(e: Emisor, texts: Texts) -> None:
    texts[-1] += '<cfdi:Emisor Rfc="'
    texts += (e.rfc, '" Nombre="', e.nombre, '" RegimenFiscal="', e.regimen_fiscal)
    if e.fac_atr_adquirente:
        texts += ('" FacAtrAdquirente="', e.fac_atr_adquirente)
    texts.append('"/>')


def _add_receptor(r: Receptor, texts: Texts) -> None:
    texts[-1] += '<cfdi:Receptor Rfc="'
    texts += (r.rfc, '" Nombre="', r.nombre, '" DomicilioFiscalReceptor="', r.domicilio_fiscal)
    if r.residencia_fiscal:
        texts += ('" ResidenciaFiscal="', r.residencia_fiscal)
    if r.num_reg_id_trib:
        texts += ('" NumRegIdTrib="', r.num_reg_id_trib)
    texts += ('" RegimenFiscalReceptor="', r.regimen_fiscal, '" UsoCFDI="', r.uso_cfdi, '"/>')


def _add_concepto(c: Concepto, texts: Texts) -> None:
    texts[-1] += '<cfdi:Concepto ClaveProdServ="'
    texts.append(c.clave_prod_serv)
    if c.no_identificacion:
        texts += ('" NoIdentificacion="', c.no_identificacion)
    texts += ('" Cantidad="', str(c.cantidad), '" ClaveUnidad="', c.clave_unidad)
    if c.unidad:
        texts += ('" Unidad="', c.unidad)
    texts += ('" Descripcion="', c.descripcion, '" ValorUnitario="', str(c.valor_unitario))
    texts += ('" Importe="', str(c.importe))
    if c.descuento is not None:
        texts += ('" Descuento="', str(c.descuento))
    texts += ('" ObjetoImp="', c.objeto_imp)
    if not any(c[_CHILDREN]):
        texts.append('"/>')
        return
    texts.append('">')
    if c.traslados or c.retenciones:
        texts[-1] += "<cfdi:Impuestos>"
        _add_traslados(c.traslados, texts)
        _add_retenciones(c.retenciones, texts)
        texts[-1] += "</cfdi:Impuestos>"
    if any(c[_RARE_CHILDREN]):
        _add_rare_children(c, texts)
    texts[-1] += "</cfdi:Concepto>"


def _add_rare_children(c: Concepto, texts: Texts) -> None:
    if c.a_cuenta_terceros:
        _add_a_cuenta_terceros(c.a_cuenta_terceros, texts)
    _add_pedimentos(c.informacion_aduanera, texts)
    for number in c.cuenta_predial:
        texts[-1] += '<cfdi:CuentaPredial Numero="'
        texts += (number, '"/>')
    for parte in c.partes:
        _add_parte(parte, texts)


def _add_traslados(rows: tuple[Traslado, ...], texts: Texts) -> None:
    if not rows:
        return
    texts[-1] += "<cfdi:Traslados>"
    for row in rows:
        texts[-1] += '<cfdi:Traslado Base="'
        _add_tax(row, texts)
    texts[-1] += "</cfdi:Traslados>"


def _add_retenciones(rows: tuple[Retencion, ...], texts: Texts) -> None:
    if not rows:
        return
    texts[-1] += "<cfdi:Retenciones>"
    for row in rows:
        texts[-1] += '<cfdi:Retencion Base="'
        _add_tax(row, texts)
    texts[-1] += "</cfdi:Retenciones>"


def _add_tax(row: Traslado | Retencion, texts: Texts) -> None:
    base, impuesto, tipo_factor, tasa_o_cuota, importe = row
    texts += (str(base), '" Impuesto="', impuesto, '" TipoFactor="', tipo_factor)
    if tasa_o_cuota is not None:
        texts += ('" TasaOCuota="', str(tasa_o_cuota))
    if importe is not None:
        texts += ('" Importe="', str(importe))
    texts.append('"/>')


def _add_a_cuenta_terceros(t: ACuentaTerceros, texts: Texts) -> None:
    texts[-1] += '<cfdi:ACuentaTerceros RfcACuentaTerceros="'
    texts += (t.rfc, '" NombreACuentaTerceros="', t.nombre, '" RegimenFiscalACuentaTerceros="', t.regimen_fiscal)
    texts += ('" DomicilioFiscalACuentaTerceros="', t.domicilio_fiscal, '"/>')


def _add_pedimentos(numbers: tuple[str, ...], texts: Texts) -> None:
    for number in numbers:
        texts[-1] += '<cfdi:InformacionAduanera NumeroPedimento="'
        texts += (number, '"/>')


def _add_parte(p: Parte, texts: Texts) -> None:
    texts[-1] += '<cfdi:Parte ClaveProdServ="'
    texts.append(p.clave_prod_serv)
    if p.no_identificacion:
        texts += ('" NoIdentificacion="', p.no_identificacion)
    texts += ('" Cantidad="', str(p.cantidad))
    if p.unidad:
        texts += ('" Unidad="', p.unidad)
    texts += ('" Descripcion="', p.descripcion)
    if p.valor_unitario is not None:
        texts += ('" ValorUnitario="', str(p.valor_unitario))
    if p.importe is not None:
        texts += ('" Importe="', str(p.importe))
    texts.append('">')
    _add_pedimentos(p.informacion_aduanera, texts)
    texts[-1] += "</cfdi:Parte>"


def _add_impuestos(i: Impuestos, texts: Texts) -> Texts:
    """Gives the values in the order of the cadena: each total after its rows."""
    texts[-1] += "<cfdi:Impuestos"
    retenidos, trasladados = [], []
    if i.total_impuestos_retenidos is not None:
        retenidos.append(str(i.total_impuestos_retenidos))
        texts[-1] += ' TotalImpuestosRetenidos="'
        texts += (*retenidos, '"')
    if i.total_impuestos_trasladados is not None:
        trasladados.append(str(i.total_impuestos_trasladados))
        texts[-1] += ' TotalImpuestosTrasladados="'
        texts += (*trasladados, '"')
    texts[-1] += ">"
    before_rows = len(texts)
    _add_retenidos(i.retenciones, texts)
    before_traslados = len(texts)
    _add_traslados(i.traslados, texts)
    texts[-1] += "</cfdi:Impuestos>"
    return [*texts[before_rows:before_traslados:2], *retenidos, *texts[before_traslados::2], *trasladados]


def _add_retenidos(rows: tuple[ImpuestoRetenido, ...], texts: Texts) -> None:
    if not rows:
        return
    texts[-1] += "<cfdi:Retenciones>"
    for row in rows:
        texts[-1] += '<cfdi:Retencion Impuesto="'
        texts += (row.impuesto, '" Importe="', str(row.importe), '"/>')
    texts[-1] += "</cfdi:Retenciones>"
