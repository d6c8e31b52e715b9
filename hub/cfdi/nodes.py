"""A document as a list of texts, from which both its XML and its cadena original are joined.

Values stand at the odd places, what XML puts around them at the even ones: `...<cfdi:Emisor Rfc="`, `EKU9003173C9`,
`" Nombre="`, ... The whole list is the XML. The values alone are the cadena, because SAT's XSLT takes nodes and
attributes in the order of its schema, which is the order here; only the totals of the tax summary come later there.
So the document is walked once and each amount turned into text once, which is half of what a sale costs besides its
signature. Each function adds its node's values, each with the text before it. It takes the text since the last value
(`before`) and gives the text after its own last one.
"""

from decimal import Decimal
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
    return Nodes(texts, values, sello_at, certificado_at)


def _add_attributes(c: Comprobante, no_certificado: str, texts: Texts) -> tuple[int, int]:
    texts += (_HEAD_OF_PAGOS_TO_VERSION if c.pagos else _HEAD_TO_VERSION, c.version)
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
    texts += (before + '<cfdi:Concepto ClaveProdServ="', c.clave_prod_serv)
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
    is_plain, before = c[_RARE_CHILDREN] == _NO_RARE_CHILDREN, '">'
    if c.traslados or c.retenciones:
        before = _add_traslados(c.traslados, '"><cfdi:Impuestos>', texts)
        before = _add_retenciones(c.retenciones, before, texts) + "</cfdi:Impuestos>"
    elif is_plain:
        return '"/>'
    if not is_plain:
        before = _add_rare_children(c, before, texts)
    return before + "</cfdi:Concepto>"


def _add_traslados(rows: tuple[Traslado, ...], before: str, texts: Texts) -> str:
    if not rows:
        return before
    before += "<cfdi:Traslados>"
    for row in rows:
        _add_tax(row, before + '<cfdi:Traslado Base="', texts)
        before = '"/>'
    return '"/></cfdi:Traslados>'


def _add_retenciones(rows: tuple[Retencion, ...], before: str, texts: Texts) -> str:
    if not rows:
        return before
    before += "<cfdi:Retenciones>"
    for row in rows:
        _add_tax(row, before + '<cfdi:Retencion Base="', texts)
        before = '"/>'
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
    before += "<cfdi:Impuestos"
    retenidos, trasladados = _texts(i.total_impuestos_retenidos), _texts(i.total_impuestos_trasladados)
    for total in retenidos:
        texts += (before + ' TotalImpuestosRetenidos="', total)
        before = '"'
    for total in trasladados:
        texts += (before + ' TotalImpuestosTrasladados="', total)
        before = '"'
    begin = len(texts)
    before = _add_retenidos(i.retenciones, before + ">", texts)
    between = len(texts)
    before = _add_traslados(i.traslados, before, texts)
    values += (*texts[begin + 1 : between : 2], *retenidos, *texts[between + 1 :: 2], *trasladados)
    return before + "</cfdi:Impuestos>"


def _texts(total: Decimal | None) -> tuple[str, ...]:
    return () if total is None else (str(total),)


def _add_retenidos(rows: tuple[ImpuestoRetenido, ...], before: str, texts: Texts) -> str:
    if not rows:
        return before
    before += "<cfdi:Retenciones>"
    for row in rows:
        texts += (before + '<cfdi:Retencion Impuesto="', row.impuesto, '" Importe="', str(row.importe))
        before = '"/>'
    return '"/></cfdi:Retenciones>'
