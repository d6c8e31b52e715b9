"""The cadena original: the text whose SHA-256 the issuer signs, in the order of SAT's cadenaoriginal_4_0.xslt.

It is written from the document, not from the XML, and equals what the XSLT yields (the tests hold both side by side).
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from hub.cfdi.document import Comprobante, Concepto, Impuestos, Retencion, TimbreFiscal, Traslado
from hub.cfdi.text import decimal_text, normalize_space

_UNTIDY = re.compile(r"[\t\r\n]|  |\| | \|")

Values = list[str | Decimal | None]


def cadena_original(comprobante: Comprobante, *, no_certificado: str | None = None) -> str:
    """`||4.0|...||`. The certificate's number may be given here instead of in the document."""
    c = comprobante
    values: Values = [
        c.version, c.serie, c.folio, c.fecha, c.forma_pago, no_certificado or c.no_certificado, c.condiciones_de_pago,
        c.sub_total, c.descuento, c.moneda, c.tipo_cambio, c.total, c.tipo_de_comprobante, c.exportacion,
        c.metodo_pago, c.lugar_expedicion, c.confirmacion,
    ]  # fmt: skip
    if g := c.informacion_global:
        values += (g.periodicidad, g.meses, g.anio)
    for related in c.cfdi_relacionados:
        values += (related.tipo_relacion, *related.uuids)
    e, r = c.emisor, c.receptor
    values += (e.rfc, e.nombre, e.regimen_fiscal, e.fac_atr_adquirente)
    values += (
        r.rfc,
        r.nombre,
        r.domicilio_fiscal,
        r.residencia_fiscal,
        r.num_reg_id_trib,
        r.regimen_fiscal,
        r.uso_cfdi,
    )
    for concepto in c.conceptos:
        _add_concepto(values, concepto)
    if c.impuestos:
        _add_impuestos(values, c.impuestos)
    return _joined(values)


def cadena_timbre(timbre: TimbreFiscal) -> str:
    """The cadena original of the timbre, which SAT's seal signs: `||1.1|UUID|...||`."""
    t = timbre
    return _joined([
        t.version, t.uuid, t.fecha_timbrado, t.rfc_prov_certif, t.leyenda, t.sello_cfd, t.no_certificado_sat,
    ])  # fmt: skip


def _add_concepto(values: Values, c: Concepto) -> None:
    values += (
        c.clave_prod_serv, c.no_identificacion, c.cantidad, c.clave_unidad, c.unidad, c.descripcion,
        c.valor_unitario, c.importe, c.descuento, c.objeto_imp,
    )  # fmt: skip
    _add_taxes(values, c.traslados)
    _add_taxes(values, c.retenciones)
    if t := c.a_cuenta_terceros:
        values += (t.rfc, t.nombre, t.regimen_fiscal, t.domicilio_fiscal)


def _add_impuestos(values: Values, i: Impuestos) -> None:
    for row in i.retenciones:
        values += (row.impuesto, row.importe)
    values.append(i.total_impuestos_retenidos)
    _add_taxes(values, i.traslados)
    values.append(i.total_impuestos_trasladados)


def _add_taxes(values: Values, rows: Iterable[Traslado | Retencion]) -> None:
    for t in rows:
        values += (t.base, t.impuesto, t.tipo_factor, t.tasa_o_cuota, t.importe)


def _joined(values: Values) -> str:
    texts = [decimal_text(v) if isinstance(v, Decimal) else v for v in values if v is not None and v != ""]
    text = f"||{'|'.join(texts)}||"
    if _UNTIDY.search(text):
        return f"||{'|'.join(map(normalize_space, texts))}||"
    return text
