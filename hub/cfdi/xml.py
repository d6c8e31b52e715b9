"""Writes a `Comprobante` as the UTF-8 XML that is sealed and stamped.

String building instead of an element tree: the document's shape is fixed, and this step runs for every sale.
Attributes come in the order of SAT's schema, absent optionals are left out (an empty attribute is invalid).
"""

from decimal import Decimal
from typing import TypeVar, cast

from hub.cfdi.complements_xml import addenda, complemento, goods
from hub.cfdi.document import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    ForeignXml,
    ImpuestoRetenido,
    Impuestos,
    InformacionGlobal,
    Retencion,
    Traslado,
)
from hub.cfdi.pagos_xml import NAMESPACE as PAGOS_NAMESPACE
from hub.cfdi.pagos_xml import SCHEMA as PAGOS_SCHEMA
from hub.cfdi.text import escape

Value = TypeVar("Value")

NAMESPACE = "http://www.sat.gob.mx/cfd/4"
SCHEMA = f"{NAMESPACE} http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_OPEN = f'<?xml version="1.0" encoding="UTF-8"?>\n<cfdi:Comprobante xmlns:cfdi="{NAMESPACE}"'
_HEAD = f'{_OPEN} xmlns:xsi="{_XSI}" xsi:schemaLocation="{SCHEMA}"'
_HEAD_OF_PAGOS = (
    f'{_OPEN} xmlns:pago20="{PAGOS_NAMESPACE}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{SCHEMA} {PAGOS_SCHEMA}"'
)


def to_xml(
    comprobante: Comprobante,
    *,
    no_certificado: str | None = None,
    certificado: str | None = None,
    sello: str | None = None,
) -> bytes:
    """A CFDI 4.0 as bytes. The three attributes of the seal may be given here instead of in the document.

    What `read` found comes back: a timbre (which only a PAC makes), complements and Addenda of others too. Raises
    ValueError if a text holds a character that XML cannot carry, and for a 3.3, which nobody issues any more.
    """
    if comprobante.version != "4.0":
        raise ValueError(f"only a CFDI 4.0 can be written, not a {comprobante.version}")
    c = escaped(comprobante)
    return write(
        c,
        no_certificado=escape(no_certificado or "") or c.no_certificado,
        certificado=escape(certificado or "") or c.certificado,
        sello=escape(sello or "") or c.sello,
    )


def escaped(value: Value) -> Value:
    """The document, or a part of it, with every text ready for a double-quoted attribute."""
    if isinstance(value, str):
        return cast("Value", escape(value))
    if not isinstance(value, tuple) or isinstance(value, ForeignXml):
        return value
    parts = map(escaped, value)
    return cast("Value", value._make(parts) if hasattr(value, "_make") else tuple(parts))


def write(comprobante: Comprobante, *, no_certificado: str, certificado: str, sello: str) -> bytes:
    """The same for a document whose texts need no escaping, which is nearly all of them, or are `escaped`."""
    c, e, r = comprobante, comprobante.emisor, comprobante.receptor
    head = _HEAD_OF_PAGOS if c.pagos else _HEAD
    parts = [
        f'{head} Version="{c.version}"{_text("Serie", c.serie)}{_text("Folio", c.folio)} Fecha="{c.fecha}"',
        _text("Sello", sello),
        _text("FormaPago", c.forma_pago),
        _text("NoCertificado", no_certificado),
        _text("Certificado", certificado),
        _text("CondicionesDePago", c.condiciones_de_pago),
        f' SubTotal="{c.sub_total!s}"{_number("Descuento", c.descuento)} Moneda="{c.moneda}"',
        f'{_number("TipoCambio", c.tipo_cambio)} Total="{c.total!s}" TipoDeComprobante="{c.tipo_de_comprobante}"',
        f' Exportacion="{c.exportacion}"{_text("MetodoPago", c.metodo_pago)} LugarExpedicion="{c.lugar_expedicion}"',
        f"{_text('Confirmacion', c.confirmacion)}>",
        _informacion_global(c.informacion_global) if c.informacion_global else "",
        *map(_relacionados, c.cfdi_relacionados),
        f'<cfdi:Emisor Rfc="{e.rfc}" Nombre="{e.nombre}" RegimenFiscal="{e.regimen_fiscal}"',
        f"{_text('FacAtrAdquirente', e.fac_atr_adquirente)}/>",
        f'<cfdi:Receptor Rfc="{r.rfc}" Nombre="{r.nombre}" DomicilioFiscalReceptor="{r.domicilio_fiscal}"',
        f"{_text('ResidenciaFiscal', r.residencia_fiscal)}{_text('NumRegIdTrib', r.num_reg_id_trib)}",
        f' RegimenFiscalReceptor="{r.regimen_fiscal}" UsoCFDI="{r.uso_cfdi}"/><cfdi:Conceptos>',
        *map(_concepto, c.conceptos),
        "</cfdi:Conceptos>",
        _impuestos(c.impuestos) if c.impuestos else "",
        complemento(c) if c.pagos or c.timbre or c.complementos else "",
        addenda(c.addenda) if c.addenda else "",
        "</cfdi:Comprobante>",
    ]
    return "".join(parts).encode()


