"""The cadena original of a CFDI 3.3, in the order of SAT's cadenaoriginal_3_3.xslt; see `hub.cfdi.cadena`."""

from hub.cfdi.cadena_parts import complementos, goods, number, text
from hub.cfdi.document import Comprobante, Concepto, Impuestos, Retencion, Traslado


def values_33(comprobante: Comprobante, no_certificado: str) -> str:
    """The cadena with its texts as they are in the document."""
    c, e, r = comprobante, comprobante.emisor, comprobante.receptor
    parts = [
        f"||{c.version}{text(c.serie)}{text(c.folio)}|{c.fecha}{text(c.forma_pago)}",
        f"|{no_certificado}{text(c.condiciones_de_pago)}|{c.sub_total!s}",
        f"{number(c.descuento)}|{c.moneda}{number(c.tipo_cambio)}|{c.total!s}",
        f"|{c.tipo_de_comprobante}{text(c.metodo_pago)}|{c.lugar_expedicion}{text(c.confirmacion)}",
        *[f"|{value}" for related in c.cfdi_relacionados for value in (related.tipo_relacion, *related.uuids)],
        f"|{e.rfc}{text(e.nombre)}|{e.regimen_fiscal}",
        f"|{r.rfc}{text(r.nombre)}{text(r.residencia_fiscal)}{text(r.num_reg_id_trib)}|{r.uso_cfdi}",
        *map(_concepto, c.conceptos),
        _impuestos(c.impuestos) if c.impuestos else "",
        complementos(c),
        "||",
    ]
    return "".join(parts)


def _concepto(c: Concepto) -> str:
    parts = [
        f"|{c.clave_prod_serv}{text(c.no_identificacion)}|{c.cantidad!s}|{c.clave_unidad}{text(c.unidad)}",
        f"|{c.descripcion}|{c.valor_unitario!s}|{c.importe!s}{number(c.descuento)}",
        *map(_tax, c.traslados),
        *map(_tax, c.retenciones),
        goods(c),
    ]
    return "".join(parts)


def _tax(row: Traslado | Retencion) -> str:
    return f"|{row.base!s}|{row.impuesto}|{row.tipo_factor}{number(row.tasa_o_cuota)}{number(row.importe)}"


def _impuestos(i: Impuestos) -> str:
    parts = [
        *[f"|{row.impuesto}|{row.importe!s}" for row in i.retenciones],
        number(i.total_impuestos_retenidos),
        *[f"|{row.impuesto}|{row.tipo_factor}|{row.tasa_o_cuota!s}|{row.importe!s}" for row in i.trasladados],
        number(i.total_impuestos_trasladados),
    ]
    return "".join(parts)
