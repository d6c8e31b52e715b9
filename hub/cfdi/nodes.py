"""A document as a list of texts, from which both its XML and its cadena original are joined.

Values stand at the odd places, what XML puts around them at the even ones: `...<cfdi:Emisor Rfc="`, `EKU9003173C9`,
`" Nombre="`, ... The whole list is the XML. The values alone are the cadena, because SAT's XSLT takes nodes and
attributes in the order of its schema, which is the order here; only the totals of the tax summary come later there.
So the document is walked once and each amount turned into text once, which is half of what a sale costs besides its
signature. Each function adds its node's values, each with the text before it. It takes the text since the last value
(`before`) and gives the text after its own last one.
"""

from typing import NamedTuple

from hub.cfdi.complement_nodes import add_complements, raw
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
    record,
)
from hub.cfdi.pagos_nodes import NAMESPACE as PAGOS_NAMESPACE
from hub.cfdi.pagos_nodes import SCHEMA as PAGOS_SCHEMA

NAMESPACE = "http://www.sat.gob.mx/cfd/4"
SCHEMA = f"{NAMESPACE} http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_OPEN = f'<?xml version="1.0" encoding="UTF-8"?>\n<cfdi:Comprobante xmlns:cfdi="{NAMESPACE}"'
HEAD = f'{_OPEN} xmlns:xsi="{_XSI}" xsi:schemaLocation="{SCHEMA}"'
HEAD_OF_PAGOS = (
    f'{_OPEN} xmlns:pago20="{PAGOS_NAMESPACE}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{SCHEMA} {PAGOS_SCHEMA}"'
)

_HEAD_TO_VERSION, _HEAD_OF_PAGOS_TO_VERSION = f'{HEAD} Version="', f'{HEAD_OF_PAGOS} Version="'
_RARE_CHILDREN = slice(Concepto._fields.index("a_cuenta_terceros"), None)
_NO_RARE_CHILDREN = tuple(Concepto._field_defaults.values())[-len(Concepto._fields[_RARE_CHILDREN]) :]

Texts = list[str]


class Nodes(NamedTuple):
    """The list, the values in the order of the cadena, and the places before which Sello and Certificado belong."""

    texts: Texts
    values: Texts
    sello_at: int
    certificado_at: int


def nodes(c: Comprobante, no_certificado: str) -> Nodes:
    """The document with the certificate's number, without Sello and Certificado, which are not in the cadena."""
    texts: Texts = []
    sello_at, certificado_at = _add_attributes(c, no_certificado, texts)
    before = '">'
    if c.informacion_global:
        before = _add_informacion_global(c.informacion_global, before, texts)
    for related in c.cfdi_relacionados:
        before = _add_relacionados(related, before, texts)
    before = _add_emisor(c.emisor, before, texts)
    before = _add_receptor(c.receptor, before, texts) + "<cfdi:Conceptos>"
    for concepto in c.conceptos:
        before = _add_concepto(concepto, before, texts)
    before += "</cfdi:Conceptos>"
    values = texts[1::2]
    if c.impuestos:
        before = _add_impuestos(c.impuestos, before, texts, values)
    if c.pagos or c.timbre or c.complementos or c.addenda:
        before = add_complements(c, before, texts, values)
    texts.append(before + "</cfdi:Comprobante>")
    return record(Nodes, (texts, values, sello_at, certificado_at))


