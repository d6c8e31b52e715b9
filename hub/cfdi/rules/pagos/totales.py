"""CRP20201-20211, 20264, 20267, 20273: Totales is everything paid, in MXN."""

from collections.abc import Iterator

from hub.cfdi.document import Comprobante
from hub.cfdi.pagos import Pago, RetencionP, Totales, TrasladoP
from hub.cfdi.pagos_totals import totales
from hub.cfdi.rules.pagos.kinds import of_recibo
from hub.cfdi.sold import IVA

_SUMS = {
    "CRP20201": "total_retenciones_iva",
    "CRP20202": "total_retenciones_isr",
    "CRP20203": "total_retenciones_ieps",
    "CRP20204": "total_traslados_base_iva16",
    "CRP20205": "total_traslados_impuesto_iva16",
    "CRP20206": "total_traslados_base_iva8",
    "CRP20207": "total_traslados_impuesto_iva8",
    "CRP20208": "total_traslados_base_iva0",
    "CRP20209": "total_traslados_impuesto_iva0",
    "CRP20210": "total_traslados_base_iva_exento",
    "CRP20211": "monto_total_pagos",
}


def _pagos(c: Comprobante) -> tuple[Pago, ...]:
    return c.pagos.pagos if c.pagos else ()


def _of_all(c: Comprobante, *fields: str) -> bool:
    """Whether Totales has one of these."""
    return c.pagos is not None and any(getattr(c.pagos.totales, field) is not None for field in fields)


def _sum_rule(code: str, field: str) -> None:
    def is_the_sum_in_pesos(c: Comprobante, _: Comprobante) -> bool:
        return c.pagos is None or getattr(c.pagos.totales, field) == getattr(totales(c.pagos.pagos), field)

    is_the_sum_in_pesos.__doc__ = f"{field} of Totales is the sum x TipoCambioP in cents, if there is something to sum."
    of_recibo(code, f"pagos.totales.{field}")(is_the_sum_in_pesos)


for _code, _field in _SUMS.items():
    _sum_rule(_code, _field)


@of_recibo("CRP20264", "pagos.totales")
def withholding_has_a_total(c: Comprobante, _: Comprobante) -> bool:
    """With a RetencionP there is at least one of the TotalRetenciones."""
    rows: list[RetencionP] = [row for pago in _pagos(c) for row in pago.retenciones_p]
    return not rows or _of_all(c, *_fields("total_retenciones"))


@of_recibo("CRP20267", "pagos.totales")
def transferring_iva_has_a_base(c: Comprobante, _: Comprobante) -> bool:
    """With a TrasladoP of IVA there is at least one of the TotalTrasladosBaseIVA."""
    return not any(_iva_rows(c)) or _of_all(c, *_fields("total_traslados_base"))


@of_recibo("CRP20273", "pagos.totales")
def taxed_iva_has_a_total(c: Comprobante, _: Comprobante) -> bool:
    """With a TrasladoP of IVA that is not exempt there is at least one of the TotalTrasladosImpuestoIVA."""
    taxed = any(row.tipo_factor_p != "Exento" for row in _iva_rows(c))
    return not taxed or _of_all(c, *_fields("total_traslados_impuesto"))


def _iva_rows(c: Comprobante) -> Iterator[TrasladoP]:
    return (row for pago in _pagos(c) for row in pago.traslados_p if row.impuesto_p == IVA)


def _fields(prefix: str) -> list[str]:
    return [field for field in Totales._fields if field.startswith(prefix)]
