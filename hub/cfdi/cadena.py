"""The cadena original: the text whose SHA-256 the issuer signs, in the order of SAT's cadenaoriginal_4_0.xslt.

It is written from the document, not from the XML, and equals what the XSLT yields (the tests hold both side by side).
Every value is preceded by `|`; optional values that are absent leave no trace.
"""

from decimal import Decimal

from hub.cfdi.cadena33 import values_33
from hub.cfdi.cadena_parts import complementos, goods
from hub.cfdi.cadena_parts import number as _number
from hub.cfdi.cadena_parts import text as _text
from hub.cfdi.document import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    Impuestos,
    Retencion,
    TimbreFiscal,
    Traslado,
)
from hub.cfdi.text import normalize_space


def cadena_original(comprobante: Comprobante, *, no_certificado: str | None = None) -> str:
    """`||4.0|...||`, or `||3.3|...||`. The certificate's number may be given here instead of in the document.

    Raises ValueError for a complement that the hub does not know: only SAT's XSLT knows which of its values are signed
    (`verify_seal` asks it).
    """
    in_order = values_33 if comprobante.version == "3.3" else values
    return tidy(in_order(comprobante, no_certificado or comprobante.no_certificado))


def values(comprobante: Comprobante, no_certificado: str) -> str:
    """The cadena with its texts as they are in the document: every text but Sello and Certificado is in it."""
    c, e, r = comprobante, comprobante.emisor, comprobante.receptor
    parts = [
        f"||{c.version}{_text(c.serie)}{_text(c.folio)}|{c.fecha}{_text(c.forma_pago)}",
        f"|{no_certificado}{_text(c.condiciones_de_pago)}|{c.sub_total!s}",
        f"{_number(c.descuento)}|{c.moneda}{_number(c.tipo_cambio)}|{c.total!s}",
        f"|{c.tipo_de_comprobante}|{c.exportacion}{_text(c.metodo_pago)}|{c.lugar_expedicion}{_text(c.confirmacion)}",
        "".join(map(_text, c.informacion_global)) if c.informacion_global else "",
        *[_related(related) for related in c.cfdi_relacionados],
        f"|{e.rfc}|{e.nombre}|{e.regimen_fiscal}{_text(e.fac_atr_adquirente)}",
        f"|{r.rfc}|{r.nombre}|{r.domicilio_fiscal}{_text(r.residencia_fiscal)}{_text(r.num_reg_id_trib)}",
        f"|{r.regimen_fiscal}|{r.uso_cfdi}",
        *map(_concepto, c.conceptos),
        _impuestos(c.impuestos) if c.impuestos else "",
        complementos(c) if c.pagos or c.complementos or c.pagos_10 else "",
        "||",
    ]
    return "".join(parts)


def cadena_timbre(timbre: TimbreFiscal) -> str:
    """The cadena original of the timbre, which SAT's seal signs: `||1.1|UUID|...||`."""
    t = timbre
    head = f"||{t.version}|{t.uuid}|{t.fecha_timbrado}|{t.rfc_prov_certif}{_text(t.leyenda)}"
    return tidy(f"{head}|{t.sello_cfd}|{t.no_certificado_sat}||")


def _related(related: CfdiRelacionados) -> str:
    return "".join(map(_text, (related.tipo_relacion, *related.uuids)))


def _concepto(c: Concepto) -> str:
    sku = f"|{c.no_identificacion}" if c.no_identificacion else ""
    unidad = f"|{c.unidad}" if c.unidad else ""
    descuento = "" if c.descuento is None else f"|{c.descuento!s}"
    return (
        f"|{c.clave_prod_serv}{sku}|{c.cantidad!s}|{c.clave_unidad}{unidad}|{c.descripcion}|{c.valor_unitario!s}"
        f"|{c.importe!s}{descuento}|{c.objeto_imp}{_taxes(c.traslados)}{_taxes(c.retenciones)}"
        f"{_a_cuenta_terceros(c.a_cuenta_terceros) if c.a_cuenta_terceros else ''}"
        f"{goods(c) if c.has_goods else ''}"
    )


def _a_cuenta_terceros(t: ACuentaTerceros) -> str:
    return f"|{t.rfc}|{t.nombre}|{t.regimen_fiscal}|{t.domicilio_fiscal}"


def _impuestos(i: Impuestos) -> str:
    retenidos = "".join([f"|{row.impuesto}|{row.importe!s}" for row in i.retenciones])
    totals = _number(i.total_impuestos_retenidos), _number(i.total_impuestos_trasladados)
    return f"{retenidos}{totals[0]}{_taxes(i.traslados)}{totals[1]}"


def _taxes(rows: tuple[Traslado, ...] | tuple[Retencion, ...]) -> str:
    return "".join([_tax(*row) for row in rows]) if rows else ""


def _tax(base: Decimal, impuesto: str, tipo_factor: str, tasa: Decimal | None, importe: Decimal | None) -> str:
    if tasa is None or importe is None:
        return f"|{base!s}|{impuesto}|{tipo_factor}{_number(tasa)}{_number(importe)}"
    return f"|{base!s}|{impuesto}|{tipo_factor}|{tasa!s}|{importe!s}"


def tidy(cadena: str) -> str:
    """SAT's XSLT normalises the white space of every value; nearly always there is nothing to do."""
    if cadena.isprintable() and not ("  " in cadena or "| " in cadena or " |" in cadena):
        return cadena
    return f"||{'|'.join(map(normalize_space, cadena[2:-2].split('|')))}||"
