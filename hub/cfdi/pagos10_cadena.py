"""The Complemento de Pagos 1.0 in the cadena original, in the order of SAT's Pagos10.xslt."""

from decimal import Decimal

from hub.cfdi.pagos10 import DoctoRelacionado10, Impuestos10, Pago10, Pagos10


def values(pagos: Pagos10) -> str:
    """Every value preceded by `|`; absent optionals leave no trace."""
    return f"|{pagos.version}{''.join(map(_pago, pagos.pagos))}"


def _optional(value: str | int | Decimal | None) -> str:
    return "" if value is None else f"|{value!s}"


def _pago(p: Pago10) -> str:
    bank = (
        p.num_operacion,
        p.rfc_emisor_cta_ord,
        p.nom_banco_ord_ext,
        p.cta_ordenante,
        p.rfc_emisor_cta_ben,
        p.cta_beneficiario,
        p.tipo_cad_pago,
        p.cert_pago,
        p.cad_pago,
        p.sello_pago,
    )
    parts = [
        f"|{p.fecha_pago}|{p.forma_de_pago_p}|{p.moneda_p}{_optional(p.tipo_cambio_p)}|{p.monto!s}",
        *map(_optional, bank),
        *map(_documento, p.documentos),
        *map(_impuestos, p.impuestos),
    ]
    return "".join(parts)


def _documento(d: DoctoRelacionado10) -> str:
    return (
        f"|{d.id_documento}{_optional(d.serie)}{_optional(d.folio)}|{d.moneda_dr}"
        f"{'' if d.tipo_cambio_dr is None else f'|{d.tipo_cambio_dr:f}'}|{d.metodo_de_pago_dr}"
        f"{_optional(d.num_parcialidad)}{_optional(d.imp_saldo_ant)}{_optional(d.imp_pagado)}"
        f"{_optional(d.imp_saldo_insoluto)}"
    )


def _impuestos(i: Impuestos10) -> str:
    parts = [
        f"{_optional(i.total_impuestos_retenidos)}{_optional(i.total_impuestos_trasladados)}",
        *[f"|{row.impuesto}|{row.importe!s}" for row in i.retenciones],
        *[f"|{row.impuesto}|{row.tipo_factor}|{row.tasa_o_cuota!s}|{row.importe!s}" for row in i.traslados],
    ]
    return "".join(parts)
