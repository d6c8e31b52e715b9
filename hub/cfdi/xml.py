"""Writes a `Comprobante` as the UTF-8 XML that is sealed and stamped.

String building instead of an element tree: the document's shape is fixed, and this step runs for every sale.
Attributes come in the order of SAT's schema, absent optionals are left out (an empty attribute is invalid).
"""

from decimal import Decimal

from hub.cfdi.document import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    ImpuestoRetenido,
    Impuestos,
    Retencion,
    Traslado,
)
from hub.cfdi.text import escape

NAMESPACE = "http://www.sat.gob.mx/cfd/4"
SCHEMA = f"{NAMESPACE} http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<cfdi:Comprobante xmlns:cfdi="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{SCHEMA}"'
)


def to_xml(
    comprobante: Comprobante,
    *,
    no_certificado: str | None = None,
    certificado: str | None = None,
    sello: str | None = None,
) -> bytes:
    """The document as bytes. The three attributes of the seal may be given here instead of in the document.

    Raises ValueError if a text holds a character that XML cannot carry. The timbre is not written: only a PAC adds it.
    """
    c = comprobante
    parts = [
        _HEAD,
        f' Version="{c.version}"{_text("Serie", c.serie)}{_text("Folio", c.folio)} Fecha="{escape(c.fecha)}"',
        _base64("Sello", sello or c.sello),
        _text("FormaPago", c.forma_pago),
        _text("NoCertificado", no_certificado or c.no_certificado),
        _base64("Certificado", certificado or c.certificado),
        _text("CondicionesDePago", c.condiciones_de_pago),
        f' SubTotal="{c.sub_total!s}"{_number("Descuento", c.descuento)} Moneda="{escape(c.moneda)}"',
        f'{_number("TipoCambio", c.tipo_cambio)} Total="{c.total!s}"',
        f' TipoDeComprobante="{escape(c.tipo_de_comprobante)}" Exportacion="{escape(c.exportacion)}"',
        f'{_text("MetodoPago", c.metodo_pago)} LugarExpedicion="{escape(c.lugar_expedicion)}"',
        f"{_text('Confirmacion', c.confirmacion)}>",
        _informacion_global(c),
        *map(_relacionados, c.cfdi_relacionados),
        _emisor(c),
        _receptor(c),
        "<cfdi:Conceptos>",
        *map(_concepto, c.conceptos),
        "</cfdi:Conceptos>",
        _impuestos(c.impuestos) if c.impuestos else "",
        "</cfdi:Comprobante>",
    ]
    return "".join(parts).encode()


def _text(name: str, value: str | None) -> str:
    return f' {name}="{escape(value)}"' if value else ""


def _base64(name: str, value: str) -> str:
    # Long, and all but always free of what needs escaping: plain searches instead of a pattern.
    if not value:
        return ""
    plain = "<" not in value and '"' not in value and "&" not in value
    return f' {name}="{value if plain else escape(value)}"'


def _number(name: str, value: Decimal | None) -> str:
    return "" if value is None else f' {name}="{value!s}"'


def _informacion_global(c: Comprobante) -> str:
    if (g := c.informacion_global) is None:
        return ""
    return (
        f'<cfdi:InformacionGlobal Periodicidad="{escape(g.periodicidad)}" Meses="{escape(g.meses)}"'
        f' Año="{escape(g.anio)}"/>'
    )


def _relacionados(related: CfdiRelacionados) -> str:
    uuids = "".join(f'<cfdi:CfdiRelacionado UUID="{escape(uuid)}"/>' for uuid in related.uuids)
    return f'<cfdi:CfdiRelacionados TipoRelacion="{escape(related.tipo_relacion)}">{uuids}</cfdi:CfdiRelacionados>'


def _emisor(c: Comprobante) -> str:
    e = c.emisor
    return (
        f'<cfdi:Emisor Rfc="{escape(e.rfc)}" Nombre="{escape(e.nombre)}" RegimenFiscal="{escape(e.regimen_fiscal)}"'
        f"{_text('FacAtrAdquirente', e.fac_atr_adquirente)}/>"
    )


def _receptor(c: Comprobante) -> str:
    r = c.receptor
    return (
        f'<cfdi:Receptor Rfc="{escape(r.rfc)}" Nombre="{escape(r.nombre)}"'
        f' DomicilioFiscalReceptor="{escape(r.domicilio_fiscal)}"'
        f"{_text('ResidenciaFiscal', r.residencia_fiscal)}{_text('NumRegIdTrib', r.num_reg_id_trib)}"
        f' RegimenFiscalReceptor="{escape(r.regimen_fiscal)}" UsoCFDI="{escape(r.uso_cfdi)}"/>'
    )


def _concepto(c: Concepto) -> str:
    attributes = (
        f'<cfdi:Concepto ClaveProdServ="{escape(c.clave_prod_serv)}"{_text("NoIdentificacion", c.no_identificacion)}'
        f' Cantidad="{c.cantidad!s}" ClaveUnidad="{escape(c.clave_unidad)}"{_text("Unidad", c.unidad)}'
        f' Descripcion="{escape(c.descripcion)}" ValorUnitario="{c.valor_unitario!s}"'
        f' Importe="{c.importe!s}"{_number("Descuento", c.descuento)} ObjetoImp="{escape(c.objeto_imp)}"'
    )
    children = _concepto_impuestos(c) if c.traslados or c.retenciones else ""
    if c.a_cuenta_terceros:
        children += _a_cuenta_terceros(c.a_cuenta_terceros)
    return f"{attributes}>{children}</cfdi:Concepto>" if children else f"{attributes}/>"


def _concepto_impuestos(c: Concepto) -> str:
    return f"<cfdi:Impuestos>{_traslados(c.traslados)}{_retenciones(c.retenciones)}</cfdi:Impuestos>"


def _traslados(rows: tuple[Traslado, ...]) -> str:
    return f"<cfdi:Traslados>{''.join(map(_traslado, rows))}</cfdi:Traslados>" if rows else ""


def _traslado(t: Traslado | Retencion, tag: str = "Traslado") -> str:
    return (
        f'<cfdi:{tag} Base="{t.base!s}" Impuesto="{escape(t.impuesto)}"'
        f' TipoFactor="{escape(t.tipo_factor)}"{_number("TasaOCuota", t.tasa_o_cuota)}{_number("Importe", t.importe)}/>'
    )


def _retenciones(rows: tuple[Retencion, ...]) -> str:
    if not rows:
        return ""
    return f"<cfdi:Retenciones>{''.join(_traslado(row, 'Retencion') for row in rows)}</cfdi:Retenciones>"


def _a_cuenta_terceros(t: ACuentaTerceros) -> str:
    return (
        f'<cfdi:ACuentaTerceros RfcACuentaTerceros="{escape(t.rfc)}" NombreACuentaTerceros="{escape(t.nombre)}"'
        f' RegimenFiscalACuentaTerceros="{escape(t.regimen_fiscal)}"'
        f' DomicilioFiscalACuentaTerceros="{escape(t.domicilio_fiscal)}"/>'
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
    return f'<cfdi:Retencion Impuesto="{escape(row.impuesto)}" Importe="{row.importe!s}"/>'
