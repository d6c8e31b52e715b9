"""The cadena original of a CFDI 3.3, in the order of SAT's cadenaoriginal_3_3.xslt; see `hub.cfdi.cadena`."""

from decimal import Decimal

from hub.cfdi import pagos10_cadena
from hub.cfdi.document import Comprobante, Concepto, Impuestos, Parte, Retencion, Traslado


def cadena_33(comprobante: Comprobante, no_certificado: str) -> str:
    """The cadena with its texts as they are in the document; complements of others are left out."""
    c, e, r = comprobante, comprobante.emisor, comprobante.receptor
    parts = [
        f"||{c.version}{_text(c.serie)}{_text(c.folio)}|{c.fecha}{_text(c.forma_pago)}",
        f"|{no_certificado}{_text(c.condiciones_de_pago)}|{c.sub_total!s}",
        f"{_number(c.descuento)}|{c.moneda}{_number(c.tipo_cambio)}|{c.total!s}",
        f"|{c.tipo_de_comprobante}{_text(c.metodo_pago)}|{c.lugar_expedicion}{_text(c.confirmacion)}",
        *[f"|{value}" for related in c.cfdi_relacionados for value in (related.tipo_relacion, *related.uuids)],
        f"|{e.rfc}{_text(e.nombre)}|{e.regimen_fiscal}",
        f"|{r.rfc}{_text(r.nombre)}{_text(r.residencia_fiscal)}{_text(r.num_reg_id_trib)}|{r.uso_cfdi}",
        *map(_concepto, c.conceptos),
        _impuestos(c.impuestos) if c.impuestos else "",
        pagos10_cadena.values(c.pagos_10) if c.pagos_10 else "",
        "||",
    ]
    return "".join(parts)


def _concepto(c: Concepto) -> str:
    parts = [
        f"|{c.clave_prod_serv}{_text(c.no_identificacion)}|{c.cantidad!s}|{c.clave_unidad}{_text(c.unidad)}",
        f"|{c.descripcion}|{c.valor_unitario!s}|{c.importe!s}{_number(c.descuento)}",
        *map(_tax, c.traslados),
        *map(_tax, c.retenciones),
        *map(_text, (*c.informacion_aduanera, *c.cuenta_predial)),
        *map(_parte, c.partes),
    ]
    return "".join(parts)


def _parte(p: Parte) -> str:
    return (
        f"|{p.clave_prod_serv}{_text(p.no_identificacion)}|{p.cantidad!s}{_text(p.unidad)}|{p.descripcion}"
        f"{_number(p.valor_unitario)}{_number(p.importe)}{''.join(map(_text, p.informacion_aduanera))}"
    )


def _tax(row: Traslado | Retencion) -> str:
    return f"|{row.base!s}|{row.impuesto}|{row.tipo_factor}{_number(row.tasa_o_cuota)}{_number(row.importe)}"


def _impuestos(i: Impuestos) -> str:
    parts = [
        *[f"|{row.impuesto}|{row.importe!s}" for row in i.retenciones],
        _number(i.total_impuestos_retenidos),
        *[f"|{row.impuesto}|{row.tipo_factor}|{row.tasa_o_cuota!s}|{row.importe!s}" for row in i.trasladados],
        _number(i.total_impuestos_trasladados),
    ]
    return "".join(parts)


def _text(value: str | None) -> str:
    return f"|{value}" if value else ""


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"|{value!s}"