def _add_attributes(c: Comprobante, no_certificado: str, texts: Texts) -> tuple[int, int]:
    fecha, _, _, _, sub_total, moneda, total, tipo, lugar, exportacion, serie, folio, forma_pago, metodo_pago = c[:14]
    condiciones_de_pago, descuento, tipo_cambio, confirmacion = c[14:18]
    texts += (_HEAD_OF_PAGOS_TO_VERSION if c.pagos else _HEAD_TO_VERSION, c.version)
    if serie:
        texts += ('" Serie="', serie)
    if folio:
        texts += ('" Folio="', folio)
    texts += ('" Fecha="', fecha)
    sello_at = len(texts)
    if forma_pago:
        texts += ('" FormaPago="', forma_pago)
    texts += ('" NoCertificado="', no_certificado)
    certificado_at = len(texts)
    if condiciones_de_pago:
        texts += ('" CondicionesDePago="', condiciones_de_pago)
    texts += ('" SubTotal="', str(sub_total))
    if descuento is not None:
        texts += ('" Descuento="', str(descuento))
    texts += ('" Moneda="', moneda)
    if tipo_cambio is not None:
        texts += ('" TipoCambio="', str(tipo_cambio))
    texts += ('" Total="', str(total), '" TipoDeComprobante="', tipo, '" Exportacion="', exportacion)
    if metodo_pago:
        texts += ('" MetodoPago="', metodo_pago)
    texts += ('" LugarExpedicion="', lugar)
    if confirmacion:
        texts += ('" Confirmacion="', confirmacion)
    return sello_at, certificado_at


def _add_informacion_global(g: InformacionGlobal, before: str, texts: Texts) -> str:
    texts += (before + '<cfdi:InformacionGlobal Periodicidad="', g.periodicidad, '" Meses="', g.meses)
    texts += ('" Año="', g.anio)
    return '"/>'


def _add_relacionados(related: CfdiRelacionados, before: str, texts: Texts) -> str:
    texts += (before + '<cfdi:CfdiRelacionados TipoRelacion="', related.tipo_relacion)
    before = '">'
    for uuid in related.uuids:
        texts += (before + '<cfdi:CfdiRelacionado UUID="', uuid)
        before = '"/>'
    return before + "</cfdi:CfdiRelacionados>"


def _add_emisor(e: Emisor, before: str, texts: Texts) -> str:
    texts += (before + '<cfdi:Emisor Rfc="', e.rfc, '" Nombre="', e.nombre, '" RegimenFiscal="', e.regimen_fiscal)
    if e.fac_atr_adquirente:
        texts += ('" FacAtrAdquirente="', e.fac_atr_adquirente)
    return '"/>'


def _add_receptor(r: Receptor, before: str, texts: Texts) -> str:
    texts += (before + '<cfdi:Receptor Rfc="', r.rfc, '" Nombre="', r.nombre)
    texts += ('" DomicilioFiscalReceptor="', r.domicilio_fiscal)
    if r.residencia_fiscal:
        texts += ('" ResidenciaFiscal="', r.residencia_fiscal)
    if r.num_reg_id_trib:
        texts += ('" NumRegIdTrib="', r.num_reg_id_trib)
    texts += ('" RegimenFiscalReceptor="', r.regimen_fiscal, '" UsoCFDI="', r.uso_cfdi)
    return '"/>'


def _add_concepto(c: Concepto, before: str, texts: Texts) -> str:
    clave, cantidad, clave_unidad, descripcion, valor_unitario, importe, objeto_imp, sku, unidad, descuento = c[:10]
    texts += (before + '<cfdi:Concepto ClaveProdServ="', clave)
    if sku:
        texts += ('" NoIdentificacion="', sku)
    texts += ('" Cantidad="', str(cantidad), '" ClaveUnidad="', clave_unidad)
    if unidad:
        texts += ('" Unidad="', unidad)
    texts += ('" Descripcion="', descripcion, '" ValorUnitario="', str(valor_unitario), '" Importe="', str(importe))
    if descuento is not None:
        texts += ('" Descuento="', str(descuento))
    texts += ('" ObjetoImp="', objeto_imp)
    is_plain, before = c[_RARE_CHILDREN] == _NO_RARE_CHILDREN, '">'
    traslados, retenciones = c.traslados, c.retenciones
    if traslados or retenciones:
        before = _add_traslados(traslados, '"><cfdi:Impuestos>', texts)
        if retenciones:
            before = _add_retenciones(retenciones, before, texts)
        before += "</cfdi:Impuestos>"
    elif is_plain:
        return '"/>'
    if not is_plain:
        before = _add_rare_children(c, before, texts)
    return before + "</cfdi:Concepto>"


