"""The Complemento de Pagos 2.0 in the cadena original, in the order of SAT's Pagos20.xslt."""

from decimal import Decimal

from hub.cfdi.pagos import DoctoRelacionado, Pago, Pagos, RetencionDR, Totales, TrasladoDR, TrasladoP


def values(pagos: Pagos) -> str:
    """Every value preceded by `|`; absent optionals leave no trace."""
    return f"|{pagos.version}{_totales(pagos.totales)}{''.join(map(_pago, pagos.pagos))}"


def _optional(value: str | Decimal | None) -> str:
    return "" if value is None or value == "" else f"|{value!s}"


def _totales(totales: Totales) -> str:
    monto_total_pagos, *taxes = totales
    return f"{''.join(map(_optional, taxes))}|{monto_total_pagos!s}"


def _pago(p: Pago) -> str:
    parts = [
        f"|{p.fecha_pago}|{p.forma_de_pago_p}|{p.moneda_p}{_optional(p.tipo_cambio_p)}|{p.monto!s}",
        f"{_optional(p.num_operacion)}{_optional(p.rfc_emisor_cta_ord)}{_optional(p.nom_banco_ord_ext)}",
        f"{_optional(p.cta_ordenante)}{_optional(p.rfc_emisor_cta_ben)}{_optional(p.cta_beneficiario)}",
        f"{_optional(p.tipo_cad_pago)}{_optional(p.cert_pago)}{_optional(p.cad_pago)}{_optional(p.sello_pago)}",
        *map(_documento, p.documentos),
        *[f"|{row.impuesto_p}|{row.importe_p!s}" for row in p.retenciones_p],
        *map(_tax, p.traslados_p),
    ]
    return "".join(parts)


def _documento(d: DoctoRelacionado) -> str:
    equivalencia = "" if d.equivalencia_dr is None else f"|{d.equivalencia_dr:f}"
    return (
        f"|{d.id_documento}{_optional(d.serie)}{_optional(d.folio)}|{d.moneda_dr}{equivalencia}|{d.num_parcialidad}"
        f"|{d.imp_saldo_ant!s}|{d.imp_pagado!s}|{d.imp_saldo_insoluto!s}|{d.objeto_imp_dr}"
        f"{''.join(map(_tax, d.retenciones_dr))}{''.join(map(_tax, d.traslados_dr))}"
    )


def _tax(row: TrasladoDR | RetencionDR | TrasladoP) -> str:
    base, impuesto, tipo_factor, tasa_o_cuota, importe = row
    return f"|{base!s}|{impuesto}|{tipo_factor}{_optional(tasa_o_cuota)}{_optional(importe)}"
