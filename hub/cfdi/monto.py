"""Whether the Monto of a payment covers what it pays (CRP20217, CRP20276)."""

from decimal import ROUND_DOWN, Decimal

from hub.cfdi.limits import decimals_of
from hub.cfdi.pagos import DoctoRelacionado, Pago

_ONE, _EPSILON = Decimal(1), Decimal("1e-16")


def equivalencia_of(documento: DoctoRelacionado) -> Decimal:
    """EquivalenciaDR as a divisor: 1 if it is not written."""
    return documento.equivalencia_dr or _ONE


def is_mixed(pago: Pago) -> bool:
    """Whether a document is in another currency than the payment."""
    return any(documento.moneda_dr != pago.moneda_p for documento in pago.documentos)


def covers(pago: Pago, unit: Decimal) -> bool:
    """Whether Monto is not less than what the documents got. `unit` is the last decimal of the payment's currency.

    In one currency there is no tolerance (CRP20217). With others Monto must reach the exchanged sum, truncated, or at
    least the lower limits that the decimals written allow (CRP20276); below the sum, the upper ones always hold.
    """
    if not is_mixed(pago):
        return sum([documento.imp_pagado for documento in pago.documentos], Decimal(0)) <= pago.monto
    exchanged = sum([documento.imp_pagado / equivalencia_of(documento) for documento in pago.documentos], Decimal(0))
    if exchanged.quantize(unit, ROUND_DOWN) <= pago.monto:
        return True
    lowest = sum([_lower(documento).quantize(unit, ROUND_DOWN) for documento in pago.documentos], Decimal(0))
    return lowest <= pago.monto


def _lower(documento: DoctoRelacionado) -> Decimal:
    """The least that ImpPagado may be worth, given the decimals written (CRP20275)."""
    paid = documento.imp_pagado - _half_unit(documento.imp_pagado)
    equivalencia = equivalencia_of(documento)
    return paid / (equivalencia + _half_unit(equivalencia) - _EPSILON)


def _half_unit(value: Decimal) -> Decimal:
    return Decimal(5).scaleb(-decimals_of(value) - 1)
