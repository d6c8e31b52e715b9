"""Adds up the taxes of paid documents into those of the payment, and all payments into Totales."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from hub.cfdi.limits import half_up
from hub.cfdi.monto import equivalencia_of
from hub.cfdi.pagos import DoctoRelacionado, Pago, RetencionP, Totales, TrasladoP
from hub.cfdi.sold import IEPS, ISR, IVA

_ZERO, _ONE = Decimal(0), Decimal(1)
_SIX, _CENT = Decimal("0.000001"), Decimal("0.01")
Rate = tuple[str, str, Decimal | None]
IVA_16: Rate = (IVA, "Tasa", Decimal("0.16"))
IVA_8: Rate = (IVA, "Tasa", Decimal("0.08"))
IVA_0: Rate = (IVA, "Tasa", Decimal(0))
IVA_EXENTO: Rate = (IVA, "Exento", None)


def transferred(documentos: Iterable[DoctoRelacionado]) -> dict[Rate, tuple[Decimal, Decimal]]:
    """Exact base and importe of each transferred tax in the payment's currency (CRP20268, CRP20269, CRP20274)."""
    sums: dict[Rate, tuple[Decimal, Decimal]] = {}
    for documento in documentos:
        equivalencia = equivalencia_of(documento)
        for row in documento.traslados_dr:
            base, importe = sums.get(row.rate, (_ZERO, _ZERO))
            sums[row.rate] = base + row.base_dr / equivalencia, importe + (row.importe_dr or _ZERO) / equivalencia
    return sums


def withheld(documentos: Iterable[DoctoRelacionado]) -> dict[str, Decimal]:
    """Exact importe of each withheld tax in the payment's currency (CRP20265)."""
    sums: dict[str, Decimal] = {}
    for documento in documentos:
        for row in documento.retenciones_dr:
            importe = row.importe_dr / equivalencia_of(documento)
            sums[row.impuesto_dr] = sums.get(row.impuesto_dr, _ZERO) + importe
    return sums


def traslados_p(documentos: Iterable[DoctoRelacionado]) -> tuple[TrasladoP, ...]:
    """The rows of TrasladosP: six decimals, half-up."""
    return tuple(
        TrasladoP(half_up(base, _SIX), *rate, None if rate[2] is None else half_up(importe, _SIX))
        for rate, (base, importe) in transferred(documentos).items()
    )


def retenciones_p(documentos: Iterable[DoctoRelacionado]) -> tuple[RetencionP, ...]:
    """The rows of RetencionesP: six decimals, half-up."""
    return tuple(RetencionP(impuesto, half_up(importe, _SIX)) for impuesto, importe in withheld(documentos).items())


def totales(pagos: Sequence[Pago]) -> Totales:
    """Everything in MXN, in cents; a total exists if there are such rows (CRP20201-20211)."""
    return Totales(
        monto_total_pagos=half_up(sum([p.monto * _tipo_cambio(p) for p in pagos], _ZERO), _CENT),
        total_retenciones_iva=_retenido(pagos, IVA),
        total_retenciones_isr=_retenido(pagos, ISR),
        total_retenciones_ieps=_retenido(pagos, IEPS),
        total_traslados_base_iva16=_trasladado(pagos, IVA_16, _base),
        total_traslados_impuesto_iva16=_trasladado(pagos, IVA_16, _importe),
        total_traslados_base_iva8=_trasladado(pagos, IVA_8, _base),
        total_traslados_impuesto_iva8=_trasladado(pagos, IVA_8, _importe),
        total_traslados_base_iva0=_trasladado(pagos, IVA_0, _base),
        total_traslados_impuesto_iva0=_trasladado(pagos, IVA_0, _importe),
        total_traslados_base_iva_exento=_trasladado(pagos, IVA_EXENTO, _base),
    )


def _tipo_cambio(pago: Pago) -> Decimal:
    return pago.tipo_cambio_p or _ONE


def _base(row: TrasladoP) -> Decimal:
    return row.base_p


def _importe(row: TrasladoP) -> Decimal:
    return row.importe_p or _ZERO


def _retenido(pagos: Sequence[Pago], impuesto: str) -> Decimal | None:
    return _in_mxn([(p, r.importe_p) for p in pagos for r in p.retenciones_p if r.impuesto_p == impuesto])


def _trasladado(pagos: Sequence[Pago], rate: Rate, amount: Callable[[TrasladoP], Decimal]) -> Decimal | None:
    return _in_mxn([(p, amount(row)) for p in pagos for row in p.traslados_p if row.rate == rate])


def _in_mxn(amounts: list[tuple[Pago, Decimal]]) -> Decimal | None:
    if not amounts:
        return None
    return half_up(sum([amount * _tipo_cambio(pago) for pago, amount in amounts], _ZERO), _CENT)