def _text(name: str, value: str | None) -> str:
    return f' {name}="{value}"' if value else ""


def _number(name: str, value: Decimal | None) -> str:
    return "" if value is None else f' {name}="{value!s}"'


def _informacion_global(g: InformacionGlobal) -> str:
    return f'<cfdi:InformacionGlobal Periodicidad="{g.periodicidad}" Meses="{g.meses}" Año="{g.anio}"/>'


def _relacionados(related: CfdiRelacionados) -> str:
    uuids = "".join(f'<cfdi:CfdiRelacionado UUID="{uuid}"/>' for uuid in related.uuids)
    return f'<cfdi:CfdiRelacionados TipoRelacion="{related.tipo_relacion}">{uuids}</cfdi:CfdiRelacionados>'


def _concepto(c: Concepto) -> str:
    sku = f' NoIdentificacion="{c.no_identificacion}"' if c.no_identificacion else ""
    unidad = f' Unidad="{c.unidad}"' if c.unidad else ""
    descuento = "" if c.descuento is None else f' Descuento="{c.descuento!s}"'
    attributes = (
        f'<cfdi:Concepto ClaveProdServ="{c.clave_prod_serv}"{sku} Cantidad="{c.cantidad!s}"'
        f' ClaveUnidad="{c.clave_unidad}"{unidad} Descripcion="{c.descripcion}" ValorUnitario="{c.valor_unitario!s}"'
        f' Importe="{c.importe!s}"{descuento} ObjetoImp="{c.objeto_imp}"'
    )
    children = _concepto_impuestos(c) if c.traslados or c.retenciones else ""
    if c.a_cuenta_terceros:
        children += _a_cuenta_terceros(c.a_cuenta_terceros)
    if c.has_goods:
        children += goods(c)
    return f"{attributes}>{children}</cfdi:Concepto>" if children else f"{attributes}/>"


def _concepto_impuestos(c: Concepto) -> str:
    return f"<cfdi:Impuestos>{_traslados(c.traslados)}{_retenciones(c.retenciones)}</cfdi:Impuestos>"


def _traslados(rows: tuple[Traslado, ...]) -> str:
    return f"<cfdi:Traslados>{''.join([_tax('Traslado', row) for row in rows])}</cfdi:Traslados>" if rows else ""


def _retenciones(rows: tuple[Retencion, ...]) -> str:
    return f"<cfdi:Retenciones>{''.join([_tax('Retencion', row) for row in rows])}</cfdi:Retenciones>" if rows else ""


def _tax(tag: str, row: Traslado | Retencion) -> str:
    base, impuesto, tipo_factor, tasa_o_cuota, importe = row
    tax = f'<cfdi:{tag} Base="{base!s}" Impuesto="{impuesto}" TipoFactor="{tipo_factor}"'
    if tasa_o_cuota is None or importe is None:
        return f"{tax}{_number('TasaOCuota', tasa_o_cuota)}{_number('Importe', importe)}/>"
    return f'{tax} TasaOCuota="{tasa_o_cuota!s}" Importe="{importe!s}"/>'


def _a_cuenta_terceros(t: ACuentaTerceros) -> str:
    return (
        f'<cfdi:ACuentaTerceros RfcACuentaTerceros="{t.rfc}" NombreACuentaTerceros="{t.nombre}"'
        f' RegimenFiscalACuentaTerceros="{t.regimen_fiscal}"'
        f' DomicilioFiscalACuentaTerceros="{t.domicilio_fiscal}"/>'
    )


def _impuestos(i: Impuestos) -> str:
    retenidos = "".join(map(_retenido, i.retenciones))
    return (
        f"<cfdi:Impuestos{_number('TotalImpuestosRetenidos', i.total_impuestos_retenidos)}"
        f"{_number('TotalImpuestosTrasladados', i.total_impuestos_trasladados)}>"
        f"{f'<cfdi:Retenciones>{retenidos}</cfdi:Retenciones>' if retenidos else ''}"
        f"{_traslados(i.traslados)}</cfdi:Impuestos>"
    )


def _retenido(row: ImpuestoRetenido) -> str:
    return f'<cfdi:Retencion Impuesto="{row.impuesto}" Importe="{row.importe!s}"/>'