def _add_traslados(rows: tuple[Traslado, ...], before: str, texts: Texts) -> str:
    if not rows:
        return before
    before += '<cfdi:Traslados><cfdi:Traslado Base="'
    for row in rows:
        _add_tax(row, before, texts)
        before = '"/><cfdi:Traslado Base="'
    return '"/></cfdi:Traslados>'


def _add_retenciones(rows: tuple[Retencion, ...], before: str, texts: Texts) -> str:
    if not rows:
        return before
    before += '<cfdi:Retenciones><cfdi:Retencion Base="'
    for row in rows:
        _add_tax(row, before, texts)
        before = '"/><cfdi:Retencion Base="'
    return '"/></cfdi:Retenciones>'


def _add_tax(row: Traslado | Retencion, before: str, texts: Texts) -> None:
    base, impuesto, tipo_factor, tasa_o_cuota, importe = row
    texts += (before, str(base), '" Impuesto="', impuesto, '" TipoFactor="', tipo_factor)
    if tasa_o_cuota is not None:
        texts += ('" TasaOCuota="', str(tasa_o_cuota))
    if importe is not None:
        texts += ('" Importe="', str(importe))


def _add_rare_children(c: Concepto, before: str, texts: Texts) -> str:
    if c.a_cuenta_terceros:
        before = _add_a_cuenta_terceros(c.a_cuenta_terceros, before, texts)
    before = _add_pedimentos(c.informacion_aduanera, before, texts)
    for number in c.cuenta_predial:
        texts += (before + '<cfdi:CuentaPredial Numero="', number)
        before = '"/>'
    if c.complemento_concepto:
        before += f"<cfdi:ComplementoConcepto>{raw(c.complemento_concepto)}</cfdi:ComplementoConcepto>"
    for parte in c.partes:
        before = _add_parte(parte, before, texts)
    return before


def _add_a_cuenta_terceros(t: ACuentaTerceros, before: str, texts: Texts) -> str:
    texts += (before + '<cfdi:ACuentaTerceros RfcACuentaTerceros="', t.rfc, '" NombreACuentaTerceros="', t.nombre)
    texts += ('" RegimenFiscalACuentaTerceros="', t.regimen_fiscal)
    texts += ('" DomicilioFiscalACuentaTerceros="', t.domicilio_fiscal)
    return '"/>'


def _add_pedimentos(numbers: tuple[str, ...], before: str, texts: Texts) -> str:
    for number in numbers:
        texts += (before + '<cfdi:InformacionAduanera NumeroPedimento="', number)
        before = '"/>'
    return before


def _add_parte(p: Parte, before: str, texts: Texts) -> str:
    texts += (before + '<cfdi:Parte ClaveProdServ="', p.clave_prod_serv)
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
    return _add_pedimentos(p.informacion_aduanera, '">', texts) + "</cfdi:Parte>"


def _add_impuestos(i: Impuestos, before: str, texts: Texts, values: Texts) -> str:
    """Adds also to `values`, because the cadena has each total after its rows."""
    retenciones, traslados, retenidos, trasladados, _ = i
    before += "<cfdi:Impuestos"
    if retenidos is not None:
        texts += (before + ' TotalImpuestosRetenidos="', str(retenidos))
        before = '"'
    if trasladados is not None:
        texts += (before + ' TotalImpuestosTrasladados="', str(trasladados))
        before = '"'
    begin = len(texts)
    before = _add_retenidos(retenciones, before + ">", texts)
    values += texts[begin + 1 :: 2]
    if retenidos is not None:
        values.append(str(retenidos))
    begin = len(texts)
    before = _add_traslados(traslados, before, texts)
    values += texts[begin + 1 :: 2]
    if trasladados is not None:
        values.append(str(trasladados))
    return before + "</cfdi:Impuestos>"


def _add_retenidos(rows: tuple[ImpuestoRetenido, ...], before: str, texts: Texts) -> str:
    if not rows:
        return before
    before += "<cfdi:Retenciones>"
    for row in rows:
        texts += (before + '<cfdi:Retencion Impuesto="', row.impuesto, '" Importe="', str(row.importe))
        before = '"/>'
    return '"/></cfdi:Retenciones>'
